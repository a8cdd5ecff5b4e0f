"""What the pane says where there is no picture: objects that hold none, and images that cannot be shown."""

from workstation.display.corner_text import date_text
from workstation.errors import UserError
from workstation.gui.canvas.scene import About, Message
from workstation.model.index.records import FrameRef, Instance, Series
from workstation.model.pixels.transfer_syntaxes import TRANSFER_SYNTAXES
from workstation.model.text import clean, person_name

KINDS = {
    "SR": ("a structured report", "It holds findings or measurements as text and codes, not an image."),
    "KO": ("a key object selection", "It points out important images of the study and holds none itself."),
    "PR": ("a presentation state", "It says how images are to be shown and holds none itself."),
    "DOC": ("an encapsulated document", "It holds a document such as a PDF, not an image."),
    "RTSTRUCT": ("a set of radiotherapy structures", "It holds contours drawn on images of another series."),
    "RTPLAN": ("a radiotherapy plan", "It holds beams and doses as numbers, not an image."),
    "REG": ("a spatial registration", "It says how two series lie in relation to each other."),
    "ECG": ("an electrocardiogram", "It holds curves over time, not an image."),
    "PLAN": ("a plan", "It holds no image."),
    "M3D": ("a three-dimensional model", "It holds a surface, not an image."),
    "ANN": ("a set of annotations", "It marks places in images of another series."),
}


def describe_object(series: Series) -> Message:
    """Say what a series without images is, by its SOP class where the modality says too little."""
    first = series.first
    kind, meaning = KINDS.get(first.modality, ("", "It holds no image."))
    name = _class_name(first.sop_class_uid)
    what = kind or (f"an object of the class “{name}”" if name else "an object that does not say of which class it is")
    several = f" (the first of {len(series.instances)})" if len(series.instances) > 1 else ""
    description = first.series_description or first.protocol_name
    return Message(
        f"This is {what}{several}.",
        "\n".join(filter(None, [description, meaning, f"Class: {name}" if kind and name else ""])),
        f"File: {first.place}",
        about(first),
    )


def describe_refusal(error: Exception, ref: FrameRef, position: tuple[int, int]) -> Message:
    """Say why an image of a stack cannot be shown; the others still can."""
    where = f"Image {position[0]} of {position[1]} cannot be shown."
    if not isinstance(error, UserError):
        told = "The program failed on it. What happened is in its log."
        return Message(where, told, f"File: {ref.instance.place}", about(ref.instance))
    reason = getattr(error, "reason", None)
    syntax = TRANSFER_SYNTAXES.get(ref.instance.transfer_syntax_uid)
    text = f"{str(reason).capitalize()}: {error.message}" if reason else error.message
    hint = error.hint or (f"Its transfer syntax is {syntax.name}." if syntax else "")
    return Message(where, text, hint, about(ref.instance))


def about(instance: Instance) -> About:
    """Say whose something is and of which study, as the corner text of images does."""
    name, born = person_name(instance.patient_name), date_text(instance.patient_birth_date)
    rest = "  ".join(filter(None, (clean(instance.patient_id), born, clean(instance.patient_sex))))
    day = date_text(instance.study_date or instance.series_date)
    study = (clean(instance.study_description), day)
    return About(tuple(filter(None, (name, rest))), tuple(filter(None, study)))


def _class_name(uid: str) -> str:
    from pydicom.uid import UID

    name = UID(uid).name if uid else ""
    return "" if not name or name[0].isdigit() else name
