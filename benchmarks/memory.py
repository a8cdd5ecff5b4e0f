"""Peak memory of a process that builds a volume of 1,000 slices and cuts planes, beside the raw size of its pixels."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.row import Row
from benchmarks.slices import write_slices

SLICES, SIDE_PX = 1000, 512
TIMES, SPARE_MB = 1.3, 400
MB = 1e6

# A fresh process, so that nothing else counts: index the folder in memory, make the stack, build the volume.
_BUILD = """
import sys
from pathlib import Path
from workstation.model.index.library import Library
from workstation.model.volume import build_volume

with Library.in_memory() as library:
    library.add([Path(sys.argv[1])])
    (patient,) = library.patients()
    (stack,) = library.series(patient.studies[0].series[0].series_instance_uid).stacks
    volume = build_volume(stack)
assert volume.array_kji.shape == (int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[3]))
if sys.argv[4] == "planes":  # three planes of the patient, one at an angle, and a slab
    from workstation.volume.cutting.oblique import oblique_plane
    from workstation.volume.cutting.reslice import Reslicer
    from workstation.volume.cutting.slabs import Slab
    from workstation.volume.cutting.standard_planes import planes_of

    reslicer = Reslicer(volume)
    for name in ("axial", "sagittal", "coronal"):
        planes = planes_of(volume.grid, name)
        reslicer.frame(planes.plane(planes.count // 2), planes.size_px)
    middle = tuple(float(each) for each in (volume.grid.affine_lps @ [256, 256, 500, 1])[:3])
    plane, size_px = oblique_plane(volume.grid, (1.0, 0.5, 0.3), middle)
    reslicer.frame(plane, size_px)
    reslicer.frame(plane, size_px, slab=Slab(10.0, "mip"))
if sys.platform == "linux":  # ru_maxrss begins with what the parent had
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    print(int(status["VmHWM"].split()[0]) * 1024)
else:
    import resource

    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def rows() -> Iterator[Row]:
    """Measure both."""
    raw = SLICES * SIDE_PX * SIDE_PX * 2 / MB
    with tempfile.TemporaryDirectory() as folder:
        write_slices(Path(folder, "slices"), SLICES)
        for what, ending in (("volume", ""), ("planes", ", planes and a slab at an angle cut out of it")):
            size = (str(SLICES), str(SIDE_PX), what)
            command = [sys.executable, "-c", _BUILD, str(Path(folder, "slices")), *size]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            yield Row.at_most(
                f"memory for a volume of {SLICES} slices {SIDE_PX}x{SIDE_PX}{ending}",
                ours=int(done.stdout) / MB,
                limit=round(TIMES * raw + SPARE_MB),
                beside="raw pixels",
                peer=raw,
                unit="MB",
                note=f"peak of the whole process; the bar is {TIMES}x the raw pixels + {SPARE_MB} MB",
            )
