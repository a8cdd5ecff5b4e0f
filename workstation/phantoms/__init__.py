"""Patients made by arithmetic, with the truth about them: the demo study, and small data sets for tests."""
