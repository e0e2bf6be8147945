"""Whose value is it? A time, dose, route or site counts for a drug only where the note's layout says so.

That is: in the drug's own table row; in its own sentence or clause with no other drug between; under the clock that
leads its line; or in words that refer back to it ("infusion complete") with no other drug started in between.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, NamedTuple

from reviewer.grounding.lists import (
    by_place,
    joins,
    outside_brackets,
    shared_by,
    sharing,
    under_heading,
    without_brackets,
)
from reviewer.grounding.named_for import is_todays, only_stops
from reviewer.grounding.page import Anchor, Page, Span
from reviewer.grounding.roles import ON_AND_OFF, PAUSE_WORDS, RESUME_WORDS, STOP_WORDS, leads_alone
from reviewer.grounding.rows import given_again, line_over_table
from reviewer.language.access import without_line
from reviewer.language.antecedents import LEADS_ON, begins_before, begins_tersely, ends_tersely, only_ends
from reviewer.language.clock import FoundClock
from reviewer.language.ends import told_in
from reviewer.language.layout import Row, is_route_field
from reviewer.language.lazy import Lazy
from reviewer.language.vocabulary import read_technique

Own = Callable[[Anchor], bool]

_INFUSION = Lazy(
    r"\b(?:infus\w+|bags?|ivpb|drip|bottle|remainder|rate|titrat\w*|iv[ ]?med\w*"
    r"|\d+[ ]?ml/h(?:r|our)?)\b",
    re.IGNORECASE,
)
_FLUID = Lazy(
    r"\b(?:iv[ ]?fluids?|ivf|fluids|(?:the|this|same) fluid|lit(?:er|re)|fluid[ ]bolus|hydration)\b", re.IGNORECASE
)
_CHEMO = Lazy(r"\bchemo(?:therapy)?\b", re.IGNORECASE)
_PUSH = Lazy(r"\b(?:push(?:ed)?|ivp|injections?|injected|syringe|shot)\b", re.IGNORECASE)
_BOTH = Lazy(r"\b(?:both|the two)\b", re.IGNORECASE)
_REFERS = Lazy(
    r"\b(?:it|this|that|same|complete[ds]?|completion|finish\w*|conclud\w+|ceased|stopp?(?:ed)?|end(?:ed|s)?|off"
    r"|done|up|down"
    r"|continued (?:until|to|till)|followed|(?:second|2nd|third|3rd|next) lit(?:er|re)|back|empty|dry|all (?:in"
    r"|gone)|(?:the|its) (?:rest|remainder|balance)"
    r"|start(?:ed)?|re-?(?:start|commenc|initiat|begun|began|hung)\w*|re-?opened|resum\w*|paus(?:e[ds]?|ing)|held"
    r"|begun|began|beg|begin(?:s|ning)|flow|drip|hung|dose|total|lesions?|nodules?|plaques?|warts?|keloids?|instilled"
    r"|clamped|repeat\w*|rpt|re-?dosed|medications?|meds?|treatment|tx|tolerated"
    r"|reservoir|pump|ran|runs|over|throughout|given|connected|attached|route|wast\w*|discard\w*"
    r"|(?:on|in)(?=(?:[ ]at)?[ ]?[:@=]?[ ]?\d)|site|volume|vol|via|through|drug|minutes?|min|unit)\b|[↑↓](?=[ ]?\d)",
    re.IGNORECASE,
)
_ELSEWHERE = Lazy(
    r"\b(?:piv|iv[ ](?:started|placed|site|removed|d/c'?d?|catheter|access)|(?:port|picc|line|needle"
    r"|huber)[ ](?:\w+[ ]){0,2}(?:accessed|"
    r"de-?accessed|removed|flushed|placed)|vitals?|vs|vss|bp|labs?|cbc|arriv\w+|teach\w*|educat\w*"
    r"|discharg\w*|observ\w*|dressing|meal"
    r"|lunch|ambulat\w*(?! (?:[\w-]+ )?(?:pump|cadd))|void\w*|o2|assess\w*|consent|orders?|flush(?:ed)?|monitor\w*"
    r"|appointment|bandage"
    r"|pressure)\b",
    re.IGNORECASE,
)
_LABELLED = Lazy(
    r"[ \t]*(?:[A-Za-z][A-Za-z /]{1,24}[ \t]*[:=]|(?:time[ ])?(?:start(?:ed)?|began|beg[iu]n|on|hung)[ \t]+(?=\d))",
    re.IGNORECASE,
)
_LISTED = Lazy(r"(?:[+&/,]|\bplus)[ \t]*$")
_LONE = Lazy(r"[ ,]*(?:at|@|around|about|between|from)?[ ]*(?:on \d[\d/.-]*)?[ ,]*", re.IGNORECASE)
_IT = Lazy(r"\W*(?:it|this)\b(?: (?:had|has|was|is|then|finally))*[ ]", re.IGNORECASE)
_ANOTHER = Lazy(
    r"\b(?:another|again|second|further|repeat\w*|then|and[ ](?:at|@))(?!\w)|#[ ]?\d[^;]{0,20};", re.IGNORECASE
)
_SHUT_OFF = Lazy(
    r"\b(?:(?:shut|turned|switched|cut|took)(?: (?:it|the \w+))? off|"
    r"(?:stopp|halt|paus|clamp)ed(?: it| the \w+)?(?=[ ]*(?:[,;.)]|\Z)))",
    re.IGNORECASE,
)
"""What is done to an infusion and to nothing else that a nurse charts."""
_APART = Lazy(r";|,[^,]*,")
"""What parts a time from a drug that it does not lead: another act, or an aside."""
_SHORT_LINE = 60
_LONGEST_PUSH = 15


class Link(NamedTuple):
    """The drug mention that a value belongs to, and how it is tied to it."""

    anchor: Anchor
    how: Literal["row", "clause", "stamp", "reference", "record"]


def link(page: Page, start: int, end: int, own: Own, partner: Own, *, listed: bool = False) -> Link | None:
    """The own mention that text[start:end] belongs to; None when it belongs to another drug, or to none.

    `own` tells the drug's mentions; `partner` those of drugs in the same bag, which share its times and route.
    `listed` says that the value is one that a list shares: what stands after its last drug is said of every one.
    """
    row = page.row(start)
    if row is not None and (row.of("drug") or _named(page, (row.start, row.end), own)):
        return _in_row(page, row, start, own, partner, listed)
    over = line_over_table(page, row) if row is not None and row.has_header else None
    if over and len(heads := _named(page, over, own)) == 1 and own(heads[0]):
        return Link(heads[0], "record")
    stamp = page.stamp(start)
    if stamp and stamp.start <= start < stamp.end:
        named = _named(page, page.entry(start), own)
        if named:
            mine = next((a for a in named if own(a) and _is_subject(page, a, named)), None)
            return Link(mine, "stamp") if mine else None
    elif (placed := by_place(page, start)) is not None:
        return next((Link(anchor, "clause") for anchor in placed if own(anchor)), None)
    elif (found := _in_clause(page, start, own, partner)) is not None:
        mine = sharing(page, found.anchor, start, own) if listed else None
        return found if own(found.anchor) else Link(mine, "clause") if mine else None
    if listed and (item := under_heading(page, start, own)) is not None:
        return Link(item, "record")
    return _in_record(page, start, own) or _by_reference(page, start, end, own, partner)


def _named(page: Page, span: Span, own: Own) -> list[Anchor]:
    """The drugs of a span. One named aside counts only where it is the drug in question, and nothing else is named."""
    everyone = page.named(span)
    subjects = [a for a in everyone if not a.aside]
    return [a for a in everyone if not a.aside or (own(a) and (a.aside != "reason" or not subjects))]


def _in_row(page: Page, row: Row, start: int, own: Own, partner: Own, listed: bool) -> Link | None:
    cell = row.at(start)[:2]
    here = _named(page, cell, own) if row.at(start).kind != "volume" else []
    if here:
        anchor = _owner(page, cell, here, start, own, partner)
        if anchor and listed and not own(anchor):
            anchor = shared_by(page, anchor, start, own)
        return Link(anchor, "row") if anchor and own(anchor) else None
    cells = row.of("drug") or row.cells
    subject = next((named for span in cells if (named := _named(page, span[:2], own))), [])
    mine = next((a for a in subject if own(a)), None)
    if mine is None or not all(own(a) or partner(a) for a in subject):
        return None
    return Link(mine, "row")


def _in_clause(page: Page, start: int, own: Own, partner: Own) -> Link | None:
    sentence = page.sentence(start)
    named = _named(page, sentence, own)
    if not named:
        return None
    named = outside_brackets(page, sentence, named, start)
    clause = page.reach(start)
    if not any(clause[0] <= a.start and a.end <= clause[1] for a in named):
        if (running := _running(page, clause, start, named)) is not None:
            return Link(running, "clause")
        if _refers_past(page, clause, start, named):
            return None
    anchor = _owner(page, sentence, named, start, own, partner)
    return Link(anchor, "clause") if anchor else None


def _is_subject(page: Page, anchor: Anchor, named: list[Anchor]) -> bool:
    """Whether a drug of a stamped line leads its clause, or is listed with the one that does ("A 8 mg + B")."""
    clause = page.clause(anchor.start)
    before = [a for a in named if clause[0] <= a.start < anchor.start]
    return not before or bool(
        _LISTED.search(page.text, before[-1].end, anchor.start) or joins(page.text[before[-1].end : anchor.start])
    )


def _refers_past(page: Page, clause: Span, start: int, named: list[Anchor]) -> bool:
    """Whether a clause speaks of an earlier drug: before the first of its sentence ("infusion complete at ..."), or
    behind a push, which is never open ("benadryl IVP 0930, infusion held 0930")."""
    text, before = page.text, [a for a in named if a.start < start]
    if not before:
        spoken = _INFUSION.search(text, *clause) or _IT.match(text, *clause)
        if begins_before(text, *clause, named[0].start) or ends_tersely(text, *clause):
            return True
        return bool(spoken and STOP_WORDS.search(text, *clause))
    if not all(_is_pushed(page, a) for a in before):
        return False
    return _goes_past(page, clause, start, before[-1])


def _goes_past(page: Page, clause: Span, start: int, pushed: Anchor) -> bool:
    """Whether a clause behind a push tells of the infusion: it goes on, or it ends, as a push so long before cannot."""
    text = page.text
    if RESUME_WORDS.search(text, *clause):
        return True
    if not any(form.search(text, *clause) for form in (STOP_WORDS, PAUSE_WORDS)):
        return False
    if _INFUSION.search(text, pushed.end, clause[1]):
        return True
    at, since = page.clock(start, start + 1), _first_clock(page, pushed)
    if since is None or since == at:
        return only_ends(text, *clause)
    return bool(at and since and at.clock.minute - since.clock.minute > _LONGEST_PUSH)


def _running(page: Page, clause: Span, start: int, named: list[Anchor]) -> Anchor | None:
    """The infusion that a clause behind a push goes on with, where its sentence names it before the push."""
    before = [a for a in named if a.start < start]
    if not before or not _is_pushed(page, before[-1]):
        return None
    running = [a for a in before if not _is_pushed(page, a) and not a.aside]
    return running[-1] if running and _goes_past(page, clause, start, before[-1]) else None


def _first_clock(page: Page, anchor: Anchor) -> FoundClock | None:
    """The first clock behind a drug's name within its sentence."""
    last = page.sentence(anchor.start)[1]
    return next((clock for clock in page.clocks(anchor.start) if anchor.end <= clock.start < last), None)


