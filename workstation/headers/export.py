"""Elements written out: as text, as a table, as plain JSON, or as the DICOM JSON model (PS3.18 F)."""

import csv
import io
import json
import math
import re
import warnings
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from pydicom import Dataset

from workstation.headers.contents import read_contents
from workstation.headers.listing import Element
from workstation.model.attributes import PARSER_FAILURES
from workstation.model.index.records import Place
from workstation.model.reading import read_header
from workstation.model.source import source_of
from workstation.whole_files import write_whole

Format = Literal["text", "csv", "json", "dicom-json"]
FORMATS: tuple[Format, ...] = ("text", "csv", "json", "dicom-json")
EXTENSIONS: dict[Format, str] = {"text": ".txt", "csv": ".csv", "json": ".json", "dicom-json": ".json"}
LONGEST_VALUE = 1 << 16
"""Characters of a value in text, tables and plain JSON; the DICOM JSON model has all of it."""
_CHARACTER_SET = 0x00080005
_COLUMNS = ("tag", "vr", "length", "name", "value", "meaning", "path")
_A_FORMULA = re.compile(r"\s*(?:[=@\t]|[-+](?![\d.]+(?:[eE][-+]?\d+)?(?:\\|\s*$)))")


def exported(place: Place, wanted: Format) -> str:
    """Give the elements of a file in a format.

    Raises
    ------
    Refused
        Where it cannot be read.
    """
    if wanted == "dicom-json":
        return as_dicom_json(place)
    elements = read_contents(place, most=LONGEST_VALUE, whole_bytes=0).elements
    return {"text": as_text, "csv": as_csv, "json": as_json}[wanted](elements)


def write_export(path: Path, text: str) -> None:
    """Write a file, whole or not at all.

    Raises
    ------
    UserError
        If it cannot be written.
    """
    write_whole(path, text.encode(errors="replace"))


def as_text(elements: Iterable[Element]) -> str:
    """Give a line for each element, items of sequences indented."""
    return "".join(f"{line_of(each, indent=True)}\n" for each in elements)


def line_of(element: Element, *, indent: bool = False) -> str:
    """Give one element as a line."""
    meaning = f"  = {element.meaning}" if element.meaning else ""
    before = "  " * element.depth if indent else ""
    return f"{before}{element.tag} {element.vr:<2} {element.name:<34} {element.value}{meaning}".rstrip()


def as_csv(elements: Iterable[Element]) -> str:
    """Give a table with a heading (RFC 4180); a text that a spreadsheet would take for a formula gets an apostrophe."""
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow(_COLUMNS)
    for each in elements:
        writer.writerow([_no_formula(getattr(each, column)) for column in _COLUMNS])
    return made.getvalue()


def as_json(elements: Iterable[Element]) -> str:
    """Give a JSON array with an object for each element."""
    return json.dumps([asdict(each) for each in elements], ensure_ascii=False, indent=1) + "\n"


def as_dicom_json(place: Place) -> str:
    """Give the DICOM JSON model of a file, without its file meta information and pixel data; binary values inline.

    An element that cannot be read is left out.

    Raises
    ------
    Refused
        As `workstation.model.reading.read_dataset`.
    """
    dataset = read_header(source_of(place)).dataset
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = _model(dataset)
    return json.dumps(_finite(model), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _model(dataset: Dataset) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for tag in sorted(dataset.keys()):
        if tag.element == 0:
            continue  # group lengths have no place in the model
        if int(tag) == _CHARACTER_SET:
            made["00080005"] = {"vr": "CS", "Value": ["ISO_IR 192"]}  # what the text is encoded in from here on
            continue
        try:
            element = dataset[tag]
            if element.VR == "SQ":
                made[f"{int(tag):08X}"] = {"vr": "SQ"} | _items(element.value)
            else:
                made[f"{int(tag):08X}"] = element.to_json_dict(None, 0)
        except PARSER_FAILURES:
            continue
    return made


def _items(sequence: Iterable[Dataset]) -> dict[str, Any]:
    items = [_model(item) for item in sequence]
    return {"Value": items} if items else {}


def _finite(value: Any) -> Any:
    """Give numbers that JSON lacks as the strings ``NaN``, ``inf`` and ``-inf``."""
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_finite(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "inf" if value > 0 else "-inf"
    return value


def _no_formula(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and _A_FORMULA.match(value) else value
