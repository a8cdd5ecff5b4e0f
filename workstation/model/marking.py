"""What a person has marked on images while reading: annotations and key images, as one value that can be undone."""

from __future__ import annotations

import base64
import binascii
import math
import re
import zlib
from dataclasses import asdict, astuple, replace
from typing import TYPE_CHECKING, Any, TypeVar, cast, get_args

from workstation.model.annotation import LONGEST_TEXT, About, Annotation, Mask, Node, Role, Status, Threshold
from workstation.model.annotation_kinds import KINDS, Kind
from workstation.model.concepts import Code
from workstation.model.plane_cut import cut_json, cut_of_json
from workstation.model.text import clean
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MOST = 1_000_000
"""Entries of a list: an automatic segmentation has tens of thousands of contours, a curve thousands of points."""
_FARTHEST = 1e7
_LARGEST_SIDE = 65_535
_UID = re.compile(r"[^\s/\\\x00-\x1f\x7f]{1,256}")
"""What files have in place of UIDs is kept as it is, but nothing that could lead a path elsewhere."""
Json = dict[str, Any]
Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class KeyImage:
    """A frame that is starred, ``frame`` from 0, and what is to be said about it."""

    sop_instance_uid: str
    frame: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Marking:
    """All annotations and key images, in the order in which they were made."""

    annotations: tuple[Annotation, ...] = ()
    key_images: tuple[KeyImage, ...] = ()

    def on(self, sop_instance_uid: str, frame: int = 0) -> tuple[Annotation, ...]:
        """Give the annotations of a frame."""
        return tuple(each for each in self.annotations if each.is_on(sop_instance_uid, frame))

    def annotation(self, number: str) -> Annotation | None:
        """Give an annotation by its id."""
        return next((each for each in self.annotations if each.id == number), None)

    def with_annotation(self, annotation: Annotation) -> Marking:
        """Add an annotation, or put it in the place of the one of its id."""
        if self.annotation(annotation.id) is None:
            return replace(self, annotations=(*self.annotations, annotation))
        put = tuple(annotation if each.id == annotation.id else each for each in self.annotations)
        return replace(self, annotations=put)

    def without_annotation(self, number: str) -> Marking:
        """Take an annotation away."""
        return replace(self, annotations=tuple(each for each in self.annotations if each.id != number))

    def key_image(self, sop_instance_uid: str, frame: int = 0) -> KeyImage | None:
        """Give a frame that is starred."""
        found = (each for each in self.key_images if (each.sop_instance_uid, each.frame) == (sop_instance_uid, frame))
        return next(found, None)

    def with_star(self, key_image: KeyImage) -> Marking:
        """Star a frame, or change what is said about it."""
        uid, frame = key_image.sop_instance_uid, key_image.frame
        if self.key_image(uid, frame) is None:
            return replace(self, key_images=(*self.key_images, key_image))
        put = tuple(
            key_image if (each.sop_instance_uid, each.frame) == (uid, frame) else each for each in self.key_images
        )
        return replace(self, key_images=put)

    def without_star(self, sop_instance_uid: str, frame: int = 0) -> Marking:
        """Star a frame no longer."""
        left = (each for each in self.key_images if (each.sop_instance_uid, each.frame) != (sop_instance_uid, frame))
        return replace(self, key_images=tuple(left))


def to_json(marking: Marking) -> Json:
    """Give it as JSON values, for `from_json`."""
    return {
        "annotations": [_annotation_json(each) for each in marking.annotations],
        "key_images": [
            {"image": each.sop_instance_uid, "frame": each.frame, "note": each.note} for each in marking.key_images
        ],
    }


def from_json(value: object) -> Marking:
    """Give what `to_json` was given.

    Raises
    ------
    ValueError
        If any of it is anything else: the sentence says what.
    """
    marking, problems = rescued(value)
    if problems:
        raise ValueError(problems[0])
    return marking


