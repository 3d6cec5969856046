# SPDX-License-Identifier: BSD-3-Clause
"""Question: is the recipe right, for rattler-build and for conda-forge's linter, on every platform
and in every variant?"""
import json
import re
import shutil
import subprocess
import unittest

from conda_package_streaming.package_streaming import stream_conda_component
from rattler_build import (JinjaConfig, Package, PlatformConfig, RecipeParseError, RenderConfig,
                           Stage0Recipe, VariantConfig)

from channel import CHANNEL, SOURCE, SUBDIR, Case, need_cuda, packages

RECIPE = SOURCE / "packaging/recipe/recipe.yaml"
VARIANTS = SOURCE / "packaging/recipe/variants.yaml"
SMITHY = shutil.which("conda-smithy")
LINUX = ("linux-64", "linux-aarch64")
OSX = ("osx-64", "osx-arm64")


def variants_of(platform):
    """Every variant of every output, as rattler-build renders it."""
    platforms = PlatformConfig(target_platform=platform, host_platform=platform,
                               build_platform="linux-64")
    variants = VariantConfig.from_file_with_context(VARIANTS, JinjaConfig(platform=platforms))
    recipe = Stage0Recipe.from_file(RECIPE)
    return recipe.render(variants, RenderConfig(platform=platforms))


def rendered(platform):
    made = [variant.recipe.to_dict() for variant in variants_of(platform)]
    return [recipe for recipe in made if not recipe["build"].get("skip")]


def files_of_package(name):
    """Paths in the package that build.sh made."""
    file, = (file for file, entry in packages().items() if entry["name"] == name)
    with open(CHANNEL / SUBDIR / file, "rb") as data:
        return {member.name for _, member in stream_conda_component(file, data, "pkg")}


class Recipe(Case):
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

    def test_licences(self):
        for made in rendered("linux-64"):
            carries_cudart = made["package"]["name"] == "hnn-run-cuda"
            self.assertEqual("NVIDIA" in made["about"]["license"], carries_cudart)
            self.assertEqual(made["about"]["license_file"], ["LICENSE"])

    def test_launcher_and_engine_are_for_one_release_of_cuda(self):
        release = re.search(r'cuda_release: "([0-9.]+)"', RECIPE.read_text())[1]
        self.assertIn(f'then: "{release}"', VARIANTS.read_text())
        names = {made["build"]["string"].partition("_")[0] for made in rendered("linux-64")
                 if made["package"]["name"] == "hnn-run-cuda"}
        self.assertEqual(names, {"cuda" + release.replace(".", "")})

    def test_misspelt_keys_are_refused(self):
        """What renders has only keys that rattler-build knows."""
        text = RECIPE.read_text()
        for key in ("requirements", "script", "summary", "package_contents", "skip"):
            self.assertIn(f" {key}:", text)
            with self.assertRaises(RecipeParseError):
                Stage0Recipe.from_yaml(text.replace(f" {key}:", f" {key}s:"))

    def test_expected_files_are_those_of_the_packages(self):
        self.check_expected_files("hnn-run", "hnn-run-neuron")

    @need_cuda
    def test_expected_files_are_those_of_the_cuda_package(self):
        self.check_expected_files("hnn-run-cuda")

    def check_expected_files(self, *names):
        for made in rendered(SUBDIR):
            name = made["package"]["name"]
            expected = re.findall(r"\b(?:lib/hnn-run|share)/[a-z0-9_./-]+", json.dumps(made["tests"]))
            if name in names:
                self.assertLessEqual({path for path in expected if "evoked" not in path},
                                     files_of_package(name))
                self.assertTrue(expected)

    def test_metapackage_is_built_and_tested_by_rattler_build(self):
        """The one output without compilers of conda-forge; its test installs the others."""
        variant, = (v for v in variants_of(SUBDIR) if v.recipe.to_dict()["package"]["name"] ==
                    "hnn-run-all" and v.variant["cuda_compiler_version"] == "None")
        channel = CHANNEL.as_uri()
        variant.run_build(output_dir=self.dir, channels=[channel])
        file, = (self.dir / SUBDIR).glob("hnn-run-all-*.conda")
        package = Package.from_file(file)
        self.assertEqual(len(package.tests), 1)
        self.assertTrue(package.run_test(0, channel=[channel]).success)

    @unittest.skipUnless(SMITHY, "conda-smithy is not installed; the Python registry has none")
    def test_lint_of_conda_forge(self):
        """It asks for a maintainer, whom the feedstock names, and for nothing else."""
        done = subprocess.run([SMITHY, "recipe-lint", RECIPE.parent], capture_output=True, text=True)
        told = done.stdout + done.stderr
        self.assertRegex(done.stdout, r"\A.* has some lint:\n.*recipe-maintainers.*\n\Z", told)


if __name__ == "__main__":
    unittest.main()
