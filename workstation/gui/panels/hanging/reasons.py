"""Why a study is hung so, and beside what, in a few words."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workstation.model.text import date_of

if TYPE_CHECKING:
    from workstation.display.hanging.hung import HungScreen
    from workstation.display.hanging.matching import Subject, Tried


def why(tried: "Tried") -> str:
    """Say in a few words why a rule hangs a study."""
    asked = [each.condition.text() for each in tried.findings if each.holds and not each.condition.preferred]
    return ", ".join(asked) or "it is for any study"


def priors_text(subject: "Subject", screens: "Sequence[HungScreen]") -> str:
    """Say with which earlier studies a study is compared; empty for none."""
    uids = {pane.study_instance_uid for screen in screens for pane in screen.layout.panes if pane is not None}
    days = [date_of(prior.first.study_date) for prior in subject.priors if prior.study_instance_uid in uids]
    told = [day.isoformat() for day in days if day is not None]
    return f"Compared with the study of {' and '.join(told)}." if told else ""
