# SPDX-License-Identifier: BSD-3-Clause
"""Question: does an engine run that is put into the folder of plug-ins, with nothing compiled anew, and
is one that is broken told of and no harm?

The engines are those of plugins/fake_engine.c: they compute nothing."""

import json
import os
import shutil
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import BUILD, ENGINES, SMALL, Case, needs_mpi, needs_neuron, run

FAKES = BUILD / "tests" / "plugins" / "engines"


class Plugins(Case):
    def setUp(self):
        super().setUp()
        self.prefix = self.dir / "prefix"
        self.folder = self.prefix / "lib" / "hnn-run"
        self.folder.mkdir(parents=True)
        (self.prefix / "share").symlink_to(BUILD / "share")
        for plugin in (BUILD / "lib" / "hnn-run").glob("*.so"):
            (self.folder / plugin.name).symlink_to(plugin)

    def install(self, *names):
        for name in names:
            shutil.copy(FAKES / f"engine-{name}.so", self.folder)

    def hnn_run(self, *args):
        return run(*args, env={**os.environ, "HNN_PREFIX": str(self.prefix)})

    def json(self, *args):
        process = self.hnn_run(*args, "--json")
        self.assert_status(process, 0)
        return json.loads(process.stdout)

    def names(self):
        process = self.hnn_run("engines")
        self.assert_status(process, 0)
        return [line.split()[0] for line in process.stdout.splitlines()]


class Installed(Plugins):
    def test_runs(self):
        self.install("fake")
        out = self.dir / "out"
        self.assert_status(self.hnn_run(*SMALL, "-e", "fake", "-n", "2", "-o", out), 0)
        info = json.loads((out / "run.json").read_text())
        self.assertEqual(info["engine"]["name"], "fake")
        self.assertEqual(info["engine"]["description"], "a fake")
        self.assertEqual(info["engine"]["reason"], "The fake engine was chosen by name.")
        for k in range(2):
            spikes = [line.split()[1] for line in (out / f"spk_{k}.txt").read_text().splitlines()
                      if float(line.split()[0]) == 0]
            self.assertIn("0", spikes)
            self.assertEqual(len((out / f"dpl_{k}.txt").read_text().splitlines()), 1601)

    def test_from_the_model(self):
        self.install("fake")
        plan = self.json(*SMALL, "-s", "execution.engine=fake", "--dry-run")
        self.assertEqual(plan["engine"], "fake")
        self.assert_status(self.hnn_run("validate", *SMALL, "-e", "fake"), 0)

    def test_is_listed(self):
        before = self.names()
        self.assertEqual(before[-len(ENGINES):], list(ENGINES))
        self.install("fake", "eager", "unusable")
        self.assertEqual(self.names(), ["eager", *before, "fake", "unusable"])
        listed = {engine["name"]: engine for engine in self.json("engines")}
        self.assertEqual(listed["fake"]["text"], "computes nothing, for tests")
        if "neuron" in ENGINES:
            self.assertEqual(listed["neuron"]["max_threads"], 1)
        found = {engine["name"]: engine for engine in self.json("doctor")["engines"]}
        self.assertEqual((found["fake"]["usable"], found["fake"]["version"]), (True, "a fake"))
        self.assertEqual(found["unusable"]["why_not"], "1 threads are never enough")
        self.assertIn("engine fake     a fake\n", self.hnn_run("--version").stdout)

    def test_is_measured(self):
        self.install("fake")
        process = self.hnn_run("bench", *SMALL, "-e", "fake", "--runs", "1", "--json")
        self.assert_status(process, 0)
        self.assertEqual({row["engine"] for row in json.loads(process.stdout)["runs"]}, {"fake"})

    @needs_neuron
    def test_auto_goes_by_preference(self):
        self.install("fake")
        self.assertEqual(self.json(*SMALL, "--dry-run")["engine"], "native")
        self.install("eager")
        plan = self.json(*SMALL, "--dry-run")
        self.assertEqual(plan["engine"], "eager")
        self.assertEqual(plan["reason"], "The fake engine is usable and covers the model.")
        for engine in ("native", "neuron"):
            (self.folder / f"engine-{engine}.so").unlink()
        (self.folder / "engine-eager.so").unlink()
        self.assertEqual(self.json(*SMALL, "--dry-run")["engine"], "fake")

    def test_no_engine(self):
        for engine in self.folder.glob("engine-*.so"):
            engine.unlink()
        self.assert_fails(self.hnn_run(*SMALL, "--dry-run"), 3, "no engine can run this model here")
        self.assert_fails(self.hnn_run(*SMALL, "-e", "native"), 3, "no engine is installed there")
        self.assertIn("none is installed", self.hnn_run("doctor").stdout)

    @needs_mpi
    def test_spreads_no_cells(self):
        self.install("fake")
        self.assert_fails(self.hnn_run(*SMALL, "-e", "fake", "-n", "1", "--ranks", "2", "--dry-run"), 2,
                          "a trial runs on one rank, and there are 2 ranks for 1 trial; start "
                          "fewer ranks or take -e native")


