"""Warnings on the image in plain words: what a reader must know before believing what is seen or measured."""

from collections.abc import Iterable, Sequence

from pydicom import Dataset

from workstation.model.attributes import numbers, text
from workstation.model.geometry import Spacing, SpacingSource
from workstation.model.pixels.transfer_syntaxes import TRANSFER_SYNTAXES
from workstation.model.text import clean

LONGEST = 140
METHODS = {
    "ISO_10918_1": "JPEG",
    "ISO_14495_1": "JPEG-LS",
    "ISO_15444_1": "JPEG 2000",
    "ISO_15444_15": "high-throughput JPEG 2000",
    "ISO_18181_1": "JPEG XL",
    "ISO_13818_2": "MPEG-2",
    "ISO_14496_10": "MPEG-4",
    "ISO_23008_2": "HEVC",
}
"""Defined terms of Lossy Image Compression Method (PS3.3 C.7.6.1.1.5.1)."""
_SPACING = {
    SpacingSource.NONE: "No pixel spacing: lengths are in pixels",
    SpacingSource.ASPECT_RATIO: "Only the shape of the pixels is known: lengths are in pixels",
    SpacingSource.IMAGER: "Lengths are those at the detector: the patient is smaller",
    SpacingSource.IMAGER_MAGNIFIED: "Lengths are estimated",
    SpacingSource.NOMINAL_SCANNED: "Pixel spacing is that of the scanned film",
    SpacingSource.CALIBRATED: "Pixel spacing was calibrated",
    SpacingSource.USER_LINE: "Pixel spacing was measured here on a line of known length",
    SpacingSource.USER: "Pixel spacing was given here by hand",
}
_SECONDARY = "1.2.840.10008.5.1.4.1.1.7"
_CONVERSIONS = {
    "DV": "digitized video",
    "DI": "from a digital interface",
    "DF": "digitized film",
    "WSD": "from a workstation",
    "SD": "a scanned document",
    "SI": "a scanned image",
    "DRW": "a drawing",
    "SYN": "a synthetic image",
}


def all_warnings(
    header: Iterable[str] = (), *, stack: Iterable[str] = (), presentation: Iterable[str] = ()
) -> tuple[str, ...]:
    """Put warnings together, each once, what bears on measuring and on what is seen first.

    Parameters
    ----------
    header
        Of the image, as `header_warnings` gives them.
    stack
        Notes of its stack: uneven spacing, missing slices, tilt, several frames of reference.
    presentation
        What of a presentation state could not be applied.
    """
    cleaned = (_short(each) for each in (*stack, *presentation, *header))
    return tuple(dict.fromkeys(each for each in cleaned if each))


def header_warnings(dataset: Dataset, spacing: Spacing | None = None) -> tuple[str, ...]:
    """Give the warnings about an image as its header has them; never raises on odd values.

    Parameters
    ----------
    dataset
        The header.
    spacing
        Of the frame; no warning about it where None.
    """
    told = (
        spacing_warning(spacing) if spacing is not None else "",
        lossy_text(dataset),
        _origin(dataset),
        _burned_in(dataset),
    )
    return tuple(_short(each) for each in told if each)


def spacing_warning(spacing: Spacing) -> str:
    """Say where a spacing comes from, where that matters for a length; empty where it is plainly measured."""
    words = _SPACING.get(spacing.source, "")
    if spacing.source is SpacingSource.IMAGER:
        return words
    note = clean(spacing.note).removesuffix(" (estimated magnification)")  # which the words say already
    if words:
        return f"{words} ({note})" if note and note.casefold() not in words.casefold() else words
    return f"Pixel spacing is {note}" if note else ""


def lossy_text(dataset: Dataset) -> str:
    """Say that and how an image was compressed with loss, each step with its ratio (PS3.3 C.7.6.1.1.5).

    What the file says goes before what its transfer syntax means: one of JPEG 2000 may be used without loss.
    """
    said = text(dataset, "LossyImageCompression").strip().upper()
    syntax = TRANSFER_SYNTAXES.get(text(getattr(dataset, "file_meta", None) or Dataset(), "TransferSyntaxUID"))
    is_lossy_now = syntax is not None and not syntax.lossless
    ratios = numbers(dataset, "LossyImageCompressionRatio")
    methods = [each.strip() for each in text(dataset, "LossyImageCompressionMethod").split("\\") if each.strip()]
    if said in ("01", "1", "YES"):
        steps = _steps(ratios, methods)
        return f"Lossy compression {steps}" if steps else "Lossy compression, ratio not told"
    if is_lossy_now and syntax is not None and (not said or "JPEG 2000" not in syntax.name):
        steps = _steps(ratios, methods)
        return f"Lossy compression {steps}" if steps else f"Lossy compression ({syntax.codec}), ratio not told"
    return ""


def _steps(ratios: Sequence[float], methods: Sequence[str]) -> str:
    steps = []
    for number in range(max(len(ratios), len(methods))):
        ratio = ratios[number] if number < len(ratios) else None
        usable = f"{ratio:.3g}:1" if ratio is not None and 1 <= ratio < 1e5 else ""
        method = METHODS.get(methods[number], clean(methods[number])) if number < len(methods) else ""
        steps.append(" ".join(part for part in (usable, f"({method})" if method else "") if part))
    return ", then ".join(step for step in steps if step)


def _origin(dataset: Dataset) -> str:
    """Say that an image is not as it was acquired: a secondary capture, or derived (Image Type, PS3.3 C.7.6.1.1.2)."""
    if f"{text(dataset, 'SOPClassUID')}.".startswith(f"{_SECONDARY}."):
        words = _CONVERSIONS.get(text(dataset, "ConversionType").strip().upper(), "")
        return f"Secondary capture: {words}" if words else "Secondary capture, not the original image"
    if text(dataset, "ImageType").split("\\")[0].strip().upper() != "DERIVED":
        return ""
    how = clean(text(dataset, "DerivationDescription"))
    return f"Derived image: {how}" if how else "Derived image, not as acquired"


def _burned_in(dataset: Dataset) -> str:
    said = text(dataset, "BurnedInAnnotation").strip().upper()
    return "Text is burned into the image; it may name the patient" if said == "YES" else ""


def _short(words: str) -> str:
    plain = clean(words)
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1]}…"
