"""A report as text for a terminal and as a page of HTML; every character of the file is escaped there."""

from collections.abc import Iterator
from html import escape

from workstation.model.text import date_of, person_name
from workstation.objects.sr.content import (
    Container,
    ContentItem,
    ImageReference,
    Link,
    StructuredReport,
)
from workstation.objects.sr.words import moment_text, name_text, relationship_text, status_text, value_text

DEEPEST_HEADING = 6


def head_rows(report: StructuredReport) -> tuple[tuple[str, str], ...]:
    """Give what stands above the content: whose report, of when, how reliable; only what the file says."""
    born = date_of(report.patient_birth_date)
    patient = ", ".join(
        filter(
            None,
            [
                person_name(report.patient_name),
                report.patient_id,
                f"{born:%Y-%m-%d}" if born else "",
                report.patient_sex,
            ],
        )
    )
    rows = (
        ("Patient", patient),
        ("Kind", report.kind),
        ("Written", moment_text(report.written)),
        ("Status", status_text(report)),
        ("Accession number", report.accession_number),
        ("Made by", report.manufacturer),
    )
    return tuple((name, value) for name, value in rows if value)


def as_text(report: StructuredReport) -> str:
    """Give a report as lines, what belongs to an item indented below it."""
    head = [report.title, *(f"  {name}: {value}" for name, value in head_rows(report))]
    notes = [f"  ! {note}" for note in report.notes]
    return "\n".join([*head, *notes, "", *_lines(report.root, 0)]).rstrip()


def item_text(item: ContentItem) -> str:
    """Give an item and all below it as lines."""
    return "\n".join(_lines(item, 0))


def _lines(item: ContentItem, depth: int) -> Iterator[str]:
    indent = "  " * depth
    how = relationship_text(item)
    value = value_text(item.value)
    first, *rest = value.split("\n")
    name = f"{name_text(item)}:" if value else name_text(item)
    line = " ".join(filter(None, [item.number, f"[{how}]" if how else "", name, first]))
    yield f"{indent}{line}"
    hanging = indent + " " * (len(item.number) + 1)
    yield from (f"{hanging}{each}" for each in rest)
    yield from (f"{hanging}! {note}" for note in item.notes)
    for each in item.items:
        yield from _lines(each, depth + 1)


def as_html(report: StructuredReport) -> str:
    """Give a report as a page that stands alone: no script, nothing loaded, all text escaped."""
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in head_rows(report))
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in report.notes)
    body = "".join(_parts(report.root, 1))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(report.title)}</title><style>{_STYLE}</style></head>\n<body>\n"
        f"<table>{rows}</table>\n{notes}{body}</body></html>\n"
    )


def _parts(item: ContentItem, depth: int) -> Iterator[str]:
    """Give the markup of an item: headings for containers, a definition for all else."""
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in item.notes)
    name = escape(name_text(item))
    if isinstance(item.value, Container):
        level = min(depth, DEEPEST_HEADING)
        yield f'<section id="i{item.number}"><h{level}>{name}</h{level}>{notes}\n'
        for each in item.items:
            yield from _parts(each, depth + 1)
        yield "</section>\n"
        return
    how = relationship_text(item)
    shown = _linked(item).replace("\n", "<br>")
    before = f'<span class="how">{escape(how)}</span> ' if how else ""
    yield f'<div class="item" id="i{item.number}"><p>{before}<b>{name}</b> {shown}</p>{notes}'
    for each in item.items:
        yield from _parts(each, depth + 1)
    yield "</div>\n"


def _linked(item: ContentItem) -> str:
    shown = escape(value_text(item.value))
    if isinstance(item.value, Link) and item.value.is_there:
        return f'<a href="#i{escape(item.value.target)}">{shown}</a>'
    if isinstance(item.value, ImageReference):
        return f'<span class="image">{shown}</span>'
    return shown


_STYLE = (
    "body{font:14px/1.5 sans-serif;max-width:56em;margin:2em auto;padding:0 1em;color:#1d1f21}"
    "table{border-collapse:collapse;margin-bottom:1em}th{text-align:left;font-weight:normal;color:#5b6065;"
    "padding-right:1.5em;vertical-align:top}h1{font-size:1.5em}h2{font-size:1.25em}h3,h4,h5,h6{font-size:1.05em}"
    "p{margin:.2em 0}.item .item{margin-left:1.5em}.how{color:#5b6065;font-style:italic}"
    ".note{color:#8a5a00}.image{color:#5b6065;word-break:break-all}section section{margin-left:1em}"
)
