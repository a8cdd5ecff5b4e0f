"""The lines of text around pictures: what is seen, what is under the cross-hair, what was measured, what keys do."""

from workstation.display.cine import CineClock
from workstation.display.presets import voi_text
from workstation.display.probe import number_text, probe, unit_text
from workstation.display.value_scale import ValueScale
from workstation.measure.calibration import Calibration, SpacingFacts, calibration_at
from workstation.measure.measuring import measured
from workstation.measure.setting import Setting
from workstation.measure.words import plain_lines_of
from workstation.model.annotation import Annotation
from workstation.model.frame import Frame
from workstation.quick_dataclass import dataclass
from workstation.terminal.pointing import length_between, lengths_here
from workstation.terminal.session import EntryKind, Facts, PaneFacts, Session

PROMPTS: dict[EntryKind, str] = {
    "window": "Window (centre,width or a name): ",
    "image": "Image number: ",
    "search": "/",
}
GAP = "  "


@dataclass(frozen=True, slots=True)
class Told:
    """What the loop knows beside session and facts.

    Parameters
    ----------
    kind
        What is counted: ``image``, ``frame`` or ``plane``.
    plane
        The planes that are seen, in words; empty for images.
    clock
        The cine that runs.
    work
        What is being done in the background.
    spacing
        What the image says of its spacing beyond its frame; None for planes, and where it is not known.
    scale
        What values under the cross-hair are said as, too.
    """

    kind: str = "image"
    plane: str = ""
    clock: CineClock | None = None
    work: str = ""
    spacing: SpacingFacts | None = None
    scale: ValueScale | None = None


def status_line(session: Session, facts: Facts, told: Told) -> str:
    """Say what is seen in the active pane: which image, window, zoom, planes, cine."""
    pane, view = facts.panes[session.active], session.look.view
    parts = [f"{told.kind} {min(session.look.index, pane.count - 1) + 1}/{pane.count}", told.plane]
    if pane.frame is not None:
        if pane.voi is not None and not pane.frame.is_colour:
            parts.append(f"{voi_text(pane.voi)} {unit_text(pane.frame.modality.unit)}".strip())
        parts.append("inverted" if view.inverted else "")
        parts.append(_zoom_text(session, pane, pane.frame))
    parts.append(view.colours if isinstance(view.colours, str) else "")
    parts.append({"window": "", "probe": "probe", "distance": "distance"}[session.tool])
    parts.append(_cine_text(told.clock))
    if len(facts.panes) > 1:
        parts.append("linked" if session.viewing.links.scroll != "off" else "not linked")
    return GAP.join(filter(None, parts))


def hint_line(session: Session, facts: Facts, told: Told) -> str:
    """Say the most important thing: what is typed, what happened, what is pointed at, what is done, what keys do."""
    if session.entry is not None:
        return f"{PROMPTS[session.entry.kind]}{session.entry.text}_"
    if session.page is not None and not session.message:
        seen = f"lines {session.page.top + 1} to {min(len(facts.page), session.page.top + facts.page_rows)}"
        return f"{seen} of {len(facts.page)}   ↑↓ PgUp PgDn scroll  / search  n N next  Esc back"
    if told.work or session.message:
        return "   ".join(filter(None, (told.work, session.message)))
    pointed = _pointed(session, facts, told)
    if pointed:
        return pointed
    lengths = lengths_here(session, facts.panes[session.active])
    if lengths:
        return length_text(lengths[-1], facts.panes[session.active], told)
    return "? help  q quit  ↑↓ images  + - zoom  w l window  0-9 presets  p probe  d distance  m planes  t tags  s save"


def length_text(annotation: Annotation, pane: PaneFacts, told: Told) -> str:
    """Give a distance in words, with what it is measured by."""
    if pane.frame is None:
        return ""
    calibration = calibration_of(annotation, pane.frame, told.spacing)
    found = measured(annotation, pane.frame, Setting(calibration=calibration))
    words = ", ".join(f"{each.quantity.words} {each.text()}" for each in found.values)
    said = f"{words} by {calibration.sentence}" if calibration.spacing.is_metric else words
    return " ".join((f"{said}.", *found.notes)) if found.notes else said


def short_length(annotation: Annotation, frame: Frame, spacing: SpacingFacts | None) -> str:
    """Give a distance as it is written beside its line."""
    setting = Setting(calibration=calibration_of(annotation, frame, spacing))
    return " ".join(plain_lines_of(measured(annotation, frame, setting)))


def calibration_of(annotation: Annotation, frame: Frame, spacing: SpacingFacts | None) -> Calibration:
    """Give what a distance is measured by: of a plane its pixels, of an image what its header says."""
    if spacing is None:
        down, across = frame.spacing.between_rows, frame.spacing.between_columns
        side = f"{down:.6g} mm" if abs(down - across) < 1e-6 else f"{down:.6g} x {across:.6g} mm"
        return Calibration(frame.spacing, sentence=f"the pixels of the plane: {side}")
    return calibration_at(
        frame,
        annotation.points_px,
        regions=spacing.regions,
        detector=spacing.detector,
        doubts=spacing.doubts,
    )


def _pointed(session: Session, facts: Facts, told: Told) -> str:
    """Say what is under the cross-hair."""
    pane, point = facts.panes[session.active], session.point_px
    if session.tool == "window" or point is None or pane.frame is None:
        return ""
    if session.tool == "distance":
        if session.begun_px is not None and session.begun_px != point:
            return length_text(length_between(pane, session.begun_px, point, "0"), pane, told)
        lengths = lengths_here(session, pane)
        if session.begun_px is None and lengths:
            return length_text(lengths[-1], pane, told)
        what = "begins" if session.begun_px is None else "ends"
        return f"x {point[0]:g}, y {point[1]:g}   arrows move, Enter: the distance {what} here, Esc back"
    found = probe(pane.frame, point)
    if found is None:
        return ""
    if told.scale is None or found.value is None:
        return found.text()
    return f"{found.text()} · {number_text(found.value * told.scale.factor)} {told.scale.unit}"


def _zoom_text(session: Session, pane: PaneFacts, frame: Frame) -> str:
    view = session.look.view
    fit = view.fit_zoom(frame, pane.size_px)
    return "" if view.zoom is None else f"zoom {view.zoom / fit:.3g}x"


def _cine_text(clock: CineClock | None) -> str:
    if clock is None:
        return ""
    wanted = f"{clock.playback.rate_hz:.3g}/s"
    rate = clock.rate_hz
    shown = wanted if rate is None else f"{rate:.1f} of {wanted}"
    return f"cine {shown}" + (f", {clock.dropped} dropped" if clock.dropped else "")
