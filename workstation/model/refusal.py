"""The closed list of reasons for which a file, or the image in it, is not shown."""

from enum import StrEnum

from workstation.errors import UserError


class Reason(StrEnum):
    """Why something is refused. Each has a test file; a bare "cannot read" is a defect."""

    EMPTY_FILE = "empty file"
    NOT_DICOM = "not a DICOM file"
    TRUNCATED = "file ends too early"
    DAMAGED_HEADER = "damaged header"
    NESTED_TOO_DEEP = "sequences nested too deep"
    DAMAGED_DEFLATE = "damaged deflate stream"
    NO_PERMISSION = "no permission"
    VANISHED = "file is gone"
    CHANGED = "file changed while it was read"
    READ_ERROR = "the storage reported an error"
    UNKNOWN_TRANSFER_SYNTAX = "unknown transfer syntax"
    UNSUPPORTED_TRANSFER_SYNTAX = "transfer syntax not supported"
    NO_IMAGE = "holds no image"
    BAD_PIXEL_DESCRIPTION = "contradictory description of the pixels"
    PIXELS_MISSING = "pixel data too short"
    TOO_LARGE = "declares more than it can hold"
    DAMAGED_PIXELS = "damaged compressed pixels"
    DAMAGED_ARCHIVE = "damaged ZIP archive"
    ENCRYPTED_ARCHIVE = "ZIP entry is encrypted"
    UNSAFE_ENTRY = "ZIP entry would leave its folder"
    OTHER_OBJECT = "another kind of object"
    LISTED_BUT_MISSING = "listed in DICOMDIR, but not there"


class Refused(UserError):
    """A file or an image that is not shown, with the reason from the closed list.

    Parameters
    ----------
    reason
        Which of the reasons.
    message
        The full sentence: what is wrong, with the figures that show it.
    hint
        What the person can do next.
    """

    def __init__(self, reason: Reason, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.reason = reason
