"""The places where lines enter the body, from the notes' own words, and which of them a drug went through.

All lumens of one catheter are one site (ROUTE-6). Two sides told of one implanted device are one site whose location
conflicts, never two sites. A drug without words of its own goes through the one line that was in use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import field

from reviewer.grounding.page import Anchor, Page, Span
from reviewer.language.access import LINE_NAME, VENOUS_DEVICES, read_artery
from reviewer.language.lazy import Lazy
from reviewer.language.vocabulary import find_access, read_access_kind, read_location
from validator.facts import AccessKind, AccessSite, Evidence, Fact, Standing
from validator.frozen import changing, frozen

VENOUS = frozenset({"peripheral_iv", "midline", "picc", "central_line", "implanted_port"})
_ONE_DEVICE = frozenset({"midline", "picc", "central_line", "implanted_port", "ommaya_reservoir", "peritoneal_port"})
_KINDS_OF_ROUTE: dict[str, frozenset[str]] = {
    "intravenous": VENOUS,
    "intra_arterial": frozenset({"arterial_catheter"}),
    "intrathecal": frozenset({"spinal_needle", "ommaya_reservoir"}),
    "intraventricular": frozenset({"ommaya_reservoir"}),
    "intraperitoneal": frozenset({"peritoneal_port", "peritoneal_catheter"}),
    "intrapleural": frozenset({"pleural_catheter"}),
}
_GENERIC = Lazy(r"iv[ ](?:site|access|line|catheter|removed)|sl", re.IGNORECASE)
_REMOVED = Lazy(
    r"\b(?:removed|discontinued|d/?c'?d?|dc|pulled|de-?accessed|infiltrated|blown?|out intact|taken out)\b",
    re.IGNORECASE,
)
_NEW = Lazy(r"\b(?:new|second|2nd|another|separate|additional)[ ](?:\w+[ ]){0,2}$", re.IGNORECASE)
_SAME = Lazy(
    r"\bsame (?:line|site|port|access|piv|iv|lumen|tube|catheter)\b|^(?:the )?(?:line|catheter"
    r"|tube)$",
    re.IGNORECASE,
)
_NUMBER = Lazy(rf"#\d|{LINE_NAME}", re.IGNORECASE)
_IN_PLACE = Lazy(r"\b(?:blood return|patent|flush(?:es|ed)|in place)\b", re.IGNORECASE)
_NOT_IN_USE = frozenset({"plan", "history", "denied", "education", "conditional", "refused", "held", "home"})


@frozen
class Sighting:
    """Words of a note that name a line: what kind, where, and whether it was taken out there."""

    note_id: str
    start: int
    end: int
    kind: str
    location: str | None
    removed: bool
    new: bool
    generic: bool
    words: str

    @property
    def evidence(self) -> Evidence:
        """The note's own characters behind it."""
        return Evidence(note_id=self.note_id, start=self.start, end=self.end, text=self.words)


@changing
class Site:
    """A line under construction: its id, and everything that the notes say of it."""

    id: str
    sightings: list[Sighting] = field(default_factory=list)

    @property
    def kind(self) -> str | None:
        """Its kind, once words name one."""
        return next((s.kind for s in self.sightings if s.kind), None)

    @property
    def venous(self) -> bool:
        """Whether it is a line into a vein."""
        return self.kind in VENOUS

    @property
    def locations(self) -> tuple[str, ...]:
        """Its places, narrowest wording only ("right chest" over "right")."""
        told = list(dict.fromkeys(s.location for s in self.sightings if s.location))
        return tuple(a for a in told if not any(a != b and set(a.split()) < set(b.split()) for b in told))

    @property
    def evidence(self) -> Evidence:
        """The words that first named it."""
        return self.sightings[0].evidence

    def fact(self) -> AccessSite:
        """The site as the contract states it."""
        kind = self.kind
        kinds = (
            Fact[AccessKind](value=kind, standing=Standing.GROUNDED, evidence=(self.evidence,))
            if kind
            else Fact[AccessKind]()
        )
        told = self.locations
        words = tuple(
            {(s.evidence.note_id, s.evidence.start): s.evidence for s in self.sightings if s.location}.values()
        )
        if not told:
            return AccessSite(id=self.id, kind=kinds)
        standing = Standing.GROUNDED if len(told) == 1 else Standing.CONFLICTING
        readings = told if len(told) > 1 else ()
        return AccessSite(
            id=self.id,
            kind=kinds,
            location=Fact[str](value=told[0], standing=standing, evidence=words, readings=readings),
        )


