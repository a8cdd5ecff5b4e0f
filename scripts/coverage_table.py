"""Show or refuse every file of a folder, and write what came out as a table: `make coverage` makes docs/coverage.md."""

import argparse
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydicom import Dataset

from workstation.display.pdf_pages import PdfPages
from workstation.display.render import render
from workstation.display.view import View
from workstation.display.waveform_page import arrangement_of
from workstation.display.waveforms import WaveformRenderer, WaveformView
from workstation.errors import UserError
from workstation.model.image import Image
from workstation.model.index.library import Library
from workstation.model.index.records import Instance, Place
from workstation.model.pixels.transfer_syntaxes import TRANSFER_SYNTAXES
from workstation.model.reading import read_dataset
from workstation.model.refusal import Reason, Refused
from workstation.objects.encapsulated import NAMES, DocumentKind, document_of, is_document
from workstation.objects.presentation.reading import is_presentation_state, presentation_state
from workstation.objects.sr.pages import as_html, as_text
from workstation.objects.sr.reading import is_report, report_of
from workstation.objects.structure_set import is_structure_set, structure_set_of
from workstation.objects.waveform import is_waveform, waveform_of

SIZE_PX = (256, 256)
SHOWN, NO_IMAGE, REFUSED, UNEXPECTED = "shown", "in the index, nothing to look at", "refused", "UNEXPECTED ERROR"
OUTCOMES = (SHOWN, NO_IMAGE, REFUSED, UNEXPECTED)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file; ``kind`` is what it holds, for files with an image."""

    path: Path
    outcome: str
    reason: str = ""
    message: str = ""
    kind: str = ""


def main(argv: Sequence[str] | None = None) -> int:
    """Write the table; give 1 if a file was neither shown nor refused with a reason."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--output", type=Path, required=True, metavar="FILE.md")
    arguments = parser.parse_args(argv)
    folder = arguments.folder.resolve()
    outcomes = sorted(_outcomes(folder), key=lambda outcome: outcome.path)
    arguments.output.write_text("\n".join(_page(folder, outcomes)) + "\n", encoding="utf-8")
    counts = Counter(outcome.outcome for outcome in outcomes)
    print(", ".join(f"{counts[name]} {name}" for name in OUTCOMES if counts[name]) + f": {arguments.output}")
    return 1 if counts[UNEXPECTED] else 0


def _outcomes(folder: Path) -> Iterable[Outcome]:
    files = {Path(root, name) for root, _, names in os.walk(folder) for name in names}
    with Library.in_memory() as library:
        library.add([folder])
        instances, refused = library.instances(), library.refused()
    for each in refused:
        files.discard(each.place.path)
        yield Outcome(each.place.path, REFUSED, each.reason, each.message)
    for instance in instances:
        for place in instance.places:
            files.discard(place.path)
            yield _try(instance, place.path)
    for path in files:
        # The index follows a list of media to its files and keeps these; nothing else may be missing from it.
        if _is_list_of_media(path):
            yield Outcome(path, NO_IMAGE, kind="a list of media (DICOMDIR), followed to its files")
        else:
            yield Outcome(path, UNEXPECTED, message="neither in the index nor refused")


def _is_list_of_media(path: Path) -> bool:
    try:
        return "DirectoryRecordSequence" in read_dataset(Place(path))
    except Refused:
        return False