def rescued(value: object) -> tuple[Marking, tuple[str, ...]]:
    """Give what can be read of what `to_json` gave, and a sentence for each entry that cannot: one loses no other.

    Raises
    ------
    ValueError
        If it has no entries at all.
    """
    problems: list[str] = []
    try:
        record = _record(value)
        annotations, stars = _list(record["annotations"]), _list(record["key_images"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error
    made = _each(annotations, _annotation, problems)
    starred = _each(stars, _key_image, problems)
    marking = Marking(
        tuple({each.id: each for each in made}.values()),
        tuple({(each.sop_instance_uid, each.frame): each for each in starred}.values()),
    )
    return marking, tuple(problems)


def _each(values: list[Any], read: Callable[[Json], Entry], problems: list[str]) -> list[Entry]:
    made = []
    for each in values:
        try:
            made.append(read(_record(each)))
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, IndexError) as error:
            problems.append(f"{type(error).__name__}: {error}")
    return made


def _annotation_json(each: Annotation) -> Json:
    return _plain_json(each) | {
        name: value
        for name, value in (
            ("about", _about_json(each.about)),
            ("mask", _mask_json(each.mask)),
            ("threshold", None if each.threshold is None else list(astuple(each.threshold))),
            ("known_mm", each.known_mm),
            ("source", each.source_uid or None),
            ("label_moved", each.is_label_moved or None),
            ("notes", list(each.notes) or None),
            ("cut", None if each.cut is None else cut_json(each.cut)),
        )
        if value is not None
    }


def _plain_json(each: Annotation) -> Json:
    return {
        "id": each.id,
        "kind": each.kind,
        "image": each.sop_instance_uid,
        "frame": each.frame,
        "points_px": [list(point) for point in each.points_px],
        "label_px": list(each.label_px),
        "text": each.text,
        "colour": list(each.colour),
        "locked": each.is_locked,
        "points_lps": [list(point) for point in each.points_lps],
        "frame_of_reference": each.frame_of_reference_uid,
    }


def _about_json(about: About | None) -> Json | None:
    return None if about is None else {name: value for name, value in asdict(about).items() if value}


def _mask_json(mask: Mask | None) -> Json | None:
    if mask is None:
        return None
    box = [mask.left, mask.top, mask.columns, mask.rows]
    return {"box": box, "bits": base64.b64encode(zlib.compress(mask.bits)).decode("ascii")}


def _annotation(record: Json) -> Annotation:
    if record["kind"] not in KINDS:
        raise ValueError(f"{record['kind']!r} is no kind of annotation")
    red, green, blue = (_whole(each) for each in record["colour"])
    if max(red, green, blue) > 255:
        raise ValueError(f"colour {record['colour']}")
    if not isinstance(record["locked"], bool):
        raise TypeError("locked is neither true nor false")
    reference = record["frame_of_reference"]
    return Annotation(
        _uid(record["id"]),
        cast("Kind", record["kind"]),
        _uid(record["image"]),
        _whole(record["frame"]),
        tuple(_point(each) for each in _list(record["points_px"])),
        _point(record["label_px"]),
        _text(record["text"]),
        (red, green, blue),
        record["locked"],
        tuple(_place(each) for each in _list(record["points_lps"])),
        _uid(reference) if reference != "" else "",
        _about(record["about"]) if "about" in record else None,
        _mask(_record(record["mask"])) if "mask" in record else None,
        _threshold(record["threshold"]) if "threshold" in record else None,
        _value(record["known_mm"]) if "known_mm" in record else None,
        _uid(record["source"]) if "source" in record else "",
        record.get("label_moved") is True,
        tuple(_text(each) for each in _list(record.get("notes", []))),
        cut_of_json(record["cut"]) if "cut" in record else None,
    )


def _about(value: object) -> About:
    record = _record(value)
    role, status, node = (record.get(name, "") for name in ("role", "status", "node"))
    if role not in get_args(Role) or status not in get_args(Status) or node not in get_args(Node):
        raise ValueError(f"{role!r}, {status!r} and {node!r} are no role, status and node of a lesion")
    uid = record.get("tracking_uid", "")
    return About(
        _text(uid),
        _text(record.get("tracking_id", "")),
        _code(record.get("finding")),
        _code(record.get("site")),
        _code(record.get("laterality")),
        cast("Role", role),
        _text(record.get("note", "")),
        cast("Status", status),
        cast("Node", node),
    )


def _code(value: object) -> Code | None:
    if value is None:
        return None
    record = _record(value)
    return Code(*(_text(record[name]) for name in ("value", "scheme", "meaning", "version")))


def _mask(record: Json) -> Mask:
    left, top, columns, rows = _list(record["box"])
    left, top, columns, rows = _integer(left), _integer(top), _whole(columns), _whole(rows)
    size = (columns * rows + 7) // 8
    if columns > _LARGEST_SIDE or rows > _LARGEST_SIDE:
        raise ValueError(f"a mask of {columns} x {rows} pixels")
    try:
        inflating = zlib.decompressobj()
        bits = inflating.decompress(base64.b64decode(_words(record["bits"]), validate=True), size + 1)
    except (binascii.Error, zlib.error) as error:
        raise ValueError(f"the pixels of a mask: {error}") from error
    return Mask(left, top, columns, rows, bits)


def _threshold(value: object) -> Threshold:
    kind, low, high = _list(value)
    if kind not in ("value", "suv", "percent", "percist"):
        raise ValueError(f"{kind!r} is no kind of threshold")
    return Threshold(kind, None if low is None else _value(low), None if high is None else _value(high))


def _words(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _key_image(record: Json) -> KeyImage:
    return KeyImage(_uid(record["image"]), _whole(record["frame"]), _text(record["note"]))


def _point(value: object) -> tuple[float, float]:
    column, row = _list(value)
    return _number(column), _number(row)


def _place(value: object) -> tuple[float, float, float]:
    x, y, z = _list(value)
    return _number(x), _number(y), _number(z)


def _record(value: object) -> Json:
    if not isinstance(value, dict):
        raise TypeError(f"{type(value).__name__} in place of a record")
    return dict(cast("Mapping[str, Any]", value))


def _list(value: object) -> list[Any]:
    if not isinstance(value, list) or len(value) > MOST:
        raise TypeError(f"{type(value).__name__} in place of a list of at most {MOST}")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return clean(value)[:LONGEST_TEXT]


def _uid(value: object) -> str:
    if not isinstance(value, str) or not _UID.fullmatch(value):
        raise ValueError(f"{value!r} is no identifier")
    return value


def _integer(value: object) -> int:
    if type(value) is not int or abs(value) > _FARTHEST:
        raise TypeError(f"{value!r} is no whole number")
    return value


def _whole(value: object) -> int:
    if _integer(value) < 0:
        raise TypeError(f"{value!r} is no whole number from 0")
    return _integer(value)


def _number(value: object) -> float:
    if abs(_value(value)) > _FARTHEST:
        raise TypeError(f"{value!r} is too large")
    return _value(value)


def _value(value: object) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(cast("float", value)):
        raise TypeError(f"{value!r} is no number")
    return float(cast("float", value))