class Sites:
    """Every line that the notes of an encounter name, each once."""

    def __init__(self, pages: Iterable[Page]) -> None:
        self._sites: list[Site] = []
        seen = [sighting for page in pages for sighting in _sightings(page)]
        for sighting in [s for s in seen if not s.generic] + [s for s in seen if s.generic]:
            self._add(sighting)

    def facts(self) -> tuple[AccessSite, ...]:
        """The access sites of the encounter."""
        return tuple(site.fact() for site in self._sites)

    def _add(self, sighting: Sighting) -> None:
        known = self._match(sighting)
        if known is None and sighting.generic and any(s.kind in VENOUS for s in self._sites):
            return
        if known is None:
            known = self._new()
        known.sightings.append(sighting)

    def _new(self) -> Site:
        site = Site(f"s{len(self._sites) + 1}")
        self._sites.append(site)
        return site

    def _match(self, sighting: Sighting) -> Site | None:
        alike = [site for site in self._sites if site.kind == sighting.kind]
        if sighting.kind in _ONE_DEVICE:
            return alike[0] if alike else None
        if sighting.location is None:
            # "A second line" is no third one where two are told already.
            return alike[-1] if alike and (not sighting.new or len(alike) > 1) else None
        for site in alike:
            if any(_compatible(sighting.location, place) for place in site.locations):
                return site
        bare = [site for site in alike if not site.locations]
        return bare[-1] if bare and not sighting.new else None

    def of_words(self, page: Page, start: int, end: int) -> Site | None:
        """The site that text[start:end] names; None when it names none, or fits several."""
        for site in self._sites:
            if any(s.note_id == page.note.id and s.start < end and start < s.end for s in site.sightings):
                return site
        words = page.text[start:end]
        if numbered := _NUMBER.fullmatch(words.strip()):
            name = re.compile(rf"(?<![\w#]){re.escape(numbered[0])}(?![\w])", re.IGNORECASE)
            alike = [s for s in self._sites if any(name.search(sight.words) for sight in s.sightings)]
            return alike[0] if len(alike) == 1 else None
        if _SAME.search(words.strip()):
            return self._last_before(page, start)
        kind, location = read_access_kind(words), read_location(words)
        fitting = [
            site
            for site in self._sites
            if (kind is None or site.kind == kind)
            and (
                location is None or not site.locations or any(_compatible(location, place) for place in site.locations)
            )
        ]
        placed = [site for site in fitting if site.locations] if location else []
        fitting = placed if len(placed) == 1 else fitting
        return fitting[0] if (kind or location) and len(fitting) == 1 else None

    def known(self, name: str | None) -> Site | None:
        """The site of an id."""
        return next((site for site in self._sites if site.id == name), None)

    def place_of_injection(self, location: str, evidence: Evidence) -> Site:
        """A place on the body without a line: where an injection went."""
        for site in self._sites:
            if site.kind is None and location in site.locations:
                return site
        site = self._new()
        site.sightings.append(
            Sighting(evidence.note_id, evidence.start, evidence.end, "", location, False, False, False, evidence.text)
        )
        return site

    def _last_before(self, page: Page, place: int) -> Site | None:
        best: tuple[int, Site] | None = None
        for site in self._sites:
            for s in site.sightings:
                if s.note_id == page.note.id and s.end <= place and (best is None or s.start > best[0]):
                    best = (s.start, site)
        return best[1] if best else self.only(None)

    def all_venous(self) -> tuple[Site, ...]:
        """The lines of the visit, where every one is a line into a vein."""
        lines = tuple(site for site in self._sites if site.kind)
        return lines if all(site.venous for site in lines) else ()

    def only(self, route: str | None) -> Site | None:
        """The one site of the visit that suits a route, when there is exactly one."""
        fitting = self._fitting(route)
        return fitting[0] if len(fitting) == 1 else None

    def _fitting(self, route: str | None) -> list[Site]:
        kinds = _KINDS_OF_ROUTE.get(route, frozenset()) if route else VENOUS
        return [site for site in self._sites if site.kind in kinds]

    def in_use(self, route: str | None, anchors: Iterable[Anchor]) -> Site | None:
        """The one suitable site in use where a drug is named; failing that, the one of the whole visit."""
        if only := self.only(route):
            return only
        for anchor in anchors:
            current = [site for site in self._fitting(route) if _current(site, anchor)]
            if len(current) == 1:
                return current[0]
        return None


