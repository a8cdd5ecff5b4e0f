"""The factor to SUV for each frame that a command measures on."""

from collections.abc import Sequence
from dataclasses import replace

from workstation.errors import UserError
from workstation.measure.on_images import Scale, Subject
from workstation.measure.parameters import SuvParameters
from workstation.measure.setting import Setting
from workstation.measure.suv.corrections import Corrections
from workstation.measure.suv.factor import suv_of_frame
from workstation.measure.suv.reading import earliest_acquisition
from workstation.measure.suv.values import Moment
from workstation.model.image import Image
from workstation.model.index.records import Instance
from workstation.model.refusal import Refused

_EMISSION = ("PT", "NM")


def scaling(parameters: SuvParameters) -> Scale:
    """Give what makes SUV of the values of each frame.

    Raises
    ------
    UserError
        If a correction cannot be understood.
    """
    try:
        corrections = Corrections.parse({each.key: each.value for each in parameters.correct})
    except ValueError as error:
        raise UserError(f"--correct: {error}.", hint="See --help for what can be corrected.") from error
    begun: dict[str, Moment | None] = {}

    def scale(subject: Subject, setting: Setting) -> Setting:
        uid = subject.instance.series_instance_uid
        if uid not in begun:
            begun[uid] = series_begun(subject.siblings)
        if subject.image is None:
            raise UserError("The image is not open.", hint="Report this as an error of the program.")
        header = subject.image.dataset
        try:
            factor = suv_of_frame(
                header, subject.number, kind=parameters.kind, earliest=begun[uid], corrections=corrections
            )
        except UserError as error:
            raise UserError(error.message, hint=with_option(error.hint)) from error
        return replace(setting, scale=factor.scale())

    return scale


def of_emission(scale: Scale) -> Scale:
    """Give what makes SUV of PET and leaves images of other modalities as they are."""

    def scaled(subject: Subject, setting: Setting) -> Setting:
        return scale(subject, setting) if subject.instance.modality in _EMISSION else setting

    return scaled


def with_option(hint: str) -> str:
    """Add to advice on what to give how it is given on a command line."""
    found = next((option for words, option in _OPTIONS.items() if words in hint), "")
    return f"{hint.removesuffix('.')}: --correct {found}." if found else hint


_OPTIONS = {
    "weight": "weight=70kg",
    "height": "height=175cm",
    "sex": "sex=F",
    "dose": "dose=370MBq",
    "half-life": "half-life=109.8min",
    "injection": "injected=10:15",
    "decayed to": "values=11:20",
    "was corrected": "decay=START",
}
"""Options by a word of the advice that `workstation.measure.suv` gives, with such a value as a person would write."""


def series_begun(instances: Sequence[Instance]) -> Moment | None:
    """Give when the first acquisition of a series began, as far as its images are at hand; None where none says."""
    headers = []
    for each in instances:
        try:
            with Image.open(each.place) as image:
                headers.append(image.dataset)
        except Refused:
            continue  # it is told where it is measured on
    return earliest_acquisition(headers)
