"""De-identifies one object: from a file or a dataset to the bytes of a new file, searched, and a report."""

import hashlib
import warnings
from contextlib import suppress
from io import BytesIO
from pathlib import Path

from pydicom import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import correct_ambiguous_vr, write_dataset, write_file_meta_info
from pydicom.uid import UID

from workstation.errors import UserError
from workstation.model.attributes import PARSER_FAILURES, text
from workstation.model.index.records import Place
from workstation.model.pixels.transfer_syntaxes import (
    BIG_ENDIAN,
    EXPLICIT,
    GE_PRIVATE,
    TRANSFER_SYNTAXES,
    Codec,
)
from workstation.model.reading import Header, read_header
from workstation.model.refusal import Reason, Refused
from workstation.model.source import BytesSource, Source, source_of
from workstation.objects.deidentification import burned_in, codestreams, pixels
from workstation.objects.deidentification.attribute_types import type_of
from workstation.objects.deidentification.dummies import REMOVED
from workstation.objects.deidentification.identifiers import Identifiers, gather, tags_of
from workstation.objects.deidentification.methods import METHOD, declare, methods
from workstation.objects.deidentification.policy import Policy
from workstation.objects.deidentification.private import SafePrivate
from workstation.objects.deidentification.report import FileReport, Log
from workstation.objects.deidentification.scrub import Scrubber, swapped
from workstation.objects.deidentification.state import Pseudonym, State
from workstation.objects.deidentification.table import Option
from workstation.objects.deidentification.verification import verify
from workstation.objects.writing import complete
from workstation.quick_dataclass import dataclass

_MEDIA_DIRECTORY = "1.2.840.10008.1.3.10"
_UID_PARTS = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")


class MediaDirectory(UserError):
    """A DICOMDIR: it lists objects, and is none."""


@dataclass(frozen=True, slots=True)
class Deidentified:
    """An object without its patient.

    Parameters
    ----------
    data
        The whole file: zeroed preamble, file meta information, dataset. It has been searched for the original's
        identifying values.
    path
        Where it belongs below a folder: study, series and instance by their new UIDs.
    report
        What was done.
    """

    data: bytes
    path: Path
    report: FileReport


def deidentify(source: Dataset | Source | Place | Path, policy: Policy, state: State) -> Deidentified:
    """De-identify one object by PS3.15 Annex E.

    Parameters
    ----------
    source
        A file, or a dataset with its file meta information; it is not changed.
    policy
        What is to be done.
    state
        What holds over the objects of a study and a run; it grows.

    Raises
    ------
    Refused
        If it cannot be read, or its pixels not be decoded where parts have to be blacked.
    UserError
        If it has text burned in that nothing takes out, its patient is not in the list of pseudonyms, or an identifying
        value is left in the result (`IdentifierLeft`).
    """
    opened = _opened(source)
    header = read_header(opened, whole=True)
    _refuse_directory(header)
    blanking = burned_in.blanking(header.dataset, policy) if header.pixels else burned_in.Blanking()
    log = Log()
    _check_burned_in(header, policy, blanking, log)
    identifiers = gather(header.dataset, policy).merged(gather(header.dataset.file_meta, policy))
    dataset = _fresh(header)
    _name_class_and_instance(dataset, header)
    pseudonym = state.pseudonym(header.dataset, policy)
    _scrubber(header, policy, state, identifiers, pseudonym, log).dataset(dataset)
    _fill(dataset, pseudonym.patient_id, pseudonym.patient_name)
    syntax = _pixels(dataset, header, opened, blanking, log)
    declare(dataset, policy, log, is_pixel_clean=bool(blanking))
    _drop_empty_private_characteristics(dataset)
    data = _written(dataset, syntax)
    checked = verify(data, identifiers, policy, _given(dataset, policy, pseudonym))
    report = FileReport(
        source=identifiers.take_out(opened.name),
        output="",
        sop_class=UID(text(dataset, "SOPClassUID")).name,
        methods=tuple(meaning for _, meaning in methods(policy)),
        changes=tuple(log.changes),
        pixels=tuple(log.pixels),
        warnings=tuple(log.warnings),
        checked=checked,
        size=len(data),
    )
    return Deidentified(data, _path(dataset), report)


