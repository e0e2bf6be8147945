"""Whether a time of an end is that of another thing than a drug ("EKG done 0936", "hung 0902, monitor off 0936")."""

from __future__ import annotations

from reviewer.extract.patterns.moments import Moment
from reviewer.extract.patterns.page import Page, within
from reviewer.language.ends_beside import ends_other_thing, told_of
from reviewer.language.folding import lowered
from reviewer.language.sentences import Span


def is_of_other_end(page: Page, start: int, end: int, moment: Moment, first: int) -> bool:
    """Whether a moment of text[start:end] is another thing's end; `first` is where what is told before it begins.

    A moment that stands before the text is the stamp of its line.
    """
    if moment.role != "stop":
        return False
    low = lowered(page.text)
    if moment.first.start < start:
        return ends_other_thing(low[start:end])
    words = told_of(low, Span(start, end), moment.first, within(page.clocks, start, end))
    return ends_other_thing(words, low[first : moment.first.start])
