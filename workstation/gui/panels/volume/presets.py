"""Transfer functions on offer, in groups by modality: those for what is seen come first."""

from workstation.volume.looks.transfer import TransferFunction

GROUPS = {"CT": "CT", "MR": "MR", "PT": "PET", "US": "Ultrasound", "": "Any"}
_DEFAULTS = {"CT": "ct-bone", "MR": "mr-tissue", "PT": "pet-uptake", "US": "amber"}


def default_preset(modality: str) -> str:
    """Give the transfer function that suits a modality."""
    return _DEFAULTS.get(modality, "grey")


def offered(presets: dict[str, TransferFunction], modality: str) -> list[tuple[str, str, str]]:
    """Give (group, name of the file, words), those of a modality first, then those for any, then the others."""
    found = []
    for family in dict.fromkeys(each for each in (modality, "", *GROUPS) if each in GROUPS):
        of_family = [(name, each) for name, each in presets.items() if each.modality == family]
        first = default_preset(family)
        of_family.sort(key=lambda pair: (pair[0] != first, pair[1].name.casefold()))
        found += [(GROUPS[family], name, each.name or name) for name, each in of_family]
    return found
