# SPDX-License-Identifier: BSD-3-Clause
"""Question: do the commands do what the manual says, with the exit status it says?"""

import json
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import (BUILD, ENGINES, EXAMPLES, GOLDEN, NEURON, PROGRAM, SMALL, SOURCE, Case,
                     events, needs_mpi, needs_neuron, run)


class Commands(Case):
    def test_help_of_everything(self):
        overview = run("--help")
        self.assert_status(overview, 0)
        for command in ("run", "validate", "describe", "convert", "models", "engines", "mechanisms",
                        "doctor", "bench"):
            self.assertIn(command, overview.stdout)
            process = run(command, "--help")
            self.assert_status(process, 0)
            self.assertIn("usage: hnn-run", process.stdout)
            self.assertEqual(run("help", command).stdout, process.stdout)

    def test_version_names_engines_and_libraries(self):
        process = run("--version")
        self.assert_status(process, 0)
        self.assertRegex(process.stdout, r"^hnn-run \d+\.\d+\.\d+\n")
        for part in (*ENGINES, "hdf5"):
            self.assertIn(part, process.stdout)

    def test_wrong_usage(self):
        for args, fragment in (
                ([], "usage"),
                (["--nonsense"], "unknown option --nonsense"),
                (["a.yaml", "b.yaml"], "one MODEL at a time"),
                (["m.yaml", "-e", "nativ"], "did you mean 'native'"),
                (["m.yaml", "-j", "0"], "--threads 0"),
                (["m.yaml", "--ranks", "x"], "--ranks x"),
                (["m.yaml", "--record", "dipol"], "'dipol' cannot be recorded"),
                (["m.yaml", "--record", "vsec=dendrite"], "should be soma or all"),
                (["m.yaml", "--progress", "loud"], "--progress loud"),
                (["m.yaml", "-s", "tstop"], "path.to.key=value"),
                (["m.yaml", "-o"], "needs a value"),
                (["describe"], "which MODEL"),
                (["doctor", "--dry-run"], "does not go with"),
                (["doctor", "--progress", "json"], "option --progress does not go with"),
                (["valdate", "m.yaml"], "did you mean 'validate'"),
                (["help", "nothing"], "no command 'nothing'"),
        ):
            with self.subTest(args=args):
                self.assert_fails(run(*args, cwd=self.dir), 2, fragment)

    def test_models_are_listed_and_run_by_name(self):
        process = run("models")
        self.assert_status(process, 0)
        names = [line.split()[0] for line in process.stdout.splitlines()]
        self.assertEqual(names, sorted(names))
        for name in ("neymotin_2020", "law_2021", "calcium", "gamma"):
            self.assertIn(name, names)
            self.assert_status(run("validate", name), 0)

    def test_validate(self):
        process = run("validate", EXAMPLES / "evoked.yaml")
        self.assert_status(process, 0)
        self.assertIn("270 cells, 3 drives, 2 trials of 170 ms", process.stdout)
        self.assertRegex(process.stdout, r"engine +native")

    def test_describe(self):
        process = run("describe", EXAMPLES / "evoked.yaml")
        self.assert_status(process, 0)
        for word in ("L5_pyramidal", "apical_trunk", "hh2", "gabab", "evprox1"):
            self.assertIn(word, process.stdout)

    def test_describe_has_units_and_defaults(self):
        text = run("describe", "neymotin_2020").stdout
        self.assertRegex(text, r"hh2 +gnabar +0\.12 \(default\) +S/cm2 +soma")

    def test_mechanisms(self):
        everything = run("mechanisms")
        self.assert_status(everything, 0)
        engines = [engine["name"] for engine in json.loads(run("engines", "--json").stdout)]
        self.assertRegex(everything.stdout, rf"\n  ca +{', '.join(engines)} +gbar +High-voltage")
        listed = {m["name"]: m for m in json.loads(run("mechanisms", "--json").stdout)}
        for file in [*SOURCE.glob("mechanisms/*.mod"), *SOURCE.glob("mechanisms/builtin/*.mod")]:
            self.assertEqual(listed[file.stem]["engines"], engines)
        one = run("mechanisms", "hh")
        self.assert_status(one, 0)
        self.assertIn("gnabar     0.12  S/cm2  0 to 1e+09", one.stdout)
        self.assertEqual(json.loads(run("mechanisms", "hh", "--json").stdout), listed["hh"])
        self.assert_fails(run("mechanisms", "hh3"), 2, "no mechanism 'hh3'; did you mean 'hh'?")
        self.assertEqual(listed["NMDA_gao"]["recorded_current"], "i")
        self.assertEqual(listed["pas"]["parameters"][0]["limits"], [0, 1e9])

    def test_doctor(self):
        process = run("doctor")
        self.assert_status(process, 0)
        for engine in ENGINES:
            self.assertIn(engine, process.stdout)
        report = run("doctor", "--json")
        self.assert_status(report, 0)
        self.assertIsInstance(json.loads(report.stdout), dict)

    def test_every_example_is_valid(self):
        examples = sorted(EXAMPLES.glob("*.yaml"))
        self.assertGreaterEqual(len(examples), 8)
        for example in examples:
            with self.subTest(example=example.name):
                self.assert_status(run("validate", example), 0)

    def test_convert_is_stable(self):
        for source in (GOLDEN / "evoked" / "network.json", EXAMPLES / "evoked.yaml"):
            once, twice = self.dir / "once.yaml", self.dir / "twice.yaml"
            self.assert_status(run("convert", source, "-o", once), 0)
            self.assert_status(run("convert", once, "-o", twice), 0)
            self.assertEqual(once.read_text(), twice.read_text())

    def test_convert_runs_the_same(self):
        yaml = self.dir / "model.yaml"
        self.assert_status(run("convert", *SMALL, "-o", yaml), 0)
        self.assert_status(run(*SMALL, "-o", self.dir / "a"), 0)
        self.assert_status(run(yaml, "-o", self.dir / "b"), 0)
        self.assert_same_results(self.dir / "a", self.dir / "b")

    def test_dry_run_runs_nothing(self):
        process = run(*SMALL, "--dry-run", "-o", self.dir / "out")
        self.assert_status(process, 0)
        self.assertRegex(process.stdout, r"engine +native")
        self.assertFalse((self.dir / "out").exists())
        plan = json.loads(run(*SMALL, "-e", ENGINES[-1], "--dry-run", "--json").stdout)
        self.assertEqual(plan["engine"], ENGINES[-1])
        self.assertEqual(plan["ranks"], 1)

    @needs_mpi
    def test_dry_run_shows_the_mpi_command(self):
        process = run(*SMALL, "--dry-run", "--ranks", "2")
        self.assert_status(process, 0)
        self.assertRegex(process.stdout, r"mpirun .*-n 2 .*hnn-run")

    def test_engines_that_are_missing(self):
        self.assert_fails(run(*SMALL, "-e", "cuda", "-o", self.dir / "o"), 3, "cuda")

    def test_trials_in_one_process_equal_single_ones(self):
        self.assert_status(run(*SMALL, "-n", "3", "-o", self.dir / "three"), 0)
        self.assert_status(run(*SMALL, "-n", "1", "-o", self.dir / "one"), 0)
        for name in ("dpl_0.txt", "spk_0.txt"):
            self.assertEqual((self.dir / "three" / name).read_bytes(),
                             (self.dir / "one" / name).read_bytes())
        self.assertNotEqual((self.dir / "three" / "spk_0.txt").read_bytes(),
                            (self.dir / "three" / "spk_1.txt").read_bytes())


