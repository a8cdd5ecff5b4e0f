"""Which presentation state an image is shown with, and what it makes of it."""

from collections import OrderedDict
from collections.abc import Callable, Iterable

from workstation.display.mask_subtraction import Subtraction, is_subtracted
from workstation.display.presentation import present
from workstation.errors import UserError
from workstation.gui.canvas.scene import Applied
from workstation.model.frame import Frame
from workstation.model.index.records import FrameRef
from workstation.model.text import clean
from workstation.objects.presentation.finding import FoundState, states_for

MOST_KEPT, MOST_SUBTRACTED = 64, 8
"""Of what states make of frames; a frame from which a mask was subtracted has pixels of its own."""
MOST_MASKS, ALL = 64, -1
MaskKey = tuple[str, str, int]
"""Of a state, an image, and its frame, or `ALL`."""
Key = tuple[str, int, str | None, float | None]
"""Of an image, its frame, the state that is wished, and the size of a pixel of the monitor."""


class States:
    """The presentation states that are known. Images without any cost one look into a table."""

    def __init__(self) -> None:
        self.is_automatic = True
        self._by_image: dict[str, tuple[FoundState, ...]] = {}
        self._by_uid: dict[str, FoundState] = {}
        self._true_sized: frozenset[str] = frozenset()
        self._masks: OrderedDict[MaskKey, Subtraction | None] = OrderedDict()
        self.on_mask_wanted: Callable[[FoundState, FrameRef], None] = lambda _found, _ref: None
        self._kept: OrderedDict[Key, tuple[Frame, Applied]] = OrderedDict()

    def add(self, found: Iterable[FoundState]) -> None:
        """Know more states; those of an identifier that is known are replaced."""
        gathered: dict[str, dict[str, FoundState]] = {}
        for each in found:
            uid = each.instance.sop_instance_uid
            self._by_uid[uid] = each
            for reference in each.state.references:
                gathered.setdefault(reference.sop_instance_uid, {})[uid] = each
        for image, states in gathered.items():
            known = {each.instance.sop_instance_uid: each for each in self._by_image.get(image, ())}
            self._by_image[image] = tuple({**known, **states}.values())
        sized = (each for each in self._by_uid.values() if any(area.mode == "TRUE SIZE" for area in each.state.areas))
        self._true_sized = frozenset(image.sop_instance_uid for each in sized for image in each.state.references)
        self._kept.clear()

    def forget(self, kept: Iterable[str]) -> None:
        """Forget the states that are not among these identifiers: their files are open no longer."""
        there = set(kept)
        gone = self._by_uid.keys() - there
        if gone:
            self._masks = OrderedDict((key, mask) for key, mask in self._masks.items() if key[0] in there)
            left = [each for uid, each in self._by_uid.items() if uid in there]
            self._by_uid, self._by_image = {}, {}
            self.add(left)

    def keep_mask(self, found: FoundState, ref: FrameRef, mask: Subtraction) -> None:
        """Know what a state has subtracted from a frame, or from all of the image where that is the same."""
        key = _mask_key(found, ref)
        self._masks[key] = mask
        while len(self._masks) > MOST_MASKS:
            self._masks.popitem(last=False)
        for each in [each for each in self._kept if each[0] == key[1] and key[2] in (each[1], ALL)]:
            del self._kept[each]

    def use_automatically(self, *, on: bool) -> None:
        """Show images with the newest of their states as long as no one was chosen, or without."""
        self.is_automatic = on
        self._kept.clear()

    def state(self, uid: str) -> FoundState | None:
        """Give a state by its identifier."""
        return self._by_uid.get(uid)

    def of(self, ref: FrameRef) -> tuple[FoundState, ...]:
        """Give the states that are for a frame, newest first."""
        known = self._by_image.get(ref.instance.sop_instance_uid, ())
        return states_for(known, ref.instance.sop_instance_uid, ref.number) if known else ()

    def chosen(self, ref: FrameRef, wished: str | None) -> FoundState | None:
        """Give the state that a frame is shown with.

        Parameters
        ----------
        ref
            The frame.
        wished
            Identifier of a state, empty for none, None for what is usual. Other images than those that the state is for
            get the newest one of its series, since many programs write one state for each image.
        """
        offered = self.of(ref)
        if not offered or wished == "" or (wished is None and not self.is_automatic):
            return None
        if wished is None:
            return offered[0]
        meant = self._by_uid.get(wished)
        series = meant.instance.series_instance_uid if meant is not None else ""
        alike = (each for each in offered if each.instance.series_instance_uid == series)
        return next((each for each in offered if each is meant), next(alike, None))

    def applied(
        self, frame: Frame, ref: FrameRef, wished: str | None, mm_per_px: Callable[[], float | None] = lambda: None
    ) -> Applied | None:
        """Apply the state that a frame is shown with; None where there are none for it.

        ``mm_per_px`` gives the size of a device pixel of the monitor, None where it was not measured; it is asked only
        where a state of the image wants true size.
        """
        uid = ref.instance.sop_instance_uid
        if uid not in self._by_image:
            return None
        size_mm = mm_per_px() if uid in self._true_sized else None
        key = (uid, ref.number, wished, size_mm)
        kept = self._kept.get(key)
        if kept is None or kept[0] is not frame:
            made = self._applied(frame, ref, wished, size_mm)
            if made is None:
                return None
            kept = self._kept[key] = frame, made
            while len(self._kept) > (MOST_SUBTRACTED if self._masks else MOST_KEPT):
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return kept[1]

    def after(self, ref: FrameRef, wished: str | None, steps: int = 1) -> str | None:
        """Give the identifier of the state after the one in use, empty for none; round and round."""
        offered = self.of(ref)
        if not offered:
            return None
        now = self.chosen(ref, wished)
        order = [*(each.instance.sop_instance_uid for each in offered), ""]
        at = order.index(now.instance.sop_instance_uid if now is not None else "")
        return order[(at + steps) % len(order)]

    def _applied(self, frame: Frame, ref: FrameRef, wished: str | None, size_mm: float | None) -> Applied | None:
        offered = len(self.of(ref))
        if not offered:
            return None
        found = self.chosen(ref, wished)
        if found is None:
            return Applied(offered)
        uid, name = found.instance.sop_instance_uid, clean(found.name)
        image, mask = ref.instance.sop_instance_uid, self._mask(found, ref)
        try:
            presented = present(found.state, frame, image, screen_mm_per_px=size_mm, mask=mask)
        except UserError as error:
            return Applied(offered, uid, name, warnings=(f"Presentation not applied: {error.message}",))
        return Applied(offered, uid, name, presented, tuple(f"{name}: {each}" for each in presented.not_applied))

    def _mask(self, found: FoundState, ref: FrameRef) -> Subtraction | None:
        """Give what is to be subtracted from a frame; where it is not known yet, it is asked for once."""
        if not is_subtracted(found.state.mask, ref.number):
            return None
        key = _mask_key(found, ref)
        if key not in self._masks:
            self._masks[key] = None
            self.on_mask_wanted(found, ref)
        return self._masks[key]


def _mask_key(found: FoundState, ref: FrameRef) -> MaskKey:
    """Tell apart what is subtracted: one for all frames of an image, or one for each."""
    wanted = found.state.mask
    number = ALL if wanted is None or wanted.is_one_for_all else ref.number
    return found.instance.sop_instance_uid, ref.instance.sop_instance_uid, number
