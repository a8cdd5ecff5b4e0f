"""Decides what the form of the corner text shows and what is typed there does; every change takes effect at once."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from workstation.display.corner_templates import CORNERS, MOST_LINES, Corner, CornerTemplates, Template
from workstation.errors import UserError
from workstation.quick_dataclass import dataclass

FIELDS: tuple[tuple[str, str], ...] = (
    ("Patient: name", "{PatientName}"),
    ("Patient: ID", "{PatientID}"),
    ("Patient: date of birth", "{PatientBirthDate}"),
    ("Patient: age at the study", "{Age}"),
    ("Patient: sex", "{PatientSex}"),
    ("Study: institution", "{InstitutionName}"),
    ("Study: description", "{StudyDescription}"),
    ("Study: accession number", "Acc. {AccessionNumber}"),
    ("Study: referring physician", "{ReferringPhysicianName}"),
    ("Time: date and time", "{When}"),
    ("Time: date", "{Date}"),
    ("Time: time", "{Time}"),
    ("Series: number", "Series {SeriesNumber}"),
    ("Series: description", "{SeriesDescription}"),
    ("Series: protocol", "{ProtocolName}"),
    ("Series: device", "{ManufacturerModelName}"),
    ("Image: which of how many", "{Image}"),
    ("Image: window", "{Window}"),
    ("Image: zoom", "Zoom {Zoom}"),
    ("Image: side", "{Side}"),
    ("Image: body part", "{BodyPart}"),
    ("Image: view", "{ViewPosition}"),
    ("Image: slice thickness", "Thickness {SliceThickness:.4g} mm"),
    ("Image: slice location", "Location {SliceLocation:.1f} mm"),
    ("Image: pixel spacing", "{Spacing}"),
    ("Image: lossy compression", "{Lossy}"),
    ("CT: tube voltage", "{KVP:.0f} kV"),
    ("CT: tube current", "{XRayTubeCurrent:.0f} mA"),
    ("CT: kernel", "{ConvolutionKernel}"),
    ("CT: gantry tilt", "Gantry tilt {Tilt}"),
    ("CT: contrast agent", "{ContrastBolusAgent}"),
    ("MR: repetition time", "TR {RepetitionTime:.0f} ms"),
    ("MR: echo time", "TE {EchoTime:.4g} ms"),
    ("MR: inversion time", "TI {InversionTime:.0f} ms"),
    ("MR: flip angle", "{FlipAngle:.3g}°"),
    ("MR: b-value", "b {DiffusionBValue:.0f}"),
    ("X-ray: exposure", "{ExposureInuAs:.0f} µAs"),
    ("X-ray: angles of the C-arm", "{Angulation}"),
    ("X-ray: compressed thickness", "{BodyPartThickness:.0f} mm"),
    ("Ultrasound: mechanical index", "MI {MechanicalIndex:.2g}"),
)
"""What is offered to be put in, in words, and how it is written; any other attribute can be typed."""
CORNER_WORDS: dict[Corner, str] = {
    "top_left": "Top left",
    "top_right": "Top right",
    "bottom_left": "Bottom left",
    "bottom_right": "Bottom right",
}


@dataclass(frozen=True, slots=True)
class CornerForm:
    """What the form shows: the lines of one corner as text, and where they come from, in words."""

    modality: str
    corner: Corner
    text: str
    origin: str
    can_reset: bool


class CornerTextView(Protocol):
    """What the presenter needs of the panel."""

    def show_modalities(self, names: tuple[str, ...], chosen: str) -> None:
        """Offer these; the empty one stands for all that have no lines of their own."""

    def show_form(self, form: CornerForm) -> None:
        """Show the lines of a corner, to be changed."""

    def show_origin(self, words: str, *, can_reset: bool) -> None:
        """Say where the lines come from, while they are typed."""

    def show_problem(self, text: str) -> None:
        """Say below the lines why they do not hold; empty where they do."""


class CornerTextPresenter:
    """Keeps the form and the templates together.

    ``on_changed`` gets the templates after every change that is understood; one that is not is told, and changes
    nothing.
    """

    def __init__(
        self,
        view: CornerTextView,
        templates: CornerTemplates,
        *,
        save: Callable[[CornerTemplates], None] = CornerTemplates.save,
    ) -> None:
        self._view = view
        self._save = save
        self.templates = templates
        self.modality = ""
        self.corner: Corner = "top_left"
        self._is_saved = True
        self.on_changed: Callable[[CornerTemplates], None] = lambda _templates: None

    def open(self, modality: str) -> None:
        """Show the lines of a modality."""
        self.finish()
        self.modality = modality.strip().upper()
        self._show_all()
        self._view.show_problem(" ".join(self.templates.notes))

    def choose(self, corner: Corner) -> None:
        """Show another corner."""
        self.finish()
        self.corner = corner
        self._view.show_form(self._form())
        self._view.show_problem("")

    def edit(self, text: str) -> None:
        """Take over what is typed, one line of the corner a line."""
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        problem = _problem(lines)
        self._view.show_problem(problem)
        if problem or lines == self._lines():
            return
        self.templates, self._is_saved = self.templates.changed(self.modality, self.corner, lines), False
        self._view.show_origin(self._origin(), can_reset=self._is_own)
        self.on_changed(self.templates)

    def finish(self) -> None:
        """Write what was changed, once a hand has left the form."""
        if self._is_saved:
            return
        try:
            self._save(self.templates)
        except UserError as error:
            self._view.show_problem(f"{error.message} {error.hint}".strip())
            return
        self._is_saved = True
        self.templates = replace(self.templates, notes=())

    def reset(self) -> None:
        """Go back to the lines that the program came with, in all corners of the modality."""
        self.set_templates(self.templates.reset(self.modality))
        self.on_changed(self.templates)

    def set_templates(self, templates: CornerTemplates) -> None:
        """Show others, as undo brings back."""
        self.templates, self._is_saved = templates, False
        self._show_all()
        self._view.show_problem("")
        self.finish()

    @property
    def _is_own(self) -> bool:
        return self.modality in self.templates.own

    def _show_all(self) -> None:
        known = {*self.templates.shipped, *self.templates.own, self.modality}
        self._view.show_modalities(tuple(sorted(known)), self.modality)
        self._view.show_form(self._form())

    def _form(self) -> CornerForm:
        return CornerForm(self.modality, self.corner, "\n".join(self._lines()), self._origin(), self._is_own)

    def _lines(self) -> list[str]:
        return [line.source for line in self.templates.of(self.modality)[CORNERS.index(self.corner)]]

    def _origin(self) -> str:
        for words, table in (("Yours", self.templates.own), ("As it comes with the program", self.templates.shipped)):
            for modality in dict.fromkeys((self.modality, "")):
                if self.corner in table.get(modality, {}):
                    is_shared = modality != self.modality
                    return f"{words}, for all modalities without lines of their own." if is_shared else f"{words}."
        return "Nothing stands here."


def _problem(lines: Sequence[str]) -> str:
    if len(lines) > MOST_LINES:
        return f"A corner holds {MOST_LINES} lines at most."
    for number, line in enumerate(lines, 1):
        try:
            Template.parse(line)
        except ValueError as error:
            return f"Line {number}: {error}."
    return ""
