"""What ``sr show`` yields."""

from workstation.objects.sr.content import StructuredReport
from workstation.objects.sr.pages import as_html, as_text
from workstation.operations.operation import one_line
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class ShownReport:
    """A report, and the file it is from; ``is_html`` says how a person gets to see it."""

    source: str
    report: StructuredReport
    is_html: bool = False

    def text(self) -> str:
        """Give the report as text, or as a page of HTML."""
        return as_html(self.report) if self.is_html else f"{one_line(self.source)}\n{as_text(self.report)}\n"
