"""Decides what the export dialog offers, what its choices mean as an operation, and what it remembers."""

import shlex
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal, Protocol, cast

from workstation.display.operations import OPERATIONS as DISPLAY
from workstation.display.operations import ImageParameters
from workstation.display.picture import PictureFormat
from workstation.errors import UserError
from workstation.exporting.operations import OPERATIONS as EXPORTING
from workstation.exporting.operations import ExportFormat, ExportParameters
from workstation.gui.panels.exporting.subject import Scope, Subject
from workstation.model.frame import LookupTable, Window
from workstation.operations.arguments import to_words
from workstation.operations.operation import Operation
from workstation.operations.values import Range, Size

FORMATS: dict[ExportFormat, str] = {
    "png": "PNG pictures",
    "jpeg": "JPEG pictures",
    "tiff": "TIFF pictures",
    "mp4": "MP4 movie",
    "gif": "GIF animation",
    "pdf": "PDF pages",
    "dicom": "DICOM files",
    "dicomdir": "DICOM medium (DICOMDIR)",
    "zip": "DICOM medium in a ZIP archive",
}
ENDINGS: dict[str, str] = {
    "png": ".png",
    "jpeg": ".jpg",
    "tiff": ".tiff",
    "mp4": ".mp4",
    "gif": ".gif",
    "pdf": ".pdf",
    "zip": ".zip",
}
PICTURES, MOVIES, MEDIA = ("png", "jpeg", "tiff"), ("mp4", "gif"), ("dicom", "dicomdir", "zip")
PATIENTS: tuple[tuple[str, str], ...] = (
    ("", "Stays in the files"),
    ("basic", "Taken out: Basic Profile of PS3.15"),
    ("archive", "Taken out: for an archive (dates moved)"),
    ("research", "Taken out: for research (device kept)"),
    ("teaching", "Taken out: for teaching (no dates)"),
)
SIZES: tuple[tuple[str, str], ...] = (
    ("", "As the images are"),
    ("pane", "As in the pane"),
    ("512x512", "512 x 512"),
    ("1024x1024", "1024 x 1024"),
    ("1920x1080", "1920 x 1080"),
)
Field = Literal["size", "look", "burn_in", "every", "rate", "codec", "layout", "paper", "names", "anonymise"]
_OF_FORMAT: dict[str, tuple[Field, ...]] = {
    **dict.fromkeys(PICTURES, ("size", "look", "burn_in", "every", "names")),
    "mp4": ("size", "look", "burn_in", "every", "rate", "codec", "names"),
    "gif": ("size", "look", "burn_in", "every", "rate", "names"),
    "pdf": ("look", "every", "layout", "paper"),
    "dicom": ("anonymise", "names"),
    "dicomdir": ("anonymise",),
    "zip": ("anonymise",),
}


@dataclass(frozen=True, slots=True)
class ExportForm:
    """The choices of the dialog; text where a person types."""

    scope: Scope = "series"
    format: ExportFormat = "png"
    size: str = ""
    look: bool = True
    burn_in: bool = False
    every: int = 1
    rate: str = ""
    codec: Literal["vp9", "mpeg4"] = "vp9"
    layout: str = "3x4"
    page: Literal["a4", "letter"] = "a4"
    landscape: bool = False
    true_size: bool = False
    header: bool = True
    names: bool = False
    anonymise: str = ""
    destination: str = ""
    overwrite: bool = False

    def kept(self) -> dict[str, str]:
        """Give what the next dialog begins with; where it went to, but not whether something was replaced."""
        folder = str(Path(self.destination).parent) if self.destination else ""
        return {key: str(value) for key, value in asdict(replace(self, destination=folder, overwrite=False)).items()}

    @classmethod
    def of(cls, kept: dict[str, str]) -> "ExportForm":
        """Take what was kept; what cannot be understood is as at first."""
        plain = cls()
        given: dict[str, Any] = {}
        for item in fields(cls):
            value, usual = kept.get(item.name, ""), getattr(plain, item.name)
            if isinstance(usual, bool):
                given[item.name] = value == "True" if value in ("True", "False") else usual
            elif isinstance(usual, int):
                given[item.name] = int(value) if value.isdecimal() and 1 <= int(value) <= 1000 else usual
            else:
                given[item.name] = value or usual
        made = cls(**given)
        allowed = (
            made.format in FORMATS
            and made.anonymise in dict(PATIENTS)
            and made.page in ("a4", "letter")
            and made.codec in ("vp9", "mpeg4")
        )
        return replace(made, overwrite=False) if allowed else plain


