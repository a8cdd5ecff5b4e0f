"""Which key object selections there are in a study."""

from collections.abc import Iterable

from workstation.model.index.records import Instance
from workstation.model.refusal import Refused
from workstation.objects.key_objects.reading import KEY_OBJECT_SELECTION, open_key_objects
from workstation.objects.key_objects.values import KeyObjects


def selections_among(instances: Iterable[Instance]) -> tuple[tuple[KeyObjects, ...], tuple[str, ...]]:
    """Read the key object selections among the instances of a study, newest first.

    Returns
    -------
    tuple
        The selections, and a sentence about each that cannot be read.
    """
    found: list[KeyObjects] = []
    refused: list[str] = []
    for instance in instances:
        if instance.sop_class_uid != KEY_OBJECT_SELECTION:
            continue
        try:
            found.append(open_key_objects(instance.place))
        except Refused as refusal:
            refused.append(refusal.message)
    return tuple(sorted(found, key=lambda each: each.created, reverse=True)), tuple(refused)
