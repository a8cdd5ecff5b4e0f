"""Pages of text in front of the images, which are scrolled and searched, and what is typed in the last line."""

from collections.abc import Sequence
from dataclasses import replace

from workstation.terminal import moving
from workstation.terminal.keys import BY_KEY
from workstation.terminal.session import Entry, Facts, Page, Session

LONGEST_ENTRY = 200


def turned(session: Session, facts: Facts, key: str) -> Session:
    """Scroll or search the page that is open, or close it; other keys do nothing there."""
    page = session.page
    if page is None:
        return session
    rows, last = facts.page_rows, max(0, len(facts.page) - facts.page_rows)
    step = {
        "up": -1,
        "down": 1,
        "k": -1,
        "j": 1,
        "enter": 1,
        "page_up": -rows,
        "page_down": rows,
        " ": rows,
        "b": -rows,
        "home": -len(facts.page),
        "end": len(facts.page),
    }.get(key)
    if step is not None:
        return replace(session, page=replace(page, top=min(max(page.top + step, 0), last)), message="")
    if key == "/":
        return replace(session, entry=Entry("search"), message="")
    if key in ("n", "N") and page.query:
        return found(session, facts, page, 1 if key == "n" else -1)
    if key in ("escape", "q") or BY_KEY.get(key) == page.kind:
        return replace(session, page=None, message="")
    return session


def scrolled(session: Session, facts: Facts, by: int) -> Session:
    """Scroll the page that is open by lines."""
    page = session.page
    if page is None:
        return session
    last = max(0, len(facts.page) - facts.page_rows)
    return replace(session, page=replace(page, top=min(max(page.top + by, 0), last)))


def typed(session: Session, facts: Facts, key: str) -> Session:
    """Take a key into what is typed; Enter uses it, Escape forgets it."""
    entry = session.entry
    if entry is None:
        return session
    if key == "escape" or (key == "backspace" and not entry.text):
        return replace(session, entry=None)
    if key == "enter":
        return _used(replace(session, entry=None), facts, entry)
    if key == "backspace":
        return replace(session, entry=replace(entry, text=entry.text[:-1]))
    return pasted(session, key) if len(key) == 1 else session


def pasted(session: Session, text: str) -> Session:
    """Take text into what is typed."""
    entry = session.entry
    if entry is None:
        return session
    plain = "".join(each for each in text if each.isprintable())
    return replace(session, entry=replace(entry, text=(entry.text + plain)[:LONGEST_ENTRY]))


def _used(session: Session, facts: Facts, entry: Entry) -> Session:
    if entry.kind == "window":
        return moving.typed_window(session, facts, entry.text)
    if entry.kind == "image":
        return moving.typed_image(session, facts, entry.text)
    page = session.page
    if page is None or not entry.text:
        return session
    return found(session, facts, replace(page, query=entry.text, hit=None), 1)


def found(session: Session, facts: Facts, page: Page, way: int) -> Session:
    """Go to the next line with what is searched, from the first one again after the last."""
    hits = lines_with(facts.page, page.query)
    if not hits:
        return replace(session, page=replace(page, hit=None), message=f"Nothing is found for {page.query!r}.")
    start = page.hit if page.hit is not None else (page.top - 1 if way > 0 else page.top)
    beyond = [line for line in hits if (line > start if way > 0 else line < start)]
    line = (beyond or hits)[0 if way > 0 else -1]
    last = max(0, len(facts.page) - facts.page_rows)
    is_seen = page.top <= line < page.top + facts.page_rows
    top = page.top if is_seen else min(max(line - facts.page_rows // 3, 0), last)
    said = f"{hits.index(line) + 1} of {len(hits)} lines with {page.query!r}"
    return replace(session, page=replace(page, hit=line, top=top), message=said)


def lines_with(lines: Sequence[str], query: str) -> list[int]:
    """Give the numbers of the lines that hold all words of a search, upper and lower case alike."""
    words = query.casefold().split()
    return [number for number, line in enumerate(lines) if all(word in line.casefold() for word in words)]