def _is_pushed(page: Page, anchor: Anchor) -> bool:
    """Whether a drug was pushed, by the words of its clause or those up to its time ("A and B were pushed at 1012")."""
    if read_technique(without_brackets(page, page.clause(anchor.start), anchor)) == "push":
        return True
    clock = _first_clock(page, anchor)
    return clock is not None and read_technique(without_brackets(page, (anchor.end, clock.start), anchor)) == "push"


def _owner(page: Page, span: Span, named: list[Anchor], start: int, own: Own, partner: Own) -> Anchor | None:
    """The drug of a sentence or cell that a place in it belongs to: the one before it, unless its clause leads one."""
    clause = page.clause(start)
    clause = max(clause[0], span[0]), min(clause[1], span[1])
    inside = [a for a in named if clause[0] <= a.start < clause[1]]
    before = [a for a in (inside or named) if a.start <= start]
    if before:
        nearest = before[-1]
        if not inside and (led := _led_by_time(page, span, clause, named)) is not None:
            return led
        if not inside and _leads_next(page, clause, named):
            return None
        if not own(nearest) and (again := _of_the_next(page, nearest, inside or named, start, own)) is not None:
            return again
        if own(nearest) or not partner(nearest):
            return nearest
        return next((a for a in reversed(before) if own(a)), next((a for a in named if own(a)), nearest))
    first = (inside or named)[0]
    return (None if own(first) else _of_the_next(page, first, named, first.start, own)) or first


