"""Volumes in files of other programs: NIfTI, MetaImage, NRRD and raw voxels with a header, written and read."""
