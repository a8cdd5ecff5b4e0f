"""PDF files made by reportlab, and DICOM objects that hold them."""

import io
from typing import Any

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import EncapsulatedPDFStorage, ExplicitVRLittleEndian
from reportlab.pdfgen import canvas

from tests.report_samples import dataset


def pdf(*, pages: int = 2, size_pt: tuple[float, float] = (300, 400), script: str = "", password: str = "") -> bytes:
    """A black square of 50 points on each page, its left top corner at (100, 150), and a line of text above it."""
    stream = io.BytesIO()
    drawn = canvas.Canvas(stream, pagesize=size_pt, encrypt=password or None, invariant=1)
    for page in range(1, pages + 1):
        drawn.drawString(100, size_pt[1] - 120, f"Befund Größe, page {page}")
        drawn.rect(100, size_pt[1] - 200, 50, 50, stroke=0, fill=1)
        if page == 1:
            drawn.acroForm.textfield(name="dose", value="FILLED", x=100, y=40, width=120, height=30, borderWidth=0)
        drawn.showPage()
    if script:
        drawn._doc.Catalog.OpenAction = _script(script)
    drawn.save()
    return stream.getvalue()


def _script(code: str) -> Any:
    from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName, PDFString

    return PDFDictionary({"S": PDFName("JavaScript"), "JS": PDFString(code)})


def encapsulated(data: bytes, **changes: Any) -> Dataset:
    ds = dataset(
        SOPClassUID=EncapsulatedPDFStorage,
        SOPInstanceUID="2.25.71",
        StudyInstanceUID="2.25.1",
        SeriesInstanceUID="2.25.72",
        Modality="DOC",
        PatientName="Doe^Jane",
        PatientID="P-3",
        DocumentTitle="Letter",
        MIMETypeOfEncapsulatedDocument="application/pdf",
        EncapsulatedDocument=data + b"\0" * (len(data) % 2),
        EncapsulatedDocumentLength=len(data),
    )
    for keyword, value in changes.items():
        setattr(ds, keyword, value)
    ds.file_meta = FileMetaDataset()
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return ds
