"""Half-lives of the nuclides of PET, and how headers name them (PS3.16 CID 4020)."""

from __future__ import annotations

import re

from workstation.model.concepts import Code

HALF_LIVES_S = {
    "C-11": 1221.8,
    "N-13": 597.9,
    "O-14": 70.62,
    "O-15": 122.24,
    "F-18": 6586.2,
    "Na-22": 8.2108e7,
    "K-38": 458.2,
    "Sc-43": 14008.0,
    "Sc-44": 14292.0,
    "Ti-45": 11088.0,
    "Mn-51": 2772.0,
    "Mn-52": 483062.0,
    "Mn-52m": 1266.0,
    "Fe-52": 29790.0,
    "Co-55": 63108.0,
    "Cu-60": 1422.0,
    "Cu-61": 12020.0,
    "Cu-62": 580.2,
    "Cu-64": 45721.0,
    "Zn-62": 33094.0,
    "Ga-66": 34164.0,
    "Ga-68": 4062.6,
    "Ge-68": 2.3410e7,
    "As-72": 93600.0,
    "Br-75": 5802.0,
    "Br-76": 58320.0,
    "Rb-82": 75.48,
    "Y-86": 53064.0,
    "Y-90": 230580.0,
    "Zr-89": 282276.0,
    "Tc-94m": 3120.0,
    "I-124": 360806.0,
    "Tb-152": 63000.0,
}
"""Seconds; half-lives of evaluated nuclear data, rounded."""

_ELEMENTS = {
    "carbon": "C",
    "nitrogen": "N",
    "oxygen": "O",
    "fluorine": "F",
    "sodium": "Na",
    "potassium": "K",
    "scandium": "Sc",
    "titanium": "Ti",
    "manganese": "Mn",
    "iron": "Fe",
    "cobalt": "Co",
    "copper": "Cu",
    "zinc": "Zn",
    "gallium": "Ga",
    "germanium": "Ge",
    "arsenic": "As",
    "bromine": "Br",
    "rubidium": "Rb",
    "yttrium": "Y",
    "zirconium": "Zr",
    "technetium": "Tc",
    "iodine": "I",
    "terbium": "Tb",
}
_CODES = {
    "C-11": ("C-105A1", "40565003"),
    "N-13": ("C-107A1", "21576001"),
    "O-14": ("C-1018C", "424875009"),
    "O-15": ("C-B1038", "129504001"),
    "F-18": ("C-111A1", "77004003"),
    "Na-22": ("C-155A1", "71633006"),
    "K-38": ("C-135A4", "423764008"),
    "Ti-45": ("C-166A2", "75696008"),
    "Fe-52": ("C-130A1", "69089000"),
    "Mn-52": ("C-149A1", "37225000"),
    "Cu-60": ("C-127A4", "425364008"),
    "Cu-61": ("C-127A1", "71425003"),
    "Cu-62": ("C-127A5", "422934004"),
    "Zn-62": ("C-141A1", "65054007"),
    "Cu-64": ("C-127A2", "3932008"),
    "Ga-66": ("C-131A1", "79477007"),
    "Ga-68": ("C-131A3", "35337001"),
    "Ge-68": ("C-128A2", "53315004"),
    "As-72": ("C-115A2", "2705002"),
    "Br-75": ("C-113A1", "17910003"),
    "Br-76": ("C-113A2", "79523006"),
    "Rb-82": ("C-159A2", "79197006"),
    "Y-86": ("C-162A3", "10738001"),
    "Zr-89": ("C-168A4", "63360001"),
    "Y-90": ("C-162A7", "14691008"),
    "Tc-94m": ("C-163AA", "424079002"),
    "I-124": ("C-114A5", "40937006"),
}
"""Code values of SNOMED: as SRT (SNM3, 99SDM) writes them, and SCT."""
_MASS_FIRST = re.compile(r"\^?(\d{2,3}m?)\^?\s*-?\s*([A-Za-z]+)")
_MASS_LAST = re.compile(r"([A-Za-z]+)\s*-?\s*\^?(\d{2,3}m?)\^?")


def nuclide_of(code: Code | None) -> str:
    """Give a nuclide as people write it (F-18); empty where the code names none that is known.

    The meaning counts where it names one, for it is what a person chose; older headers carry wrong code values.
    """
    if code is None:
        return ""
    coded = (name for name, values in _CODES.items() if code.value in values)
    return nuclide_in(code.meaning) or next(coded, "")


def nuclide_in(words: str) -> str:
    """Find a nuclide in words: ``^18^Fluorine``, ``F-18``, ``Fluorodeoxyglucose F^18^``, ``18F``; empty for none."""
    for pattern, mass_at in ((_MASS_FIRST, 1), (_MASS_LAST, 2)):
        for match in pattern.finditer(words):
            name, mass = match[3 - mass_at], match[mass_at]
            symbol = _ELEMENTS.get(name.lower(), name[:1].upper() + name[1:].lower())
            if f"{symbol}-{mass}" in HALF_LIVES_S:
                return f"{symbol}-{mass}"
    return ""
