"""Key images: K stars the image that is shown; those of others are told; a list, and the object that is written."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from workstation.errors import UserError
from workstation.gui.canvas.scene import Scene
from workstation.gui.keeping import keep_made
from workstation.gui.panels.key_images.presenter import KeyImages, title_names
from workstation.gui.panels.notes.presenter import Note
from workstation.gui.thumbnails import Thumbnails
from workstation.gui.words import plural
from workstation.jobs.job import Job
from workstation.model.index.records import FrameRef, Instance, Place, Stack
from workstation.model.marking import KeyImage, Marking
from workstation.model.text import clean, person_name
from workstation.objects.key_objects.finding import selections_among
from workstation.objects.key_objects.reading import KEY_OBJECT_SELECTION
from workstation.objects.key_objects.values import KeyObjects, title_of, title_words
from workstation.workspace import Change

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from workstation.gui.panels.key_images.view import KeyImagesPanel
    from workstation.gui.session import Session
    from workstation.gui.viewer.presenter import Viewer

SERIES_NUMBER = 902


def install(session: "Session") -> None:
    """Add the commands and the list."""
    if session.viewer is not None:
        StarredImages(session, session.viewer)


class StarredImages(QObject):
    """Joins key images to the panes, the browser and the list."""

    def __init__(self, session: "Session", viewer: "Viewer") -> None:
        super().__init__(session)
        self._session, self._viewer = session, viewer
        self._asked: set[Place] = set()
        self._seen: set[str] = set()
        self._panel: KeyImagesPanel | None = None
        self._series_only = False
        self._is_filtering = False
        self.known = KeyImages()
        self._thumbnails = Thumbnails(session.work, self._show_picture)
        viewer.panes.dressers.append(self._dress)
        viewer.panes.on_frame.append(self._frame_shown)
        viewer.on_marking.append(lambda _marking: self._show_all())
        viewer.panes.stops = self._stops
        session.workspace.listen(self._changed)
        session.window.side.add("key-images", self._make_panel)
        session.handle("key-image", lambda _on: self.star())
        session.handle("next-key-image", lambda _on: self.step(1))
        session.handle("previous-key-image", lambda _on: self.step(-1))
        session.handle("only-key-images", self._filter)
        session.handle("key-images", lambda on: session.window.side.show_panel("key-images", shown=on))

    @property
    def marking(self) -> Marking:
        """What is starred here."""
        return self._viewer.now.marking

    def star(self) -> None:
        """Star the image in the active pane, or star it no longer."""
        ref = self._viewer.active.shown_frame
        if ref is None:
            return
        self._viewer.settle()
        uid, frame = ref.instance.sop_instance_uid, ref.number
        if self.marking.key_image(uid, frame) is None:
            self._viewer.mark_up(self.marking.with_star(KeyImage(uid, frame)), "key image")
        else:
            self._viewer.mark_up(self.marking.without_star(uid, frame), "removal of a key image")

    def step(self, steps: int) -> None:
        """Show the next key image of the study, round and round."""
        ref = self._viewer.active.shown_frame
        stacks = self._stacks()
        order = self.known.order(self.marking, stacks)
        if not order:
            self._session.notes.add(Note("information", "There are no key images. K stars the image that is shown."))
            return
        places = {_place(each): at for at, each in enumerate(_frames(stacks))}
        now = places.get(_place(ref), -1) if ref is not None else -1
        at = [places[_place(each)] for each in order]
        if steps > 0:
            wanted = next((number for number, place in enumerate(at) if place > now), 0)
        else:
            wanted = next((number for number in reversed(range(len(at))) if at[number] < now), len(at) - 1)
        self._viewer.show_image(order[wanted])

    def _stacks(self) -> list[Stack]:
        """Give the stacks of the study in the active pane, in the order of the tree."""
        series = self._session.workspace.selected_series()
        if series is None:
            return []
        for patient in self._session.workspace.patients:
            for study in patient.studies:
                if study.study_instance_uid == series.first.study_instance_uid:
                    return [stack for each in study.series for stack in each.stacks]
        return []

    def _stops(self, stack: Stack) -> tuple[int, ...]:
        return self.known.indexes(stack, self.marking) if self._is_filtering else ()

    def _filter(self, on: bool) -> None:
        """Let scrolling stop at key images only."""
        self._is_filtering = on
        stack = self._viewer.active.stack
        stops = self._stops(stack) if stack is not None else ()
        if on and not stops:
            self._session.notes.add(Note("information", "There are no key images in this series, so all are shown."))
        elif on and stack is not None:
            ref = self._viewer.active.shown_frame
            now = next((at for at, each in enumerate(stack.frames) if each is ref), 0)
            self._viewer.active.go_to(min(stops, key=lambda each: abs(each - now)))

    def _dress(self, scene: Scene, ref: FrameRef) -> Scene:
        marking = self.marking
        if not marking.key_images and self.known.is_empty:
            shown: tuple[bool, str, tuple[float, ...]] = (False, "", ())
        else:
            is_own = marking.key_image(ref.instance.sop_instance_uid, ref.number) is not None
            shown = (is_own, self.known.words(ref), self._shares(ref))
        if shown == (scene.is_key, scene.key_words, scene.key_places):
            return scene
        return replace(scene, is_key=shown[0], key_words=shown[1], key_places=shown[2])

    def _shares(self, ref: FrameRef) -> tuple[float, ...]:
        """Give where the key images lie along the stack that an image is shown from."""
        panes = (self._viewer.pane(number) for number in self._viewer.now.shown)
        stack = next((each.stack for each in panes if each.shown_frame is ref or each.wanted is ref), None)
        if stack is None or len(stack.frames) < 2:
            return ()
        last = len(stack.frames) - 1
        return tuple(number / last for number in self.known.indexes(stack, self.marking))

    def _changed(self, change: Change) -> None:
        if change is Change.TREE:
            self._seen.clear()
            there = list(self._objects(None))
            self.known.forget({each.sop_instance_uid for each in there})
            self._asked &= {each.place for each in there}
            self._frame_shown(self._viewer.active.shown_frame)
            self._show_all()

    def _frame_shown(self, ref: FrameRef | None) -> None:
        if ref is not None and ref.instance.study_instance_uid not in self._seen:
            self._look_into(ref.instance.study_instance_uid)
        if self._series_only:
            self._show_list()

    def _look_into(self, study_instance_uid: str) -> None:
        """Read the selections of a study that were not read yet."""
        self._seen.add(study_instance_uid)
        new = [each for each in self._objects(study_instance_uid) if each.place not in self._asked]
        if not new:
            return
        self._asked.update(each.place for each in new)

        def arrived(found: tuple[tuple[KeyObjects, ...], tuple[str, ...]]) -> None:
            self.known.add(found[0])
            for sentence in found[1]:
                self._session.notes.add(Note("warning", f"Key images of others cannot be told: {sentence}"))
            self._viewer.panes.dress_again()
            self._show_all()

        self._session.work.start("Read key images", lambda _job: selections_among(new), done=arrived)

    def _objects(self, study_instance_uid: str | None) -> Iterator[Instance]:
        for patient in self._session.workspace.patients:
            for study in patient.studies:
                if study_instance_uid in (None, study.study_instance_uid):
                    for series in study.series:
                        if series.first.sop_class_uid == KEY_OBJECT_SELECTION:
                            yield from series.instances

    def _make_panel(self) -> QWidget:
        from workstation.gui.panels.key_images.view import KeyImagesPanel

        window, creator = self._session.window, person_name(self._session.remembered.creator)
        panel = KeyImagesPanel(window.tokens, title_names(), creator, window.side)
        panel.closed.connect(window.side.close_panel)
        panel.chosen.connect(lambda ref: self._viewer.show_image(ref))
        panel.noted.connect(self._note)
        panel.unstar_wanted.connect(self._unstar)
        panel.save_wanted.connect(self._save)
        panel.series_only.connect(self._show_series_only)
        panel.picture_wanted.connect(self._thumbnails.want)
        window.tokens_changed.connect(panel.set_tokens)
        self._panel = panel
        self._show_list()
        return panel

    def _show_series_only(self, on: bool) -> None:
        self._series_only = on
        self._show_list()

    def _show_all(self) -> None:
        self._session.window.browser.show_starred(self.known.series(self.marking, self._session.workspace))
        self._show_list()

    def _show_list(self) -> None:
        if self._panel is not None:
            selection = self._session.workspace.selection
            only = selection.series_instance_uid if self._series_only and selection is not None else ""
            self._panel.show_lines(self.known.lines(self.marking, self._session.workspace, series=only))

    def _show_picture(self, key: str, rgb: "NDArray[np.uint8] | None") -> None:
        if self._panel is None:
            return
        picture = None
        if rgb is not None:
            height, width = rgb.shape[:2]
            picture = QImage(rgb.data, width, height, rgb.strides[0], QImage.Format.Format_RGB888).copy()
        self._panel.show_picture(key, picture)

    def _note(self, ref: FrameRef, words: str) -> None:
        self._viewer.settle()
        made = KeyImage(ref.instance.sop_instance_uid, ref.number, clean(words))
        self._viewer.mark_up(self.marking.with_star(made), "note on a key image")

    def _unstar(self, ref: FrameRef) -> None:
        self._viewer.settle()
        uid = ref.instance.sop_instance_uid
        self._viewer.mark_up(self.marking.without_star(uid, ref.number), "removal of a key image")

    def _save(self, title: str, note: str, creator: str) -> None:
        """Write the starred images of the study in the active pane."""
        from workstation.gui.panels.saving.presenter import SavingForm, checked

        stacks = self._stacks()
        starred = {(each.sop_instance_uid, each.frame): each for each in self.marking.key_images}
        refs = {_place(each): each for each in _frames(stacks) if _place(each) in starred}
        if not refs:
            words = Note("information", "No image of this study is starred.", "K stars the image that is shown.")
            self._session.notes.add(words)
            return
        observer = checked(SavingForm(creator=creator)).creator
        self._session.remembered.creator = observer
        text = note_of(note, [(ref, starred[place].note) for place, ref in refs.items()])
        chosen = tuple(refs.values())

        def make(folder: Path, job: Job) -> Sequence[Path]:
            return [write(chosen, folder, job, title=title, note=text, observer=observer)]

        def done(paths: Sequence[Path]) -> None:
            images = plural(len(chosen), "key image was", "key images were")
            self._note_done(chosen, title, text, observer)
            self._session.notes.add(Note("information", f"{images} saved.", details="\n".join(map(str, paths))))

        keep_made(self._session, "Save key images", make, done)

    def _note_done(self, refs: Sequence[FrameRef], title: str, note: str, observer: str) -> None:
        """Keep the command that does the same: of whole images, or of frames of one."""
        files = dict.fromkeys(str(ref.instance.place) for ref in refs)
        frames = [str(ref.number + 1) for ref in refs if ref.instance.number_of_frames > 1]
        if frames and len(files) > 1:
            return
        words = ["ko", "create", *files, "-o", "keys.dcm", "--title", title_words(title_of(title))]
        words += [
            part for name, value in (("--note", note), ("--observer", observer)) if value for part in (name, value)
        ]
        self._session.workspace.note_done(*words, *(("--frame", ",".join(frames)) if frames else ()))


def note_of(note: str, images: Sequence[tuple[FrameRef, str]]) -> str:
    """Put the note on all of them and those on single images together, one a line."""
    lines = [clean(note)] if note.strip() else []
    for ref, words in images:
        if words:
            number = ref.instance.instance_number
            frame = f", frame {ref.number + 1}" if ref.instance.number_of_frames > 1 else ""
            lines.append(f"Image {number if number is not None else ''}{frame}: {words}".replace("Image :", "Image:"))
    return "\n".join(lines)


def write(refs: Sequence[FrameRef], folder: Path, job: Job, *, title: str, note: str, observer: str) -> Path:
    """Write a selection of these frames into a managed folder, and give the file."""
    from workstation.library.importing import place_for
    from workstation.model.reading import read_dataset
    from workstation.objects.key_objects.writing import SERIES_DESCRIPTION, key_object_of, key_objects_dataset
    from workstation.objects.writing import NewSeries, save

    frames: dict[str, tuple[Instance, list[int]]] = {}
    for ref in refs:
        frames.setdefault(ref.instance.sop_instance_uid, (ref.instance, []))[1].append(ref.number)
    headers = []
    for done, (instance, numbers) in enumerate(frames.values()):
        job.progress(done, len(frames), "Reading headers")
        headers.append((read_dataset(instance.place), tuple(sorted(numbers))))
    if not headers:
        raise UserError("No image is starred, so there is nothing to save.")
    objects = tuple(key_object_of(header, numbers) for header, numbers in headers)
    selection = KeyObjects(title_of(title), objects, note, observer)
    series = NewSeries("KO", SERIES_NUMBER, SERIES_DESCRIPTION)
    dataset = key_objects_dataset(selection, headers[0][0], series, now=datetime.now())
    path = place_for(
        folder,
        study=str(dataset.StudyInstanceUID),
        series=str(dataset.SeriesInstanceUID),
        instance=str(dataset.SOPInstanceUID),
    )
    save(dataset, path)
    return path


def _frames(stacks: Sequence[Stack]) -> Iterator[FrameRef]:
    for stack in stacks:
        yield from stack.frames


def _place(ref: FrameRef) -> tuple[str, int]:
    return ref.instance.sop_instance_uid, ref.number
