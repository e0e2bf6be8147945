"""Whether the words around a drug's mention tell of a giving, its own or that of a list that it stands in."""

from __future__ import annotations

import re

from reviewer.grounding.lists import listed_as_given, shared_by
from reviewer.grounding.page import Anchor, Page
from reviewer.grounding.rows import is_subject, is_timed
from reviewer.language.access import tells_injection
from reviewer.language.companions import ran_beside
from reviewer.language.lazy import Lazy
from reviewer.language.pump_words import is_poured_in
from reviewer.language.vocabulary import tells_giving

_GAVE_NAMELY = Lazy(
    r"(?<!not )(?<!to )\b(?:gave|administered|injected|instilled|received)\b[^.;:\d]{0,50}?,? "
    r"(?:which (?:was|were|is)|consisting of|containing|namely|that is|i\.e\.,?)[ ]*\Z",
    re.IGNORECASE,
)


def gives(page: Page, anchor: Anchor) -> bool:
    """Whether the words around a mention tell of a giving (given, started, hung, IVPB ...)."""
    if anchor.aside == "reason":
        return tells_injection(page.text[anchor.end : page.clause(anchor.end)[1]])
    if anchor.aside == "companion" and _ran_beside(page, anchor):
        return True
    row = page.row(anchor.start)
    if row is not None and not is_subject(row, anchor):
        row = None
    if row is not None and is_timed(page, row):
        return True
    span = (row.start, row.end) if row else page.clause(anchor.start)
    if tells_giving(page.text[slice(*span)]) or tells_injection(page.text[slice(*span)]):
        return True
    sentence = page.sentence(anchor.start)
    others = [a.start for a in page.within(sentence) if a.start > anchor.end]
    rest = page.text[anchor.end : others[0] if others else sentence[1]]
    if tells_giving(rest) or tells_injection(rest):
        return True
    before = [a.end for a in page.within(sentence) if a.end <= anchor.start]
    if not before and _GAVE_NAMELY.search(page.text, sentence[0], anchor.start):
        return True
    if listed_as_given(page, anchor) or is_poured_in(page.text, sentence[0], anchor.start):
        return True
    last = next((a for a in reversed(page.within(sentence)) if shared_by(page, a, a.end, lambda b: b == anchor)), None)
    return last is not None and gives(page, last)


def _ran_beside(page: Page, anchor: Anchor) -> bool:
    """Whether a drug named as what another ran beside ran too: that other one was given, in its sentence or before."""
    first, named = page.line(anchor.start)[0], page.named_before(anchor.start)
    if not ran_beside(page.text, first, anchor.start, anchor.end, named):
        return False
    sentence = page.sentence(anchor.start)
    led = [a for a in page.named(sentence) if not a.aside and a.key != anchor.key]
    if not led:
        led = [a for a in page.before(sentence[0]) if not a.aside and a.key != anchor.key][:1]
    return any(page.cue(a.start, a.end) == "none" and (gives(page, a) or page.clocks(a.start)) for a in led)
