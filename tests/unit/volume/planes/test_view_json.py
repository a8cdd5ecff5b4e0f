"""Views of planes are the same when they are opened again; what is none is refused."""

import json
from dataclasses import replace
from typing import Any

import pytest

from workstation.display.fusion import FusedLook
from workstation.model.frame import Window
from workstation.phantoms import small
from workstation.volume.cutting.slabs import Slab
from workstation.volume.planes.planes_view import PlanesView, first_view, line_turned, with_slab
from workstation.volume.planes.view_json import from_json, to_json


def turned() -> PlanesView:
    made = small.volume("oblique")
    view = line_turned(first_view("volume", made.grid, cross_lps=made.marker_lps), "axial", "coronal", 23.0)
    view = with_slab(view, "coronal", Slab(12.5, "minip"))
    look = replace(view.sagittal, zoom_per_mm=2.25, rotation_quarters=3, flipped_h=True)
    matrix = (1.0, 0.0, 0.0, 4.5, 0.0, 1.0, 0.0, -2.0, 0.0, 0.0, 1.0, 0.25, 0.0, 0.0, 0.0, 1.0)
    fused = FusedLook("other", 0.7, "hot-iron", Window(2500.0, 5000.0, "LINEAR_EXACT"), matrix, "registered")
    return replace(
        view.with_plane("sagittal", look),
        is_locked=False,
        interpolation="cubic",
        voi=Window(40.0, 400.0, "LINEAR", "Soft tissue"),
        inverted=True,
        colours="rainbow",
        fused=fused,
        active="sagittal",
        alone="sagittal",
    )


@pytest.mark.parametrize("view", [turned(), replace(turned(), fused=None, voi=None, alone=None, colours="")])
def test_that_a_view_is_the_same_again(view: PlanesView) -> None:
    assert from_json(json.loads(json.dumps(to_json(view))), "volume") == view


def broken(**changes: Any) -> dict[str, Any]:
    return {**json.loads(json.dumps(to_json(turned()))), **changes}


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        broken(cross_lps=[1, 2]),
        broken(cross_lps=[1, 2, float("nan")]),
        broken(cross_lps=[1, 2, 10**400]),
        broken(interpolation="magic"),
        broken(active="front"),
        broken(colours="mauve"),
        broken(fused={**broken()["fused"], "to_moving": [1.0] * 15}),
        broken(planes={**broken()["planes"], "axial": {**broken()["planes"]["axial"], "along_row_lps": [1, 1, 0]}}),
        broken(planes={**broken()["planes"], "axial": {**broken()["planes"]["axial"], "thickness_mm": -1}}),
    ],
)
def test_that_what_is_no_view_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        from_json(value, "volume")
