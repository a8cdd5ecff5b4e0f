"""Media for others: files under the names that PS3.10 allows, and the directory (DICOMDIR) that lists them."""
