"""Decides when and how studies are hung: by the first protocol that holds, by the next one, or by one that is named."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from workstation.display.hanging.technique import Techniques
from workstation.gui.panels.hanging.reasons import priors_text, why
from workstation.gui.panels.notes.presenter import Note
from workstation.jobs.runner import Priority
from workstation.model.index.records import Study
from workstation.quick_dataclass import dataclass
from workstation.workspace import Change, Workspace

# What knows and tries rules is loaded by the job that does: not before the first image is on the screen.
if TYPE_CHECKING:
    from workstation.display.hanging.explaining import StudyExplained
    from workstation.display.hanging.hung import HungScreen
    from workstation.display.hanging.matching import Choice, Subject, Tried
    from workstation.display.hanging.rules import Rule
    from workstation.display.hanging.store import Kept
    from workstation.display.viewing import Viewing
    from workstation.gui.viewer.presenter import Viewer
    from workstation.gui.work import Work

_TITLE = "Find the hanging protocol"


@dataclass(frozen=True)
class Known:
    """What is known of a study: its facts, and how every rule fares."""

    subject: "Subject"
    others: tuple[Study, ...]
    rules: "tuple[Rule, ...]"
    choice: "Choice"

    @property
    def holding(self) -> "tuple[Tried, ...]":
        """The rules that hang it, the first one first."""
        return tuple(each for each in self.choice.tried if each.holds)


class StudyHanging:
    """Hangs studies in the panes.

    Parameters
    ----------
    viewer, workspace, work
        The panes, what is open, and where headers are read.
    tell
        Shows a note.

    Attributes
    ----------
    by_itself
        Whether a study is hung when it was opened.
    monitors
        Counts the monitors there are; windows of images that are open count, too.
    explain
        Shows why a study is hung so.
    on_known
        Called with what is known of the study that is looked at, each time that is found out.
    """

    def __init__(
        self, viewer: "Viewer", workspace: Workspace, work: "Work", tell: Callable[[Note], None], *, by_itself: bool
    ) -> None:
        self._viewer, self._workspace, self._work, self._tell = viewer, workspace, work, tell
        self._techniques = Techniques()
        self._rules: tuple[Rule, ...] | None = None
        self._known: Known | None = None
        self._asked = 0
        self._hung: tuple[str, str] = ("", "")
        self._selected: tuple[str, int] = ("", 0)
        self._to_play: set[int] = set()
        self.by_itself = by_itself
        self.explain: Callable[[], None] = lambda: None
        self.monitors: Callable[[], int] = lambda: 1
        self._opened: frozenset[int] = frozenset()
        self.on_known: list[Callable[[Known | None], None]] = []
        workspace.listen(self._changed)
        viewer.panes.on_pane_shown.append(self._pane_shown)

    @property
    def rules(self) -> "tuple[Rule, ...]":
        """All rules, in the order in which they are tried."""
        from workstation.display.hanging import store

        return self._rules if self._rules is not None else self._take(store.load())

    def _take(self, kept: "Kept") -> "tuple[Rule, ...]":
        self._rules = kept.rules
        for note in kept.notes:
            self._tell(Note("warning", note))
        return self._rules

    def hang(self, study_instance_uid: str = "") -> None:
        """Hang a study by the first rule that holds; the one that is looked at where none is named."""
        self._with_known(study_instance_uid or self.study_uid(), self._hang_first)

    def step(self, steps: int) -> None:
        """Hang the study by the next of the rules that hold, or by the one before, round and round."""

        def act(known: Known) -> None:
            holding = known.holding
            ids = [each.rule.id for each in holding]
            if not holding:
                self._hang_first(known)
                return
            hung_by = self._hung[1] if self._hung[0] == known.subject.study.study_instance_uid else ""
            place = (ids.index(hung_by) + steps) % len(ids) if hung_by in ids else 0
            self._apply(known, holding[place], place=(place + 1, len(holding)))

        self._with_known(self.study_uid(), act)

    def hang_by(self, rule_id: str) -> None:
        """Hang the study by a rule, or tell why it cannot."""

        def act(known: Known) -> None:
            from workstation.display.hanging.matching import try_rule

            tried = next((each for each in known.choice.tried if each.rule.id == rule_id), None)
            if tried is not None and not tried.rule.is_enabled:
                tried = try_rule(replace(tried.rule, is_enabled=True), known.subject)
            if tried is not None and tried.holds:
                self._apply(known, tried)
            elif tried is not None:
                text = f"{tried.rule.name} cannot hang this study: {tried.reason}."
                self._tell(Note("information", text, action=("Explain", self.explain), subject="hanging"))

        self._with_known(self.study_uid(), act)

    def apply(self, choice: "Choice") -> None:
        """Hang the study of the editor by a rule that was chosen there."""
        known, tried = self._known, next((each for each in choice.tried if each.rule is choice.rule), None)
        if known is not None and tried is not None:
            self._apply(known, tried)

    def ask(self) -> None:
        """Find out what is known of the study that is looked at, and tell it."""
        uid = self.study_uid()
        if uid:
            self._with_known(uid, lambda _known: None, hangs=False)
        else:
            self._publish(None)

    def follow(self) -> None:
        """Find out what is known of the study that is looked at, where it is another one than before."""
        if self._known is None or self._known.subject.study.study_instance_uid != self.study_uid():
            self.ask()

    def opened(self) -> None:
        """Be told that something was opened: it is hung, unless a hand has already done something with it."""
        uid = self._selected_uid()
        if not uid:
            return
        is_untouched = self._selected == (uid, self._viewer.hands)
        if self.by_itself and is_untouched:
            self._with_known(uid, lambda known: self._hang_unless_touched(known, self._selected))
        elif self.by_itself and self._hung[0] != uid and self._selected[1] >= 0:
            self._with_known(uid, self._offer)

    def touched(self) -> None:
        """Be told that a person chose something elsewhere, as in the browser."""
        self._selected = self._selected_uid(), -1

    def rules_changed(self, rules: "tuple[Rule, ...]") -> None:
        """Take over what the editor made of the rules; the study that is hung follows at once."""
        from workstation.display.hanging.arranging import arranged
        from workstation.display.hanging.matching import hung, try_rule

        self._rules = rules
        known = self._known
        if known is None:
            return
        uid, rule_id = self._hung
        before = next((each.rule for each in known.choice.tried if each.rule.id == rule_id), None)
        rule = next((each for each in rules if each.id == rule_id), None)
        self._publish(self._anew(known))
        if uid != known.subject.study.study_instance_uid or rule is None or rule == before:
            return
        tried = try_rule(replace(rule, is_enabled=True), known.subject)
        if tried.holds:
            viewing = arranged(self._left(hung(tried)), hung(tried), keep_images=True)
            self._viewer.arrange(viewing, f"hanging by {rule.name}", merges_with=f"hanging {rule.id}")

    def with_shown(self, act: "Callable[[Subject, tuple[HungScreen, ...]], None]") -> None:
        """Do something with what the panes show of the study that is looked at, to learn from."""
        self._with_known(self.study_uid(), lambda known: act(known.subject, self._shown(known)), hangs=False)

    def _shown(self, known: Known) -> "tuple[HungScreen, ...]":
        from workstation.display.hanging.arranging import Seen, hung_screens

        viewer = self._viewer
        seen = {}
        for number in range(len(viewer.now.panes)):
            scene = viewer.pane(number).scene
            seen[number] = Seen(
                scene.frame if scene is not None else None,
                scene.instance.modality if scene is not None else "",
                scene.instance.body_part_examined if scene is not None else "",
                is_playing=viewer.is_playing(number),
                mm_per_px=viewer.panes.mm_per_px(number),
            )
        return hung_screens(viewer.now, known.subject, seen, table=viewer.active.preset_table)

    def explained(self) -> "StudyExplained | None":
        """Put into words how the study that is looked at is hung, and why; None where it is not known."""
        from workstation.display.hanging.explaining import explained
        from workstation.display.hanging.matching import Choice, hung

        known = self._known
        if known is None:
            return None
        uid, rule_id = self._hung
        choice = known.choice
        if uid == known.subject.study.study_instance_uid:
            tried = next((each for each in choice.tried if each.rule.id == rule_id and each.holds), None)
            choice = Choice(tried.rule, hung(tried), choice.tried) if tried else choice
        return explained(known.subject, choice)

    def study_uid(self) -> str:
        """Give the study that is looked at: the hung one, also while the active pane shows an earlier study of it."""
        uid = self._selected_uid()
        hung_uid, known = self._hung[0], self._known
        if known is None or not hung_uid or known.subject.study.study_instance_uid != hung_uid:
            return uid
        priors = [prior.study_instance_uid for prior in known.subject.priors]
        return hung_uid if uid in priors and hung_uid in self._uids_shown() else uid

    def _uids_shown(self) -> set[str]:
        chosen = (pane.selection for pane in self._viewer.now.panes)
        series = (self._workspace.series(each.series_instance_uid) for each in chosen if each is not None)
        return {each.first.study_instance_uid for each in series if each is not None}

    def _selected_uid(self) -> str:
        series = self._workspace.selected_series()
        return series.first.study_instance_uid if series is not None else ""

    def _changed(self, change: Change) -> None:
        if change is Change.SELECTION:
            uid = self._selected_uid()
            if uid != self._selected[0]:
                self._selected = (uid, self._viewer.hands)

    def _study(self, uid: str) -> tuple[Study | None, tuple[Study, ...]]:
        """Find a study, and the others of its patient."""
        for patient in self._workspace.patients:
            for study in patient.studies:
                if study.study_instance_uid == uid:
                    return study, tuple(each for each in patient.studies if each is not study)
        return None, ()

    def _with_known(self, uid: str, act: Callable[[Known], None], *, hangs: bool = True) -> None:
        """Do something once it is known how the rules fare on a study; of several that hang only the last is done."""
        study, others = self._study(uid)
        self._asked += hangs
        if study is None:
            self._tell(Note("information", "There is no study to hang: open one first.", subject="hanging"))
            return
        known, asked, rules = self._known, self._asked, self._rules
        monitors = max(self.monitors(), len(self._viewer.now.screens) - len(self._opened))
        is_as_before = known is not None and known.subject.monitors == monitors
        if known is not None and is_as_before and _same((known.subject.study, *known.others), (study, *others)):
            known = known if known.rules is rules else self._anew(known)
            self._publish(known)
            act(known)
            return

        def find() -> "tuple[Known, Kept | None]":
            from workstation.display.hanging import store
            from workstation.display.hanging.matching import Subject, hang_subject

            kept = store.load() if rules is None else None
            tried = kept.rules if kept is not None else rules or ()
            subject = Subject(study, others, monitors=monitors, techniques=self._techniques)
            return Known(subject, others, tried, hang_subject(subject, tried)), kept

        def done(both: "tuple[Known, Kept | None]") -> None:
            found, kept = both
            if kept is not None and self._rules is None:
                self._take(kept)
            if asked == self._asked if hangs else uid == self.study_uid():
                self._publish(found)
                act(found)

        self._work.start(_TITLE, lambda _job: find(), done=done, priority=Priority.INTERACTION)

    def _anew(self, known: Known) -> Known:
        from workstation.display.hanging.matching import hang_subject

        rules = self.rules
        return replace(known, rules=rules, choice=hang_subject(known.subject, rules))

    def _publish(self, known: Known | None) -> None:
        self._known = known
        for tell in self.on_known:
            tell(known)

    def _hang_first(self, known: Known) -> None:
        holding = known.holding
        if holding:
            self._apply(known, holding[0])
        else:
            text = "No hanging protocol hangs this study."
            self._tell(Note("information", text, action=("Explain", self.explain), subject="hanging"))

    def _hang_unless_touched(self, known: Known, selected: tuple[str, int]) -> None:
        if (self._selected_uid(), self._viewer.hands) == selected and known.holding:
            self._apply(known, known.holding[0], is_asked=False)
        else:
            self._offer(known)

    def _offer(self, known: Known) -> None:
        uid = known.subject.study.study_instance_uid
        if known.holding:
            text = f"This study can be hung by {known.holding[0].rule.name}."
            self._tell(Note("information", text, action=("Hang", lambda: self.hang(uid)), subject="hanging"))

    def _apply(
        self, known: Known, tried: "Tried", *, place: tuple[int, int] | None = None, is_asked: bool = True
    ) -> None:
        from workstation.display.hanging.arranging import arranged, numbered
        from workstation.display.hanging.matching import hung

        screens = hung(tried)
        name = tried.rule.name
        self._hung = known.subject.study.study_instance_uid, tried.rule.id
        is_new = self._viewer.arrange(arranged(self._left(screens), screens), f"hanging by {name}")
        panes = numbered(self._viewer.now, screens)
        to_play = [number for number, pane in panes.items() if pane.settings.is_cine]
        self._to_play = {self._viewer.now.identities[number] for number in to_play}
        for number in to_play:
            self._pane_shown(number)
        if is_new or is_asked:
            self._tell_hung(known, tried, screens, place)
        self._publish(known)

    def _left(self, screens: "Sequence[HungScreen]") -> "Viewing":
        """Give what is shown, without the windows that the hanging before opened and this one has no use for."""
        viewing = self._viewer.now
        wanted = {screen.monitor for screen in screens}
        for number in self._opened - wanted:
            viewing = viewing.without_screen(number)
        there = {screen.number for screen in viewing.screens}
        self._opened = frozenset((self._opened & wanted & there) | (wanted - there))
        return viewing

    def _tell_hung(
        self, known: Known, tried: "Tried", screens: "Sequence[HungScreen]", place: tuple[int, int] | None
    ) -> None:
        number = f" ({place[0]} of {place[1]})" if place is not None else ""
        text = f"Hung by {tried.rule.name}{number}: {why(tried)}."
        hint = " ".join(filter(None, [priors_text(known.subject, screens), self._left_out(screens)]))
        following = ("Next protocol", lambda: self.step(1)) if len(known.holding) > 1 else None
        note = Note(
            "information",
            text,
            hint,
            action=("Explain", self.explain),
            other_action=following,
            subject="hanging",
            passes=not hint,
        )
        self._tell(note)

    def _left_out(self, screens: "Sequence[HungScreen]") -> str:
        """Say what of a rule could not be done here."""
        from workstation.display.hanging.arranging import numbered

        told = []
        panes = numbered(self._viewer.now, screens)
        true_sized = [number for number, pane in panes.items() if pane.settings.zoom == "true size"]
        if any(self._viewer.panes.mm_per_px(number) is None for number in true_sized):
            told.append("True size needs a monitor that was calibrated; the images are fitted.")
        several = (screen.layout.panes for screen in screens if len(screen.layout.panes) > 1)
        if any(pane is not None and pane.settings.tiles for panes in several for pane in panes):
            told.append("Tiles are shown where a monitor has a single pane; here one image at a time is.")
        return " ".join(told)

    def _pane_shown(self, number: int) -> None:
        """Start a pane that is to play, as soon as its first image is there."""
        identities = self._viewer.now.identities
        identity = identities[number] if number < len(identities) else None
        if identity in self._to_play and self._viewer.pane(number).scene is not None:
            self._to_play.discard(identity)
            self._viewer.play(number)


def _same(one: Sequence[Study], other: Sequence[Study]) -> bool:
    """Compare by identity: comparing studies compares every header in them."""
    return len(one) == len(other) and all(a is b for a, b in zip(one, other, strict=True))
