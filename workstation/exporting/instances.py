"""DICOM for others: plain copies, media with a DICOMDIR, archives."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from workstation.exporting.chosen import Names
from workstation.exporting.icons import icon_of
from workstation.exporting.results import Exported, WrittenMedium
from workstation.jobs.job import Job
from workstation.model.index.records import Study
from workstation.model.pixels.transfer_syntaxes import TRANSFER_SYNTAXES
from workstation.objects.media.copying import Copier
from workstation.objects.media.writing import Named, Written, new_target, write_copies, write_medium
from workstation.operations.operation import ItemFailed, counted

Layout = Literal["dicom", "dicomdir", "zip"]
_EXPLICIT = "1.2.840.10008.1.2.1"
_JPEG = "1.2.840.10008.1.2.4."
PROFILES: tuple[tuple[str, frozenset[str]], ...] = (
    ("STD-GEN-CD", frozenset({_EXPLICIT})),
    ("STD-GEN-USB-JPEG", frozenset({_EXPLICIT, f"{_JPEG}50", f"{_JPEG}51", f"{_JPEG}70"})),
    ("STD-GEN-USB-J2K", frozenset({_EXPLICIT, f"{_JPEG}90", f"{_JPEG}91"})),
)
"""General purpose profiles and their transfer syntaxes (PS3.11 D, H, J)."""


def write_instances(
    studies: Sequence[Study],
    output: Path,
    layout: Layout,
    job: Job,
    *,
    copier: Copier | None = None,
    overwrite: bool = False,
    with_names: bool = False,
    file_set_id: str = "",
    with_icons: bool = False,
) -> Iterator[Exported | WrittenMedium | ItemFailed]:
    """Write all instances of studies, each byte for byte unless ``copier`` does otherwise.

    Parameters
    ----------
    layout
        ``dicom``: a folder for each series; ``dicomdir``, ``zip``: a medium, as a folder or as an archive.
    with_icons
        Whether the directory of a medium has a small picture of each image.

    Raises
    ------
    UserError
        If nothing can be written, or something is there already.
    """
    is_medium = layout != "dicom"
    with new_target(output, overwrite=overwrite) as target:
        if is_medium:
            icons = icon_of if with_icons else None
            written = write_medium(studies, target, job, copier=copier, file_set_id=file_set_id, icon_of=icons)
        else:
            written = write_copies(list(_named(studies, with_names=with_names)), target, job, copier=copier)
    yield from written.failures
    if is_medium:
        yield _medium(output, studies, written, is_unchanged=copier is None)
    else:
        how = "" if copier is None else ", without the patient"
        yield Exported(str(output), f"{counted(written.files, 'file')}{how}", written.files)


def _named(studies: Sequence[Study], *, with_names: bool) -> Iterator[Named]:
    names = Names(studies, with_names=with_names)
    for study in studies:
        for series in study.series:
            width = len(str(max(999, len(series.instances))))
            for number, instance in enumerate(series.instances, start=1):
                yield (*names.of(study, series).parts, f"{number:0{width}d}.dcm"), instance


def _medium(output: Path, studies: Sequence[Study], written: Written, *, is_unchanged: bool) -> WrittenMedium:
    instances = [each for study in studies for series in study.series for each in series.instances]
    syntaxes = Counter(each.transfer_syntax_uid for each in instances) if is_unchanged else Counter[str]()
    profile = next((name for name, allowed in PROFILES if syntaxes.keys() <= allowed), "") if syntaxes else ""
    notes = [] if is_unchanged else ["the patient was taken out of the files"]
    if is_unchanged and not profile:
        names = (getattr(TRANSFER_SYNTAXES.get(uid), "name", uid) for uid in syntaxes if uid != _EXPLICIT)
        notes.append(f"no general purpose profile has all of its transfer syntaxes ({', '.join(sorted(names))})")
    for keyword, count in sorted(written.filled.items()):
        times = "once" if count == 1 else f"{count} times"
        notes.append(f"{keyword} was filled in {times} in DICOMDIR, since the files have none")
    return WrittenMedium(
        str(output),
        written.files,
        sum(len(study.series) for study in studies),
        len(studies),
        profile,
        tuple(notes),
    )
