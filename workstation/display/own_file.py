"""A JSON file of the user's beside the settings, written whole or not at all."""

import json
from pathlib import Path

from workstation.whole_files import replaced


def write_json(target: Path, value: object) -> None:
    """Write a value; the file is replaced at once or stays as it was.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    with replaced(target, is_private=True) as temporary:
        temporary.write_text(json.dumps(value, indent=1, ensure_ascii=False), encoding="utf-8")