def _of_the_next(page: Page, nearest: Anchor, named: list[Anchor], start: int, own: Own) -> Anchor | None:
    """The drug's own next naming, where words between tell of a further dose ("and at 1730 another 0.5 mg of it")."""
    following = next((a for a in named if a.start > start), None)
    if following is None or following.key != nearest.key or not own(following):
        return None
    return following if _ANOTHER.search(page.text, nearest.end, following.start) else None


def _led_by_time(page: Page, span: Span, clause: Span, named: list[Anchor]) -> Anchor | None:
    """The drug that a time set apart by commas leads ("and then, at 8:15 a.m., X")."""
    if not LEADS_ON.search(page.text, span[0], clause[0]):
        return None
    clocks = [c for c in page.clocks(clause[0]) if clause[0] <= c.start and c.end <= clause[1]]
    if not clocks or (len(clocks) > 1 and page.range_end(clocks[0]) != "start") or len(clocks) > 2:
        return None
    if not _LONE.fullmatch(page.text[clause[0] : clocks[0].start] + page.text[clocks[-1].end : clause[1]]):
        return None
    following = next((a for a in named if a.start >= clause[1]), None)
    if following is None or any(clause[1] <= c.start < following.start for c in page.clocks(clause[1])):
        return None
    if _APART.search(page.text, clause[1], following.start):
        return None
    return following


