"""Documents made of pictures and words: movies, animations, pages of PDF; they know nothing of DICOM."""
