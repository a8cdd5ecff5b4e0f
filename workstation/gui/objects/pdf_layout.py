"""Where the pages of a document lie below each other, and what of them a window over them shows."""

from bisect import bisect_right
from functools import cached_property

from workstation.quick_dataclass import dataclass

GAP_PX = 12
Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True)
class PageStack:
    """Pages below each other, each in the middle, at a number of pixels a point.

    Parameters
    ----------
    sizes_pt
        Width and height of each page, in points.
    px_per_pt
        Pixels a point.
    window_px
        Width of the window.
    """

    sizes_pt: tuple[tuple[float, float], ...]
    px_per_pt: float
    window_px: int

    @cached_property
    def tops_px(self) -> tuple[int, ...]:
        """Where each page begins."""
        tops, at = [], GAP_PX
        for _, height in self.sizes_pt:
            tops.append(at)
            at += round(height * self.px_per_pt) + GAP_PX
        return tuple(tops)

    @cached_property
    def size_px(self) -> tuple[int, int]:
        """Width and height of the whole."""
        widest = max(round(width * self.px_per_pt) for width, _ in self.sizes_pt)
        height = sum(round(height * self.px_per_pt) + GAP_PX for _, height in self.sizes_pt)
        return widest + 2 * GAP_PX, height + GAP_PX

    def box_px(self, page: int) -> tuple[int, int, int, int]:
        """Give left, top, width and height of a page."""
        width, height = (round(each * self.px_per_pt) for each in self.sizes_pt[page])
        left = max(GAP_PX, (max(self.window_px, self.size_px[0]) - width) // 2)
        return left, self.tops_px[page], width, height

    def page_at(self, y_px: float) -> int:
        """Give the page at a height, the nearest above where there is none."""
        return max(0, bisect_right(self.tops_px, y_px) - 1)

    def visible(self, top_px: int, height_px: int) -> range:
        """Give the pages that a window shows a part of."""
        return range(self.page_at(top_px), self.page_at(top_px + height_px) + 1)

    def on_page(self, page: int, rectangle_px: Rectangle) -> Rectangle:
        """Give (left, top, right, bottom) in points of a page for one in pixels of the whole."""
        left, top, _, _ = self.box_px(page)
        x0, y0, x1, y1 = rectangle_px
        scale = self.px_per_pt
        return (x0 - left) / scale, (y0 - top) / scale, (x1 - left) / scale, (y1 - top) / scale

    def in_pixels(self, page: int, box_pt: Rectangle) -> Rectangle:
        """Give (left, top, right, bottom) in pixels of the whole for one in points of a page."""
        left, top, _, _ = self.box_px(page)
        scale = self.px_per_pt
        x0, y0, x1, y1 = box_pt
        return left + x0 * scale, top + y0 * scale, left + x1 * scale, top + y1 * scale
