"""Operations declared once, as data: the batch command, its help, the form and the tests come from the record."""
