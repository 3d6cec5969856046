# SPDX-License-Identifier: BSD-3-Clause
"""Question: does the CUDA engine give the native engine's bits on every golden case, from
beginning to end?  (golden.native.* hold the native engine against the reference.)"""

import unittest

from emulation import CudaCase
from golden.check_case import options_of
from harness import GOLDEN


class Golden(CudaCase):
    def assert_case(self, case):
        model = [GOLDEN / case / "network.json", *options_of(case)]
        native = self.results("native", *model, "-e", "native")
        self.assert_same_results(native, self.cuda("cuda", *model))

    def test_alpha(self):
        self.assert_case("alpha")

    def test_default_legacy(self):
        self.assert_case("default_legacy")

    def test_evoked(self):
        self.assert_case("evoked")

    def test_gamma(self):
        self.assert_case("gamma")

    def test_recordings(self):
        self.assert_case("recordings_3x3")


if __name__ == "__main__":
    unittest.main(verbosity=2)
