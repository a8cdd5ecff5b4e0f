"""Everything the program can do, a line each; what does it is loaded when it is asked for.

From these lines come the lists of commands, from the operations that they stand for the commands, forms and tests.
"""

from workstation.operations.operation import Entry, Operation, Room

COMMANDS = {
    "image": "Pictures of images as PNG, JPEG or TIFF, as the window shows them",
    "export": "Images for others: pictures, movies (MP4, GIF), pages (PDF), DICOM as copies, media or archives",
    "dicomdir create": "A medium: files copied under the names that media allow, and the DICOMDIR that lists them",
    "dicomdir show": "The tree of a DICOMDIR, and what is wrong with it: files that are missing, or other than it says",
    "gsps apply": "Pictures of images as a presentation state shows them: window, area, shutter, graphics",
    "gsps create": "Write a presentation state: how images are to be seen, with words and arrows on them",
    "gsps show": "Tell what presentation states say: for which images, greys, area, layers and what is drawn",
    "hang explain": "Which hanging protocol hangs a study, what each pane shows, and why: the conditions of every rule",
    "hang list": "The hanging protocols there are, in the order in which they are tried",
    "hang export": "Hanging protocols as a JSON file, or one as a DICOM Hanging Protocol",
    "hang import": "Takes over hanging protocols of JSON files and of DICOM Hanging Protocols",
    "hang learn": "Makes a hanging protocol of an arrangement of series, for studies like this one",
    "info": "Tell what files hold: patient, study, series, image, pixels, geometry, windows",
    "dump": "List every element of files, nested and private ones too, with its VR, length and value",
    "tags search": "Find elements by name, number or value in many files",
    "tags compare": "Compare the elements of two files or more, items of sequences and pixel data included",
    "tags export": "Write the elements of files as text, CSV, JSON or the DICOM JSON model",
    "ko create": "Write a key object selection: these images are of interest, and why",
    "ko show": "Show key object selections: title, note, and which images they point at",
    "library add": "Add files to the library where they lie",
    "library import": "Copy files into a managed folder and add the copies",
    "library list": "List the patients, studies and series of the library",
    "library remove": "Make the library forget files; the files stay",
    "library check": "Compare the library with the files that it lists",
    "list": "List what lies in folders, ZIP archives or on a disc, without a library",
    "measure distance": "Lengths: between two points, of a path, from a line, two diameters, the cardiothoracic ratio",
    "measure angle": "Angles: at a vertex, between two lines, Cobb, between the axes of four lines",
    "measure area": "Areas of regions: polygon, spline, ellipse, circle, rectangle, mask; with perimeter and axes",
    "measure roi": "Values in regions: mean, deviations, extremes, percentiles, histogram, each in the image's unit",
    "measure hu": "Hounsfield units in regions of CT",
    "measure suv": "Standardized uptake values in regions of PET, with the inputs that they were made of",
    "measure volume": "Volumes of masks on images, of segments alone, and of what a threshold chooses in a sphere",
    "measure pixel": "Stored and modality value of pixels",
    "measure profile": "Values along a line",
    "measure plane": "Lengths, angles, regions and values on planes cut out of a volume at any angle, thin or as slabs",
    "measure batch": "Many measurements, by a table (CSV) or a list (JSON) of what the other commands take",
    "measure read": "Saved measurements: numbers of any program's reports, or what is drawn measured anew on images",
    "measure compare": "Measurements over time: changes of each lesion, doubling times, response by RECIST 1.1",
    "3d mpr": "Planes through a volume: axial, sagittal, coronal, or at any angle; thin, or slabs",
    "3d mip": "Maximum intensity projection: of a slab, or of the whole volume from any side",
    "3d minip": "Minimum intensity projection: of a slab, or of the whole volume from any side",
    "3d average": "Mean intensity projection: of a slab, or of the whole volume from any side",
    "3d curved-mpr": "Curved planes along a path: straightened, stretched, a panorama of the jaw; cross-sections of it",
    "3d surface": "Surfaces at a threshold or of segments, for printing and other programs: STL, OBJ, PLY, glTF",
    "3d register": "How one volume lies over another, turned and moved, as a DICOM spatial registration",
    "3d export": "Volumes as files for others: NIfTI, MetaImage, NRRD, raw voxels; surfaces as STL, OBJ, PLY, glTF",
    "3d volume": "Volume rendering: layers, projections or a surface, from any side, cut open, without table or bones",
    "3d animate": "Animations of a volume: turned, by key frames, along a path, over time; as PNG, GIF, MP4, DICOM",
    "anon": "Take the patient out of objects by PS3.15 Annex E, and prove it on the bytes that are written",
    "demo": "Write a demo study of two patients made by arithmetic, with known answers",
    "sr show": "Show what structured reports say: every item of any template, findings, measurements, dose",
    "verify": "Check the program itself on phantoms with known answers: geometry, measuring, SUV, greys, decoding",
    "viewer": "Images in a terminal: letters, coloured blocks or pictures, as it can",
}

