"""Pictures as bytes that a terminal draws: letters, coloured blocks, protocols for images. No DICOM."""
