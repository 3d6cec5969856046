# SPDX-License-Identifier: BSD-3-Clause
"""Question: is a mechanism under a name that nothing else knows listed, described, run and recorded
by every engine as one of the project's own?

The engines of tests/mechanisms have copies of cad and NMDA_gao under other names, and a synapse like
ExpSyn whose current is not called i: their numbers have to be the originals'."""

import json
import os
import sys
import unittest
from pathlib import Path

import h5py
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import BUILD, ENGINES, Case, run

PREFIX = BUILD / "tests" / "mechanisms"
OTHERS = {**os.environ, "HNN_PREFIX": str(PREFIX),
          "LD_LIBRARY_PATH": str(BUILD / "tests" / "cuda" / "driver")}
NAMES = {"cad": "cad_copy", "NMDA_gao": "NMDA_copy", "ExpSyn": "ExpSyn_own"}
MODEL = """schema: hnn/1
network:
  cells:
    A:
      positions: [[0, 0, 0], [50, 0, 0]]
      synapses:
        ampa: {{mechname: {ExpSyn}, e: 0, tau: 2}}
        nmda: {{mechname: {NMDA_gao}, Cdur: 1.5}}
      sect_loc: {{proximal: [soma, dend], distal: [tuft]}}
      sections:
        soma: {{diam: 20, cm: 1, Ra: 150, end_pts: [[0, 0, 0], [0, 0, 20]],
               mechs: {{hh2: {{}}, ca: {{gbar: 60}}, {cad}: {{taur: 20}}}}, syns: [ampa]}}
        dend: {{diam: 3, cm: 1, Ra: 150, end_pts: [[0, 0, 20], [0, 0, 150]],
               parent: {{section: soma, end: 1}}, mechs: {{pas: {{}}, {cad}: {{}}}}, syns: [ampa]}}
        tuft: {{diam: 2, cm: 1, Ra: 150, end_pts: [[0, 0, 150], [0, 0, 220]],
               parent: {{section: dend, end: 1}}, mechs: {{pas: {{}}}}, syns: [nmda, ampa]}}
        foot: {{diam: 2, cm: 1, Ra: 150, end_pts: [[0, 0, 0], [0, 0, -60]],
               parent: {{section: soma, end: 0}}, mechs: {{pas: {{}}}}}}
drives:
  p: {{type: poisson, location: proximal, rate_constant: 150, weights_ampa: {{A: 0.03}}}}
  d: {{type: poisson, location: distal, rate_constant: 150, weights_ampa: {{A: 0.005}},
      weights_nmda: {{A: 0.01}}}}
simulation: {{tstop: 40}}
record: {{dipole: false, vsec: all, isec: all, ca: all}}
"""


class Mechanisms(Case):
    def trial(self, name, mechanisms, *options, **how):
        model = self.write(f"{name}.yaml", MODEL.format(**mechanisms))
        self.assert_status(run(model, "-o", self.dir / name, *options, **how), 0)
        return h5py.File(self.dir / name / "results.h5")["trials/0"]

    def pairs(self, ours, theirs):
        """(name, our values, their values) of everything that was recorded."""
        found = []
        theirs.visititems(lambda name, item: found.append((name, ours[name][:], item[:]))
                          if isinstance(item, h5py.Dataset) else None)
        return found

    def test_every_engine_records_them(self):
        original = self.trial("original", {name: name for name in NAMES}, "-e", "native")
        self.assertEqual(sorted(original["ca/0"]), ["dend", "soma", "tuft"])
        self.assertGreater(np.ptp(original["ca/0/soma"][:]), 1e-4)  # mM
        self.assertLess(original["isec/0/tuft_nmda"][:].min(), -1e-3)  # nA
        self.assertGreater(len(original["spikes/time"]), 20)
        for engine in ("native", "cuda"):
            with self.subTest(engine=engine):
                for name, ours, theirs in self.pairs(
                        self.trial(engine, NAMES, "-e", engine, env=OTHERS), original):
                    self.assertTrue(np.array_equal(ours, theirs), name)
        if "neuron" not in ENGINES:
            return
        with self.subTest(engine="neuron"):
            for name, ours, theirs in self.pairs(
                    self.trial("neuron", NAMES, "-e", "neuron", env=OTHERS), original):
                if not name.startswith("spikes"):
                    self.assertLess(np.max(np.abs(ours - theirs)) / np.max(np.abs(theirs)), 1e-9,
                                    name)

    def test_they_are_described(self):
        listed = {m["name"]: m for m in
                  json.loads(run("mechanisms", "--json", env=OTHERS).stdout)}
        for name in NAMES.values():
            self.assertEqual(listed[name]["engines"], ["cuda", *ENGINES], name)
        self.assertEqual(listed["ExpSyn_own"]["recorded_current"], "isyn")
        self.assertNotIn("cad", listed)
        text = run("mechanisms", "cad_copy", env=OTHERS).stdout
        self.assertIn("calcium is recorded in sections with it", text)
        model = self.write("model.yaml", MODEL.format(**NAMES))
        self.assertRegex(run("describe", model, env=OTHERS).stdout,
                         r"cad_copy +taur +200 \(default\) +ms +dend")

    def test_what_an_engine_lacks(self):
        model = self.write("model.yaml", MODEL.format(**NAMES))
        self.assert_fails(run("validate", model), 2, "no membrane mechanism 'cad_copy'",
                          "no synapse mechanism 'NMDA_copy'", "model.yaml:")


if __name__ == "__main__":
    unittest.main(verbosity=2)
