"""Key object selections: which images of a study somebody wants others to see, and why (PS3.3 A.35.4, TID 2010)."""
