"""A review as the three columns of the page: notes with marks, what was given over time, codes and what is missing.

The content is the report's view; what is added is what a person can change, and which parts belong together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from reviewer.notes.note import Note
from reviewer.report.building import Belonging, build, by_fixer
from reviewer.report.evidence import Ref, Segment
from reviewer.report.given import NOT_GIVEN, instant, is_struck
from reviewer.report.names import names
from reviewer.report.timeline import Drawing, Lane
from reviewer.report.view import View
from reviewer.report.visible import NAME_LENGTH, clip
from reviewer.report.words import element, site_kind, spaced
from reviewer.review import Review
from reviewer.web.changes import NOTHING, Changes
from reviewer.web.correcting import FIELDS, OF_ENCOUNTER, OF_PAUSE, OF_PUMP, OF_SITE, said
from reviewer.web.correcting_sites import name_of
from reviewer.web.reviewing import Answered, rulebook
from reviewer.web.templating import rendered
from validator.facts import Administration, Encounter, Evidence, Fact, Standing
from validator.findings import MissingElement

_DATED = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{1,2}:\d{2}).*")
_GIVEN = "given-"
_ALWAYS = ("drug", "dose", "route", "technique", "start", "stop")
_FIELD_OF = {
    "start_time": "start",
    "stop_time": "stop",
    "discarded_amount": "discarded",
    "lesion_count": "lesions",
    "provider_presence": "presence",
    "hydration_purpose": "purpose",
    "administration_status": "status",
}
_PUMPS = {"pump_kind": "kind", "pump_action": "action", "pump_owner": "owner"}
_UNPLACED = "Time not documented"
_MARKS = {
    Standing.DENIED: "denied",
    Standing.CONFLICTING: "documents differ",
    Standing.UNGROUNDED: "the note does not carry it",
}


class Told(NamedTuple):
    """One fact that can be changed: its path, name, text, whether it is known, and a remark on its standing.

    `named` facts show their name also where they are known: a bare time says too little.
    """

    path: str
    label: str
    text: str
    known: bool
    remark: str
    named: bool


class Given(NamedTuple):
    """One administration: its facts, its lane of the timeline, and the places of the page that belong to it."""

    id: str
    anchor: str
    name: str
    told: tuple[Told, ...]
    lane: Lane | None
    status: str
    linked: str


class Site(NamedTuple):
    """The administrations of one access site over one axis; `drawing` is None where no time is documented.

    `told` are the facts of the site itself.
    """

    title: str
    drawing: Drawing | None
    given: tuple[Given, ...]
    told: tuple[Told, ...] = ()


class Shown(NamedTuple):
    """What the template of a result takes. `visit` and `documents` are facts of the encounter and its documents."""

    view: View
    sites: tuple[Site, ...]
    links: dict[str, str]
    lines: dict[str, str]
    fresh: frozenset[str]
    fixable: dict[str, str]
    visit: tuple[Told, ...]
    documents: tuple[Told, ...]


def result_page(answered: Answered, notes: tuple[Note, ...], before: Changes = NOTHING) -> str:
    """The part of the page that shows a review, as HTML; `before` marks what is new in it."""
    return rendered("result.html.j2", shown=shown(answered.review, notes, before), marked=marked, named=_named)


def shown(review: Review, notes: tuple[Note, ...], before: Changes = NOTHING) -> Shown:
    """Everything that the page shows of a review."""
    anchors = {item.id: f"{_GIVEN}{i}" for i, item in enumerate(review.facts.administrations, 1)}
    view = build(review, notes, names(rulebook()), _belongings(review, anchors))
    links = _links(review, anchors)
    return Shown(
        view=view,
        sites=_sites(review, view, anchors, links),
        links={place: " ".join(ids) for place, ids in links.items()},
        lines={f"line-{place + 1}": mark for place, mark in before.lines.items()},
        fresh=frozenset(a for a, missing in _missing(review) if missing.id in before.missing),
        fixable={**_of_traces(review), **_of_missing(review)},
        visit=tuple(_of_visit(review.facts)),
        documents=tuple(_of_documents(review.facts)),
    )


def marked(segment: Segment) -> tuple[str, tuple[Ref, ...]]:
    """How a stretch of a note is marked, and the parts of the report it names: what was given is linked, not named."""
    refs = tuple(ref for ref in segment.refs if not ref.anchor.startswith(_GIVEN))
    kinds = {ref.kind for ref in refs}
    kind = next((kind for kind in ("supports", "attention", "missing") if kind in kinds), "told")
    return kind, refs


def _named(refs: Iterable[Ref]) -> tuple[Ref, ...]:
    """References with different names, those of what was given left out."""
    found: dict[str, Ref] = {}
    for ref in refs:
        if not ref.anchor.startswith(_GIVEN):
            found.setdefault(ref.label, ref)
    return tuple(found.values())


def _belongings(review: Review, anchors: dict[str, str]) -> tuple[Belonging, ...]:
    return tuple(
        (anchors[item.id], "given", "supports", tuple(_evidence(item))) for item in review.facts.administrations
    )


def _evidence(item: Administration) -> Iterator[Evidence]:
    for name in (*_ALWAYS, "duration_minutes"):
        yield from getattr(item, name).evidence


def _links(review: Review, anchors: dict[str, str]) -> dict[str, list[str]]:
    """Which administrations each place of the page is about, both ways."""
    links: dict[str, list[str]] = {}

    def tie(place: str, ids: Iterable[str | None]) -> None:
        for anchor in (anchors[i] for i in ids if i in anchors):
            links.setdefault(place, []).append(anchor)
            links.setdefault(anchor, []).append(place)

    for i, line in enumerate(review.codes, 1):
        tie(f"line-{i}", line.administrations)
    for i, lost in enumerate(review.not_supported, 1):
        tie(f"unsupported-{i}", lost.administrations)
    for i, human in enumerate(review.needs_human, 1):
        tie(f"person-{i}", human.administrations)
    for i, uncoded in enumerate(review.not_coded, 1):
        tie(f"uncoded-{i}", [uncoded.administration])
    for anchor, missing in _missing(review):
        tie(anchor, [missing.administration])
    return links


def _missing(review: Review) -> list[tuple[str, MissingElement]]:
    """Missing elements with their places on the page: the view puts them in an order of its own."""
    return [(f"missing-{i}", item) for i, item in enumerate(by_fixer(review), 1)]


def _of_missing(review: Review) -> dict[str, str]:
    """Where each gap that a person can close on this page is closed."""
    return {anchor: path for anchor, missing in _missing(review) if (path := _path(missing, review.facts))}


def _of_traces(review: Review) -> dict[str, str]:
    """Where a person says of words that nobody read whether something was given."""
    traces = {trace.evidence: f"unread.{trace.id}.given" for trace in review.facts.unread}
    return {f"person-{i}": traces[one.near] for i, one in enumerate(review.needs_human, 1) if one.near in traces}


def _path(missing: MissingElement, facts: Encounter) -> str:
    """The fact that would close a gap, where a person can enter it on this page."""
    field = _FIELD_OF.get(missing.element, missing.element)
    if missing.administration:
        if field in _PUMPS:
            pump = next((a.pump.value for a in facts.administrations if a.id == missing.administration), None)
            return f"pumps.{pump}.{_PUMPS[field]}" if pump in {one.id for one in facts.pumps} else ""
        known = field in FIELDS or field == "access_site"
        return f"administrations.{missing.administration}.{field}" if known else ""
    if field in OF_ENCOUNTER:
        return f"encounter.{field}"
    documented = missing.element in {r.element for r in rulebook().requirements if r.scope == "encounter"}
    return f"documentation.{missing.element}" if documented and missing.service is None else ""


def _of_visit(facts: Encounter) -> Iterator[Told]:
    """The facts of the visit itself; what nobody stated of payer and reason is no gap."""
    for name, field in OF_ENCOUNTER.items():
        fact: Fact[Any] = getattr(facts.encounter, name)
        text = said(fact) or " or ".join(str(one) for one in fact.readings)
        dated = name == "date_of_service"
        yield Told(
            path=f"encounter.{name}",
            label=field.label.lower(),
            text=(spaced(text) if field.choices else text) or ("" if dated else "not stated"),
            known=fact.known or not (dated or text),
            remark=_remark(fact),
            named=True,
        )


def _of_documents(facts: Encounter) -> Iterator[Told]:
    """What the documents hold or deny, by name."""
    for name, fact in sorted(facts.documentation.items()):
        if fact.known or fact.standing in (Standing.DENIED, Standing.CONFLICTING):
            yield Told(f"documentation.{name}", element(name), clip(said(fact), NAME_LENGTH), True, _remark(fact), True)


def _sites(review: Review, view: View, anchors: dict[str, str], links: dict[str, list[str]]) -> tuple[Site, ...]:
    day = review.facts.encounter.date_of_service.get()
    items = {item.id: item for item in review.facts.administrations}

    def given(identity: str, lane: Lane | None) -> Given:
        item, anchor = items[identity], anchors[identity]
        return Given(
            id=identity,
            anchor=anchor,
            name=item.drug.value or " or ".join(item.drug.readings) or "unnamed drug",
            told=(*_told(item, day), *_pauses(item, day), *_pump(item, review.facts), *_access(item, review)),
            lane=lane,
            status=item.status.value if item.status.value in (*NOT_GIVEN, "stopped_early") else "",
            linked=" ".join(links.get(anchor, ())),
        )

    sites = [
        Site(
            drawn.title,
            drawn,
            tuple(given(lane.administration, lane) for lane in drawn.lanes),
            tuple(_of_site(review, [items[lane.administration] for lane in drawn.lanes])),
        )
        for drawn in view.timeline
    ]
    placed = {one.id for site in sites for one in site.given}
    rest = tuple(given(identity, None) for identity in items if identity not in placed)
    return (*sites, Site(_UNPLACED, None, rest)) if rest else tuple(sites)


def _told(item: Administration, day: date | None) -> Iterator[Told]:
    for name, field in FIELDS.items():
        fact: Fact[Any] = getattr(item, name)
        if name not in _ALWAYS and fact.value is None:
            continue
        if name == "stop" and fact.value is None and instant(item):
            continue
        if name in ("status", "purpose") and fact.standing is not Standing.ENTERED:
            continue
        readings = " or ".join(said(fact.model_copy(update={"value": one})) for one in fact.readings)
        text = said(fact) or readings
        text = _clock(text, day) if name in ("start", "stop") else spaced(text) if field.choices else text
        claimed = fact.standing is Standing.UNGROUNDED and bool(text)
        yield Told(
            path=f"administrations.{item.id}.{name}",
            label=field.label.lower(),
            text="" if claimed else text,
            known=fact.known,
            remark=f"{text} was read, but {_MARKS[Standing.UNGROUNDED]}" if claimed else _remark(fact),
            named=name not in _ALWAYS[:4],
        )


def _pauses(item: Administration, day: date | None) -> Iterator[Told]:
    for place, pause in enumerate(item.interruptions):
        if is_struck(pause):
            path = f"administrations.{item.id}.interruptions.{place}.start"
            yield Told(path, "pause", "struck", True, _remark(pause.start), True)
            continue
        for end, fact in (("start", pause.start), ("stop", pause.stop)):
            yield Told(
                path=f"administrations.{item.id}.interruptions.{place}.{end}",
                label=OF_PAUSE[end].label.lower(),
                text=_clock(said(fact), day),
                known=fact.known,
                remark=_remark(fact),
                named=True,
            )


def _pump(item: Administration, facts: Encounter) -> Iterator[Told]:
    """The pump that something runs on."""
    for pump in (one for one in facts.pumps if one.id == item.pump.value):
        for name, field in OF_PUMP.items():
            fact: Fact[Any] = getattr(pump, name)
            if fact.value is not None or name == "kind":
                text = spaced(said(fact)) if field.choices else said(fact)
                yield Told(f"pumps.{pump.id}.{name}", field.label.lower(), text, fact.known, _remark(fact), True)


def _access(item: Administration, review: Review) -> Iterator[Told]:
    """Through which site something went into a vein, where more than one is possible or none is documented."""
    names_of = {site.id: name_of(site) for site in review.facts.access_sites}
    fact = item.access_site
    by_vein = item.route.value in (None, "intravenous") and item.technique.value != "injection"
    if fact.standing is Standing.ENTERED or len(names_of) > 1 or (by_vein and not fact.known):
        known = fact.value in names_of
        text = names_of.get(fact.value or "", "")
        yield Told(f"administrations.{item.id}.access_site", "access site", text, known, _remark(fact), True)


def _of_site(review: Review, items: list[Administration]) -> Iterator[Told]:
    """The facts of the site that a group of administrations went through."""
    ids = {item.access_site.value for item in items}
    for site in (one for one in review.facts.access_sites if ids == {one.id}):
        for name, field in OF_SITE.items():
            fact: Fact[Any] = getattr(site, name)
            text = site_kind(fact.value) if name == "kind" and fact.value else said(fact)
            path = f"access_sites.{site.id}.{name}"
            yield Told(path, field.label.lower(), text, fact.known, _remark(fact), True)


def _remark(fact: Fact[Any]) -> str:
    if fact.standing is Standing.ENTERED or (fact.by and fact.standing is Standing.DENIED):
        who = f"entered by {fact.by}" if fact.by else "entered"
        return f"{who}: {fact.why}" if fact.why else who
    return _MARKS.get(fact.standing, "")


def _clock(text: str, day: date | None) -> str:
    """A documented time, its date left out on the date of service."""
    found = _DATED.fullmatch(text)
    if not found:
        return text
    return found[2] if found[1] == str(day) else f"{found[2]} on {found[1]}"
