"""Decides what the export dialog offers, what its choices mean as an operation, and what it remembers."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from workstation.errors import UserError
from workstation.exporting.operations import ExportFormat
from workstation.gui.panels.exporting.form import (
    ENDINGS,
    FIELDS_OF,
    FORMATS,
    MEDIA,
    MOVIES,
    PICTURES,
    ExportForm,
    Field,
)
from workstation.gui.panels.exporting.requests import ExportRequest, request_of
from workstation.gui.panels.exporting.subject import Scope, Subject
from workstation.quick_dataclass import dataclass


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
        return request_of(self.form, self._subject)

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
        hidden: tuple[Field, ...] = ("every", "names", "rate") if alone else ()
        hidden += ("names",) if form.anonymise and form.format in MEDIA else ()
        hidden += () if self._subject.has_annotations(form.scope) else ("annotations",)
        hidden += () if self._subject.has_segments(form.scope) else ("segments",)
        shown = tuple(each for each in FIELDS_OF[form.format] if each not in hidden)
        problem = self._problem(form, exists=exists)
        return Offer(self._subject.scopes(), formats, shown, goes_to_folder, exists, problem, self._note(form))

    def _note(self, form: ExportForm) -> str:
        shown = self._subject.shown
        if form.format in MEDIA or not form.look or shown is None or shown.view.presentation is None:
            return ""
        why = ": some of its layers are hidden" if shown.view.hidden_layers else ""
        is_drawn = shown.state is not None and form.annotations
        return "" if is_drawn else f"What the presentation state of the pane draws is not in it{why}."

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
