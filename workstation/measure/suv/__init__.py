"""Standardized uptake values of PET: what a header says, what a person corrects, the factor, and why there is none."""
