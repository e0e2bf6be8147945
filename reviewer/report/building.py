"""Builds the view of a review: chooses, orders, links and words everything that the templates lay out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from reviewer.notes.note import Note
from reviewer.report import words
from reviewer.report.editions import editions
from reviewer.report.evidence import EvidenceMap, Ref, RefKind
from reviewer.report.fixing import changes
from reviewer.report.given import name, name_and_dose, pauses, planned_hours, service_name, times
from reviewer.report.hanging import hanging
from reviewer.report.names import Names
from reviewer.report.readers import by_one, differing
from reviewer.report.reasoning import reasons, told
from reviewer.report.summary import calm, date_of_service, subtitle, summary, title
from reviewer.report.timeline import draw
from reviewer.report.view import (
    Disagreement,
    FixerGroup,
    Line,
    Link,
    Matter,
    Missing,
    Source,
    Unsupported,
    View,
    Why,
)
from reviewer.report.visible import clip
from reviewer.review import Review
from validator.facts import Administration, Evidence, Fact
from validator.findings import CodeLine, MissingElement, NotSupported

if TYPE_CHECKING:
    from reviewer.report.charges import Charges
    from reviewer.report.contrasts import Contrasts

_TIER_ORDER = {"code": 0, "payment": 1, "safety": 2}
_EFFECT_ORDER = {"blocks": 0, "downgrades": 1, "at_risk": 2, "advisory": 3}
_HASH_LENGTH = 12


Belonging = tuple[str, str, RefKind, tuple[Evidence, ...]]
"""An anchor, what to call it, its kind, and the evidence that belongs to it."""


def build(review: Review, notes: tuple[Note, ...], names: Names, also: tuple[Belonging, ...] = ()) -> View:
    """The view of `review`; `notes` are the documents to highlight, `also` what else a page links with their words."""
    return _Builder(review, notes, names, also).view()


class _Builder:
    def __init__(self, review: Review, notes: tuple[Note, ...], names: Names, also: tuple[Belonging, ...]) -> None:
        self.review = review
        self.notes = notes
        self.names = names
        self.day: date | None = review.encounter.date_of_service
        self.given = {item.id: item for item in review.facts.administrations}
        self.services = {item.id: item for item in review.facts.services}
        self.missing = {item.id: (f"missing-{i}", item) for i, item in enumerate(by_fixer(review), 1)}
        self.shared_risks = _shared_risks(review)
        self.also = also
        self.evidence = EvidenceMap(notes, self._used())

    def view(self) -> View:
        review = self.review
        lines = [self._line(i, line) for i, line in enumerate(review.codes, 1)]
        return View(
            title=title(review),
            subtitle=subtitle(review, self.names),
            summary=summary(review),
            calm=calm(review),
            codes=tuple(line for line in lines if not line.is_drug),
            drugs=tuple(line for line in lines if line.is_drug),
            risks=self._risks(self.shared_risks),
            missing=self._fixer_groups(),
            on_cures=words.LATE_ENTRIES if any(m.curable == "late_entry" for m in review.missing) else "",
            unsupported=tuple(self._unsupported(i, item) for i, item in enumerate(review.not_supported, 1)),
            fixes=changes(review),
            hanging=hanging(review),
            humans=tuple(
                self._matter(f"person-{i}", _human(item.code, item.subject), item.reason, item)
                for i, item in enumerate(review.needs_human, 1)
            ),
            uncoded=tuple(
                self._matter(f"uncoded-{i}", item.subject, item.reason, item)
                for i, item in enumerate(review.not_coded, 1)
            ),
            conflicts=self._conflicts(),
            ungrounded=self._ungrounded(),
            readers=differing(review),
            billed=self._charges(),
            contrasts=self._contrasts(),
            reasoning=self._reasoning(),
            scope=self._scope(),
            not_assessed=review.notes_on_scope,
            sources=self._sources(),
            timeline=draw(review.facts),
            notes=tuple(self.evidence.note(note, f"note-{i}") for i, note in enumerate(self.notes, 1)),
        )

    # What each piece of evidence belongs to

    def _used(self) -> Iterator[tuple[Evidence, Ref]]:
        """Every piece of evidence with what it belongs to, in the order of the report."""
        for place, (anchor, label, kind, evidence) in enumerate((*self._belongings(), *self.also)):
            ref = Ref(place, anchor, label, kind)
            yield from ((item, ref) for item in evidence)

    def _belongings(self) -> Iterator[Belonging]:
        review = self.review
        for i, line in enumerate(review.codes, 1):
            yield f"line-{i}", line.code, "supports", _line_evidence(line)
        for anchor, missing in self.missing.values():
            yield anchor, f"missing: {words.element(missing.element)}", "missing", missing.near
        for i, lost in enumerate(review.not_supported, 1):
            told = self._told(lost.administrations, lost.services)
            yield f"unsupported-{i}", f"{lost.code} not supported", "missing", told
        for i, human in enumerate(review.needs_human, 1):
            yield f"person-{i}", "for a person", "attention", (*self._told(*_ids(human)), *human.near)
        for i, uncoded in enumerate(review.not_coded, 1):
            yield f"uncoded-{i}", "not coded", "attention", self._told(*_ids(uncoded))
        for i, conflict in enumerate(review.conflicts, 1):
            yield f"conflict-{i}", "documents disagree", "attention", conflict.evidence

    def _told(self, administrations: Iterable[str], services: Iterable[str]) -> tuple[Evidence, ...]:
        """The words in which administrations and services are told."""
        told: list[Evidence] = []
        for found in (self.given.get(key) for key in administrations):
            if found:
                told += (*found.drug.evidence, *found.dose.evidence)
                told += (*found.start.evidence, *found.stop.evidence)
        for service in (self.services.get(key) for key in services):
            if service:
                told += (*service.detail.evidence, *service.start.evidence, *service.stop.evidence)
        return tuple(told)

    def _words(self, evidence: Iterable[Evidence]) -> tuple[Link, ...]:
        """Links to the passages, or the bare words where their note is not at hand."""
        evidence = tuple(evidence)
        linked = [Link(p.label, p.anchor) for p in self.evidence.passages(evidence)]
        quotes = [quote for note in self.evidence.quoted(evidence) for quote in note.quotes]
        loose = [Link(quote.text, None) for quote in quotes if quote.anchor is None]
        return (*linked, *loose)

    # Sections

    def _what(self, administrations: Iterable[str], services: Iterable[str], timed: bool = True) -> tuple[str, ...]:
        described = [self._dose(self.given[key], timed) if key in self.given else key for key in administrations]
        described += [service_name(self.services[key], self.day) if key in self.services else key for key in services]
        return tuple(dict.fromkeys(described))

    def _dose(self, item: Administration, timed: bool) -> str:
        if not timed:
            return name_and_dose(item)
        when = times(item, self.day, planned_hours(item, self.review.facts))
        return f"{name_and_dose(item)}, {when}{pauses(item, self.day)}"

    def _line(self, number: int, line: CodeLine) -> Line:
        return Line(
            anchor=f"line-{number}",
            why=f"why-{number}",
            code=line.code,
            coded=_coded(line),
            units=line.units,
            modifiers=", ".join(line.modifiers),
            label=line.label,
            date="" if line.date == self.day else line.date.isoformat(),
            given=self._what(line.administrations, line.services, timed=line.kind != "drug"),
            flags=(*(words.flag(flag) for flag in line.flags), *filter(None, [by_one(line, self.review.readings)])),
            at_risk=self._risks(key for key in line.at_risk if key not in self.shared_risks),
            words=self._words(_line_evidence(line)),
            is_drug=line.kind == "drug",
        )

    def _risks(self, keys: Iterable[str]) -> tuple[Link, ...]:
        found = [self.missing[key] for key in keys if key in self.missing]
        return tuple(Link(words.element(item.element), anchor) for anchor, item in found)

    def _fixer_groups(self) -> tuple[FixerGroup, ...]:
        groups = []
        for fixer, heading in words.FIXERS.items():
            items = [self._missing(a, item) for a, item in self.missing.values() if item.fixable_by == fixer]
            if items:
                groups.append(FixerGroup(f"fix-{fixer}", heading, tuple(items)))
        return tuple(groups)

    def _missing(self, anchor: str, item: MissingElement) -> Missing:
        return Missing(
            anchor=anchor,
            element=words.element(item.element),
            subject=self._subject(item),
            tier=words.TIERS[item.tier],
            decides=item.tier == "code",
            standing=words.STANDINGS[item.standing],
            cost=self._cost(item),
            lines=self._affected(item),
            question=item.question,
            cure=words.CURES.get(item.curable or "", ""),
            words=self._words(item.near),
            sources=self.names.citations(item.citations),
        )

    def _subject(self, item: MissingElement) -> str:
        if item.administration:
            found = self.given.get(item.administration)
            return name(found) if found else item.administration
        if item.service:
            service = self.services.get(item.service)
            return words.spaced(service.kind) if service else item.service
        return ""

    def _cost(self, item: MissingElement) -> str:
        """What the gap costs: the codes it blocks, lowers or puts at risk."""
        lost = [f"{entry.code} x{entry.units}" for entry in self.review.not_supported if item.id in entry.missing_ids]
        affects = self._codes(item.affects)
        if lost:
            lower = " (a lower code stands instead)" if item.effect == "downgrades" else ""
            return f"not supported without it: {words.joined(lost)}{lower}"
        if item.effect in ("blocks", "downgrades"):
            if standing := [code for code in item.affects if code in {line.code for line in self.review.codes}]:
                verb = "stands as far as it is" if len(standing) == 1 else "stand as far as they are"
                return f"{words.joined(standing)} {verb} certain; the rest waits for this"
            effect = "no code without it" if item.effect == "blocks" else "a lower code stands"
            return f"{effect}; concerns {affects}" if affects else effect
        risk = "at risk, " if item.effect == "at_risk" else ""
        return f"{affects}: {risk}no code changes" if affects else "no code changes"

    def _codes(self, affects: tuple[str, ...]) -> str:
        """Codes in words, `every line` where it is every line."""
        lines = {line.code: line.kind for line in self.review.codes}
        drugs = {code for code, kind in lines.items() if kind == "drug"}
        if len(affects) > 1 and set(affects) == set(lines):
            return "every line"
        if len(drugs) > 1 and set(affects) == drugs:
            return "every drug line"
        if len(affects) > 1 and set(affects) == set(lines) - drugs:
            return "every administration line"
        return words.joined(affects)

    def _affected(self, item: MissingElement) -> tuple[Link, ...]:
        lines = [Link(line.code, f"line-{i}") for i, line in enumerate(self.review.codes, 1) if item.id in line.at_risk]
        lost = [
            Link(f"{entry.code} (not supported)", f"unsupported-{i}")
            for i, entry in enumerate(self.review.not_supported, 1)
            if item.id in entry.missing_ids
        ]
        return (*lost, *lines)

    def _unsupported(self, number: int, item: NotSupported) -> Unsupported:
        linked = [self.missing[key] for key in item.missing_ids if key in self.missing]
        missing = [Link(words.element(found.element), anchor) for anchor, found in linked]
        named = {link.text for link in missing}
        missing += [Link(words.element(e), None) for e in item.missing if words.element(e) not in named]
        return Unsupported(
            anchor=f"unsupported-{number}",
            code=item.code,
            units=item.units,
            label=self.names.code(item.code, self.day),
            reason=item.reason,
            given=self._what(item.administrations, item.services),
            missing=tuple(missing),
            words=self._words(self._told(item.administrations, item.services)),
        )

    def _matter(self, anchor: str, subject: str, reason: str, item: Any) -> Matter:
        ids = _ids(item)
        given = tuple(text for text in self._what(*ids) if text != subject)
        return Matter(anchor, subject, reason, given, self._words((*self._told(*ids), *getattr(item, "near", ()))))

    def _conflicts(self) -> tuple[Disagreement, ...]:
        return tuple(
            Disagreement(
                anchor=f"conflict-{i}",
                subject=told(item.path, self.review.facts) if item.subject == item.path else item.subject,
                readings=item.readings,
                quoted=self.evidence.quoted(item.evidence),
                decides=words.joined(item.decides),
                question=item.question,
            )
            for i, item in enumerate(self.review.conflicts, 1)
        )

    def _ungrounded(self) -> tuple[Matter, ...]:
        matters = []
        for i, item in enumerate(self.review.ungrounded, 1):
            found = self.given.get(item.administration or "")
            claim = name(self.given[item.claim]) if item.claim in self.given else item.claim
            subject = f"{words.spaced(item.path.rpartition('.')[2])} “{clip(claim)}”"
            given = (name(found),) if found else ()
            quote = (Link(clip(item.quote), None),) if item.quote else ()
            matters.append(Matter(f"ungrounded-{i}", subject, item.reason, given, quote))
        return tuple(matters)

    def _charges(self) -> Charges | None:
        if not self.review.billed:
            return None
        from reviewer.report.charges import charges

        return charges(self.review, {key: anchor for key, (anchor, _) in self.missing.items()})

    def _contrasts(self) -> Contrasts | None:
        if self.review.comparison is None:
            return None
        from reviewer.report.contrasts import contrasts

        return contrasts(self.review, self.review.comparison, self.names)

    def _reasoning(self) -> tuple[Why, ...]:
        review = self.review
        return tuple(
            Why(
                anchor=f"why-{i}",
                line=f"line-{i}",
                title=f"{_coded(line)} x{line.units}",
                label=line.label,
                given=self._what(line.administrations, line.services, timed=line.kind != "drug"),
                reasons=reasons(line.because, review.facts, self.names, self.evidence),
            )
            for i, line in enumerate(review.codes, 1)
        )

    def _scope(self) -> tuple[tuple[str, str], ...]:
        review, judged, facts = self.review, self.review.encounter, self.review.facts.encounter
        title = self.names.policy(judged.policy)
        switches = ", ".join(f"{key} = {value}" for key, value in sorted(facts.switches.items()))
        vintage = self.names.vintage()
        rows = (
            ("Date of service", date_of_service(review)),
            ("Setting", f"{judged.setting}{_origin(facts.setting)}"),
            ("Payer", judged.payer or "not documented"),
            ("Primary reason", words.spaced(judged.primary_reason or "")),
            ("Policy", f"{judged.policy} ({title})" if title else judged.policy),
            ("Switches set", switches),
            (
                "Rulebook",
                ", ".join(part for part in (review.rulebook or review.provenance.rulebook, vintage) if part),
            ),
            ("Edits", editions(review.provenance.edits)),
            ("Read by", words.EXTRACTORS.get(review.provenance.extractor, review.provenance.extractor)),
            ("Program", f"encounter-reviewer {review.provenance.package}"),
        )
        return tuple((term, value) for term, value in rows if value)

    def _sources(self) -> tuple[Source, ...]:
        shown = {note.id: f"note-{i}" for i, note in enumerate(self.notes, 1)}
        return tuple(
            Source(record.id, record.sha256[:_HASH_LENGTH], record.notices, shown.get(record.id))
            for record in self.review.provenance.notes
        )


def by_fixer(review: Review) -> list[MissingElement]:
    """Missing elements in order: by who can fix them, then what decides a code, then the validator's."""
    fixers = list(words.FIXERS)
    return sorted(
        review.missing,
        key=lambda m: (fixers.index(m.fixable_by), _TIER_ORDER[m.tier], _EFFECT_ORDER[m.effect]),
    )


def _shared_risks(review: Review) -> tuple[str, ...]:
    """The gaps that put every line at risk, to be told once. None where there is a single line."""
    lines = [set(line.at_risk) for line in review.codes]
    shared = set.intersection(*lines) if len(lines) > 1 else set()
    return tuple(item.id for item in review.missing if item.id in shared)


def _line_evidence(line: CodeLine) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(item for step in line.because for item in step.evidence))


def _ids(item: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The administrations and services of a finding that names several, or one of each."""
    if hasattr(item, "administrations"):
        return item.administrations, item.services
    return tuple(filter(None, [item.administration])), tuple(filter(None, [item.service]))


def _coded(line: CodeLine) -> str:
    """A code with its modifiers, as coders write it: `96417-59`."""
    return "-".join((line.code, *line.modifiers))


def _human(code: str | None, subject: str) -> str:
    return f"{code}: {subject}" if code else subject


def _origin(fact: Fact[Any]) -> str:
    return "" if fact.known else " (default)"
