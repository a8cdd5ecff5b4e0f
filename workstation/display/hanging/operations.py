"""The commands ``hang``: which rule would hang a study and why; rules listed, exported, imported and learnt."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.operations.operation import Example, ItemFailed, Operation, Result
from workstation.operations.parameters import option
from workstation.operations.values import Size
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.display.hanging.hung import HungPane
    from workstation.display.hanging.matching import Subject
    from workstation.jobs.job import Job
    from workstation.model.index.records import Instance

Results = Iterator[Result | ItemFailed]
_IMAGES = "Images: files, folders, ZIP archives, DICOMDIR. Earlier studies of a patient among them are its priors."


@dataclass(frozen=True, slots=True)
class ExplainParameters:
    """What to explain, and by which rules."""

    inputs: tuple[Path, ...] = option(_IMAGES, positional=True)
    monitors: int = option("How many monitors there are.", default=1)
    rules: Path | None = option("A JSON file of rules in the place of yours and the shipped ones.", default=None)

    def __post_init__(self) -> None:
        if self.monitors < 1:
            raise ValueError("--monitors has to be at least 1")


def explain(parameters: ExplainParameters, job: "Job") -> Results:
    """Tell for each study which rule hangs it, and each condition of every rule."""
    from workstation.display.hanging import store
    from workstation.display.hanging.explaining import explained
    from workstation.display.hanging.matching import hang_subject

    if parameters.rules:
        rules = store.read_rules(parameters.rules)
    else:
        kept = store.load()
        rules = kept.rules
        yield from (ItemFailed("", note) for note in kept.notes)
    for found in _subjects(parameters.inputs, parameters.monitors, job):
        if isinstance(found, ItemFailed):
            yield found
        else:
            yield explained(found, hang_subject(found, rules))


@dataclass(frozen=True, slots=True)
class ListParameters:
    """Nothing to be said."""


def list_rules(_parameters: ListParameters, _job: "Job") -> Results:
    """Give all rules, in the order in which they are tried."""
    from workstation.display.hanging import store
    from workstation.display.hanging.explaining import listed

    kept = store.load()
    yield from (listed(rule, kept) for rule in kept.rules)
    yield from (ItemFailed("", note) for note in kept.notes)


@dataclass(frozen=True, slots=True)
class ExportParameters:
    """Which rules, and where to."""

    names: tuple[str, ...] = option("Rules, by their id or their name.", positional=True)
    output: Path = option("File ending in .json, or .dcm for a DICOM Hanging Protocol of one rule.", short="o")

    def __post_init__(self) -> None:
        if self.output.suffix.lower() not in (".json", ".dcm"):
            raise ValueError("--output has to end in .json or .dcm")
        if self.output.suffix.lower() == ".dcm" and len(self.names) > 1:
            raise ValueError("a DICOM Hanging Protocol holds one rule: --output has to end in .json for several")


def export(parameters: ExportParameters, _job: "Job") -> Results:
    """Write rules to a file."""
    from workstation.display.hanging import store
    from workstation.display.hanging.exchange import write_rules
    from workstation.display.hanging.explaining import RulesWritten
    from workstation.errors import UserError

    rules = store.load().rules
    chosen = []
    for name in parameters.names:
        wanted = name.strip().casefold()
        found = next((each for each in rules if wanted in (each.id, each.name.casefold())), None)
        if found is None:
            raise UserError(f"There is no hanging protocol {name!r}.", hint="“hang list” shows what there is.")
        chosen.append(found)
    notes = write_rules(chosen, parameters.output)
    yield RulesWritten(str(parameters.output), tuple(each.name for each in chosen), notes)


@dataclass(frozen=True, slots=True)
class ImportParameters:
    """Which files."""

    files: tuple[Path, ...] = option("JSON files of rules, or DICOM Hanging Protocols.", positional=True)


def import_rules(parameters: ImportParameters, _job: "Job") -> Results:
    """Take over the rules of files into those of the user."""
    from workstation.display.hanging import store
    from workstation.display.hanging.exchange import read_any
    from workstation.display.hanging.explaining import RuleImported
    from workstation.errors import UserError

    known = {rule.id: rule for rule in store.load().rules}
    for path in parameters.files:
        try:
            rules, notes = read_any(path)
        except UserError as error:
            yield ItemFailed(str(path), error.message.removeprefix(f"{path}: ").removeprefix(f"{path} "), error.hint)
            continue
        for rule in rules:
            yield RuleImported(rule.id, rule.name, rule.id not in known, notes)
            known[rule.id] = rule
    store.save(known.values())


@dataclass(frozen=True, slots=True)
class LearnParameters:
    """An arrangement of the series of a study, and what its rule is called."""

    inputs: tuple[Path, ...] = option(_IMAGES, positional=True)
    series: tuple[int, ...] = option("Series numbers for the panes, row by row; 0 leaves a pane empty.")
    name: str = option("What the rule is called.")
    grid: Size | None = option("Columns and rows, such as 2x1; one row where it is not given.", default=None)
    output: Path | None = option(
        "A JSON file for the rule; added to yours where it is not given.", default=None, short="o"
    )

    def __post_init__(self) -> None:
        grid = self.grid or Size(len(self.series), 1)
        if max(grid.width, grid.height) > 5:
            raise ValueError("--grid has at most 5 columns and rows")
        if grid.width * grid.height != len(self.series):
            raise ValueError(f"--series needs {grid.width * grid.height} numbers for --grid {grid}")
        if not self.name.strip():
            raise ValueError("--name is empty")


def learn_rule(parameters: LearnParameters, job: "Job") -> Results:
    """Make a rule of an arrangement: the newest study is the one that is hung."""
    from workstation.display.hanging import store
    from workstation.display.hanging.exchange import write_rules
    from workstation.display.hanging.explaining import RulesWritten
    from workstation.display.hanging.hung import HungLayout, HungScreen
    from workstation.display.hanging.learning import learn
    from workstation.errors import UserError

    subjects = []
    for found in _subjects(parameters.inputs, 1, job):
        if isinstance(found, ItemFailed):
            yield found
        else:
            subjects.append(found)
    if not subjects:
        raise UserError("There are no images to learn from.", hint="Name a folder with a study.")
    subject = subjects[0]
    grid = parameters.grid or Size(len(parameters.series), 1)
    panes = tuple(_pane_of(subject, number) for number in parameters.series)
    layout = HungLayout(grid.height, grid.width, panes)
    rule = learn(subject, (HungScreen(0, layout),), name=parameters.name.strip())
    if parameters.output:
        notes = write_rules([rule], parameters.output)
        yield RulesWritten(str(parameters.output), (rule.name,), notes)
    else:
        store.save((*store.load().rules, rule))
        yield RulesWritten(str(store.rules_folder() / f"{rule.id}.json"), (rule.name,), ())


def _pane_of(subject: "Subject", number: int) -> "HungPane | None":
    from workstation.display.hanging.hung import HungPane
    from workstation.errors import UserError

    if number == 0:
        return None
    for study in (subject.study, *subject.priors):
        for series in study.series:
            if series.first.series_number == number and series.stacks:
                return HungPane(series.series_instance_uid, study_instance_uid=study.study_instance_uid)
    raise UserError(f"The study has no series {number} with images.", hint="“list” shows the numbers of the series.")


def _subjects(paths: tuple[Path, ...], monitors: int, job: "Job") -> "Iterator[Subject | ItemFailed]":
    """Read the headers of all images, and give each study of each patient, the newest first."""
    from workstation.display.hanging.matching import Subject
    from workstation.display.hanging.technique import Techniques
    from workstation.display.reading_order import stacks_in_reading_order
    from workstation.model.index.scan import scan
    from workstation.model.index.tree import tree_of
    from workstation.model.refusal import Reason

    instances: list[Instance] = []
    for scanned in scan(paths, report=lambda done, total: job.progress(done, total, "Reading headers")):
        instances += scanned.instances
        for file in scanned.refused:
            if file.reason is not Reason.NOT_DICOM or file.place.path in [path.absolute() for path in paths]:
                yield ItemFailed(str(file.place), file.message, file.hint, str(file.reason))
    if not instances:
        yield ItemFailed(", ".join(map(str, paths)), "There is no DICOM in it.")
    techniques = Techniques()
    for patient in tree_of(instances, stacks_of=stacks_in_reading_order):
        for study in patient.studies:
            if not any(series.stacks for series in study.series):
                yield ItemFailed(study.study_instance_uid, "The study has no images.", reason=str(Reason.NO_IMAGE))
                continue
            job.progress(0, None, "Reading headers")
            yield Subject(study, patient.studies, monitors=monitors, techniques=techniques)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="hang.explain",
        command=("hang", "explain"),
        summary="Which hanging protocol hangs a study, what each pane shows, and why: the conditions of every rule",
        parameters=ExplainParameters,
        run=explain,
        examples=(
            Example("hang explain study", "the rule, its panes, and all that was looked at"),
            Example("hang explain study STUDIES --json --monitors 2", "several studies on two monitors, for programs"),
        ),
    ),
    Operation(
        id="hang.list",
        command=("hang", "list"),
        summary="The hanging protocols there are, in the order in which they are tried",
        parameters=ListParameters,
        run=list_rules,
        examples=(Example("hang list", "rank, id and name of each, and whose it is"),),
    ),
    Operation(
        id="hang.export",
        command=("hang", "export"),
        summary="Hanging protocols as a JSON file, or one as a DICOM Hanging Protocol",
        parameters=ExportParameters,
        run=export,
        examples=(
            Example("hang export mammography -o mammography.dcm", "one rule as a DICOM object"),
            Example("hang export ct-chest ct-head -o mine.json", "two rules in one file"),
        ),
    ),
    Operation(
        id="hang.import",
        command=("hang", "import"),
        summary="Takes over hanging protocols of JSON files and of DICOM Hanging Protocols",
        parameters=ImportParameters,
        run=import_rules,
        examples=(Example("hang import protocol.json", "adds them to yours; one of the same id is replaced"),),
    ),
    Operation(
        id="hang.learn",
        command=("hang", "learn"),
        summary="Makes a hanging protocol of an arrangement of series, for studies like this one",
        parameters=LearnParameters,
        run=learn_rule,
        examples=(
            Example("hang learn study --series 1 --name 'One pane' -o one.json", "a rule in a file, to be looked at"),
        ),
    ),
)
