import pytest

from workstation.model.writing_direction import joined, visual_order

SHARON, DVORA = "שרון", "דבורה"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("Müller, Jörg (x)", "Müller, Jörg (x)"),
        ("山田, 太郎", "山田, 太郎"),
        (SHARON, SHARON[::-1]),
        (f"{SHARON} {DVORA}", f"{DVORA[::-1]} {SHARON[::-1]}"),
        (f"{SHARON}, {DVORA}", f"{DVORA[::-1]} ,{SHARON[::-1]}"),
        (f"{SHARON} 123", f"123 {SHARON[::-1]}"),
        (f"{SHARON} CT {DVORA}", f"{DVORA[::-1]} CT {SHARON[::-1]}"),
        (f"Sharon ({SHARON})", f"Sharon ({SHARON[::-1]})"),
        (f"({SHARON}) 12", f"12 ({SHARON[::-1]})"),
        (f"ID 7 {SHARON} {DVORA} end", f"ID 7 {DVORA[::-1]} {SHARON[::-1]} end"),
    ],
)
def test_that_characters_stand_in_the_order_of_unicode_annex_9(text: str, shown: str) -> None:
    assert visual_order(text) == shown


def test_that_marks_stay_on_their_letters() -> None:
    assert visual_order("שָׁב") == "בשָׁ"


def test_that_arabic_letters_join_as_their_neighbours_allow() -> None:
    # Muhammad: initial meem, medial hah, medial meem, final dal; dal joins nothing after it.
    assert joined("محمد") == "\ufee3\ufea4\ufee4\ufeaa"
    assert joined("دم") == "\ufea9\ufee1"
    assert joined("ب") == "\ufe8f"
    assert joined("Doe, Jane 12") == "Doe, Jane 12"


def test_that_marks_do_not_part_letters() -> None:
    assert joined("بَب") == "\ufe91\u064e\ufe90"
