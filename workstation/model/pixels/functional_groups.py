"""The functional groups of enhanced images, shared and per frame (PS3.3 C.7.6.16)."""

from pydicom import Dataset

from workstation.model.attributes import first_item, items, numbers, text


class FunctionalGroups:
    """Looks macros up: the frame's own item first, then the shared one; plain images have none.

    Parameters
    ----------
    dataset
        The header of the image.
    """

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self._shared = first_item(dataset, "SharedFunctionalGroupsSequence")
        self._frames = items(dataset, "PerFrameFunctionalGroupsSequence")

    @property
    def are_there(self) -> bool:
        """Whether the image has any."""
        return self._shared is not None or bool(self._frames)

    def item(self, keyword: str, frame: int) -> Dataset | None:
        """Give the item of a macro that holds for a frame, from 0."""
        if frame < len(self._frames) and (own := first_item(self._frames[frame], keyword)) is not None:
            return own
        return first_item(self._shared, keyword) if self._shared is not None else None

    def items(self, keyword: str, frame: int) -> tuple[Dataset, ...]:
        """Give all items of a sequence that holds for a frame; of the image itself where no group has it."""
        if frame < len(self._frames) and (own := items(self._frames[frame], keyword)):
            return own
        shared = items(self._shared, keyword) if self._shared is not None else ()
        return shared or items(self.dataset, keyword)

    def holder(self, sequence: str, keyword: str, frame: int) -> Dataset | None:
        """Give the dataset that has an attribute: the macro's item, or the image itself; None where neither has it."""
        found = self.item(sequence, frame)
        for each in (found, self.dataset):
            if each is not None and (numbers(each, keyword) or text(each, keyword)):
                return each
        return None