@dataclass(frozen=True, slots=True)
class Offer:
    """What the dialog shows for a form: scopes and formats there are, the fields that matter, and what is wrong.

    ``note`` says what may surprise, and hinders nothing.
    """

    scopes: tuple[tuple[Scope, str], ...]
    formats: tuple[tuple[ExportFormat, str], ...]
    fields: tuple[Field, ...]
    goes_to_folder: bool
    exists: bool
    problem: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """An operation that the window runs as a job, and the words that do the same without a window."""

    operation: Operation
    parameters: Any
    words: tuple[str, ...]
    output: Path

    @property
    def command(self) -> str:
        """Give it as a line for a shell."""
        return shlex.join(("workstation", "--batch", *self.words))


class ExportView(Protocol):
    """What the presenter needs of the dialog."""

    def show_form(self, form: ExportForm, offer: Offer) -> None:
        """Show these choices."""

    def close_dialog(self) -> None:
        """Go."""


class ExportPresenter:
    """Keeps the dialog and its choices together.

    Parameters
    ----------
    view
        The dialog.
    subject
        What can be exported.
    kept
        What an earlier dialog kept; the choices are put into it when something is exported.
    on_export, on_preview
        Told what is to be done.
    """

    def __init__(
        self,
        view: ExportView,
        subject: Subject,
        kept: dict[str, str],
        *,
        on_export: Callable[[ExportRequest], None],
        on_preview: Callable[[ExportForm], None] = lambda _form: None,
    ) -> None:
        self._view, self._subject, self._kept = view, subject, kept
        self._on_export, self._on_preview = on_export, on_preview
        self._named_by_hand = False
        self.form = self._begun(ExportForm.of(kept))

    def open(self) -> None:
        """Show the dialog as it was left."""
        self._show()

    def change(self, form: ExportForm) -> None:
        """Take choices over; the destination follows the format until a person has named it."""
        before = self.form
        if form.destination != before.destination:
            self._named_by_hand = True
        self.form = self._possible(form)
        if (self.form.format, self.form.scope) != (before.format, before.scope):
            self.form = replace(self.form, destination=self._destination(self.form), overwrite=False)
        self._show()

    def export(self) -> None:
        """Have it done, unless something is wrong."""
        request = self._checked()
        if request is not None:
            self._kept.clear()
            self._kept.update(self.form.kept())
            self._view.close_dialog()
            self._on_export(request)

    def preview(self) -> None:
        """Have the pages shown before they are written."""
        self._on_preview(self.form)

    def command(self) -> str:
        """Give the line that does the same without a window; empty where something is wrong."""
        try:
            return self.request().command
        except (UserError, ValueError):
            return ""

    def request(self) -> ExportRequest:
        """Give the choices as an operation; UserError or ValueError with a sentence where they are none."""
        form, subject = self.form, self._subject
        output = Path(form.destination).expanduser()
        if form.scope == "image" and form.format in PICTURES:
            return _request(DISPLAY, "image", _picture_parameters(form, subject, output), output)
        given = _export_parameters(form, subject, output)
        short = replace(given, inputs=subject.short_inputs(form.scope))
        return _request(EXPORTING, "export", given, output, shown=short)

    def _checked(self) -> ExportRequest | None:
        offer = self._offer()
        return None if offer.problem else self.request()

    def _show(self) -> None:
        self._view.show_form(self.form, self._offer())

    def _offer(self) -> Offer:
        form = self.form
        formats = tuple((key, words) for key, words in FORMATS.items() if self._has(form.scope, key))
        goes_to_folder = not self._is_one_file(form)
        path = Path(form.destination).expanduser()
        exists = bool(form.destination) and _is_taken(path, form, is_file=not goes_to_folder)
        alone = form.scope == "image"
        hidden = ("every", "names", "rate") if alone else ("names",) if form.anonymise and form.format in MEDIA else ()
        shown = tuple(each for each in _OF_FORMAT[form.format] if each not in hidden)
        problem = self._problem(form, exists=exists)
        return Offer(self._subject.scopes(), formats, shown, goes_to_folder, exists, problem, self._note(form))

    def _note(self, form: ExportForm) -> str:
        shown = self._subject.shown
        if form.format not in MEDIA and form.look and shown is not None and shown.view.presentation is not None:
            return "What the presentation state of the pane draws is not in it."
        return ""

    def _problem(self, form: ExportForm, *, exists: bool) -> str:
        if not form.destination.strip():
            return "Say where to."
        if not self._is_one_file(form) and Path(form.destination).suffix.lower() in ENDINGS.values():
            return "Several files are written: give the name of a folder."
        if exists and not form.overwrite:
            can_replace = form.format not in ("dicom", "dicomdir")
            return "It is there already." if can_replace else "The folder is not empty: choose a new one."
        try:
            self.request()
        except UserError as error:
            return f"{error.message} {error.hint}".strip()
        except ValueError as error:
            text = str(error)
            return f"{text[:1].upper()}{text[1:]}."
        return ""

    def _is_one_file(self, form: ExportForm) -> bool:
        if form.format in MOVIES:
            return form.scope == "series" and self._subject.is_one_stack()
        return form.format in ("pdf", "zip") or (form.scope == "image" and form.format in PICTURES)

    def _has(self, scope: Scope, key: str) -> bool:
        return key in PICTURES if scope == "image" else True

    def _possible(self, form: ExportForm) -> ExportForm:
        """Bring choices together that contradict each other."""
        scopes = [key for key, _words in self._subject.scopes()]
        form = replace(form, scope=form.scope if form.scope in scopes else "series")
        return form if self._has(form.scope, form.format) else replace(form, format="png")

    def _begun(self, form: ExportForm) -> ExportForm:
        folder = form.destination or str(Path.home())
        form = self._possible(replace(form, destination=str(Path(folder) / "x")))
        return replace(form, destination=self._destination(form))

    def _destination(self, form: ExportForm) -> str:
        given = Path(form.destination)
        name = given.stem if self._named_by_hand and form.destination else self._subject.suggested_name(form.scope)
        ending = ENDINGS.get(form.format, "") if self._is_one_file(form) else ""
        path, number = given.parent / f"{name}{ending}", 1
        while not self._named_by_hand and path.exists():
            number += 1
            path = given.parent / f"{name}-{number}{ending}"
        return str(path)


