"""Write docs/batch.md, the reference of all commands, from the operations: `python scripts/batch_document.py`."""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from workstation.batch.completion import COMPLETION
from workstation.catalog import operations
from workstation.operations.operation import Operation
from workstation.operations.parameters import Parameter, parameters_of

_DOCUMENT = Path(__file__).parent.parent / "docs" / "batch.md"
_INTRODUCTION = """\
# The commands of `workstation --batch`

Made from the operations by `python scripts/batch_document.py`; a test compares. `--help` after a command says the same.

`dicom-archive` stands for `workstation --batch library`: `dicom-archive add STUDIES`. `dicom-anon` stands for
`workstation --batch anon`, `dicom-measure` for `workstation --batch measure`, `dicom-3d` for `workstation --batch 3d`,
`dicom-viewer` for `workstation --batch viewer`.

## What all commands have in common

* **Results** go to stdout as they come, failures and progress to stderr. Of many inputs the good ones are done, and
  each bad one is reported. Control characters in text from files are replaced.
* **`--json`** prints one JSON object a line, failures included: those have the key `error`, with `subject`, `hint`
  and `reason`.
* **Exit codes**: 0 done; 1 some or all failed; 2 the command line is wrong; 130 cancelled with Ctrl-C,
  143 or 129 ended by SIGTERM or SIGHUP. The first of them lets the work stop where it can and take away what is
  unfinished, the second stops it at once.
* **Values**: points and vectors are joined by commas (`-10,20`), and may begin with a minus. Lists of numbers and
  of choices are joined by commas; any list may also be given by repeating the option. Sizes are `800x600`, ranges
  `1-96`, rectangles `x,y,w,h`, lengths `20mm` or `1.5cm`. Patterns such as `*.dcm` are expanded where the shell
  does not. After `--` everything is an input.
* **Settings** come from `settings.toml` in the configuration folder and from `WORKSTATION_…` in the environment,
  which goes first.
* **Completion**: `workstation --batch completion bash > workstation.bash`, then source that file; zsh and tcsh
  likewise.
"""


def main() -> int:
    """Write the document."""
    _DOCUMENT.write_text(document(), encoding="utf-8")
    return 0


def document() -> str:
    """Give the document as Markdown."""
    return "\n".join([_INTRODUCTION, *(line for each in (*operations(), COMPLETION) for line in _section(each))])


def _section(operation: Operation) -> Iterator[str]:
    yield f"## `{' '.join(operation.command)}`\n"
    yield f"{operation.summary.rstrip('.')}.\n"
    yield from _table(parameters_of(operation.parameters))
    yield "\n```sh"
    yield from (f"workstation --batch {each.line}  # {each.what}" for each in operation.examples)
    yield "```\n"


def _table(parameters: Iterable[Parameter]) -> Iterator[str]:
    rows = [f"| {_call(each)} | {_told(each)} | {_default(each)} |" for each in parameters]
    if rows:
        yield from ("| parameter | what it is | default |", "|---|---|---|", *rows)


def _call(parameter: Parameter) -> str:
    name, option = parameter.name, parameter.option
    if option.positional:
        return f"`{name.upper()}{' …' if parameter.kind.is_several else ''}`"
    flag = f"--no-{name}" if parameter.kind.is_flag and parameter.default is True else f"--{name}"
    short = f"`-{option.short.lstrip('-')}`, " if option.short else ""
    value = "" if parameter.kind.is_flag else f" {option.metavar or parameter.kind.metavar}"
    return f"{short}`{flag.replace('_', '-')}{value}`"


def _told(parameter: Parameter) -> str:
    unit = f" ({parameter.option.unit})" if parameter.option.unit else ""
    return re.sub(r"([|\\<>*_])", r"\\\1", f"{parameter.option.help.rstrip('.')}{unit}")


def _default(parameter: Parameter) -> str:
    if parameter.is_required:
        return "must be given"
    if parameter.kind.is_flag or parameter.default in (None, (), ""):
        return ""
    spell, value = parameter.kind.spell, parameter.default
    return ", ".join(map(spell, value)) if parameter.kind.is_several else spell(value)


if __name__ == "__main__":
    sys.exit(main())
