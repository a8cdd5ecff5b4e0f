"""Tells whether something lies on a medium that will be taken out: a disc, a stick."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

DISC_SYSTEMS = frozenset(("iso9660", "udf", "cdfs"))


class Partition(NamedTuple):
    """What is mounted where."""

    device: str
    mountpoint: str
    fstype: str
    opts: str


def removable_medium(
    path: Path,
    *,
    partitions: Callable[[], Sequence[Partition]] | None = None,
    is_removable_device: Callable[[str], bool] | None = None,
) -> str | None:
    """Give the mount point of the removable medium that a path lies on; None where it lies on none."""
    mounted = (partitions or _partitions)()
    parents = {str(path), *map(str, path.parents)}
    here = max(
        (each for each in mounted if each.mountpoint in parents), key=lambda each: len(each.mountpoint), default=None
    )
    if here is None or here.mountpoint == "/":
        return None
    is_disc = here.fstype.lower() in DISC_SYSTEMS
    says_so = bool({"removable", "cdrom"} & set(here.opts.split(",")))
    if is_disc or says_so or (is_removable_device or _is_removable_device)(here.device):
        return here.mountpoint
    return None


def _partitions() -> list[Partition]:
    import psutil

    return [Partition(*each[:4]) for each in psutil.disk_partitions(all=False)]


def _is_removable_device(device: str, *, system: Path = Path("/sys/class/block")) -> bool:
    """Ask the Linux kernel; a partition is as removable as the disk it is on."""
    name = Path(device).name
    for flag in (system / name / "removable", (system / name).resolve().parent / "removable"):
        try:
            return flag.read_text(encoding="ascii").strip() == "1"
        except OSError:
            continue
    return False
