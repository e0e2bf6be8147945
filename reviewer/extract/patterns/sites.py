"""Where the lines are: which access each administration ran through, from its own words or the only line there is."""

from __future__ import annotations

import re
from typing import NamedTuple

from reviewer.extract.patterns.drafts import Draft
from reviewer.extract.patterns.page import Page
from reviewer.extract.wire import Said
from reviewer.language.cues import cue
from reviewer.language.vocabulary import read_access_kind, read_location, read_route

_SIDE = r"(?:(?:left|right|L|R|lt|rt|bilateral)\.? )"
_BODY = (
    r"(?:(?:upper |lower |inner |outer |dorsal |medial |lateral )?"
    r"(?:fore-?arm|FA|arm|hand|wrist|AC|antecubital(?: fossa)?|chest(?: wall)?|neck|subclavian|IJ|basilic|cephalic|"
    r"thigh|abdomen|groin))"
)
_DEVICE = (
    r"(?:(?:implanted |power ?|chest |venous |double lumen |single lumen |triple lumen |tunneled )*"
    r"(?:Medi-?port|port-?a-?cath|power-?port|PAC\b|port|PICC(?: line)?|midline(?: catheter)?|PIV|peripheral IV|"
    r"Hickman(?: catheter)?|Broviac|Groshong|"
    r"central (?:venous )?(?:line|catheter)|CVC|saline lock|SL\b|angio-?cath|IV(?: (?:access|catheter|site|line))?))"
)
ACCESS = re.compile(
    rf"(?<![\w])(?:{_SIDE}(?:{_BODY} )?{_DEVICE}|{_SIDE}?{_BODY} {_DEVICE}|(?:\d\d ?g(?:a|auge)?\.? )?(?:new |"
    rf"existing |separate )?{_DEVICE}"
    rf"(?:,? (?:was |were |is |site )?(?:accessed|started|placed|inserted|established|initiated|present|in place|"
    rf"patent|remains accessed|from OR|in|to|at|x\d|#\d|,|-|:))*[ ,]*(?:in |to |at |the |via )*{_SIDE}?{_BODY}?)"
    rf"(?![\w])",
    re.IGNORECASE,
)
_ESTABLISHED = re.compile(
    r"\b(?:access(?:ed)?|re-?accessed|placed|started|inserted|established|initiated|obtained|site|patent|blood "
    r"return|in place|remains|present|line|existing|flush(?:ed|es)|intact|from OR|infusing|IV)\b",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"\b(?:removed|d/?c'?d|discontinued|dc'd|pulled|infiltrated|de-?accessed|deaccessed|needle out)\b", re.IGNORECASE
)
_NOT_ONE = re.compile(
    r"\b(?:no (?:iv|piv|port|line|access)|without|attempt(?:ed)?|unsuccessful|failed|unable|iv (?:push|pb|fluids?|"
    r"antiemetic|meds?|medications?|infusion|bolus|hydration|antibiotics?|iron|\w+azole))\b",
    re.IGNORECASE,
)
_FAILED = re.compile(r"[ ,]*(?:was |were )?(?:attempt|unsuccess|fail|not )", re.IGNORECASE)
_IN_WORDS = re.compile(
    rf"\b(?:via|through|thru|into|in|to|per|using|by|at|@|from)\b[ ]?(?:the |a |her |his |same |patent |new |"
    rf"separate |existing |accessed )*"
    rf"(?P<a>(?:\d\d ?g )?(?:{_SIDE})?(?:{_BODY} )?{_DEVICE}(?:[ ,]*(?:in |to |at |the )*{_SIDE}{_BODY}?)?)|"
    rf"(?<![\w])(?P<b>{_SIDE}(?:{_BODY} )?{_DEVICE}|{_BODY} (?:PIV|IV)|(?:PIV|IV|PICC|port)[ ,]*(?:in |to |at |the "
    rf")*{_SIDE}{_BODY}|{_SIDE}{_BODY}(?= (?:PIV|IV|site)))",
    re.IGNORECASE,
)
_TAKES_LINE = ("intravenous", None)


class Line(NamedTuple):
    """An access as a note tells of it."""

    place: int
    said: Said
    kind: str
    location: str | None
    gone: bool


def lines_of(page: Page) -> list[Line]:
    """The accesses a note tells of, in order; a removal ends one."""
    found: list[Line] = []
    for match in ACCESS.finditer(page.text):
        words = match[0].strip(" ,-:")
        kind = read_access_kind(words)
        if kind not in ("peripheral_iv", "implanted_port", "picc", "midline", "central_line"):
            continue
        around = page.text[max(0, match.start() - 40) : match.end() + 46].split("\n")
        near = page.text[match.start() : match.end() + 30].split("\n")[0]
        before = page.text[max(0, match.start() - 24) : match.start()].rpartition("\n")[2]
        if _NOT_ONE.search(before + words) or _FAILED.match(page.text, match.end()):
            continue
        location = read_location(words)
        gone = bool(_GONE.search(near)) and location is None
        if not (gone or location or _ESTABLISHED.search(" ".join(around))):
            continue
        if cue(page.text, match.start(), match.end()) in ("education", "home", "conditional"):
            continue
        found.append(Line(match.start(), page.said(words, match.start(), match.end()), kind, location, gone))
    return found


def give_lines(page: Page, drafts: list[Draft]) -> None:
    """Put into each draft told in this note where it ran: its own words, else the one line in place then.

    A drug whose words name no route, but that ran or was pushed through a line, has that line's words for its route.
    """
    known = lines_of(page)
    for draft in drafts:
        if draft.note_id != page.note.id or draft.fate not in ("given", "ordered") or draft.route not in _TAKES_LINE:
            continue
        if draft.route is None and draft.technique == "injection" and "intravenous" not in _routes(draft)[:1]:
            continue
        line = _own(page, draft) or _standing(known, draft)
        if line is None:
            continue
        if not draft.has("site"):
            draft.add("site", line)
        if (
            draft.route is None
            and (not draft.drugs or "intravenous" in _routes(draft))
            and read_route(line.text) == "intravenous"
        ):
            draft.route = "intravenous"
            draft.add("route", line)


def _routes(draft: Draft) -> tuple[str, ...]:
    return tuple(route for drug in draft.drugs for route in drug.routes)


def _own(page: Page, draft: Draft) -> Said | None:
    """The line that the drug's own words name ("through the Mediport")."""
    for name in ("route", "start", "dose", "technique", "status", "stop"):
        for said in draft.told.get(name, []):
            if said.note_id != page.note.id or said.at is None:
                continue
            match = _IN_WORDS.search(page.text, said.at, said.at + len(said.quote))
            if match and read_access_kind(match["a"] or match["b"]):
                start, end = match.span("a" if match["a"] else "b")
                first, last = min(said.at, start), max(said.at + len(said.quote), end)
                return page.said(page.text[start:end], first, last)
    return None


def _standing(known: list[Line], draft: Draft) -> Said | None:
    """The access in place when nothing else is said: the only one told before the drug and not taken out since."""
    told = [line for line in known if line.place < draft.place] or [line for line in known if not line.gone]
    before: list[Line] = []
    for line in told:
        before = [] if line.gone else [*before, line]
    if not before or len({(line.kind, line.location) for line in _distinct(before)}) > 1:
        return None
    return max(before, key=lambda line: len(line.said.text)).said


def _distinct(found: list[Line]) -> list[Line]:
    """Accesses that differ; one told without its place is the one told with it."""
    placed = [line for line in found if line.location]
    kinds = {line.kind for line in placed}
    return placed + [line for line in found if not line.location and line.kind not in kinds]