def _refuse_directory(header: Header) -> None:
    is_directory = text(header.dataset, "MediaStorageSOPClassUID") == _MEDIA_DIRECTORY
    if is_directory or "DirectoryRecordSequence" in header.dataset:
        raise MediaDirectory(
            "This is a list of media (DICOMDIR), not an object.", hint="Make a new one of the results."
        )


def _scrubber(
    header: Header, policy: Policy, state: State, identifiers: Identifiers, pseudonym: Pseudonym, log: Log
) -> Scrubber:
    """Give what goes through the elements of this object."""
    return Scrubber(
        policy=policy,
        state=state,
        identifiers=identifiers,
        pseudonym=pseudonym,
        shift=state.shift(header.dataset, policy),
        sop_class_uid=text(header.dataset, "SOPClassUID"),
        safe=SafePrivate.of(header.dataset),
        local_offset=text(header.dataset, "TimezoneOffsetFromUTC"),
        swaps=header.transfer_syntax_uid == BIG_ENDIAN,
        log=log,
    )


def _opened(source: Dataset | Source | Place | Path) -> Source:
    if isinstance(source, Dataset):
        buffer = BytesIO()
        source.save_as(buffer, enforce_file_format=True)
        return BytesSource(buffer.getvalue())
    return source_of(source) if isinstance(source, Place | Path) else source


def _fresh(header: Header) -> Dataset:
    """Give a dataset of the elements that were read, with nothing that ties it to the file they came from."""
    is_little = header.transfer_syntax_uid != BIG_ENDIAN
    with suppress(*PARSER_FAILURES):
        correct_ambiguous_vr(header.dataset, is_little)
    dataset = Dataset()
    for tag in tags_of(header.dataset):
        try:
            dataset[tag] = header.dataset[tag]
        except PARSER_FAILURES:
            continue  # cannot be read, so it cannot be vouched for
    if header.transfer_syntax_uid == GE_PRIVATE and "PixelData" in dataset:
        dataset["PixelData"].value = swapped(dataset.PixelData, 2)
    return dataset


def _name_class_and_instance(dataset: Dataset, header: Header) -> None:
    """Take class and instance from the file meta information where only that has them; a file needs both."""
    meta = header.dataset.file_meta
    for keyword in ("SOPClassUID", "SOPInstanceUID"):
        if not text(dataset, keyword) and (named := text(meta, f"MediaStorage{keyword}")):
            setattr(dataset, keyword, named)
    if not text(dataset, "SOPClassUID"):
        raise UserError("It does not say what kind of object it is (SOP Class UID), so it cannot be written as a file.")
    if not text(dataset, "SOPInstanceUID"):
        content = hashlib.sha256(
            repr(sorted(tags_of(dataset))).encode() + bytes(str(dataset.get("PixelData")), "utf-8")
        )
        dataset.SOPInstanceUID = f"2.25.{int.from_bytes(content.digest()[:15])}"


def _check_burned_in(header: Header, policy: Policy, blanking: burned_in.Blanking, log: Log) -> None:
    if header.pixels is None or blanking:
        return
    if text(header.dataset, "BurnedInAnnotation").strip().upper() == "YES":
        if not policy.keeps_burned_in:
            raise UserError(
                "It says that text is burned into its picture, and nothing that was asked for takes it out.",
                hint="Black it with --blank x,y,w,h or --option clean-pixel-data, or keep it with --keep-burned-in.",
            )
        log.warn("Text is burned into its picture and was kept.")
    elif burned_in.is_suspect(header.dataset):
        log.warn(
            "Images of this kind often have text burned in, and this one does not say that it has none: look at it."
        )


def _fill(dataset: Dataset, patient_id: str, patient_name: str) -> None:
    """Give every object with a Patient module a patient: both attributes are of Type 2."""
    for keyword, value in (("PatientID", patient_id), ("PatientName", patient_name)):
        has_patient = type_of(text(dataset, "SOPClassUID"), (), keyword) != "3"
        if has_patient and not text(dataset, keyword):
            setattr(dataset, keyword, value)


