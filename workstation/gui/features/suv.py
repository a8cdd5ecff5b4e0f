"""SUV of PET: what they are made of, corrected by a person, of which kind; used wherever PET values are given."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from workstation.display.value_scale import ValueScale
from workstation.gui.features.measuring import Measuring, load_ahead
from workstation.gui.features.probe import Pointing
from workstation.gui.open_work import Extra
from workstation.gui.panels.notes.presenter import Note
from workstation.gui.words import date_text
from workstation.jobs.runner import Priority
from workstation.model.text import clean

if TYPE_CHECKING:
    from workstation.gui.canvas.scene import Scene
    from workstation.gui.panels.suv.presenter import Header
    from workstation.gui.panels.suv.view import SuvPanel
    from workstation.gui.session import Session
    from workstation.gui.viewer.measured_images import MeasuredImages
    from workstation.gui.viewer.presenter import Viewer
    from workstation.jobs.job import Job
    from workstation.measure.suv.corrections import Corrections
    from workstation.measure.suv.kinds import SuvKind
    from workstation.model.index.records import FrameRef, Instance, Series

MOST_SERIES, CALM_MS = 1000, 150


def install(session: "Session") -> None:
    """Add the panel, and what is under the pointer in SUV."""
    measuring = session.findChild(Measuring)
    if session.viewer is not None and isinstance(measuring, Measuring):
        Suv(session, session.viewer, measuring)


class Suv(QObject):
    """Keeps the panel and what measures at one set of inputs."""

    def __init__(self, session: "Session", viewer: "Viewer", measuring: Measuring) -> None:
        super().__init__(session)
        self._session, self._viewer, self._measuring = session, viewer, measuring
        self._panel: SuvPanel | None = None
        self._headers: dict[tuple[str, str, int], Header] = {}
        self._reading: tuple[str, str, int] | None = None
        self.kind: SuvKind = "bw"
        self.corrections: dict[str, Corrections] = {}
        self._images: MeasuredImages | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(CALM_MS)
        self._later.timeout.connect(self._look_up)
        measuring.on_images.append(self._give)
        viewer.panes.dressers.append(self._dress)
        viewer.panes.on_pane_shown.append(self._pane_shown)
        session.open_work.extras["SUV"] = Extra(self._kept, self._bring_back)
        session.window.side.add("suv-inputs", self._make_panel)
        session.handle("suv-inputs", lambda on: session.window.side.show_panel("suv-inputs", shown=on))
        session.window.side.changed.connect(self._show)
        viewer.panes.on_frame.append(lambda _ref: self._show())
        pointing = session.findChild(Pointing)
        if isinstance(pointing, Pointing):
            pointing.more.append(self._under_pointer)

    # What is used.

    def _give(self, images: "MeasuredImages") -> None:
        """Let what measures know."""
        self._images = images
        images.scales.corrections = self.corrections
        images.scales.kind = self.kind

    def _use(self) -> None:
        """Have everything measured anew."""
        images = self._measuring.images
        self._give(images)
        images.scales.change(kind=self.kind)
        self._session.open_work.changed()
        self._show()

    def change(self, series_uid: str, corrections: "Corrections", what: str) -> None:
        """Correct the inputs of a series, as a step that can be undone."""
        from workstation.measure.suv.corrections import Corrections

        before = self.corrections.get(series_uid, Corrections())
        if corrections == before:
            return

        def put(value: "Corrections") -> None:
            self.corrections = {uid: each for uid, each in self.corrections.items() if uid != series_uid}
            if value != Corrections():
                self.corrections[series_uid] = value
            self._use()

        put(corrections)
        self._viewer.note_step(what, lambda: put(before), lambda: put(corrections))
        self._viewer.on_changed()

    def choose(self, kind: "SuvKind") -> None:
        """Give values as another kind of SUV, as a step that can be undone."""
        before = self.kind
        if kind == before:
            return

        def put(value: "SuvKind") -> None:
            self.kind = value
            self._use()

        put(kind)
        self._viewer.note_step("kind of SUV", lambda: put(before), lambda: put(kind))
        self._viewer.on_changed()

    @property
    def is_on(self) -> bool:
        """Whether PET is said as SUV, not as activity."""
        return self._images is None or self._images.scales.is_on

    def _dress(self, scene: "Scene", _ref: "FrameRef") -> "Scene":
        """Have the window and the colours of PET said as SUV, where that is known."""
        if scene.instance.modality != "PT" or self._images is None:
            return scene if scene.scale is None else replace(scene, scale=None)
        known = self._images.scales.known(scene.instance, scene.frame.number)
        scale = None if known is None else ValueScale(known.factor, known.unit.words)
        return scene if scale == scene.scale else replace(scene, scale=scale)

    def _pane_shown(self, number: int) -> None:
        """Look SUV up once nobody waits for an image: all headers of the series are read for it."""
        scene = self._viewer.pane(number).scene
        if scene is not None and scene.instance.modality == "PT" and scene.scale is None:
            self._later.start()

    def _look_up(self) -> None:
        streaming = self._session.streaming
        if self._session.work.is_closed:
            return
        if streaming is not None and not streaming.frames.is_calm:
            self._later.start()
        elif self._images is not None:
            self._ask()
        else:
            self._session.work.start(
                "Load what measures",
                lambda _job: load_ahead(),
                done=lambda _none: self._ask(),
                priority=Priority.VISIBLE,
            )

    def _ask(self) -> None:
        for number in self._viewer.now.shown:
            scene = self._viewer.pane(number).scene
            if scene is not None and scene.instance.modality == "PT":
                self._measuring.images.scales.of(scene.instance)

    def _under_pointer(self, scene: "Scene", value: float) -> str:
        """Give a value of PET as SUV."""
        if scene.instance.modality != "PT":
            return ""
        scale = self._measuring.images.scales.scale(scene.instance, scene.frame.number)
        return "" if scale is None else f"{value * scale.factor:.{scale.unit.decimals}f} {scale.unit.words}"

    def _kept(self) -> Any:
        return {"kind": self.kind, "series": {uid: each.pairs() for uid, each in self.corrections.items()}}

    def _bring_back(self, value: Any) -> None:
        from workstation.measure.suv.corrections import Corrections
        from workstation.measure.suv.kinds import SUV_KINDS

        if not isinstance(value, dict) or not isinstance(value.get("series"), dict):
            raise ValueError("corrections of SUV are something else")  # noqa: TRY004 - as `Extra` wants it
        kind = next((each for each in SUV_KINDS if each == value.get("kind")), None)
        if kind is None or len(value["series"]) > MOST_SERIES:
            raise ValueError("the kind of SUV is something else")
        found = {}
        for uid, pairs in value["series"].items():
            if not isinstance(pairs, dict):
                raise ValueError("corrections of SUV are something else")  # noqa: TRY004 - as `Extra` wants it
            found[str(uid)] = Corrections.parse({str(name): str(each) for name, each in pairs.items()})
        self.kind, self.corrections = kind, found
        if found or kind != "bw":
            self._use()

    # The panel.

    def _make_panel(self) -> QWidget:
        from workstation.gui.panels.suv.view import SuvPanel

        window = self._session.window
        panel = SuvPanel(window.tokens, window.side)
        panel.closed.connect(window.side.close_panel)
        panel.kind_chosen.connect(self.choose)
        panel.edited.connect(self._edit)
        panel.reset_wanted.connect(self._reset)
        panel.copy_wanted.connect(self._copy)
        window.tokens_changed.connect(panel.set_tokens)
        self._panel = panel
        return panel

    def series(self) -> "tuple[Series, FrameRef] | None":
        """Give the PET series of the active pane with its image, else the first one of its study."""
        ref = self._viewer.active.shown_frame
        if ref is None:
            return None
        own = self._session.workspace.series(ref.instance.series_instance_uid)
        if own is not None and ref.instance.modality == "PT":
            return own, ref
        for patient in self._session.workspace.patients:
            for study in patient.studies:
                if study.study_instance_uid == ref.instance.study_instance_uid:
                    pets = (each for each in study.series if each.first.modality == "PT" and each.stacks)
                    found = next(pets, None)
                    return (found, found.stacks[0].frames[0]) if found is not None else None
        return None

    def _show(self) -> None:
        """Show the series that is meant, once its headers are read."""
        panel = self._panel
        if panel is None or self._session.window.side.shown != "suv-inputs":
            return
        from workstation.gui.panels.suv.view import EMPTY, READING

        found = self.series()
        if found is None:
            panel.show_nothing(EMPTY)
            return
        key = _key(*found)
        header = self._headers.get(key)
        if header is None:
            if not self._is_known(key[0]):
                panel.show_nothing(READING)
            self._read(found[0], found[1])
            return
        from workstation.gui.panels.suv.presenter import shown
        from workstation.measure.suv.corrections import Corrections

        corrections = self.corrections.get(key[0], Corrections())
        said = shown(header, self.kind, corrections)
        panel.show_series(
            _words(found[1].instance), self.kind, said, corrections.note, is_corrected=corrections != Corrections()
        )

    def _is_known(self, series_uid: str) -> bool:
        return any(uid == series_uid for uid, _image, _frame in self._headers)

    def _read(self, series: "Series", ref: "FrameRef") -> None:
        """Read the header of an image, and of all of its series when that is first asked for: when it began."""
        from workstation.gui.panels.suv.presenter import Header

        uid, key, instance = series.series_instance_uid, _key(series, ref), ref.instance
        if self._reading == key:
            return
        self._reading = key
        others = [header for (known, _image, _frame), header in self._headers.items() if known == uid]
        images = tuple(each for each in series.instances if each.has_pixels)

        def read(job: "Job") -> Header:
            from workstation.measure.suv.reading import earliest_acquisition
            from workstation.model.reading import read_dataset

            if others:
                return Header(read_dataset(instance.place), ref.number, others[0].begun)
            headers = {}
            for done, each in enumerate(images):
                job.progress(done, len(images), "Reading headers")
                headers[each.sop_instance_uid] = read_dataset(each.place)
            own = headers.get(instance.sop_instance_uid) or read_dataset(instance.place)
            return Header(own, ref.number, earliest_acquisition(headers.values()))

        def arrived(header: Header) -> None:
            self._reading = None
            self._headers[key] = header
            self._show()

        def failed(error: Exception) -> None:
            self._reading = None
            if self._panel is not None:
                self._panel.show_nothing(str(error))

        self._session.work.start("Read headers of the PET", read, done=arrived, failed=failed)

    def _edit(self, name: str, written: str) -> None:
        from workstation.gui.panels.suv.presenter import corrected
        from workstation.measure.suv.corrections import Corrections

        found = self.series()
        if found is None:
            return
        uid = found[0].series_instance_uid
        try:
            made = corrected(self.corrections.get(uid, Corrections()), name, written)
        except ValueError as error:
            words = str(error)
            self._session.notes.add(Note("information", f"{words[:1].upper()}{words[1:]}.", "The value is as it was."))
            self._show()
            return
        self.change(uid, made, "correction of the SUV")

    def _reset(self) -> None:
        from workstation.measure.suv.corrections import Corrections

        found = self.series()
        if found is not None:
            self.change(found[0].series_instance_uid, Corrections(), "corrections of the SUV")

    def _copy(self) -> None:
        from workstation.gui.panels.suv.presenter import shown, text_of
        from workstation.measure.suv.corrections import Corrections

        found = self.series()
        header = self._headers.get(_key(*found)) if found is not None else None
        if found is None or header is None:
            return
        corrections = self.corrections.get(found[0].series_instance_uid, Corrections())
        QApplication.clipboard().setText(text_of(_words(found[1].instance), shown(header, self.kind, corrections)))
        self._session.notes.add(Note("information", "The inputs of the SUV and what comes of them were copied."))


def _key(series: "Series", ref: "FrameRef") -> tuple[str, str, int]:
    return series.series_instance_uid, ref.instance.sop_instance_uid, ref.number


def _words(instance: "Instance") -> str:
    described = clean(instance.series_description) or "PET"
    return "  ".join(filter(None, (described, date_text(instance.study_date))))
