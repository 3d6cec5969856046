"""Question: does the recipe render with the real tool, on every platform and variant?"""
import json
import unittest
from pathlib import Path

from rattler_build import JinjaConfig, PlatformConfig, RenderConfig, Stage0Recipe, VariantConfig

from channel import SOURCE

RECIPE = SOURCE / "packaging/recipe/recipe.yaml"
VARIANTS = SOURCE / "packaging/recipe/variants.yaml"
LINUX = ("linux-64", "linux-aarch64")
OSX = ("osx-64", "osx-arm64")


def rendered(platform):
    """(name, build string, run requirements) of every variant of every output."""
    platforms = PlatformConfig(target_platform=platform, host_platform=platform,
                               build_platform="linux-64")
    variants = VariantConfig.from_file_with_context(VARIANTS, JinjaConfig(platform=platforms))
    recipe = Stage0Recipe.from_file(RECIPE)
    out = []
    for variant in recipe.render(variants, RenderConfig(platform=platforms)):
        made = variant.recipe.to_dict()
        if not made["build"].get("skip"):
            out.append(made)
    return out


class Recipe(unittest.TestCase):
    maxDiff = None

    def names(self, platform):
        return sorted((r["package"]["name"], r["build"].get("string", "").rpartition("_h")[0])
                      for r in rendered(platform))

    def test_linux(self):
        for platform in LINUX:
            self.assertEqual(self.names(platform), [
                ("hnn-run", "mpi_openmpi"), ("hnn-run", "nompi"), ("hnn-run-all", "cpu"),
                ("hnn-run-all", "cuda"), ("hnn-run-cuda", "cuda129"),
                ("hnn-run-neuron", "")])

    def test_osx(self):
        for platform in OSX:
            self.assertEqual(self.names(platform), [
                ("hnn-run", "mpi_openmpi"), ("hnn-run", "nompi"), ("hnn-run-all", "cpu"),
                ("hnn-run-neuron", "")])

    def test_only_cuda_builds_need_a_gpu(self):
        for made in rendered("linux-64"):
            needs = "__cuda" in json.dumps(made["requirements"].get("run", []))
            self.assertEqual(needs, made["build"]["string"].startswith("cuda"), made["package"])


if __name__ == "__main__":
    unittest.main()
