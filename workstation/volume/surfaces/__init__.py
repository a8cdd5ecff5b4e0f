"""Surfaces of volumes as triangles in the patient, and the files that they are written as."""
