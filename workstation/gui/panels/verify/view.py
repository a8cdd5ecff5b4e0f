"""The dialog of the self-check: what came of it, a table by subject, what a chosen row means, and reports."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QTextBrowser,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from workstation.gui.fitting import fit
from workstation.gui.icons import SIZE_PX, icon
from workstation.gui.theme import Tokens
from workstation.verify.check import Row, shown

_ROW = Qt.ItemDataRole.UserRole
_PASSED, _FAILED = "Passed", "Failed"


class VerifyDialog(QDialog):
    """Shows a run; decides nothing."""

    run_wanted = Signal()
    cancel_wanted = Signal()
    copy_wanted = Signal()
    save_wanted = Signal(Path)

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Verify")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self._tokens = tokens
        self._groups: dict[str, QTreeWidgetItem] = {}
        self._titles: dict[str, str] = {}
        self._is_good = True
        self._is_running = False
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        layout.addLayout(self._make_head())
        layout.addLayout(self._make_filter())
        layout.addWidget(self._make_table(), 1)
        layout.addWidget(self._make_details())
        layout.addLayout(self._make_buttons())
        self.set_tokens(tokens)
        fit(self, QSize(900, 720))

    def _make_head(self) -> QVBoxLayout:
        self._sign = QLabel(self)
        self.verdict = QLabel(self)
        self.verdict.setProperty("scale", "large")
        self.verdict.setAccessibleName("What came of it")
        self.facts = QLabel(self)
        self.facts.setProperty("quiet", "true")
        self.facts.setTextFormat(Qt.TextFormat.PlainText)
        self.facts.setWordWrap(True)
        self.facts.setMinimumHeight(3 * self.facts.fontMetrics().lineSpacing())  # nothing moves when it ends
        self.facts.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("How far the checks are")
        kept = self.bar.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.bar.setSizePolicy(kept)
        line = QHBoxLayout()
        line.addWidget(self._sign)
        line.addWidget(self.verdict, 1)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(self.facts)
        column.addWidget(self.bar)
        return column

    def _make_filter(self) -> QHBoxLayout:
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("Search checks")
        self.search.setAccessibleName("Search checks")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.failed_only = QCheckBox("Failed only", self)
        self.failed_only.toggled.connect(self._filter)
        row = QHBoxLayout()
        row.addWidget(self.search, 1)
        row.addWidget(self.failed_only)
        return row

    def _make_table(self) -> QTreeWidget:
        self.table = QTreeWidget(self)
        self.table.setHeaderLabels(["Check", "Result", "Got", "Expected"])
        self.table.setUniformRowHeights(True)
        self.table.setAccessibleName("Checks and what came of them")
        self.table.setIconSize(QSize(SIZE_PX - 4, SIZE_PX - 4))
        self.table.currentItemChanged.connect(self._show_one)
        for column, width in enumerate((310, 124, 210, 210)):
            self.table.setColumnWidth(column, width)
        return self.table

    def _make_details(self) -> QTextBrowser:
        self.details = QTextBrowser(self)
        self.details.setAccessibleName("What the chosen check means")
        self.details.setFixedHeight(110)
        return self.details

    def _make_buttons(self) -> QHBoxLayout:
        self.run_button = self._button("Run again", self._run_or_cancel)
        self.pdf_button = self._button("Save PDF …", lambda: self._choose("PDF", ".pdf"))
        self.json_button = self._button("Save JSON …", lambda: self._choose("JSON", ".json"))
        self.copy_button = self._button("Copy as command", self.copy_wanted.emit)
        self.close_button = self._button("Close", self.close)
        row = QHBoxLayout()
        for button in (self.pdf_button, self.json_button, self.copy_button):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.run_button)
        row.addWidget(self.close_button)
        return row

    def _button(self, words: str, function: Callable[[], object]) -> QPushButton:
        button = QPushButton(words, self)
        button.setAutoDefault(False)
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda: function())
        return button

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self._tokens = tokens
        self._show_sign()
        for group in self._groups.values():
            for item in _children(group):
                self._dress(item)
            self._count(group)

    def show_running(self) -> None:
        """Show that it runs, with an empty table."""
        self._is_running, self._groups = True, {}
        self.table.clear()
        self.details.clear()
        self.verdict.setText("Checking this installation on phantoms with known answers …")
        self.facts.setText("")
        self._show_sign()
        self.bar.setRange(0, 0)
        self.bar.show()
        self.run_button.setText("Cancel")
        self._can_save(on=False)

    def show_progress(self, done: int, total: int, text: str) -> None:
        """Show how far it is."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.facts.setText(text)

    def add_rows(self, rows: tuple[Row, ...], titles: dict[str, str]) -> None:
        """Add rows that have come in, each below its subject; subjects with failures are open."""
        self._titles = titles
        for row in rows:
            group = self._group(row.group)
            item = QTreeWidgetItem(group, [row.id, "", _short(shown(row.got, row.unit)), _expected(row)])
            item.setData(0, _ROW, row)
            item.setToolTip(2, shown(row.got, row.unit))
            item.setToolTip(3, _expected(row))
            self._dress(item)
            if not row.passed:
                group.setExpanded(True)
        for name in dict.fromkeys(row.group for row in rows):
            self._count(self._groups[name])
        self._filter()

    def show_result(self, words: str, details: str, *, is_good: bool, can_save: bool) -> None:
        """Show that it has ended, what came of it, and whether there is a report to save."""
        self._is_running, self._is_good = False, is_good
        self.verdict.setText(words)
        self.facts.setText(details)
        self.bar.hide()
        self.run_button.setText("Run again")
        self._can_save(on=can_save)
        self._show_sign()
        failed = self._failed()
        if failed:
            self.table.setCurrentItem(failed[0])
        self._filter()

    def _group(self, name: str) -> QTreeWidgetItem:
        if name not in self._groups:
            made = QTreeWidgetItem(self.table, [self._titles.get(name, name)])
            font = made.font(0)
            font.setBold(True)
            made.setFont(0, font)
            self._groups[name] = made
        return self._groups[name]

    def _dress(self, item: QTreeWidgetItem) -> None:
        self._mark(item, is_good=item.data(0, _ROW).passed, words="")

    def _count(self, group: QTreeWidgetItem) -> None:
        rows = [item.data(0, _ROW) for item in _children(group)]
        failed = sum(not row.passed for row in rows)
        words = f"{failed} failed" if failed else f"{len(rows)} passed"
        self._mark(group, is_good=not failed, words=words)

    def _mark(self, item: QTreeWidgetItem, *, is_good: bool, words: str) -> None:
        colour = self._tokens.good if is_good else self._tokens.bad
        item.setIcon(1, icon("check" if is_good else "cross", colour))
        item.setText(1, words or (_PASSED if is_good else _FAILED))
        item.setForeground(1, QBrush(QColor(colour)))

    def _show_sign(self) -> None:
        name, colour = ("check", self._tokens.good) if self._is_good else ("error", self._tokens.bad)
        self._sign.setVisible(not self._is_running)
        self._sign.setPixmap(icon(name, colour).pixmap(QSize(SIZE_PX, SIZE_PX)))

    def _show_one(self, item: QTreeWidgetItem | None) -> None:
        row = item.data(0, _ROW) if item is not None else None
        if not isinstance(row, Row):
            self.details.clear()
            return
        allowed = f" ± {row.tolerance:g}" if row.tolerance else ""
        lines = [
            f"{row.what}.",
            f"Got {shown(row.got, row.unit)}, expected {shown(row.expected, row.unit)}{allowed}; "
            f"{row.seconds * 1000:.1f} ms.",
            f"Expected by: {row.source}.",
        ]
        if not row.passed:
            lines.insert(1, f"Probably: {row.hint}")
        self.details.setPlainText("\n".join(lines))

    def _filter(self) -> None:
        words = self.search.text().casefold().split()
        for group in self._groups.values():
            count = 0
            for item in _children(group):
                row = item.data(0, _ROW)
                text = f"{row.id} {row.what} {group.text(0)}".casefold()
                is_shown = all(word in text for word in words) and not (self.failed_only.isChecked() and row.passed)
                item.setHidden(not is_shown)
                count += is_shown
            group.setHidden(not count)
            if words and count:
                group.setExpanded(True)
        if self.failed_only.isChecked() and not self._is_running and not any(self._failed()):
            self.details.setPlainText("No check has failed.")

    def _failed(self) -> list[QTreeWidgetItem]:
        return [item for item in self._items() if not item.data(0, _ROW).passed]

    def _items(self) -> list[QTreeWidgetItem]:
        return [item for group in self._groups.values() for item in _children(group)]

    def _can_save(self, *, on: bool) -> None:
        self.pdf_button.setEnabled(on)
        self.json_button.setEnabled(on)

    def _run_or_cancel(self) -> None:
        (self.cancel_wanted if self._is_running else self.run_wanted).emit()

    def _choose(self, kind: str, suffix: str) -> None:
        dialog = QFileDialog(self, f"Save the report as {kind}", f"verify{suffix}")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(f"{kind} (*{suffix})")
        dialog.setDefaultSuffix(suffix.removeprefix("."))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.save_wanted.emit(Path(name)))
        dialog.open()


def _children(group: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    return [item for at in range(group.childCount()) if (item := group.child(at)) is not None]


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"


def _expected(row: Row) -> str:
    allowed = f" ± {row.tolerance:g}" if row.tolerance else ""
    return _short(shown(row.expected, row.unit)) + allowed
