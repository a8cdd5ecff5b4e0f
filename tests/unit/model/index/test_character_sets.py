"""Text by character set, against names that are known."""

import json
from pathlib import Path

import pytest

from workstation.model.index.character_sets import decode
from workstation.model.index.scan import scan


@pytest.mark.parametrize(
    ("value", "character_set", "text"),
    [
        (b"Buc^J\xe9r\xf4me ", "ISO_IR 100", "Buc^Jérôme"),
        ("王^小東".encode(), "ISO_IR 192", "王^小東"),
        (b"Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab=", "GB18030", "Wang^XiaoDong=王^小东"),
        (
            b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J",
            "ISO 2022 IR 13\\ISO 2022 IR 87",
            "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎",
        ),
        (b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7", "\\ISO 2022 IR 149", "Hong^Gildong=洪^吉洞"),
        (b"Doe^Jane^^", "", "Doe^Jane"),
    ],
)
def test_that_names_are_decoded(value: bytes, character_set: str, text: str) -> None:
    assert decode(value, character_set, is_name=True) == text


def test_that_text_without_a_declared_set_is_utf_8_or_else_latin_1() -> None:
    assert decode("Größe".encode(), "") == "Größe"
    assert decode("Größe".encode("latin-1"), "") == "Größe"


@pytest.mark.parametrize("character_set", ["ISO_IR 999", "\\", "ISO 2022 IR 87\\nonsense", "ISO_IR 192"])
def test_that_what_cannot_be_decoded_is_no_error(character_set: str) -> None:
    assert isinstance(decode(b"\xff\xfe\x1b$Bx\x80", character_set, is_name=True), str)


def test_that_the_names_of_all_real_character_sets_come_out(shared_data: Path) -> None:
    truth = json.loads((shared_data / "TRUTH.json").read_text(encoding="utf-8"))
    expected = truth["charset_patient_names (pydicom decode; dev expected)"]
    found = {
        instance.place.path.name: instance.patient_name
        for scanned in scan([shared_data / "charset"], workers=0)
        for instance in scanned.instances
    }
    assert found == {name: "" if text == "None" else text for name, (_set, text) in expected.items()}
