"""Conditions as a form: a row each, with a mark that says whether it holds on the open study."""

from PySide6.QtCore import QSignalBlocker, QStringListModel, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QCompleter,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workstation.display.hanging.attributes import OF_THE_STUDY, UNITS, Attribute, Operator, kind_of, operators_for
from workstation.display.hanging.concepts import concepts_of
from workstation.display.hanging.rules import Condition
from workstation.gui.calm import CalmComboBox
from workstation.gui.icons import icon
from workstation.gui.panels.hanging.shown import ConditionRow
from workstation.gui.theme import Tokens
from workstation.gui.words import tip

_SEPARATOR = "; "
_MODALITIES = ("CR", "CT", "DX", "MG", "MR", "NM", "OT", "PT", "RF", "US", "XA")


class ConditionList(QWidget):
    """Rows of conditions; tells (place, condition) for each change, and the place of one that is to go."""

    edited = Signal(int, object)
    removed = Signal(int)
    finished = Signal()

    def __init__(self, tokens: Tokens, name: str, *, of_panes: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tokens = tokens
        self._of_panes = of_panes
        self.rows: list[ConditionEditor] = []
        self.add_button = QPushButton("Add condition", self)
        self.add_button.setProperty("flat", "true")
        self.add_button.setToolTip(f"Add a condition to {name}")
        self.add_button.clicked.connect(self._add)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self._layout.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.setAccessibleName(f"Conditions of {name}")

    def show_rows(self, rows: tuple[ConditionRow, ...]) -> None:
        """Show these; a row that shows its condition already keeps what is being typed."""
        while len(self.rows) > len(rows):
            gone = self.rows.pop()
            self._layout.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        while len(self.rows) < len(rows):
            self._make_row()
        for widget, row in zip(self.rows, rows, strict=True):
            widget.show_row(row)

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self.tokens = tokens
        for row in self.rows:
            row.set_tokens(tokens)

    def _make_row(self) -> None:
        place = len(self.rows)
        row = ConditionEditor(self.tokens, of_panes=self._of_panes, parent=self)
        row.edited.connect(lambda condition: self.edited.emit(place, condition))
        row.removed.connect(lambda: self.removed.emit(place))
        row.finished.connect(self.finished)
        self.rows.append(row)
        self._layout.insertWidget(place, row)

    def _add(self) -> None:
        attribute = Attribute.WEIGHTING if self._of_panes else Attribute.BODY_PART
        values = concepts_of(str(attribute))[:1]
        self.edited.emit(len(self.rows), Condition(attribute, values=values))


class ConditionEditor(QWidget):
    """One condition: attribute, comparison, values, and how it is meant."""

    edited = Signal(object)
    removed = Signal()
    finished = Signal()

    def __init__(self, tokens: Tokens, *, of_panes: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._holds: bool | None = None
        self._condition = Condition(Attribute.MODALITY)
        self.mark = QLabel(self)
        self.mark.setFixedSize(20, 20)
        self.attribute = CalmComboBox(self)
        self.attribute.setAccessibleName("What is asked")
        for attribute in Attribute:
            if not (of_panes and attribute in OF_THE_STUDY):
                self.attribute.addItem(str(attribute).capitalize(), attribute)
        self.operator = CalmComboBox(self)
        self.operator.setAccessibleName("How it is compared")
        self.values = QLineEdit(self)
        self.values.setAccessibleName("Values, any of which will do, with semicolons between")
        self._known = QStringListModel(self)
        self.values.setCompleter(_completer(self._known, self))
        self.unknown = QCheckBox("or unknown", self)
        self.unknown.setToolTip("It holds also where nothing is known of it")
        self.preferred = QCheckBox("preferred", self)
        self.preferred.setToolTip("It need not hold; images for which it does come first")
        self.preferred.setVisible(of_panes)
        self.remove_button = QToolButton(self)
        self.remove_button.setToolTip("Remove this condition")
        self.remove_button.setAccessibleName("Remove this condition")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        before: tuple[QWidget, ...] = (self.mark, self.attribute, self.operator)
        after: tuple[QWidget, ...] = (self.unknown, self.preferred, self.remove_button)
        for widget in before:
            row.addWidget(widget)
        row.addWidget(self.values, 1)
        for widget in after:
            row.addWidget(widget)
        self.attribute.activated.connect(self._change_attribute)
        for signal in (self.operator.activated, self.unknown.clicked, self.preferred.clicked, self.values.textEdited):
            signal.connect(self._tell)
        self.values.editingFinished.connect(self.finished)
        self.remove_button.clicked.connect(self.removed)
        self.set_tokens(tokens)

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self.tokens = tokens
        self.remove_button.setIcon(icon("close", tokens.quiet_text))
        self._show_mark("")

    def condition(self) -> Condition:
        """Give what the widgets say."""
        attribute = Attribute(self.attribute.currentData())
        operator = Operator(self.operator.currentData())
        values = [value.strip() for value in self.values.text().split(_SEPARATOR.strip())]
        has_values = operator not in (Operator.IS_KNOWN, Operator.IS_UNKNOWN)
        kept = tuple(_value(attribute, value) for value in values if value) if has_values else ()
        return Condition(attribute, operator, kept, self.unknown.isChecked(), self.preferred.isChecked())

    def show_row(self, row: ConditionRow) -> None:
        """Show a condition and how it fares."""
        condition = row.condition
        if self.operator.count() == 0 or self.condition() != condition:
            self.attribute.setCurrentIndex(self.attribute.findData(condition.attribute))
            self._offer(condition.attribute)
            self.operator.setCurrentIndex(self.operator.findData(condition.operator))
            self.values.setText(_SEPARATOR.join(condition.values))
            self.values.setCursorPosition(0)
            with QSignalBlocker(self.unknown), QSignalBlocker(self.preferred):
                self.unknown.setChecked(condition.if_unknown)
                self.preferred.setChecked(condition.preferred)
        self.values.setVisible(condition.operator not in (Operator.IS_KNOWN, Operator.IS_UNKNOWN))
        self._condition, self._holds = condition, row.holds
        self._show_mark(row.found)

    def _show_mark(self, found: str) -> None:
        preferred = self._condition.preferred
        name, colour, words = {
            True: ("check", self.tokens.good, "Holds. "),
            False: ("minus", self.tokens.quiet_text, "Does not hold, and need not. ")
            if preferred
            else ("cross", self.tokens.bad, "Does not hold. "),
            None: ("minus", self.tokens.line, ""),
        }[self._holds]
        self.mark.setPixmap(icon(name, colour).pixmap(16, 16))
        self.mark.setToolTip(tip(words + found))
        self.mark.setAccessibleName(words + found)

    def _offer(self, attribute: Attribute) -> None:
        self.operator.clear()
        for operator in operators_for(attribute):
            self.operator.addItem(str(operator), operator)
        names: tuple[str, ...] = ()
        if kind_of(attribute) == "concept":
            names = _MODALITIES if attribute is Attribute.MODALITY else _concepts(attribute)
        self._known.setStringList(list(names))
        unit = UNITS.get(attribute)
        self.values.setPlaceholderText(f"in {unit}" if unit else _SEPARATOR.join(names[:3]))

    def _change_attribute(self, _place: int) -> None:
        attribute = Attribute(self.attribute.currentData())
        self._offer(attribute)
        self.operator.setCurrentIndex(0)
        names = self._known.stringList()
        self.values.setText("1" if kind_of(attribute) == "number" else names[0] if names else "")
        self._tell()

    def _tell(self, *_anything: object) -> None:
        self.edited.emit(self.condition())


def _value(attribute: Attribute, text: str) -> str:
    if attribute is Attribute.MODALITY:
        return text.upper()
    return text.lower() if kind_of(attribute) == "concept" else text


def _concepts(attribute: Attribute) -> tuple[str, ...]:
    special = {
        Attribute.LATERALITY: ("both",),
        Attribute.PLANE: ("oblique",),
        Attribute.KIND: ("image", "for processing"),
    }
    names = concepts_of(str(attribute))
    if attribute is Attribute.VIEW:
        names = (*concepts_of("mammography view"), *names)
    return tuple(dict.fromkeys((*names, *special.get(attribute, ()))))


def _completer(model: QStringListModel, parent: QWidget) -> QCompleter:
    completer = QCompleter(model, parent)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    return completer
