"""Measurements copied as a table and as commands, and written into files."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QFileDialog

from workstation.gui.features.measurements import Measurements
from workstation.gui.features.measuring import Measuring
from workstation.gui.words import plural

if TYPE_CHECKING:
    from workstation.gui.panels.annotations.saving import Taken
    from workstation.gui.session import Session


def install(session: "Session") -> None:
    """Add the commands."""
    measuring, measurements = session.findChild(Measuring), session.findChild(Measurements)
    if isinstance(measuring, Measuring) and isinstance(measurements, Measurements):
        WrittenMeasurements(session, measuring, measurements)


class WrittenMeasurements(QObject):
    """Copies and writes what is chosen."""

    def __init__(self, session: "Session", measuring: Measuring, measurements: Measurements) -> None:
        super().__init__(session)
        self._session, self._measuring, self._measurements = session, measuring, measurements
        acts: dict[str, Callable[[], object]] = {
            "copy-measurements": self._copy,
            "copy-measurement-commands": self._copy_commands,
            "write-measurements": self._ask_file,
        }
        for name, act in acts.items():
            session.handle(name, lambda _on, act=act: measurements.when_measured(act))  # type: ignore[misc]  # binds

    def _copy(self) -> None:
        from workstation.gui.panels.annotations.rows import rows_of, table_text

        taken = self._measurements.taken()
        meant = {each.annotation.id for each in taken}
        if not taken:
            return
        rows = rows_of(
            self._measurements.marking, self._measurements.images(), self._measurements.known, lambda _measurement: ""
        )
        order = self._measurements.order
        rows = tuple(sorted((each for each in rows if each.id in meant), key=lambda each: order.get(each.id, 0)))
        QApplication.clipboard().setText(table_text(rows))
        self._measurements.tell(f"The table was copied: {plural(len(rows), 'measurement', 'measurements')}.")

    def _copy_commands(self) -> None:
        from workstation.gui.command_lines import shell_line
        from workstation.model.index.records import FrameRef

        lines, without = [], 0
        taken = self._measurements.taken()
        for each in taken:
            ref = FrameRef(each.instance, each.annotation.frame)
            if each.measurement is None:
                continue
            if not each.is_on_image:
                words = self._measurements.plane_words(each.annotation)
                lines += [shell_line(words)] if words else []
                without += not words
                continue
            known = [
                one for one in self._measurements.marking.on(ref.instance.sop_instance_uid, ref.number) if one.known_mm
            ]
            words = self._measuring.words_of(each.annotation, ref, each.measurement.basis.spacing, known)
            if words:
                lines.append(shell_line(words))
            without += not words
        if not lines:
            if taken:
                self._measurements.tell("None of these has a command.")
            return
        QApplication.clipboard().setText("\n".join(lines) + "\n")
        text = f"{plural(len(lines), 'command was', 'commands were')} copied. They make the same numbers in a shell."
        without_words = plural(without, "measurement has", "measurements have")
        hint = f"{without_words} none: too much is painted, or no command takes its threshold."
        self._measurements.tell(text, hint if without else "", "\n".join(lines))

    def _ask_file(self) -> None:
        from workstation.gui.panels.annotations.saving import measurements_of

        taken = [each for each in self._measurements.taken() if any(measurements_of(each))]
        if not taken:
            return
        dialog = QFileDialog(self._session.window, "Write measurements", self._session.remembered.folder)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(["Table (*.csv)", "JSON (*.json)", "Text (*.txt)"])
        dialog.setDefaultSuffix("csv")
        dialog.selectFile("measurements.csv")
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(chosen.rpartition(".")[2].rstrip(")")))
        dialog.fileSelected.connect(lambda name: self.write(taken, Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def write(self, taken: "Sequence[Taken]", path: Path) -> None:
        """Write measurements into a file: as its ending says, CSV, JSON or text."""
        from workstation.gui.panels.annotations.saving import written
        from workstation.whole_files import write_whole

        def done(_none: None) -> None:
            self._measurements.tell(
                f"{path.name} was written: {plural(len(taken), 'measurement', 'measurements')}.", "", str(path)
            )

        self._session.work.start(
            "Write measurements",
            lambda _job: write_whole(path, written(taken, path.suffix.lower()).encode("utf-8")),
            done=done,
            is_shown=True,
        )
