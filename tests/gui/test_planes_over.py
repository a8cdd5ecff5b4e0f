"""What lies over the planes: segments of the list on the right, and another volume."""

from pathlib import Path

import numpy as np
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle
from tests.segmentation_samples import blobs, in_order, segmentation
from workstation.display.segments import Dressed, SegmentLayer
from workstation.gui.features.planes import Planes
from workstation.gui.features.segments import Segments
from workstation.gui.session import Session
from workstation.phantoms import small
from workstation.phantoms.writing import save
from workstation.volume.standard_planes import PlaneName
from workstation.workspace import Selection


def planes_of(session: Session) -> Planes:
    found = session.findChild(Planes)
    assert isinstance(found, Planes)
    return found


def layers(session: Session, name: PlaneName) -> tuple[Dressed, ...]:
    scene = planes_of(session).joined.area.panes[name].scene
    assert scene is not None
    return tuple(layer for layer in scene.layers if isinstance(layer, Dressed))


def test_that_segments_over_the_images_are_seen_in_all_planes_with_the_looks_of_the_list(
    qtbot: QtBot, tmp_path: Path
) -> None:
    made = small.volume("axial")
    made.write(tmp_path / "study" / "images")
    truth = blobs(made.hu_kji.shape)
    save(segmentation(in_order(made), truth), tmp_path / "study" / "seg.dcm")
    with running_session(qtbot, tmp_path) as session:
        session.open([tmp_path / "study"])
        settle(qtbot, session)
        session.workspace.select(Selection(str(made.datasets[0].SeriesInstanceUID)))
        for name in ("segments", "planes"):
            session.window.actions_by_id[name].trigger()
            settle(qtbot, session)
        presenter = planes_of(session).joined.presenter
        presenter.cross_to(made.marker_lps)
        settle(qtbot, session)
        k, j, _i = made.marker_kji
        (axial,) = layers(session, "axial")
        assert isinstance(axial.layer, SegmentLayer)
        found = {mask.segment.number: mask.share for mask in axial.layer.masks}
        assert np.array_equal(found[1], truth[k, ..., 0] > 0)
        (coronal,) = layers(session, "coronal")
        assert isinstance(coronal.layer, SegmentLayer)
        first = next(mask.share for mask in coronal.layer.masks if mask.segment.number == 1)
        assert np.array_equal(first.any(axis=0), (truth[:, j, :, 0] > 0).any(axis=0))

        segments = session.findChild(Segments)
        assert isinstance(segments, Segments)
        (uid,) = segments.sources
        segments.presenter.switch(uid, 1, shown=False)
        settle(qtbot, session)
        assert not layers(session, "sagittal")[0].looks[1].is_shown
        segments.presenter.switch_all(shown=False)
        settle(qtbot, session)
        assert layers(session, "axial") == (), "what nobody sees is cut no longer"
