"""What the choices of the export dialog mean as an operation, and as a command that does the same."""

import shlex
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, cast

from workstation.display.operations import IMAGE, ImageParameters, image
from workstation.display.picture import PictureFormat
from workstation.display.segment_files import SegmentFiles
from workstation.display.value_scale import ScaleOf
from workstation.errors import UserError
from workstation.exporting.operations import OPERATIONS as EXPORTING
from workstation.exporting.operations import ExportParameters, export
from workstation.gui.panels.exporting.form import FIELDS_OF, PICTURES, ExportForm
from workstation.gui.panels.exporting.subject import Subject
from workstation.jobs.job import Job
from workstation.model.annotation import Annotation
from workstation.model.frame import LookupTable, Window
from workstation.operations.arguments import to_words
from workstation.operations.operation import Operation
from workstation.operations.values import Range, Size
from workstation.quick_dataclass import dataclass

UNSAVED = (
    "# Without the annotations that are not saved: save what is seen (Ctrl+S), and add --annotations with that file."
)
OTHER_LOOKS = "# All of the segments, in their own colours: what was hidden or coloured by hand only the window knows."
OTHER_SUV = "# Windows of PET are in SUVbw by the headers: what was chosen or corrected of that only the window knows."
_Given = ImageParameters | ExportParameters
_EXPORT = next(each for each in EXPORTING if each.id == "export")


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """An operation that the window runs as a job, and the words that do the same without a window.

    ``live`` are annotations that are drawn and are in no file yet: no words can name them. ``segments`` are drawn with
    the looks that they have in the window; ``scale_of`` gives what it says values as; ``remarks`` say what the words
    leave out.
    """

    operation: Operation
    parameters: Any
    words: tuple[str, ...]
    output: Path
    live: tuple[Annotation, ...] = ()
    segments: SegmentFiles | None = None
    scale_of: ScaleOf | None = None
    remarks: tuple[str, ...] = ()

    @property
    def command(self) -> str:
        """Give it as a line for a shell, with remarks on what it leaves out."""
        return "\n".join((*self.remarks, shlex.join(("workstation", "--batch", *self.words))))

    def results(self, job: Job) -> list[Any]:
        """Do it."""
        run: Callable[[Any, Job], Iterator[Any]] = self.operation.run
        if self.operation in (IMAGE, _EXPORT):
            drawn = image if self.operation is IMAGE else export
            run = partial(drawn, live=self.live, segments=self.segments, scale_of=self.scale_of)
        return list(run(self.parameters, job))


def request_of(form: ExportForm, subject: Subject) -> ExportRequest:
    """Give choices as an operation.

    Raises
    ------
    UserError, ValueError
        With a sentence, where they are none.
    """
    output = Path(form.destination).expanduser()
    wants = FIELDS_OF[form.format]
    live = subject.annotations(form.scope) if form.annotations and "annotations" in wants else ()
    is_over = form.segments and "segments" in wants and subject.has_segments(form.scope)
    segments = subject.segments if is_over else None
    given, said = _parameters(form, subject, output)
    if segments is not None:
        said = replace(said, segments=segments.paths, opacity=round(segments.files.opacity, 3))
    says_values = form.format == "pdf" or (form.burn_in and "burn_in" in wants)
    unsaid = (
        (UNSAVED, bool(live)),
        (OTHER_LOOKS, segments is not None and not segments.are_plain),
        (OTHER_SUV, subject.has_other_suv and says_values),
    )
    remarks = tuple(words for words, is_so in unsaid if is_so)
    operation = IMAGE if isinstance(given, ImageParameters) else _EXPORT
    words = (*operation.command, *to_words(said))
    files = segments.files if segments is not None else None
    return ExportRequest(operation, given, words, output, live, files, subject.scale_of, remarks)


def _parameters(form: ExportForm, subject: Subject, output: Path) -> tuple[_Given, _Given]:
    """Give what is done, and how a person would say it."""
    if form.scope == "image" and form.format in PICTURES:
        picture = _picture_parameters(form, subject, output)
        return picture, picture
    given = _export_parameters(form, subject, output)
    return given, replace(given, inputs=subject.short_inputs(form.scope))