def _pixels(dataset: Dataset, header: Header, source: Source, blanking: burned_in.Blanking, log: Log) -> str:
    """Clean the pixel data and give the transfer syntax of the result."""
    known = TRANSFER_SYNTAXES.get(header.transfer_syntax_uid)
    syntax = header.transfer_syntax_uid if known and known.is_encapsulated else EXPLICIT
    if header.pixels is None or "PixelData" not in dataset:
        return syntax if syntax == EXPLICIT else _uncompressed(dataset, syntax)
    if blanking:
        log.pixels += [*blanking.told, *pixels.blacken(dataset, source, blanking)]
        return EXPLICIT
    if syntax == EXPLICIT:
        if header.pixels.offset + (header.pixels.length or 0) > header.size and header.source is source:
            raise Refused(
                Reason.PIXELS_MISSING,
                f"{source.name}: {header.pixels.length} bytes of pixels are declared at byte {header.pixels.offset}, "
                f"but the file ends at byte {header.size}.",
                hint="Copy or request the file again.",
            )
        if header.pixels.length is None:
            raise Refused(
                Reason.DAMAGED_PIXELS, f"{source.name}: its pixels are in fragments, but its transfer syntax has none."
            )
        if pixels.trim(dataset):
            log.pixels.append("What lay after the pixels or in their unused bits was taken out.")
    elif known and known.codec in (Codec.JPEG, Codec.JPEG_LS, Codec.JPEG_2000, Codec.HTJ2K):
        if codestreams.strip_frames(dataset):
            log.pixels.append("Comments in its compressed frames were taken out.")
    elif known and known.codec is Codec.VIDEO:
        log.warn("A video is written as it is: what its stream says beside the picture was not looked at.")
    return syntax


def _uncompressed(dataset: Dataset, syntax: str) -> str:
    return EXPLICIT if "PixelData" not in dataset else syntax


def _drop_empty_private_characteristics(dataset: Dataset) -> None:
    keyword = "PrivateDataElementCharacteristicsSequence"
    if keyword in dataset and not any(tag >> 16 & 1 for tag in tags_of(dataset)):
        del dataset[keyword]


def _written(dataset: Dataset, syntax: str) -> bytes:
    """Give the bytes of a file; piece by piece, since pydicom refuses transfer syntaxes that are younger than it."""
    complete(dataset, UID(syntax))
    stream = DicomBytesIO()
    stream.is_little_endian, stream.is_implicit_VR = True, False
    stream.write(b"\0" * 128 + b"DICM")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            write_file_meta_info(stream, dataset.file_meta)
            write_dataset(stream, dataset)
        except PARSER_FAILURES as error:
            raise UserError(f"What is left of it cannot be written as DICOM ({type(error).__name__}).") from error
    return stream.getvalue()


def _given(dataset: Dataset, policy: Policy, pseudonym: Pseudonym) -> frozenset[str]:
    """Give values that may hold an original one by chance: what patterns made, our own name, moved dates."""
    ours = {str(dataset.file_meta.ImplementationVersionName), METHOD, REMOVED, "DCM", "99ANON"}
    ours |= {text for pair in methods(policy) for text in pair}
    if policy.pseudonyms is None:
        ours |= {pseudonym.patient_id, pseudonym.patient_name}
    return frozenset(ours | (_dates(dataset) if policy.temporal == "MODIFIED" else set()))


def _dates(dataset: Dataset) -> set[str]:
    found: set[str] = set()
    for tag in tags_of(dataset):
        element = dataset[tag]
        if element.VR == "SQ":
            for item in element.value:
                found |= _dates(item)
        elif element.VR in ("DA", "DT"):
            many = element.value if element.VM > 1 else [element.value]
            found |= {str(each).strip() for each in many if each}
    return found


def _path(dataset: Dataset) -> Path:
    """Give folder and file by UIDs alone, which hold nothing but digits and points."""
    names = ["".join(each for each in text(dataset, keyword) if each in "0123456789.") for keyword in _UID_PARTS]
    study, series, instance = (name.strip(".") or "unknown" for name in names)
    return Path(study, series, f"{instance}.dcm")


__all__ = ["Deidentified", "Identifiers", "Option", "deidentify"]
