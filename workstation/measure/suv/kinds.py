"""The kinds of standardized uptake values: names, units, codes, and by what they are normalized (PS3.16 CID 85)."""

from __future__ import annotations

from typing import Literal, get_args

from workstation.model import units
from workstation.model.concepts import Code
from workstation.model.units import Unit
from workstation.quick_dataclass import dataclass

SuvKind = Literal["bw", "lbm", "lbm-james128", "lbm-janma", "bsa", "ibw"]
SUV_KINDS: tuple[SuvKind, ...] = get_args(SuvKind)


@dataclass(frozen=True, slots=True)
class Normalized:
    """A kind of SUV: what it is called, its unit and codes (PS3.16 CID 85, CID 7180), and by what it is normalized."""

    name: str
    unit: Unit
    concept: Code
    method: Code
    by: str


def _dcm(value: str, meaning: str) -> Code:
    return Code(value, "DCM", meaning)


KINDS: dict[SuvKind, Normalized] = {
    "bw": Normalized(
        "SUVbw",
        units.SUV_BW,
        _dcm("126401", "SUVbw"),
        _dcm("126410", "SUV body weight calculation method"),
        "body weight",
    ),
    "lbm": Normalized(
        "SUVlbm",
        units.SUV_LBM_JAMES,
        _dcm("126402", "SUVlbm"),
        _dcm("126411", "SUV lean body mass calculation method"),
        "lean body mass (James, 120 for men)",
    ),
    "lbm-james128": Normalized(
        "SUVlbm(James128)",
        units.SUV_LBM_JAMES_128,
        _dcm("126406", "SUVlbm(James128)"),
        _dcm("126415", "SUV lean body mass calculation method using 128 multiplier"),
        "lean body mass (James, 128 for men)",
    ),
    "lbm-janma": Normalized(
        "SUVlbm(Janma)",
        units.SUV_LBM_JANMA,
        _dcm("126405", "SUVlbm(Janma)"),
        _dcm("126414", "SUV lean body mass calculation Janmahasatian method"),
        "lean body mass (Janmahasatian)",
    ),
    "bsa": Normalized(
        "SUVbsa",
        units.SUV_BSA,
        _dcm("126403", "SUVbsa"),
        _dcm("126412", "SUV body surface area calculation method"),
        "body surface area (Du Bois)",
    ),
    "ibw": Normalized(
        "SUVibw",
        units.SUV_IBW,
        _dcm("126404", "SUVibw"),
        _dcm("126413", "SUV ideal body weight calculation method"),
        "ideal body weight (Sugawara)",
    ),
}
KIND_OF_TYPE: dict[str, SuvKind] = {
    "": "bw",
    "BW": "bw",
    "LBM": "lbm",
    "LBMJAMES128": "lbm-james128",
    "LBMJANMA": "lbm-janma",
    "BSA": "bsa",
    "IBW": "ibw",
}
"""By SUV Type (0054,1006) of values that are SUV already; without one they are SUVbw."""