def _is_taken(path: Path, form: ExportForm, *, is_file: bool) -> bool:
    try:
        if is_file or form.format in ("dicom", "dicomdir"):
            return path.exists() and not (path.is_dir() and not any(path.iterdir()))
    except OSError:
        return False
    return path.is_file()


def _request(
    operations: tuple[Operation, ...], name: str, parameters: Any, output: Path, *, shown: Any = None
) -> ExportRequest:
    operation = next(each for each in operations if each.id == name)
    words = (*operation.command, *to_words(shown or parameters))
    return ExportRequest(operation, parameters, words, output)


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
        burn_in=form.burn_in,
        format=cast(PictureFormat, form.format),
        **look,
    )


def _export_parameters(form: ExportForm, subject: Subject, output: Path) -> ExportParameters:
    wants = _OF_FORMAT[form.format]
    given: dict[str, Any] = look_of(form, subject) if "look" in wants else {}
    if "size" in wants:
        given |= {"size": _size(form, subject), "burn_in": form.burn_in}
    if "rate" in wants and form.rate.strip():
        given["rate"] = _number(form.rate)
    if "codec" in wants:
        given["codec"] = form.codec
    if "every" in wants:
        given["every"] = form.every
    if "anonymise" in wants and form.anonymise:
        given["anonymise"] = form.anonymise
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


def _number(text: str) -> float:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        raise ValueError(f"{text.strip()!r} is no number of images a second") from None
