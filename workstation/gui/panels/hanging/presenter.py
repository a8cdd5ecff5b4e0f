"""Decides what the editor of hanging protocols does: every change is a step that can be undone, and is then saved."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, Protocol

from workstation.display.hanging import store
from workstation.display.hanging.document import new_id, sound
from workstation.display.hanging.exchange import read_any, write_rules
from workstation.display.hanging.hung import HungScreen
from workstation.display.hanging.learning import learn
from workstation.display.hanging.matching import Choice, Subject, Tried, choice_of, hang_subject, try_rule
from workstation.display.hanging.rules import Condition, Pane, Rule, Screen, ranked
from workstation.display.history import History
from workstation.errors import UserError
from workstation.gui.panels.hanging.orders import renumbered, reranked
from workstation.gui.panels.hanging.shown import RuleItem, RuleShown, items_of, rule_shown, title_of
from workstation.quick_dataclass import dataclass

Where = Literal["study", "pane"]


class HangingView(Protocol):
    """What the presenter needs of the panel."""

    def show_rules(self, items: tuple[RuleItem, ...], chosen: str) -> None:
        """Show the list."""

    def show_rule(self, shown: RuleShown | None) -> None:
        """Show a rule as a form with its preview; nothing where there is none."""

    def show_steps(self, undo: str, redo: str) -> None:
        """Say what can be undone and done again; empty for nothing."""

    def tell(self, message: str, *, is_wrong: bool) -> None:
        """Say a sentence below the form."""


@dataclass(frozen=True, slots=True)
class _State:
    rules: tuple[Rule, ...]
    chosen: str
    pane: int = 1


class HangingPresenter:
    """Keeps rules, the list, the form and the preview together.

    Parameters
    ----------
    view
        The panel.
    folder
        Where the user's rules are; their data folder where not given.

    Attributes
    ----------
    on_changed
        Called with all rules after each change.
    on_applied
        Called with a rule and what it comes to on the open study, when the user wishes it hung.
    """

    def __init__(self, view: HangingView, folder: Path | None = None) -> None:
        self._view = view
        self._folder = folder
        self._subject: Subject | None = None
        self._choice: Choice | None = None
        self._tried: dict[str, Tried] = {}
        self._shipped = {rule.id: rule for rule in store.shipped_rules()}
        kept = store.load(folder)
        self._history = History(_State(kept.rules, kept.rules[0].id if kept.rules else ""))
        self._saved = kept.rules
        self.on_changed: Callable[[tuple[Rule, ...]], None] = lambda _rules: None
        self.on_applied: Callable[[Choice], None] = lambda _choice: None
        self._show()
        if kept.notes:
            view.tell(" ".join(kept.notes), is_wrong=True)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules, in the order in which they are tried."""
        return self._history.now.rules

    @property
    def chosen(self) -> Rule | None:
        """The rule in the form."""
        return next((rule for rule in self.rules if rule.id == self._history.now.chosen), None)

    def set_subject(self, subject: Subject | None) -> None:
        """Preview the rules on a study; on none."""
        self._subject = subject
        self._tried.clear()
        self._show()
        if self._choice is not None and self._choice.rule is not None:
            self.choose(self._choice.rule.id)

    def choose(self, rule_id: str) -> None:
        """Put a rule into the form."""
        if rule_id != self._history.now.chosen:
            self._history.settle()
            self._history.drift(replace(self._history.now, chosen=rule_id, pane=1))
            self._show()

    def choose_pane(self, number: int) -> None:
        """Put a pane of the rule into the form, counted from 1 over all screens."""
        rule = self.chosen
        if rule is not None and 1 <= number <= len(rule.panes):
            self._history.settle()
            self._history.drift(replace(self._history.now, pane=number))
            self._show()

    def edit(self, change: Callable[[Rule], Rule], label: str, *, run: str = "") -> None:
        """Change the rule in the form; ``run`` names changes that are undone at once, such as typing a word."""
        rule = self.chosen
        if rule is None:
            return
        try:
            changed = change(rule)
        except ValueError as error:
            self._view.tell(f"{str(error).capitalize()}.", is_wrong=True)
            return
        if changed != rule:
            rules = tuple(changed if each.id == rule.id else each for each in self.rules)
            self._do(ranked(rules), rule.id, label, run=run)

    def set_enabled(self, rule_id: str, *, is_enabled: bool) -> None:
        """Turn a rule on or off."""
        rules = tuple(replace(rule, is_enabled=is_enabled) if rule.id == rule_id else rule for rule in self.rules)
        if rules != self.rules:
            self._do(rules, rule_id, "Turn on" if is_enabled else "Turn off")

    def set_condition(self, where: Where, place: int, condition: Condition) -> None:
        """Change a condition; adds it where ``place`` is beyond the last."""

        def change(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
            return (*conditions[:place], condition, *conditions[place + 1 :])

        self._edit_conditions(where, change, "Change condition", run=f"{where} {place}")

    def remove_condition(self, where: Where, place: int) -> None:
        """Take a condition away."""

        def change(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
            return conditions[:place] + conditions[place + 1 :]

        self._edit_conditions(where, change, "Remove condition")

    def _edit_conditions(
        self,
        where: Where,
        change: Callable[[tuple[Condition, ...]], tuple[Condition, ...]],
        label: str,
        *,
        run: str = "",
    ) -> None:
        if where == "study":
            self.edit(lambda rule: replace(rule, conditions=change(rule.conditions)), label, run=run)
        else:
            self.edit_pane(
                lambda pane: replace(
                    pane, selector=replace(pane.selector, conditions=change(pane.selector.conditions))
                ),
                label,
                run=run,
            )

    def edit_pane(self, change: Callable[[Pane], Pane], label: str, *, run: str = "") -> None:
        """Change the pane in the form."""
        number = self._history.now.pane
        self.edit(
            lambda rule: rule.with_pane(number, change(rule.panes[number - 1] or Pane())),
            label,
            run=run and f"{number} {run}",
        )

    def clear_pane(self) -> None:
        """Leave the place of the pane in the form empty."""
        self.edit(lambda rule: rule.with_pane(self._history.now.pane, None), "Leave empty")

    def set_grid(self, screen: int, rows: int, columns: int) -> None:
        """Give a screen another grid; panes that are like one that is dropped show images of their own."""

        def change(rule: Rule) -> Rule:
            screens = list(rule.screens)
            screens[screen] = screens[screen].resized(rows, columns)
            return renumbered(rule, replace(rule, screens=tuple(screens)))

        self.edit(change, "Change grid")

    def set_screens(self, count: int) -> None:
        """Make the rule one for so many monitors."""

        def change(rule: Rule) -> Rule:
            kept = rule.screens[:count]
            return renumbered(rule, replace(rule, screens=(*kept, *(Screen() for _ in range(count - len(kept))))))

        self.edit(change, "Change monitors")

    def move(self, rule_id: str, place: int) -> None:
        """Put a rule to another place in the order; ranks change as little as can be."""
        moved = next((rule for rule in self.rules if rule.id == rule_id), None)
        if moved is None:
            return
        others = [rule for rule in self.rules if rule.id != rule_id]
        place = max(0, min(len(others), place))
        rules = reranked([*others[:place], moved, *others[place:]], place)
        if rules != self.rules:
            self._do(rules, rule_id, "Move")

    def duplicate(self) -> None:
        """Add a copy of the rule in the form right before it."""
        rule = self.chosen
        if rule is not None:
            copy = replace(rule, id=new_id(), name=f"{rule.name}, copy")
            place = self.rules.index(rule)
            self._do(reranked([*self.rules[:place], copy, *self.rules[place:]], place), copy.id, "Duplicate")

    def add(self) -> None:
        """Add a rule that asks for the modality of the open study and shows its series."""
        rule = Rule(new_id(), "New protocol", screens=(Screen(1, 2, (Pane(), Pane())),))
        self._do(ranked((*self.rules, rule)), rule.id, "New protocol")

    def learn(self, screens: Sequence[HungScreen], name: str = "") -> None:
        """Hang studies like this: add a rule for what is shown of the open study."""
        if self._subject is None:
            self._view.tell("Open a study and arrange it first.", is_wrong=True)
            return
        described = self._subject.study.first.study_description
        rule = sound(learn(self._subject, screens, name=name or described or "As arranged"))
        self._do(ranked((*self.rules, rule)), rule.id, "Hang studies like this")
        self._view.tell("Studies like this one are hung so from now on. Change what it asks for here.", is_wrong=False)

    def delete(self) -> None:
        """Take the rule in the form away; a shipped one can only be turned off."""
        rule = self.chosen
        if rule is None or rule.id in self._shipped:
            return
        place = self.rules.index(rule)
        rules = tuple(each for each in self.rules if each.id != rule.id)
        chosen = rules[min(place, len(rules) - 1)].id if rules else ""
        self._do(rules, chosen, "Delete")
        self._view.tell(f"{rule.name} was deleted. Undo brings it back.", is_wrong=False)

    def reset(self) -> None:
        """Make a shipped rule what it was when it came."""
        rule = self.chosen
        if rule is not None and rule.id in self._shipped:
            self.edit(lambda each: self._shipped[each.id], "Reset to shipped")

    def import_files(self, paths: Sequence[Path]) -> None:
        """Take over the rules of files; one of the same id is replaced."""
        told: list[str] = []
        added: dict[str, Rule] = {}
        for path in paths:
            try:
                rules, notes = read_any(path)
            except UserError as error:
                self._view.tell(f"{error.message} {error.hint}".strip(), is_wrong=True)
                return
            added |= {rule.id: rule for rule in rules}
            told += notes
        known = {rule.id: rule for rule in self.rules} | added
        if added:
            self._do(ranked(tuple(known.values())), next(iter(added)), "Import")
            names = ", ".join(rule.name for rule in added.values())
            left = f" Not taken over: {'; '.join(told)}." if told else ""
            self._view.tell(f"Imported {names}.{left}", is_wrong=False)

    def export(self, path: Path) -> None:
        """Write the rule in the form, as JSON or DICOM by the ending of the file."""
        rule = self.chosen
        if rule is None:
            return
        try:
            notes = write_rules([rule], path)
        except UserError as error:
            self._view.tell(f"{error.message} {error.hint}".strip(), is_wrong=True)
            return
        lost = f" Other programs will not understand: {'; '.join(notes)}." if notes else ""
        self._view.tell(f"{rule.name} was written to {path.name}.{lost}", is_wrong=False)

    def apply(self) -> None:
        """Hang the open study by the rule in the form, whatever the order says."""
        rule = self.chosen
        if rule is None or self._subject is None:
            return
        choice = hang_subject(self._subject, [replace(rule, is_enabled=True)])
        if choice.rule is None:
            self._view.tell(f"It cannot hang the open study: {choice.tried[0].reason}.", is_wrong=True)
            return
        self.on_applied(choice)

    def undo(self) -> None:
        """Take the last change back."""
        if self._history.undo():
            self._changed()

    def redo(self) -> None:
        """Do again what was undone."""
        if self._history.redo():
            self._changed()

    def settle(self) -> None:
        """End a run of typing, and save."""
        self._history.settle()
        self.save()

    def save(self) -> None:
        """Write what was changed since it was saved last."""
        if self.rules == self._saved:
            return
        try:
            store.save(self.rules, self._folder)
        except UserError as error:
            self._view.tell(f"{error.message} {error.hint}".strip(), is_wrong=True)
            return
        self._saved = self.rules

    def _do(self, rules: tuple[Rule, ...], chosen: str, label: str, *, run: str = "") -> None:
        now = self._history.now
        pane = now.pane if chosen == now.chosen else 1
        count = next((len(rule.panes) for rule in rules if rule.id == chosen), 1)
        self._history.do(_State(rules, chosen, min(pane, count)), label, merges_with=run and f"{chosen} {run}")
        self._changed(is_settled=not run)

    def _changed(self, *, is_settled: bool = True) -> None:
        self._view.tell("", is_wrong=False)
        self._show()
        if is_settled:
            self.save()
        self.on_changed(self.rules)

    def _show(self) -> None:
        now = self._history.now
        self._choice = self._hung(self._subject) if self._subject else None
        items = items_of(now.rules, self._choice, self._origins())
        self._view.show_rules(items, now.chosen)
        rule = self.chosen
        if rule is None:
            self._view.show_rule(None)
        else:
            item = next(each for each in items if each.id == rule.id)
            is_shipped = rule.id in self._shipped
            is_changed = is_shipped and rule != self._shipped[rule.id]
            shown = rule_shown(
                rule,
                min(now.pane, len(rule.panes)),
                self._tried.get(rule.id),
                item,
                is_shipped=is_shipped,
                is_changed=is_changed,
                study=title_of(self._subject),
            )
            self._view.show_rule(shown)
        self._view.show_steps(self._history.undo_label, self._history.redo_label)

    def _hung(self, subject: Subject) -> Choice:
        """Try the rules that were not tried on the study yet, or changed since."""
        known = self._tried
        self._tried = {
            rule.id: known[rule.id] if rule.id in known and known[rule.id].rule is rule else try_rule(rule, subject)
            for rule in self.rules
        }
        return choice_of(list(self._tried.values()))

    def _origins(self) -> dict[str, str]:
        return {
            rule.id: "shipped" if rule == self._shipped[rule.id] else "changed"
            for rule in self.rules
            if rule.id in self._shipped
        }
