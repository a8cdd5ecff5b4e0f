"""What a person says of a lesion that has no number: that it is gone, or was not evaluated."""

from workstation.model.annotation import Annotation
from workstation.model.measurement import Basis, Measurement

STATUS = "status"
"""Key that stands for a lesion that has a role or status and no number."""


def stated(annotation: Annotation, place: str = "") -> Measurement | None:
    """Give a measurement without numbers of a lesion with a role or status; None of anything else.

    Parameters
    ----------
    annotation
        A note where the lesion is, or was.
    place
        The file of its image, as the user named it.
    """
    about = annotation.about
    if about is None or not (about.role or about.status):
        return None
    return Measurement(annotation, (), Basis(annotation.sop_instance_uid, annotation.frame, place=place))