def _compatible(one: str, other: str) -> bool:
    return set(one.split()) <= set(other.split()) or set(other.split()) <= set(one.split())


def _current(site: Site, anchor: Anchor) -> bool:
    """Whether a site was named before a drug in its note, and not taken out again in between."""
    before = sorted(
        (s.start, s.removed) for s in site.sightings if s.note_id == anchor.note_id and s.start < anchor.start
    )
    return bool(before) and not before[-1][1]


def _sightings(page: Page) -> list[Sighting]:
    out: list[Sighting] = []
    told: set[tuple[str, str | None]] = set()
    named = find_access(page.text)
    for index, (start, end, kind) in enumerate(named):
        clause = page.clause(start)
        last = out[-1] if out else None
        again = last and last.kind == kind and clause[0] <= last.start and page.clause(last.start) == clause
        removed = bool(_REMOVED.search(page.text, *clause))
        location = _location(page, clause, start, end, _other_kind_near(named, index, clause))
        if kind == "arterial_catheter":
            location = read_artery(_near(page, clause, start, end, _BOUND)) or location
        if again and last and location in (None, last.location):
            continue
        known = (kind, location) in told and not removed
        alone = len(named) == 1 and kind in VENOUS_DEVICES  # one that stays in, whatever it is told with
        if not known and _not_in_use(page, start, end) and not (alone and page.cue(start, end) == "home"):
            continue
        told.add((kind, location))
        generic = bool(_GENERIC.fullmatch(page.text[start:end]))
        new = bool(_NEW.search(page.text[clause[0] : start]))
        first, final = _around(page, clause, start, end)
        out.append(Sighting(page.note.id, first, final, kind, location, removed, new, generic, page.text[first:final]))
    return out


def _not_in_use(page: Page, start: int, end: int) -> bool:
    """Whether a line is only spoken of; one with blood return is in place, though "by protocol" stands before it."""
    over = page.cue(start, end)
    if over == "history" and page.text[max(0, start - 4) : start].lower() == "new ":
        return False  # "IV from yesterday blown, new 22g R hand"
    return over in _NOT_IN_USE and not (over == "plan" and _IN_PLACE.search(page.text, end, page.sentence(start)[1]))


_BOUND = 40


def _other_kind_near(named: tuple[tuple[int, int, str], ...], index: int, clause: Span) -> bool:
    """Whether a line of another kind is named in the same clause, right before or after."""
    beside = [*named[max(0, index - 1) : index], *named[index + 1 : index + 2]]
    return any(kind != named[index][2] and clause[0] <= start < clause[1] for start, _, kind in beside)


def _location(page: Page, clause: Span, start: int, end: int, crowded: bool) -> str | None:
    """Where a line is: the body words near its name, closer by when another kind of line is named there too."""
    near = 16 if crowded else _BOUND
    told = read_location(_near(page, clause, start, end, near))
    if told in ("right", "left", "bilateral"):
        return read_location(_near(page, clause, start, end, 12))
    return told


def _near(page: Page, clause: Span, start: int, end: int, reach: int) -> str:
    return page.text[max(clause[0], start - reach) : min(clause[1], end + reach)]


def _around(page: Page, clause: Span, start: int, end: int) -> Span:
    """The words of a line with its side and place: the clause, cut to what stands near the line's name."""
    first = max(clause[0], start - _BOUND)
    last = min(clause[1], end + _BOUND)
    while first > clause[0] and page.text[first - 1].isalnum():
        first -= 1
    while last < clause[1] and page.text[last].isalnum():
        last += 1
    piece = page.text[first:last]
    lead = len(piece) - len(piece.lstrip())
    return first + lead, first + len(piece.rstrip())