GROUPS: dict[tuple[str, ...], str] = {
    (): "Medical images from the command line: every operation of the workstation, without a window",
    ("tags",): "Elements of headers: found in many files, compared between files, written out",
    ("dicomdir",): "Media: DICOM files under the names that media allow, and the directory that lists them",
    ("gsps",): "Presentation states: how images are to be seen, with what is drawn on them",
    ("hang",): "Hanging protocols: which images of a study are shown where, by which rule and why",
    ("ko",): "Key objects: images of a study that somebody wants others to see, with a title and a note",
    ("library",): "The library: an index of images that lie anywhere, and a folder for those that are imported",
    ("measure",): "Measuring: lengths, angles, areas, volumes, values and uptake, each with where it comes from",
    ("3d",): "Volumes: planes, slabs, projections, curved planes, renderings, surfaces, files for other programs",
    ("sr",): "Structured reports: findings, measurements, dose",
}

EXAMPLES = (
    "info slice.dcm",
    "image slice.dcm -o slice.png",
    "measure distance slice.dcm --p1 3,4 --p2 16,12",
    "library add STUDIES",
)
"""What the list of all commands shows, of what its operations show."""


def _images() -> tuple[Operation, ...]:
    from workstation.exporting.image_operations import OPERATIONS

    return OPERATIONS


def _exporting() -> tuple[Operation, ...]:
    from workstation.exporting.operations import OPERATIONS

    return OPERATIONS


def _gsps() -> tuple[Operation, ...]:
    from workstation.display.gsps_operations import OPERATIONS

    return OPERATIONS


def _hanging() -> tuple[Operation, ...]:
    from workstation.display.hanging.operations import OPERATIONS

    return OPERATIONS


def _headers() -> tuple[Operation, ...]:
    from workstation.headers.operations import OPERATIONS

    return OPERATIONS


def _key_objects() -> tuple[Operation, ...]:
    from workstation.objects.key_objects.operations import OPERATIONS

    return OPERATIONS


def _library() -> tuple[Operation, ...]:
    from workstation.library.operations import OPERATIONS

    return OPERATIONS


def _measure_distances() -> tuple[Operation, ...]:
    from workstation.measure.distance_operations import OPERATIONS

    return OPERATIONS


def _measure_lines() -> tuple[Operation, ...]:
    from workstation.measure.line_operations import OPERATIONS

    return OPERATIONS


def _measure() -> tuple[Operation, ...]:
    from workstation.measure.operations import OPERATIONS

    return OPERATIONS


def _measure_planes() -> tuple[Operation, ...]:
    from workstation.volume.planes.measure_operations import OPERATIONS

    return OPERATIONS


def _planes() -> tuple[Operation, ...]:
    from workstation.volume.planes.operations import OPERATIONS

    return OPERATIONS


def _renderings() -> tuple[Operation, ...]:
    from workstation.volume.rendering.operations import OPERATIONS

    return OPERATIONS


def _curved_planes() -> tuple[Operation, ...]:
    from workstation.volume.curved.operations import OPERATIONS

    return OPERATIONS


def _surfaces() -> tuple[Operation, ...]:
    from workstation.volume.surfaces.operations import OPERATIONS

    return OPERATIONS


def _deidentification() -> tuple[Operation, ...]:
    from workstation.objects.deidentification.operations import OPERATIONS

    return OPERATIONS


def _phantoms() -> tuple[Operation, ...]:
    from workstation.phantoms.operations import OPERATIONS

    return OPERATIONS


def _sr() -> tuple[Operation, ...]:
    from workstation.objects.sr.operations import OPERATIONS

    return OPERATIONS


def _registering() -> tuple[Operation, ...]:
    from workstation.volume.registration.operations import OPERATIONS

    return OPERATIONS


def _volume_export() -> tuple[Operation, ...]:
    from workstation.volume.export.operations import OPERATIONS

    return OPERATIONS


def _terminal() -> tuple[Operation, ...]:
    from workstation.terminal.operations import OPERATIONS

    return OPERATIONS


def _verify() -> tuple[Operation, ...]:
    from workstation.verify.operations import OPERATIONS

    return OPERATIONS


_ROOMS: dict[str, Room] = {
    "image": _images,
    "export": _exporting,
    "dicomdir": _exporting,
    "gsps": _gsps,
    "hang": _hanging,
    "info": _headers,
    "dump": _headers,
    "tags": _headers,
    "ko": _key_objects,
    "library": _library,
    "list": _library,
    "measure": _measure,
    "measure distance": _measure_distances,
    "measure angle": _measure_lines,
    "measure pixel": _measure_lines,
    "measure profile": _measure_lines,
    "measure plane": _measure_planes,
    "measure batch": _measure_planes,
    "measure read": _measure_planes,
    "3d": _planes,
    "3d register": _registering,
    "3d export": _volume_export,
    "3d volume": _renderings,
    "3d animate": _renderings,
    "3d curved-mpr": _curved_planes,
    "3d surface": _surfaces,
    "anon": _deidentification,
    "demo": _phantoms,
    "sr": _sr,
    "verify": _verify,
    "viewer": _terminal,
}
"""By a command, else by its first word. Ordinary imports, since type checkers and packagers follow those."""

ENTRIES = tuple(
    Entry(tuple(words.split()), summary, _ROOMS.get(words) or _ROOMS[words.partition(" ")[0]])
    for words, summary in COMMANDS.items()
)


def operations() -> tuple[Operation, ...]:
    """Load everything."""
    return tuple(entry.operation() for entry in ENTRIES)
