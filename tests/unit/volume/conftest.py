"""What tests of commands of volumes have in common."""

import pytest

from tests.unit.volume.commands import Said, saying


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """Run a command of ``3d`` that ends well, and give the objects that it prints."""
    return saying(capsys)