class Named(Plugins):
    @needs_neuron
    def test_names_that_are_not_installed(self):
        here = str(self.folder)
        for option, status, message in (
                ("nueron", 2, "did you mean 'neuron'? (no engine-nueron.so in " + here),
                ("gpu", 3, f"engine 'gpu' is not installed (no engine-gpu.so in {here}; "),
                ("native+", 2, "expected auto, the name of an engine"),
                ("native+native", 2, "'native' stands there twice"),
                ("native+neuron", 2, "engines 'native' and 'neuron' cannot share the trials")):
            for command in (SMALL, ["validate", *SMALL], ["bench", *SMALL]):
                with self.subTest(engine=option, command=command[0]):
                    self.assert_fails(self.hnn_run(*command, "-e", option), status,
                                      f"error: --engine {option}: ", message)
        self.install("fake")
        self.assert_fails(self.hnn_run(*SMALL, "-e", "fake+native"), 2,
                          "engines 'fake' and 'native' cannot share the trials of a batch: they do "
                          "not compute the same bits")

    @needs_neuron
    def test_names_of_a_model(self):
        text = ("schema: hnn/1\nnetwork: {model: neymotin_2020}\n"
                "simulation: {tstop: 5}\nexecution: {engine: %s}\n")
        for name, status, message in (
                ("nueron", 2, "engine 'nueron' is not installed; did you mean 'neuron'?"),
                ("gpu", 3, "engine 'gpu' is not installed (no engine-gpu.so"),
                ("native+neuron", 2, "cannot share the trials")):
            path = self.write("m.yaml", text % name)
            for command in ([path], ["validate", path]):
                with self.subTest(engine=name, command=command[0]):
                    self.assert_fails(self.hnn_run(*command, "-o", self.dir / "o")
                                      if len(command) == 1 else self.hnn_run(*command), status,
                                      "m.yaml:4:21: error: execution.engine: ", message)
            self.assert_status(self.hnn_run("validate", path, "-e", "native"), 0)
        self.assert_nothing_left(self.dir / "o")


class Broken(Plugins):
    def test_are_told_of_and_do_no_harm(self):
        broken = {"old": "engine interface 0", "mute": "it has no hnn_this_engine",
                  "misnamed": "whose file would be engine-fake.so", "alien": "kind",
                  "auto": "no engine can be called auto", "text": "is damaged"}
        self.install(*(name for name in broken if name != "text"))
        (self.folder / "engine-text.so").write_text("not a library")
        late = {"halved": "gone.so is not there", "hollow": "it has no hnn_engine_entry"}
        self.install(*late)
        found = {engine["name"]: engine for engine in self.json("doctor")["engines"]}
        for name, message in {**broken, **late}.items():
            with self.subTest(engine=name):
                self.assertFalse(found[name]["usable"])
                self.assertIn(message, found[name]["why_not"])
                if name != "auto":
                    self.assert_fails(self.hnn_run(*SMALL, "-e", name, "--dry-run"), 3, message)
        self.assertTrue(found["native"]["usable"])
        listing = self.hnn_run("engines")
        self.assert_status(listing, 0)
        for name, message in broken.items():
            self.assertIn(f"warning: engine '{name}' cannot be used: ", listing.stderr)
            self.assertIn(message, listing.stderr)
        self.assertEqual(self.json(*SMALL, "--dry-run")["engine"], "native")

    @needs_neuron
    def test_neuron_without_its_library(self):
        (self.folder / "neuron.so").unlink()
        self.assertIn("neuron", self.names())
        self.assert_fails(self.hnn_run(*SMALL, "-e", "neuron", "--dry-run"), 3,
                          "The NEURON engine is not usable: ", "neuron.so is not there",
                          "; package hnn-run-neuron brings all that it needs; "
                          "-e native can run this model here")


if __name__ == "__main__":
    unittest.main(verbosity=2)