def _leads_next(page: Page, clause: Span, named: list[Anchor]) -> bool:
    """Whether a clause is nothing but a clock right before another drug, so that it may belong to either."""
    words = page.text[slice(*clause)].strip(" ,;@").lower().removeprefix("at ").strip()
    clocks = [c for c in page.clocks(clause[0]) if clause[0] <= c.start and c.end <= clause[1]]
    if len(clocks) != 1 or words != page.text[clocks[0].start : clocks[0].end].lower().strip(" @"):
        return False
    if page.range_end(clocks[0]) is not None or page.text[clause[1] : clause[1] + 1] == ";":
        return False
    following = page.clause(min(clause[1] + 1, len(page.text)))
    opening = page.text[following[0] : following[0] + 12]
    return any(following[0] <= a.start <= following[0] + len(opening) - len(opening.lstrip()) + 2 for a in named)


def _in_record(page: Page, start: int, own: Own) -> Link | None:
    """A labelled line right under the drug's own line ("Start: 0900"), with no other drug between."""
    line = own_line = page.line(start)
    if not (_LABELLED.match(page.text, *line) or is_route_field(page.text, line, start)):
        return None
    both = len(page.clocks(start)) == 2  # a line that tells start and stop may tell the site and more
    while line[0] > 0:
        if (line[1] - line[0] > _SHORT_LINE and not (both and line == own_line)) or line[0] == line[1]:
            return None
        line = page.line(line[0] - 1)
        named = _named(page, line, own)
        if named:
            mine = next((a for a in named if own(a)), None)
            return Link(mine, "record") if mine and len(named) == 1 else None
    return None


