# SPDX-License-Identifier: BSD-3-Clause
"""Question: does the program as a whole answer bad input with the right message, place and
exit status, and leave nothing behind? (negative/ checks every kind of error in a file.)"""

import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import GOLDEN, PROGRAM, SMALL, Case, run

GOOD = "schema: hnn/1\nnetwork: {model: neymotin_2020}\nsimulation: {tstop: 20}\n"


class BadInput(Case):
    def refused(self, path, *fragments, status=2, options=()):
        out = self.dir / "out"
        process = run(path, *options, "-o", out)
        self.assert_fails(process, status, *fragments)
        self.assertFalse(out.exists())
        return process

    def test_all_errors_of_a_file_are_told(self):
        path = self.write("m.yaml", GOOD + "recrod: {dipole: true}\n"
                          "drives:\n  d: {type: evoked, location: proximal, mu: ten, sigma: -1,\n"
                          "      weights_ampa: {L5_pyramdal: 0.1}}\n")
        process = self.refused(path, "m.yaml:4:1: error:", "did you mean 'record'",
                               "did you mean 'L5_pyramidal'")
        self.assertGreaterEqual(process.stderr.count("error:"), 4)

    def test_missing_file(self):
        self.refused(self.dir / "none.yaml", "none.yaml", "No such file")

    def test_folder_as_model(self):
        self.refused(self.dir, "directory")

    def test_misspelt_bundled_model(self):
        self.refused("neymotin_2002", "neymotin_2020")

    def test_empty_file(self):
        self.refused(self.write("m.yaml", ""), "m.yaml", "empty")

    def test_binary_file(self):
        path = self.dir / "m.yaml"
        path.write_bytes(bytes(range(256)) * 64)
        self.refused(path, "m.yaml:")

    def test_truncated_json(self):
        text = (GOLDEN / "recordings_3x3" / "network.json").read_text()
        self.refused(self.write("m.json", text[:len(text) // 2]), "m.json:")

    def test_deep_nesting(self):
        path = self.dir / "m.json"
        with path.open("wb") as file:
            for _ in range(100):
                file.write(b"[" * 1_000_000)
        self.refused(path, "m.json:1:", "64")

    def test_huge_mesh_is_refused_with_its_memory(self):
        path = self.write("m.yaml", GOOD.replace("2020}", "2020, mesh: [400, 400]}", 1))
        self.refused(path, "GB", "mesh", status=3)

    def test_model_from_standard_input(self):
        good = run("-", "-o", self.dir / "out", stdin=GOOD.replace("tstop: 20", "tstop: 1"))
        self.assert_status(good, 0)
        self.assert_fails(run("-", stdin="schema: hnn/2\n"), 2, "error:", "hnn/1")

    def test_overrides_are_named(self):
        self.refused(SMALL[0], "simulation.tstpo", options=["-s", "simulation.tstpo=3"])
        self.refused(SMALL[0], "tstop", options=["--tstop", "-3"])
        self.refused(SMALL[0], "trials", options=["-n", "0"])
        self.refused(SMALL[0], "dt", options=["--dt", "nan"])

    def test_unknown_mechanism_names_the_known_ones(self):
        for name, known in (("hh3", "did you mean 'hh'?"), ("conductance", "hh2, kca, km and pas")):
            self.refused(SMALL[0], "error:", name, known, options=[
                "-s", f"network.cells.L2_basket.sections.soma.mechs={{{name}: {{}}}}"])

    def test_unknown_mechanism_parameter(self):
        self.refused(SMALL[0], "error:", "gnabr", options=[
            "-s", "network.cells.L2_basket.sections.soma.mechs={hh2: {gnabr: 1}}"])

    def test_smoothing_longer_than_the_run(self):
        options = ["-s", "postprocess.smooth=300"]
        self.refused(SMALL[0], "smooth", options=options)
        self.assert_fails(run("validate", SMALL[0], *options), 2, "smooth")
        self.refused(self.write("m.yaml", GOOD + "postprocess: {smooth: 30}\n"),
                     "m.yaml:4:14: error: postprocess.smooth is 30 ms, longer than the 20 ms")

    def test_byte_order_mark(self):
        path = self.dir / "m.yaml"
        path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
        self.assert_status(run("validate", path), 0)

    def test_control_characters_stay_out_of_messages(self):
        process = self.refused(self.write("m.yaml", GOOD + '"\\e[2Jfoo": 3\n'), "'?[2Jfoo'")
        self.assertNotIn("\x1b", process.stderr)

    def test_param_file_of_something_else(self):
        self.refused(self.write("m.param", "foo: 3\n"), "m.param:1:1: error: no name in this file")

    def test_too_many_threads_and_ranks(self):
        for option in "--threads", "--ranks":
            self.refused(SMALL[0], f"{option} 4097", "1 to 4096", options=[option, "4097"])

    def test_output_that_does_not_arrive(self):
        for words in ["doctor"], ["models"], ["--help"], ["--version"], ["validate", SMALL[0]]:
            with open("/dev/full", "w") as full:
                process = subprocess.run([PROGRAM, *words], stdout=full, stderr=subprocess.PIPE,
                                         text=True, timeout=60)
            self.assertEqual(process.returncode, 5, words)
            self.assertIn("cannot write standard output: No space left", process.stderr)

    def test_closed_streams_are_not_results(self):
        out = self.dir / "out"
        closed = f"exec <&- >&- 2>&-; {PROGRAM} {SMALL[0]} --tstop 2 -o {out} --progress json"
        subprocess.run(["sh", "-c", closed], timeout=60, check=False)
        self.assertEqual((out / "results.h5").read_bytes()[:4], b"\x89HDF")
        self.assertNotIn(b'"event"', (out / "results.h5").read_bytes())

    def test_unsorted_spike_train_is_sorted_with_a_warning(self):
        drive = ("drives:\n  t: {type: spike_train, location: proximal, times: [[9, 3, 6]],\n"
                 "      weights_ampa: {L5_pyramidal: 0.1}}\n")
        out = self.dir / "out"
        process = run(self.write("m.yaml", GOOD + drive), "-o", out)
        self.assert_status(process, 0)
        self.assertIn("warning:", process.stderr)
        times = [line.split()[0] for line in (out / "spk_0.txt").read_text().splitlines()
                 if line.split()[2] == "t"]
        self.assertEqual(times, ["3.000", "6.000", "9.000"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
