# SPDX-License-Identifier: BSD-3-Clause
"""Question: are the results the same, byte for byte, for every number of ranks, and does
a failing or interrupted rank end all of them?"""

import json
import os
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import ENGINES, EXAMPLES, NEURON, PROGRAM, SMALL, Case, events, mpirun, needs_neuron, run

HERE = Path(__file__).resolve().parent
EVERYTHING = ["--record", "dipole,spikes,vsec=all,isec=all,ca=all"]


class Ranks(Case):
    def results(self, name, *options, ranks=0, spawn=False):
        folder = self.dir / name
        launcher = mpirun(ranks) if ranks and not spawn else ()
        extra = ["--ranks", ranks] if spawn else []
        process = run(*options, *extra, "-o", folder, launcher=launcher)
        self.assert_status(process, 0)
        return folder

    def assert_same_on(self, counts, *model):
        """The files of one process, and of each number of ranks, for every engine."""
        for engine in ENGINES:
            with self.subTest(engine=engine):
                one = self.results(f"{engine}-1", *model, "-e", engine)
                for ranks in counts:
                    name = f"{engine}-n{ranks}"
                    self.assert_same_results(one, self.results(name, *model, "-e", engine,
                                                               ranks=ranks))

    def test_all_recordings(self):
        self.assert_same_on((1, 2, 3, 4), *SMALL, "--tstop", "60", *EVERYTHING)

    def test_full_column(self):
        self.assert_same_on((2, 4), EXAMPLES / "evoked.yaml", "-n", "1", "--tstop", "45")

    def test_events_that_synapses_send_themselves(self):
        self.assert_same_on((2, 3, 4), HERE / "pulses.yaml")

    def test_trials_over_groups(self):
        self.assert_same_on((2, 3, 4, 6), *SMALL, "-n", "3")

    def test_all_recordings_of_trials_over_groups(self):
        self.assert_same_on((2, 4), *SMALL, "-n", "2", "--tstop", "5", *EVERYTHING)

    def test_more_ranks_than_cells_of_a_kind(self):
        self.assert_same_on((5,), *SMALL, "-s", "network.mesh=[1,1]", "--tstop", "5")

    def test_threads(self):
        model = [*SMALL, "-n", "3", *EVERYTHING]
        one = self.results("1", *model, "-j", "1")
        for threads in (2, 3, 5):
            self.assert_same_results(one, self.results(f"j{threads}", *model, "-j", threads))

    def test_started_by_the_program_itself(self):
        one = self.results("1", *SMALL, "-n", "2")
        two = self.results("r2", *SMALL, "-n", "2", ranks=2, spawn=True)
        self.assert_same_results(one, two)
        self.assertEqual(json.loads((two / "run.json").read_text())["placement"]["ranks"], 2)

    def test_one_start_event(self):
        process = run(*SMALL, "--ranks", "2", "--progress", "json", "-o", self.dir / "out")
        self.assert_status(process, 0)
        self.assertEqual([e["event"] for e in events(process)].count("start"), 1)

    def test_bad_model_is_told_once(self):
        path = self.write("bad.yaml", "schema: hnn/1\nnetwork: {modl: neymotin_2020}\n")
        process = run(path, launcher=mpirun(3))
        self.assertEqual(process.returncode, 2, process.stderr)
        self.assertEqual(process.stderr.count("bad.yaml:2:11: error:"), 1, process.stderr)

    @needs_neuron
    def test_interrupt_ends_all_ranks(self):
        folder = self.dir / "out"
        process = subprocess.Popen(
            [*mpirun(2), str(PROGRAM), *SMALL, *NEURON, "--tstop", "2000", "-o", str(folder)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(4)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        self.assertNotEqual(process.returncode, 0)
        self.assert_nothing_left(folder)

    @needs_neuron
    def test_killed_rank_ends_all(self):
        process = subprocess.Popen(
            [*mpirun(2), str(PROGRAM), *SMALL, *NEURON, "--tstop", "2000", "-o", str(self.dir / "out")],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
        time.sleep(4)
        ranks = subprocess.run(["pgrep", "-P", str(process.pid)], stdout=subprocess.PIPE,
                               text=True).stdout.split()
        self.assertEqual(len(ranks), 2)
        os.kill(int(ranks[1]), signal.SIGKILL)
        process.communicate(timeout=60)
        self.assertNotEqual(process.returncode, 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
