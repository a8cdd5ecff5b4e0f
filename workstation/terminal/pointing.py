"""The cross-hair: where it is, how keys and the mouse move it, and the distances that are measured with it."""

from dataclasses import replace

from workstation.display.view import Point
from workstation.model.annotation import Annotation
from workstation.terminal.session import Facts, PaneFacts, Session, Tool

FINEST_PX = 4.0
"""Where a pixel of the image is magnified so much on the screen, points of a distance lie between pixels, too."""


def with_tool(session: Session, facts: Facts, tool: Tool) -> Session:
    """Take a tool into the hand, or put it away."""
    if session.tool == tool:
        return replace(session, tool="window", point_px=None, begun_px=None, message="")
    pane = facts.panes[session.active]
    if pane.frame is None:
        return session.saying("There is no image to point at.")
    point = session.point_px or middle_px(session, pane)
    return replace(session, tool=tool, point_px=point, begun_px=None, message="")


def middle_px(session: Session, pane: PaneFacts) -> Point:
    """Give the pixel of the image in the middle of the picture, (column, row)."""
    width, height = pane.size_px
    return clamped(image_point(session, pane, ((width - 1) / 2, (height - 1) / 2), whole=True), pane)


def image_point(session: Session, pane: PaneFacts, at_px: Point, *, whole: bool) -> Point:
    """Give the point of the image under a pixel of the picture; ``whole``: the centre of the pixel that it lies in."""
    if pane.frame is None:
        return at_px
    matrix = session.look.view.screen_to_image(pane.frame, pane.size_px)
    column, row = (float(line[0] * at_px[0] + line[1] * at_px[1] + line[2]) for line in matrix)
    return (float(round(column)), float(round(row))) if whole else (column, row)


def clamped(point: Point, pane: PaneFacts) -> Point:
    """Bring a point into the image."""
    if pane.frame is None:
        return point
    rows, columns = pane.frame.pixels.shape[:2]
    return min(max(point[0], 0.0), columns - 1.0), min(max(point[1], 0.0), rows - 1.0)


def point_moved(session: Session, facts: Facts, right: int, down: int, pixels: int = 1) -> Session:
    """Move the cross-hair by pixels of the image, as its directions are seen on the screen."""
    pane = facts.panes[session.active]
    if pane.frame is None:
        return session
    if session.point_px is None:  # what is seen has changed: it begins in the middle again
        return replace(session, point_px=middle_px(session, pane), message="")
    across, along = session.look.view.axes().T @ (right * pixels, down * pixels)
    point = session.point_px[0] + float(across), session.point_px[1] + float(along)
    return replace(session, point_px=clamped(point, pane), message="")


def pointed(session: Session, facts: Facts, at_px: Point) -> Session:
    """Put the cross-hair under a pixel of the picture."""
    pane = facts.panes[session.active]
    if pane.frame is None:
        return session
    is_fine = session.tool == "distance" and session.look.view.effective_zoom(pane.frame, pane.size_px) >= FINEST_PX
    point = clamped(image_point(session, pane, at_px, whole=not is_fine), pane)
    return replace(session, point_px=point, message="")


def set_point(session: Session, facts: Facts) -> Session:
    """Begin a distance where the cross-hair is, or end it there."""
    pane = facts.panes[session.active]
    if session.tool != "distance" or session.point_px is None or pane.frame is None:
        return session
    if session.begun_px is None:
        return replace(session, begun_px=session.point_px, message="")
    if session.begun_px == session.point_px:
        return session.saying("Move the cross-hair to the other end first.")
    number = max((int(each.id) for each in session.lengths), default=0) + 1
    made = length_between(pane, session.begun_px, session.point_px, str(number))
    return replace(session, begun_px=None, lengths=(*session.lengths, made), message="")


def length_between(pane: PaneFacts, begin_px: Point, end_px: Point, name: str) -> Annotation:
    """Give a distance of two points on the image of a pane."""
    frame = 0 if pane.frame is None else pane.frame.number
    return Annotation(name, "length", pane.image_uid, frame, (begin_px, end_px), end_px)


def lengths_here(session: Session, pane: PaneFacts) -> tuple[Annotation, ...]:
    """Give the distances that were measured on the image of a pane."""
    if pane.frame is None:
        return ()
    number = pane.frame.number
    return tuple(each for each in session.lengths if each.is_on(pane.image_uid, number))


def last_deleted(session: Session, facts: Facts) -> Session:
    """Delete the distance that was measured last on the image; one that is begun comes first."""
    if session.begun_px is not None:
        return replace(session, begun_px=None, message="")
    mine = lengths_here(session, facts.panes[session.active])
    if not mine:
        return session.saying("No distance was measured on this image.")
    kept = tuple(each for each in session.lengths if each.id != mine[-1].id)
    return replace(session, lengths=kept, message="The distance is deleted.")
