"""Taking the patient out of DICOM objects by PS3.15 Annex E, with a proof over the bytes that are written."""
