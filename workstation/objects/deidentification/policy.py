"""What is to be done: options, profiles, pseudonyms, the shift of dates, and rectangles that are blacked."""

import re
from collections.abc import Mapping
from dataclasses import field
from datetime import timedelta
from types import MappingProxyType
from typing import Literal

from workstation.errors import UserError
from workstation.objects.deidentification.table import Option
from workstation.operations.values import Range, Rectangle
from workstation.quick_dataclass import dataclass

DEFAULT_PSEUDONYM = "ANON-{hash}"
_SHARED = frozenset(
    (
        Option.CLEAN_PIXELS,
        Option.CLEAN_DESCRIPTORS,
        Option.CLEAN_STRUCTURED,
        Option.CLEAN_GRAPHICS,
        Option.RETAIN_CHARACTERISTICS,
    )
)
PROFILES: Mapping[str, frozenset[Option]] = MappingProxyType(
    {
        "basic": frozenset(),
        "teaching": _SHARED,
        "archive": _SHARED | {Option.RETAIN_MODIFIED_DATES, Option.RETAIN_SAFE_PRIVATE},
        "research": _SHARED | {Option.RETAIN_MODIFIED_DATES, Option.RETAIN_SAFE_PRIVATE, Option.RETAIN_DEVICE},
    }
)
"""Names for sets of options on top of the Basic Profile; docs/de-identification.md says what each is for."""


@dataclass(frozen=True, slots=True)
class Blank:
    """A rectangle that is blacked; in all frames where ``frames`` is empty, which count from 1."""

    rectangle: Rectangle
    frames: tuple[Range, ...] = ()

    def covers(self, frame: int) -> bool:
        """Whether it applies to a frame, counted from 1."""
        return not self.frames or any(each.first <= frame <= each.last for each in self.frames)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How objects are de-identified.

    Parameters
    ----------
    options
        On top of the Basic Profile.
    shift
        Added to dates under Retain Modified Dates; from the secret and the patient where it is None.
    pseudonym
        Pattern of new patient IDs and names: ``{n}`` counts patients, ``{hash}`` is eight letters and digits from the
        secret and the patient.
    pseudonyms
        By old patient ID, the new one and the new name; a patient who is not in it is refused. It goes before the
        pattern.
    blanks
        Rectangles blacked in every image.
    keeps_burned_in
        Whether images that say that they have text burned in are written all the same, with a warning.

    Raises
    ------
    UserError
        For Clean Recognizable Visual Features, and for options or patterns that contradict each other.
    """

    options: frozenset[Option] = frozenset()
    shift: timedelta | None = None
    pseudonym: str = DEFAULT_PSEUDONYM
    pseudonyms: Mapping[str, tuple[str, str]] | None = field(default=None, hash=False)
    blanks: tuple[Blank, ...] = ()
    keeps_burned_in: bool = False

    def __post_init__(self) -> None:
        """Refuse what is not done, or cannot be."""
        if Option.CLEAN_FEATURES in self.options:
            raise UserError(
                "Faces and other recognizable features are not taken out of images by this program.",
                hint="Use a defacing program first, then de-identify its result without this option.",
            )
        if {Option.RETAIN_FULL_DATES, Option.RETAIN_MODIFIED_DATES} <= self.options:
            raise UserError("Dates are kept either in full or modified, not both.", hint="Give one of the two options.")
        if self.shift is not None and Option.RETAIN_MODIFIED_DATES not in self.options:
            raise UserError(
                "Dates are shifted only where modified dates are kept.",
                hint=f"Add --option {Option.RETAIN_MODIFIED_DATES}, or leave out --date-shift.",
            )
        if self.shift is not None and abs(self.shift) < timedelta(days=1):
            raise UserError("A shift of less than a day leaves dates as they are.", hint="Give at least 1d.")
        _check_pattern(self.pseudonym)

    def has(self, option: Option) -> bool:
        """Whether an option is on."""
        return option in self.options

    @property
    def temporal(self) -> Literal["UNMODIFIED", "MODIFIED", "REMOVED"]:
        """What Longitudinal Temporal Information Modified (0028,0303) says of it."""
        if self.has(Option.RETAIN_FULL_DATES):
            return "UNMODIFIED"
        return "MODIFIED" if self.has(Option.RETAIN_MODIFIED_DATES) else "REMOVED"


def _check_pattern(pattern: str) -> None:
    try:
        filled = pattern.format(n=1, hash="ABCDEFGH")
        other = pattern.format(n=2, hash="HGFEDCBA")
    except (KeyError, IndexError, ValueError, AttributeError) as error:
        raise UserError(
            f"{pattern!r} is no pattern of pseudonyms.", hint="Use {n} or {hash}, such as CASE-{n:04d}."
        ) from error
    if filled == other or len(filled) > 60 or not re.fullmatch(r"[A-Za-z0-9 ._^-]+", filled):
        raise UserError(
            f"The pseudonyms of {pattern!r} would not tell patients apart, are too long, or hold odd characters.",
            hint="Use letters, digits and one of {n} and {hash}, such as CASE-{n:04d}.",
        )
