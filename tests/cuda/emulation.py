# SPDX-License-Identifier: BSD-3-Clause
"""What the tests of the CUDA engine share: an installation whose CUDA engine runs on this
processor (emulated.c), on machines that are made up.

With HNN_CUDA_DEVICE=1 in the environment the installation under test and the GPUs of this machine
are used instead."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import BUILD, GOLDEN, Case, run

ON_DEVICE = os.environ.get("HNN_CUDA_DEVICE") == "1"
SMALL = [GOLDEN / "recordings_3x3" / "network.json", "-s", "postprocess.smooth=0"]
WITH_MPI = (BUILD / "lib" / "hnn-run" / "comm-mpi.so").exists()


def environment(**settings):
    """With what emulated.c reads: memory=... is HNN_CUDATEST_MEMORY."""
    prefix = BUILD / "tests" / "cuda"
    own = {} if ON_DEVICE else {"HNN_PREFIX": str(prefix), "LD_LIBRARY_PATH": str(prefix / "driver")}
    return {**os.environ, **own,
            **{f"HNN_CUDATEST_{name.upper()}": str(value) for name, value in settings.items()}}


def machine(gpu_nodes):
    """A machine in hwloc's XML: two NUMA nodes of one core each, and a GPU at each node of the
    list, in that order on the bus."""
    def sets(mask):
        return " ".join(f'{name}="{mask:#010x}"' for name in
                        ("cpuset", "complete_cpuset", "nodeset", "complete_nodeset"))

    def gpu(number):
        return (f'<object type="PCIDev" gp_index="{100 + number}" pci_link_speed="0.0" '
                f'pci_busid="0000:{16 + number:02x}:00.0" '
                'pci_type="0302 [10de:2335] [10de:18be] a1"/>')

    nodes = ""
    for node in range(2):
        own, gpus = sets(1 << node), [gpu(i) for i, at in enumerate(gpu_nodes) if at == node]
        bridge = (f'<object type="Bridge" gp_index="{50 + node}" bridge_type="0-1" depth="0" '
                  f'bridge_pci="0000:[00-ff]">{"".join(gpus)}</object>') if gpus else ""
        nodes += (f'<object type="Package" os_index="{node}" {own} gp_index="{10 + node}">'
                  f'<object type="NUMANode" os_index="{node}" {own} gp_index="{20 + node}" '
                  f'local_memory="8589934592"/>'
                  f'<object type="Core" os_index="{node}" {own} gp_index="{30 + node}">'
                  f'<object type="PU" os_index="{node}" {own} gp_index="{40 + node}"/></object>'
                  f'{bridge}</object>')
    return ('<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE topology SYSTEM "hwloc2.dtd">'
            f'<topology version="2.0"><object type="Machine" os_index="0" {sets(3)} '
            'allowed_cpuset="0x00000003" allowed_nodeset="0x00000003" gp_index="1">'
            f'{nodes}</object></topology>')


class CudaCase(Case):
    def results(self, name, *options, **how):
        folder = self.dir / name
        self.assert_status(run(*options, "-o", folder, **how), 0)
        return folder

    def cuda(self, name, *options, launcher=(), **settings):
        return self.results(name, *options, "-e", "cuda", env=environment(**settings),
                            launcher=launcher)
