"""DICOM objects other than images: read tolerantly, written strictly."""