class Results(Case):
    def test_run_json_tells_what_ran(self):
        self.assert_status(run(*SMALL, "-e", ENGINES[-1], "-o", self.dir / "out"), 0)
        info = json.loads((self.dir / "out" / "run.json").read_text())
        text = json.dumps(info)
        for word in (ENGINES[-1], "event_seed", "--tstop"):
            self.assertIn(word, text)

    def test_existing_results_are_kept(self):
        out = self.dir / "out"
        self.assert_status(run(*SMALL, "-o", out), 0)
        before = (out / "results.h5").read_bytes()
        self.assert_fails(run(*SMALL, "--tstop", "5", "-o", out), 5, "--overwrite")
        self.assertEqual(before, (out / "results.h5").read_bytes())
        self.assert_status(run(*SMALL, "--tstop", "5", "-o", out, "--overwrite"), 0)
        self.assertNotEqual(before, (out / "results.h5").read_bytes())

    def test_default_folder_is_named_after_the_model(self):
        self.assert_status(run(*SMALL, cwd=self.dir), 0)
        self.assertTrue((self.dir / "network-results" / "results.h5").exists())

    def test_unwritable_folder(self):
        blocker = self.write("file", "")
        self.assert_fails(run(*SMALL, "-o", blocker / "out"), 5, str(blocker))

    def test_full_disk(self):
        out = self.dir / "out"
        process = run(*SMALL, "--record", "dipole,vsec=all", "-o", out, file_limit=65536)
        self.assert_status(process, 5)
        self.assertIn("results.h5", process.stderr)
        self.assert_nothing_left(out)


