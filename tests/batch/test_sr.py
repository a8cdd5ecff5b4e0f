"""``sr show``: reports as text, HTML and JSON; other objects are told where they are named."""

import json
from pathlib import Path

import pytest

from tests.report_samples import write_report
from workstation.batch.main import main
from workstation.phantoms import small


def test_that_a_report_is_shown_as_text_and_as_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_report(tmp_path / "report.dcm")

    assert main(["sr", "show", str(path)]) == 0
    assert "1.4.1 Long axis: 12.5 mm" in capsys.readouterr().out
    assert main(["sr", "show", str(path), "--html"]) == 0
    assert capsys.readouterr().out.startswith("<!DOCTYPE html>")


def test_that_json_has_the_tree_with_its_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_report(tmp_path / "report.dcm")

    assert main(["sr", "show", str(path), "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    axis = told["report"]["root"]["items"][3]["items"][0]
    assert axis["name"] == {"value": "103339001", "scheme": "SCT", "meaning": "Long axis", "version": ""}
    assert axis["value"]["unit"]["value"] == "mm"


def test_that_an_image_is_passed_over_in_a_folder_and_told_where_it_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small.volume("axial").write(tmp_path)
    write_report(tmp_path / "report.dcm")
    image = next(path for path in sorted(tmp_path.iterdir()) if path.name != "report.dcm")

    assert main(["sr", "show", str(tmp_path)]) == 0
    images = len(list(tmp_path.iterdir())) - 1
    assert capsys.readouterr().err == f"Left out: {images} of another kind.\n"
    assert main(["sr", "show", str(image)]) == 1
    assert "no structured report" in capsys.readouterr().err
