"""Views in three dimensions kept as JSON."""

import json
from dataclasses import replace
from typing import Any

import pytest

from workstation.volume.looks import view3d
from workstation.volume.looks.camera import Camera
from workstation.volume.looks.look3d import ClipPlane, Cut, Look3D
from workstation.volume.looks.transfer_files import preset
from workstation.volume.looks.view3d import BoxCut, View3D
from workstation.volume.looks.view3d_json import from_json, to_json

CUT = Cut(((1.5, 2), (30, 4), (20, 40)), (64, 48), Camera(10, 20, 5, 1.5, (1, 2, 3), 30), keep="inside")
FULL = View3D(
    "volume",
    Look3D(
        method="composite",
        transfer=preset("ct-vessels"),
        window=(100, 500),
        threshold=222,
        surface_colour=(0.1, 0.2, 0.3),
        is_shaded=False,
        shadows=0.5,
        camera=Camera(-75, 19, 3, 2, None, 60, (4, 5, 6)),
        background=(1, 1, 1),
        cuts=(CUT,),
        removed=frozenset(("table", "bone")),
        masks=("1 Liver",),
    ),
    preset="ct-vessels",
    box=BoxCut((0, 0.1, 0.2), (1, 0.9, 0.8)),
    plane=ClipPlane((1, 2, 3), (0, 0, 1)),
)


@pytest.mark.parametrize("view", [FULL, View3D("volume"), view3d.with_function(View3D("volume"), preset("mr-head"))])
def test_a_view_comes_back_as_it_was(view: View3D) -> None:
    kept = json.loads(json.dumps(to_json(view)))
    assert from_json(kept, "volume") == view
    assert from_json(kept, "other") == replace(view, volume="other")


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"method": "magic"},
        {"camera": {}},
        {"camera": {**to_json(FULL)["camera"], "zoom": 0}},
        {"camera": {**to_json(FULL)["camera"], "azimuth_deg": "x"}},
        {"transfer": {"points": []}},
        {"cuts": {}},
        {"cuts": [{**to_json(FULL)["cuts"][0], "polygon_px": [[0, 0]]}]},
        {"cuts": [{**to_json(FULL)["cuts"][0], "size_px": [0, 5]}]},
        {"window": [1, 0]},
        {"window": [1]},
        {"threshold": 1e99},
        {"removed": ["head"]},
        {"masks": [5]},
        {"box": {"low": [0, 0]}},
        {"surface_colour": None},
        {"camera": None},
    ],
)
def test_what_is_no_view_is_told(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        from_json({**json.loads(json.dumps(to_json(FULL))), **change}, "volume")


def test_what_is_no_object_is_told() -> None:
    with pytest.raises(ValueError, match="no view"):
        from_json([], "volume")
