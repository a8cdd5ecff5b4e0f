"""Documents come out of their objects byte by byte as they went in, and say what they are."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pdf_samples import encapsulated, pdf
from workstation.model.refusal import Reason, Refused
from workstation.objects.encapsulated import DocumentKind, document_of, read_document
from workstation.phantoms import small


@pytest.mark.parametrize("extra", [b"", b" "])
@pytest.mark.parametrize("tells_length", [True, False])
def test_that_the_bytes_are_those_of_the_document(tmp_path: Path, extra: bytes, tells_length: bool) -> None:
    data = pdf() + extra
    ds = encapsulated(data)
    if not tells_length:
        del ds.EncapsulatedDocumentLength
    ds.save_as(tmp_path / "doc.dcm", enforce_file_format=True)

    read = read_document(tmp_path / "doc.dcm")

    assert read.data.rstrip(b" ") == data.rstrip(b" ")
    assert (read.kind, read.title, read.suffix, read.notes) == (DocumentKind.PDF, "Letter", ".pdf", ())


def test_that_dcmtk_takes_the_same_document_out_of_a_real_object(
    shared_data: Path, tool: Callable[[str], str], tmp_path: Path
) -> None:
    path = shared_data / "encapsulated" / "sample-pdf.dcm"
    subprocess.run([tool("dcm2pdf"), str(path), str(tmp_path / "theirs.pdf")], check=True, timeout=60)

    theirs = (tmp_path / "theirs.pdf").read_bytes()

    assert read_document(path).data == theirs.rstrip(b"\0")


@pytest.mark.parametrize(
    ("sop_class", "media_type", "data", "kind"),
    [
        ("1.2.840.10008.5.1.4.1.1.104.2", "text/XML", b"<ClinicalDocument/>", DocumentKind.CDA),
        ("1.2.840.10008.5.1.4.1.1.104.3", "model/stl", b"solid x", DocumentKind.STL),
        ("1.2.840.10008.5.1.4.1.1.104.4", "model/obj", b"v 0 0 0", DocumentKind.OBJ),
        ("1.2.3", "model/mtl", b"newmtl a", DocumentKind.MTL),
        ("1.2.3", "application/zip", b"PK", DocumentKind.OTHER),
        ("1.2.840.10008.5.1.4.1.1.104.2", "text/XML", b"%PDF-1.7 \n%%EOF", DocumentKind.PDF),
    ],
)
def test_that_a_document_is_told_by_its_bytes_then_its_class(
    sop_class: str, media_type: str, data: bytes, kind: DocumentKind
) -> None:
    ds = encapsulated(data, SOPClassUID=sop_class, MIMETypeOfEncapsulatedDocument=media_type)

    read = document_of(ds)

    assert (read.kind, read.data) == (kind, data)


@pytest.mark.parametrize(
    ("data", "length", "note"),
    [
        (b"", 0, "The document is empty."),
        (b"GIF89a", 6, "It is said to be a PDF, and does not begin like one."),
        (b"%PDF-1.4 ", 90, "It declares 90 bytes and holds 10."),
    ],
)
def test_that_what_is_wrong_is_told(data: bytes, length: int, note: str) -> None:
    assert document_of(encapsulated(data, EncapsulatedDocumentLength=length)).notes == (note,)


def test_that_an_image_holds_no_document(tmp_path: Path) -> None:
    (path, *_) = small.volume("axial").write(tmp_path)

    with pytest.raises(Refused) as caught:
        read_document(path)

    assert caught.value.reason is Reason.OTHER_OBJECT