def look_of(form: ExportForm, subject: Subject) -> dict[str, Any]:
    """Give the parameters by which images are looked at as in the pane; none where that is not wanted."""
    if subject.shown is None or not form.look:
        return {}
    view, frame = subject.shown.view, subject.shown.frame
    flips = (("horizontal", view.flipped_h), ("vertical", view.flipped_v))
    found: dict[str, Any] = {
        "invert": view.inverted,
        "rotate": str(90 * (view.rotation_quarters % 4)),
        "flip": tuple(name for name, on in flips if on),
        "interpolation": view.interpolation,
        "no_shutter": not view.shutter,
    }
    if isinstance(view.colours, str):
        found["colours"] = view.colours
    if isinstance(view.voi, Window):
        found |= {"window": (view.voi.center, view.voi.width), "function": view.voi.function}
    elif isinstance(view.voi, LookupTable):
        number = next((index for index, own in enumerate(frame.voi, 1) if own is view.voi), 0)
        found |= {"preset": f"file {number}"} if number else {}
    return found


def _size(form: ExportForm, subject: Subject) -> Size | None:
    if form.size == "pane":
        return Size(*subject.shown.size_px) if subject.shown is not None else None
    return Size.parse(form.size) if form.size else None


def _picture_parameters(form: ExportForm, subject: Subject, output: Path) -> ImageParameters:
    shown = subject.shown
    if shown is None:
        raise UserError("There is no image in the pane.")
    look = look_of(form, subject)
    size = _size(form, subject)
    if form.look and form.size == "pane" and shown.view.zoom is not None:
        look |= {"zoom": float(shown.view.zoom)}
        if shown.view.centre_px is not None:
            look |= {"centre": tuple(float(each) for each in shown.view.centre_px)}
    if form.look and form.size == "pane" and shown.view.centre_px is None:
        look |= {"side": tuple(sorted(shown.view.at_sides))}
    frames = (Range(shown.ref.number + 1, shown.ref.number + 1),) if shown.ref.instance.number_of_frames > 1 else ()
    return ImageParameters(
        inputs=subject.inputs("image"),
        output=output,
        frame=frames,
        size=size,
        annotations=_states(form, subject),
        burn_in=form.burn_in,
        format=cast(PictureFormat, form.format),
        **look,
    )


def _export_parameters(form: ExportForm, subject: Subject, output: Path) -> ExportParameters:
    wants = FIELDS_OF[form.format]
    given: dict[str, Any] = look_of(form, subject) if "look" in wants else {}
    if "size" in wants:
        given |= {"size": _size(form, subject), "burn_in": form.burn_in}
    if "annotations" in wants:
        given["annotations"] = _states(form, subject)
    if "rate" in wants and form.rate.strip():
        given["rate"] = _number(form.rate)
    if "codec" in wants:
        given["codec"] = form.codec
    if "every" in wants:
        given["every"] = form.every
    if "anonymise" in wants and form.anonymise:
        given["anonymise"] = form.anonymise
    if "icons" in wants:
        given["icons"] = form.icons
    if "layout" in wants:
        given |= {"layout": Size.parse(form.layout), "true_size": form.true_size, "no_header": not form.header}
        given |= {"page": form.page, "landscape": form.landscape}
    return ExportParameters(
        inputs=subject.inputs(form.scope),
        output=output,
        format=form.format,
        series=() if form.scope == "study" else (subject.series.series_instance_uid,),
        study=(subject.study.study_instance_uid,),
        overwrite=form.overwrite,
        with_names=form.names and "names" in wants and not given.get("anonymise"),
        **given,
    )


def _states(form: ExportForm, subject: Subject) -> tuple[Path, ...]:
    """Give the file of the presentation state that draws in the pane, where it is to be drawn."""
    shown = subject.shown
    return (shown.state,) if form.annotations and form.look and shown is not None and shown.state is not None else ()


def _number(text: str) -> float:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        raise ValueError(f"{text.strip()!r} is no number of images a second") from None