class Events(Case):
    def test_stream(self):
        process = run(*SMALL, "-e", ENGINES[-1], "-n", "2", "--progress", "json", "-o", self.dir / "out")
        self.assert_status(process, 0)
        seen = events(process)
        kinds = [event["event"] for event in seen]
        self.assertEqual(kinds[0], "start")
        self.assertEqual(kinds[1], "plan")
        self.assertEqual(kinds[-1], "done")
        self.assertEqual(kinds.count("trial"), 2)
        progress = [event for event in seen if event["event"] == "progress"]
        self.assertGreater(len(progress), 2)
        for key in ("trial", "of", "t", "tstop", "eta_s"):
            self.assertIn(key, progress[0])

    def test_errors_are_events(self):
        path = self.write("bad.yaml", "schema: hnn/1\nnetwork: {model: neymotin_2020}\nsimulation: {tstop: -1}\n")
        process = run(path, "--progress", "json")
        self.assert_status(process, 2)
        errors = [event for event in events(process) if event["event"] == "error"]
        self.assertEqual((errors[0]["line"], errors[0]["code"]), (3, "model"))
        self.assertTrue(errors[0]["file"].endswith("bad.yaml"))

    def interrupt(self, number, out, trials):
        process = subprocess.Popen(
            [str(PROGRAM), *SMALL, *NEURON, "-n", str(trials), "--tstop", "100", "--progress", "json",
             "-o", str(out)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        seen = []
        for line in process.stdout:
            seen.append(json.loads(line))
            if seen[-1]["event"] == "progress" and seen[-1]["trial"] == 1:
                process.send_signal(number)
                break
        rest, _ = process.communicate(timeout=60)
        return process.returncode, [json.loads(line) for line in rest.splitlines()]

    @needs_neuron
    def test_interrupt_saves_finished_trials(self):
        for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            out = self.dir / f"out{number}"
            code, rest = self.interrupt(number, out, 50)
            self.assertEqual(code, status)
            self.assertEqual(rest[-1]["event"], "interrupted")
            self.assertTrue((out / "results.h5").exists())
            self.assertTrue((out / "dpl_0.txt").exists())
            self.assertFalse(list(out.glob("*.part")))

    @needs_neuron
    def test_interrupt_of_the_first_trial_leaves_nothing(self):
        out = self.dir / "out"
        process = subprocess.Popen([str(PROGRAM), *SMALL, *NEURON, "--tstop", "5000", "-o", str(out)],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(2)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130)
        self.assert_nothing_left(out)


class Independence(Case):
    def test_starts_no_other_program(self):
        log = self.dir / "strace"
        strace = ["strace", "-f", "-qq", "-e", "trace=execve", "-o", str(log)]
        for engine in ENGINES:
            process = run(*SMALL, "-e", engine, "-o", self.dir / engine, launcher=strace)
            self.assert_status(process, 0)
            started = [line for line in log.read_text().splitlines() if "execve(" in line]
            self.assertEqual(len(started), 1, started)

    def test_results_need_no_function_of_the_c_library(self):
        """exp and the like differ between C libraries: base/accurate.h has our own."""
        functions = "exp exp2 expm1 log log2 log10 log1p pow sin cos tan sincos sinh cosh tanh cbrt hypot"
        for file in (PROGRAM, PROGRAM.parent.parent / "lib" / "hnn-run" / "engine-native.so"):
            symbols = subprocess.run(["nm", "-D", "--undefined-only", file], check=True,
                                     capture_output=True, text=True).stdout.split()
            imported = {symbol.split("@")[0] for symbol in symbols}
            self.assertIn("sqrt", imported)  # exactly rounded everywhere
            self.assertEqual(imported & set(functions.split()), set())

    def test_needs_no_environment(self):
        for engine in ENGINES:
            process = run(*SMALL, "-e", engine, "-o", self.dir / engine, env={}, cwd="/")
            self.assert_status(process, 0)

    def test_through_a_link_from_elsewhere(self):
        link = self.dir / "a name with spaces"
        link.symlink_to(PROGRAM)
        process = subprocess.run([str(link), "models"], stdout=subprocess.PIPE, env={}, cwd="/")
        self.assertEqual(process.returncode, 0)
        self.assertIn(b"neymotin_2020", process.stdout)


class Library(Case):
    def test_program_of_another_kind_runs_a_model(self):
        source = self.write("client.c", """
#include <hnn.h>
#include <stdio.h>
static void on_event(const char *json, void *user) { (void)json; ++*(int *)user; }
int main(int argc, char **argv) {
    int events = 0;
    hnn_run_options options;
    hnn_run_options_init(&options);
    const char *overrides[] = {"simulation.tstop=2"};
    options.model = argv[1]; options.output = argv[2]; options.program = argv[3];
    options.overrides = overrides; options.n_overrides = 1;
    options.on_event = on_event; options.user = &events;
    int status = argc == 4 ? hnn_run(&options) : 2;
    printf("%s %d", hnn_version(), events > 3);
    return status;
}""")
        client = self.dir / "client"
        library = next(BUILD.rglob("libhnn.so")).parent
        subprocess.run(["cc", str(source), "-o", str(client), f"-I{SOURCE}/runtime/include",
                        f"-L{library}", "-lhnn", f"-Wl,-rpath,{library}"], check=True)
        process = subprocess.run([str(client), SMALL[0], str(self.dir / "out"), str(PROGRAM)],
                                 stdout=subprocess.PIPE, text=True)
        self.assertEqual(process.returncode, 0)
        self.assertRegex(process.stdout, r"^\d+\.\d+\.\d+ 1$")
        self.assertTrue((self.dir / "out" / "results.h5").exists())


if __name__ == "__main__":
    unittest.main(verbosity=2)
