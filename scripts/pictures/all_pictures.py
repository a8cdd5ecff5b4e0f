"""Which pictures there are, and what leads to each."""

from scripts.pictures.measuring import lesion, measure, weighed
from scripts.pictures.showing import at, on_no_machine, planes, pointed, shown, third
from scripts.pictures.taking import Picture
from scripts.pictures.volumes import curved, fused, looked_round, measured_across, measured_on_planes, turned

_PET_CT = (shown("PET/CT chest and abdomen CT", "PET FDG"), at(57))
PICTURES = {
    "window-dark": Picture(("layout-1x1", shown("follow-up CT"), at(49))),
    "window-light": Picture(("layout-1x1", shown("follow-up CT"), at(49)), theme="light"),
    "four-panes": Picture(
        ("layout-2x2", shown("PET/CT chest and abdomen CT", "PET FDG", "follow-up CT", "Chest PA"), at(57), third)
    ),
    "measuring": Picture(("layout-1x1", shown("follow-up CT"), at(49), measure)),
    "measurements": Picture(("layout-1x1", lesion)),
    "suv": Picture((*_PET_CT, "layout-1x2", "suv-inputs", weighed)),
    "over-time": Picture(("layout-1x1", lesion, "over-time")),
    "mammography": Picture((shown("Mammogram"), "hang")),
    "reference-lines": Picture(("layout-2x2", planes, pointed)),
    "planes": Picture(("layout-1x1", shown("follow-up CT"), at(49), "planes", turned)),
    "volume": Picture(("layout-1x1", shown("follow-up CT"), at(49), "volume", looked_round("ct-chest", -35, 15))),
    "volume-beside": Picture(
        ("layout-1x1", shown("follow-up CT"), at(49), "planes", "volume-beside", looked_round("ct-bone", -30, 20)),
        theme="light",
    ),
    "planes-measured": Picture(
        ("layout-1x1", shown("follow-up CT"), at(49), "planes", measured_on_planes), theme="light"
    ),
    "planes-fusion": Picture((*_PET_CT, "planes", fused), theme="light"),
    "curved-plane": Picture(("layout-1x1", shown("PET/CT chest and abdomen CT"), "curved", curved)),
    "across-path": Picture(("layout-1x1", shown("PET/CT chest and abdomen CT"), "curved", measured_across)),
    "tags": Picture((*_PET_CT, "layout-1x1", "tags")),
    "report": Picture(("layout-1x2", shown("follow-up CT", "Findings"), at(49))),
    "corner-text": Picture(("layout-1x1", shown("T1 coronal"), at(45), "corner-text")),
    "explain-hanging": Picture(("hang", at(57), "explain-hanging")),
    "hanging": Picture(("hang", "hanging-protocols"), is_dialog=True, dialog_px=(1120, 880)),
    "export": Picture((*_PET_CT, "export"), is_dialog=True),
    "print": Picture((*_PET_CT, "print"), is_dialog=True, dialog_px=(900, 760)),
    "keys": Picture(("edit-keys",), is_dialog=True),
    "verify": Picture((on_no_machine, "verify"), is_dialog=True, dialog_px=(900, 620)),
}
