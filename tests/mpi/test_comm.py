# SPDX-License-Identifier: BSD-3-Clause
"""Question: does the MPI communicator carry messages, and does one rank's failure end all
ranks, with its exit status and without a hang?"""

import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import BUILD, mpirun

LIMIT = 60  # s


def ranks(n, scenario):
    command = [str(BUILD / "tests" / "comm_ranks"), scenario, str(BUILD / "lib" / "hnn-run")]
    return subprocess.run([*mpirun(n), *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, timeout=LIMIT)


class Comm(unittest.TestCase):
    def assert_status(self, process, status):
        self.assertEqual(process.returncode, status, process.stderr)

    def test_messages(self):
        for n in (2, 3, 4):
            self.assert_status(ranks(n, "exchange"), 0)

    def test_ranks_agree_on_failure(self):
        self.assert_status(ranks(3, "disagree"), 4)

    def test_abort_ends_all(self):
        self.assert_status(ranks(3, "abort"), 4)

    def test_crash_ends_all(self):
        self.assert_status(ranks(3, "crash"), 1)

    def test_mpirun_of_another_mpi(self):
        process = ranks(2, "foreign")
        self.assert_status(process, 3)
        self.assertIn("started 5 processes, but Open MPI", process.stderr)


if __name__ == "__main__":
    unittest.main()
