"""Everything the program can do: one explicit tuple, from which commands, forms and tests are made."""

from workstation.display import gsps_operations as gsps
from workstation.display import operations as display
from workstation.display.hanging import operations as hanging
from workstation.exporting import operations as exporting
from workstation.headers import operations as headers
from workstation.library import operations as library
from workstation.measure import operations as measure
from workstation.objects.deidentification import operations as deidentification
from workstation.objects.key_objects import operations as key_objects
from workstation.objects.sr import operations as sr
from workstation.operations.operation import Operation
from workstation.phantoms import operations as phantoms
from workstation.verify import operations as verify

OPERATIONS: tuple[Operation, ...] = (
    *display.OPERATIONS,
    *exporting.OPERATIONS,
    *gsps.OPERATIONS,
    *hanging.OPERATIONS,
    *headers.OPERATIONS,
    *key_objects.OPERATIONS,
    *library.OPERATIONS,
    *measure.OPERATIONS,
    *deidentification.OPERATIONS,
    *phantoms.OPERATIONS,
    *sr.OPERATIONS,
    *verify.OPERATIONS,
)

GROUPS: dict[tuple[str, ...], str] = {
    (): "Medical images from the command line: every operation of the workstation, without a window",
    ("tags",): "Elements of headers: found in many files, compared between files, written out",
    ("dicomdir",): "Media: DICOM files under the names that media allow, and the directory that lists them",
    ("gsps",): "Presentation states: how images are to be seen, with what is drawn on them",
    ("hang",): "Hanging protocols: which images of a study are shown where, by which rule and why",
    ("ko",): "Key objects: images of a study that somebody wants others to see, with a title and a note",
    ("library",): "The library: an index of images that lie anywhere, and a folder for those that are imported",
    ("measure",): "Measuring: lengths, angles, areas, volumes, values and uptake, each with where it comes from",
    ("sr",): "Structured reports: findings, measurements, dose",
}