def _by_reference(page: Page, start: int, end: int, own: Own, partner: Own) -> Link | None:
    clause, entry = page.reach(start), page.sentence(start)[0]
    stamp = page.stamp(start)
    if stamp and stamp.start <= start < stamp.end:
        entry = page.entry(start)[0]
        clause = _told_at(page, stamp.end, page.entry(start)[1]) or (
            stamp.end,
            page.clause(min(stamp.end + 1, len(page.text)))[1],
        )
    elif leads_alone(page, start, end):
        clause = _told_at(page, end, page.sentence(start)[1]) or clause
    clause = clause[0], max(clause[1], page.clause(max(end - 1, start))[1])
    clause = page.sentence(start) if given_again(page, start) else clause
    words = without_line(page.text[slice(*clause)])
    spoken = begins_tersely(words) or _INFUSION.search(words) or _PUSH.search(words) or _CHEMO.search(words)
    ended, elsewhere = told_in(page.text, start), _ELSEWHERE.search(words) and not _SHUT_OFF.search(words)
    unspoken = not spoken and (elsewhere or not (ended or _REFERS.search(words)))
    if unspoken or page.cue(clause[0], max(clause[0], end)) in ("history", "education", "plan", "home", "conditional"):
        return None
    anchor = _antecedent(page, entry, words, own, partner, ended=ended)
    return Link(anchor, "reference") if anchor else None


def _told_at(page: Page, start: int, last: int) -> Span | None:
    """A later clause of an entry, which tells the act of its time ("settled, pump on again"); None for the first."""
    end = page.clause(min(start + 1, len(page.text)))[1]
    if _REFERS.search(page.text, start, end) or _INFUSION.search(page.text, start, end):
        return None
    ahead = next((found.end() - 1 for found in ON_AND_OFF.finditer(page.text, end, last)), None)
    clocked = any(end <= clock.start < last for clock in page.clocks(start))
    return None if ahead is None or clocked else page.clause(ahead)


def _antecedent(page: Page, place: int, words: str, own: Own, partner: Own, *, ended: bool) -> Anchor | None:
    """The own mention that referring words point back to; None when another drug was started since.

    `ended` says that a clock alone tells an end ("all in 2:30p").
    """
    spare = 1 if _BOTH.search(words) else 0
    ordered: Anchor | None = None
    seen: set[str] = set()
    over: set[str] = set()
    for anchor in page.before(place):
        mine = own(anchor)
        standing = page.cue(anchor.start, anchor.end)
        if not seen and ordered is None and (standing == "order" or is_todays(page, anchor, standing)):
            ordered = anchor
        stops = only_stops(page, anchor)
        if stops and not mine and standing == "none":
            over.add(anchor.key)
        if standing != "none" or (anchor.aside and not mine) or stops:
            continue
        if mine:
            return None if _passes_over(page, anchor, words) else anchor
        if _FLUID.search(words) and anchor.admin_class not in ("", "hydration", "flush", "blood"):
            continue  # "IV fluids off" speaks of the fluid, whatever was hung beside it
        if anchor.key in over:
            continue  # what was told to be in is not what ends later
        if (
            partner(anchor)
            or _passes_over(page, anchor, words)
            or _is_over(page, anchor, words, ended)
            or anchor.key in seen
        ):
            continue
        if spare == 0:
            return None
        spare -= 1
        seen.add(anchor.key)
    # Nothing was started in words: the one drug that was just ordered is what the words speak of.
    return ordered if ordered is not None and own(ordered) and not seen else None


def _is_over(page: Page, anchor: Anchor, words: str, ended: bool) -> bool:
    """Whether words of ending or going on cannot mean a drug because it was pushed: a push is never open."""
    told = ended or any(form.search(words) for form in (STOP_WORDS, PAUSE_WORDS, RESUME_WORDS))
    if _PUSH.search(words) or not told:
        return False
    return _technique(page, anchor) in ("push", "injection")


def _technique(page: Page, anchor: Anchor) -> str | None:
    """How a drug was given, by its clause; else whether it was pushed, by the words behind the list it is in."""
    return read_technique(page.text[slice(*page.clause(anchor.start))]) or (
        "push" if _is_pushed(page, anchor) else None
    )


def _passes_over(page: Page, anchor: Anchor, words: str) -> bool:
    """Whether the referring words cannot mean this drug: an infusion is no push, chemotherapy no antiemetic."""
    technique = _technique(page, anchor)
    by_mouth = re.search(r"\bp\.?o\b|\bby mouth\b|\boral", page.text[slice(*page.clause(anchor.start))], re.IGNORECASE)
    if by_mouth:
        return True
    if _CHEMO.search(words) and not anchor.admin_class.startswith("chemo"):
        return True
    if _PUSH.search(words):
        return technique == "infusion"
    return bool(_INFUSION.search(words) or begins_tersely(words)) and technique in ("push", "injection")
