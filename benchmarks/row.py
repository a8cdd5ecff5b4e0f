"""One line of the benchmark table: what we needed, what the peer beside us needed, and whether that is enough."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison, both sides measured in the same run.

    Parameters
    ----------
    what
        What was done ("400 slices 512x512, JPEG lossless, into a volume").
    ours
        What we needed, in ``unit``.
    beside
        The peer ("SimpleITK ImageSeriesReader").
    peer
        What the peer needed, in ``unit``.
    ratio
        How many times better than the peer we are: above 1 is better.
        In rows made by `at_most` it is ours over the peer: small is better.
    reach
        The bar in words ("at least 5x").
    met
        Whether the bar is reached.
    note
        What a reader needs to judge the numbers; may be empty.
    unit
        "s" or "MB".
    """

    what: str
    ours: float
    beside: str
    peer: float
    ratio: float
    reach: str
    met: bool
    note: str = ""
    unit: str = "s"

    @classmethod
    def at_least(cls, what: str, *, ours: float, beside: str, peer: float, times: float, note: str = "") -> Row:
        """Compare two durations; we are to be ``times`` as fast as the peer."""
        ratio = peer / ours
        return cls(what, ours, beside, peer, ratio, f"at least {times:g}x", ratio >= times, note)

    @classmethod
    def at_most(
        cls, what: str, *, ours: float, limit: float, beside: str, peer: float, note: str = "", unit: str = "s"
    ) -> Row:
        """Hold a duration or an amount of memory against an absolute limit, with a peer beside it for scale."""
        return cls(what, ours, beside, peer, ours / peer, f"at most {limit:g} {unit}", ours <= limit, note, unit)