def _try(instance: Instance, path: Path) -> Outcome:
    kind = f"{instance.modality or '?'}, {_name(instance.transfer_syntax_uid)}"
    try:
        image = Image.open(path)
        try:
            for number in {0, image.number_of_frames // 2, image.number_of_frames - 1}:
                render(image.frame(number), View(), SIZE_PX)
        finally:
            image.close()
    except Refused as refused:
        if refused.reason is Reason.NO_IMAGE:
            return _try_object(instance, path)
        return Outcome(path, REFUSED, refused.reason, refused.message, kind)
    except Exception as error:  # noqa: BLE001  # a bug, which this table is there to show
        return Outcome(path, UNEXPECTED, message=f"{type(error).__name__}: {error}", kind=kind)
    return Outcome(path, SHOWN, kind=kind)


def _try_object(instance: Instance, path: Path) -> Outcome:
    """Show what holds no image as the window does: a tree, pages, curves, or over images."""
    kind = instance.modality or "?"
    try:
        shown = _show_object(Place(path))
    except UserError as error:
        return Outcome(path, REFUSED, str(getattr(error, "reason", "")), error.message, kind)
    except Exception as error:  # noqa: BLE001  # as above
        return Outcome(path, UNEXPECTED, message=f"{type(error).__name__}: {error}", kind=kind)
    if shown is None:
        return Outcome(path, NO_IMAGE, kind=f"{kind}, {_name(instance.transfer_syntax_uid)}")
    return Outcome(path, SHOWN, kind=f"{kind}, {shown}")


def _name(transfer_syntax_uid: str) -> str:
    known = TRANSFER_SYNTAXES.get(transfer_syntax_uid)
    return known.name if known is not None else transfer_syntax_uid or "no transfer syntax"


def _page(folder: Path, outcomes: Sequence[Outcome]) -> list[str]:
    by_topic: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        parts = outcome.path.relative_to(folder).parts
        by_topic[parts[0] if len(parts) > 1 else "(top)"].append(outcome)
    counts = Counter(outcome.outcome for outcome in outcomes)
    return [
        "# What becomes of every sample file",
        "",
        f"Made by `make coverage` from the {len(outcomes)} files of `{folder.name}/`: each is indexed, and its first,",
        "middle and last frame are decoded and rendered; reports, documents, curves, structures and presentation",
        "states are read and shown as the window does. A file is shown, or in the index without anything to look",
        "at, or refused with a reason.",
        "",
        *_table(["folder", "files", *OUTCOMES[: 4 if counts[UNEXPECTED] else 3]], _rows(by_topic, counts)),
        *(line for topic, each in sorted(by_topic.items()) for line in _section(folder, topic, each)),
    ]


def _rows(by_topic: dict[str, list[Outcome]], counts: Counter[str]) -> list[list[str]]:
    shown = OUTCOMES[: 4 if counts[UNEXPECTED] else 3]
    rows = []
    for topic, outcomes in sorted(by_topic.items()):
        of_topic = Counter(outcome.outcome for outcome in outcomes)
        rows.append(
            [f"[{topic}](#{_anchor(topic)})", str(len(outcomes)), *(str(of_topic[name] or "") for name in shown)]
        )
    rows.append(["**all**", str(sum(counts.values())), *(str(counts[name] or "") for name in shown)])
    return rows


def _section(folder: Path, topic: str, outcomes: Sequence[Outcome]) -> list[str]:
    groups: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        what = outcome.kind if outcome.outcome in (SHOWN, NO_IMAGE) else _plainly(outcome, folder)
        groups[outcome.outcome, what].append(outcome)
    ordered = sorted(groups.items(), key=lambda item: (OUTCOMES.index(item[0][0]), item[0][1]))
    rows = [[outcome, what, str(len(each)), _names(each)] for (outcome, what), each in ordered]
    return ["", f"## {topic}", "", *_table(["outcome", "what, or why not", "files", "which"], rows)]


def _plainly(outcome: Outcome, folder: Path) -> str:
    message = outcome.message.replace(str(folder), folder.name).removeprefix(f"{outcome.path.name}: ")
    return f"{outcome.reason}: {message}" if outcome.reason else message


def _names(outcomes: Sequence[Outcome]) -> str:
    names = [f"`{outcome.path.name}`" for outcome in outcomes]
    return ", ".join(names) if len(names) <= 4 else f"{names[0]} … {names[-1]}"


def _anchor(topic: str) -> str:
    return topic.strip("()").lower()


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |" for line in lines]


def _show_object(place: Place) -> str | None:
    """Show an object without pixels; None where there is nothing to show it with. Refused where it cannot be read."""
    dataset = read_dataset(place)
    return next((found for show in _WAYS for found in show(dataset)), None)


def _report(dataset: Dataset) -> Iterator[str]:
    if is_report(dataset):
        report = report_of(dataset)
        if as_text(report) and as_html(report):
            yield "as a tree"


def _waveform(dataset: Dataset) -> Iterator[str]:
    if is_waveform(dataset):
        for group in waveform_of(dataset).groups:
            WaveformRenderer(group).picture(WaveformView(arrangement=arrangement_of(group)), SIZE_PX)
        yield "curves on paper"


def _document(dataset: Dataset) -> Iterator[str]:
    if is_document(dataset):
        document = document_of(dataset)
        if document.kind is not DocumentKind.PDF:
            yield f"told as {NAMES[document.kind]}"
            return
        with PdfPages(document.data) as pages:
            pages.picture(0, 0.5)
        yield "page by page"


def _structures(dataset: Dataset) -> Iterator[str]:
    if is_structure_set(dataset):
        count = sum(bool(structure.contours) for structure in structure_set_of(dataset).structures)
        yield "contours over images" if count else "a list of structures without contours"


def _presentation(dataset: Dataset) -> Iterator[str]:
    if is_presentation_state(str(dataset.get("SOPClassUID", ""))):
        presentation_state(dataset)
        yield "applied to images"


_WAYS: tuple[Callable[[Dataset], Iterator[str]], ...] = (
    _report,
    _waveform,
    _document,
    _structures,
    _presentation,
)


if __name__ == "__main__":
    sys.exit(main())
