"""What leaves the program: pictures, movies, pages, and DICOM for others."""
