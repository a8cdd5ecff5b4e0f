"""What the window can do beyond opening and looking: each feature joins a panel or a tool to the session.

A feature is a module with ``install(session)``, named in `features`. It registers what its commands do
(``session.handle``), adds its panel to the column on the right (``session.window.side.add``), and listens to the
viewer. What is heavy it makes when it is first asked for. Its commands stand in `workstation.gui.commands`.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workstation.gui.session import Session

Install = Callable[["Session"], None]


def features() -> tuple[Install, ...]:
    """Give all features, in the order in which they are installed."""
    from workstation.gui.features import (
        annotating,
        cine,
        corner_text,
        curved,
        elsewhere,
        exporting,
        hanging,
        image_warnings,
        key_images,
        keys,
        looks,
        magnifier,
        measurements,
        measuring,
        objects,
        over_time,
        palette,
        parts,
        planes,
        plotting_over,
        presentations,
        presets,
        priors,
        probe,
        saved_measurements,
        saving_states,
        suv,
        tags,
        true_size,
        undone,
        verifying,
        volume,
        windows,
        written_measurements,
    )

    return (
        palette.install,
        parts.install,
        windows.install,
        tags.install,
        cine.install,
        exporting.install,
        objects.install,
        presentations.install,
        looks.install,
        presets.install,
        priors.install,
        corner_text.install,
        probe.install,
        image_warnings.install,
        magnifier.install,
        true_size.install,
        keys.install,
        hanging.install,
        annotating.install,
        measuring.install,
        plotting_over.install,
        measurements.install,
        written_measurements.install,
        saved_measurements.install,
        suv.install,
        over_time.install,
        elsewhere.install,
        planes.install,
        undone.install,
        curved.install,
        volume.install,
        saving_states.install,
        key_images.install,
        verifying.install,
    )
