"""`validate`: facts and a dated rulebook in, an assessment out. Pure: same input, same bytes, forever."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import TypeVar

from validator.assembly import Key, aggregate, certain, in_order, lines, not_supported, units_by_code
from validator.coding import work_out
from validator.edit_tables import Edits, Kind
from validator.facts import Encounter, Evidence
from validator.findings import Assessment, Conflict, Judged, NeedsHuman, stated
from validator.frozen import frozen
from validator.gaps import Gap
from validator.late import late
from validator.readings import Disagreement, Reading, Unsettled, other_clock, readings, unsettled
from validator.records import Policy
from validator.requirement_view import RequirementContext
from validator.requirements import documentation_gaps, missing_from_gaps, withholding
from validator.rulebook import Rulebook
from validator.rules.unread import flagged, for_a_person, kept_back, open_traces
from validator.switches import switches_from
from validator.times import absolute, known_zone
from validator.worksheet import Blocked, Context, Draft, Worksheet

T = TypeVar("T")
_Found = tuple[Conflict, Gap | None]
"""A conflict, and the question that it raises, where it raises one."""

_LATER: dict[Kind, str] = {"ptp": "code pairs", "mue": "limits"}
"""The tables whose age the report names."""
_RECORD = late(r"(?<![a-z])e?mar(?![a-z])", re.IGNORECASE)
"""A note that is named as the medication administration record, which `summary.txt` and `march.txt` are not."""


@frozen
class _Judgement:
    """All readings worked out, and what they agree on."""

    sheets: list[Worksheet]
    drafts: dict[Key, Draft]
    by_reading: list[dict[Key, Draft]]
    choices: list[tuple[int, ...]]
    clock_changed: bool


def validate(encounter: Encounter, rulebook: Rulebook, *, policy: str | None = None) -> Assessment:
    """Assess one encounter by the rules in force on its date of service.

    The policy is the argument, else the encounter's, else the one for its payer and setting, else the default of the
    setting; `encounter.switches` then overrides single switches. Raises UnknownPolicyError for a policy, switch or
    value that the rulebook does not have, and ValueError for an unknown time zone.
    """
    info = encounter.encounter
    if not known_zone(info.timezone):
        raise ValueError("encounter.timezone: not a known time zone name, such as America/New_York")
    told = info.setting.get()
    pack = rulebook.policy_for(policy or info.policy, info.payer.get(), told)
    pack = rulebook.with_switches(pack, info.switches)
    on = info.date_of_service.get()
    setting = told or pack.setting
    judged = stated(
        Judged,
        {
            "id": info.id,
            "date_of_service": on or rulebook.default_date,
            "setting": setting,
            "policy": pack.id,
            "payer": info.payer.get(),
            "primary_reason": info.primary_reason.get(),
        },
    )
    if on is not None and on < rulebook.covers_from:
        scope = f"not assessed: the rulebook starts on {rulebook.covers_from.isoformat()}"
        return Assessment(
            encounter=judged,
            assessed=False,
            needs_human=(*_not_assessed(encounter, scope), *for_a_person(open_traces(encounter, rulebook))),
            notes_on_scope=(scope,),
            rulebook=rulebook.version,
        )
    return _assess(encounter, rulebook, pack, judged, dated=on is not None)


def _not_assessed(encounter: Encounter, reason: str) -> tuple[NeedsHuman, ...]:
    """Everything given or done, for a person: nothing is lost because no rule reaches back to its date."""
    given = [
        NeedsHuman(subject=a.drug.value or "the drug", reason=reason, administrations=(a.id,), rule="edit.in-force")
        for a in encounter.administrations
    ]
    done = [
        NeedsHuman(subject=s.kind.replace("_", " "), reason=reason, services=(s.id,), rule="edit.in-force")
        for s in encounter.services
    ]
    return (*given, *done)


def _assess(encounter: Encounter, rulebook: Rulebook, pack: Policy, judged: Judged, dated: bool) -> Assessment:
    on = judged.date_of_service or rulebook.default_date
    open_facts = unsettled(encounter)
    found = open_facts.disagreements
    judgement = _judge(encounter, found, rulebook, pack, judged, on)
    lead = judgement.sheets[0]
    conflicts, conflict_gaps, blocked = _conflicts(open_facts, encounter, judgement, on)
    traces = open_traces(encounter, rulebook)
    drafts = flagged(in_order(judgement.drafts.values(), rulebook), traces, rulebook)
    gaps = [g for sheet in judgement.sheets for g in sheet.gaps] + conflict_gaps
    gaps += documentation_gaps(
        RequirementContext(
            encounter=encounter,
            lines=drafts,
            events=lead.events,
            setting=judged.setting,
            payer=judged.payer or _implied_payer(pack),
            switches=pack.switches,
            on=on,
            rulebook=rulebook,
        )
    )
    blocked += [b for sheet in judgement.sheets for b in sheet.blocked]
    drafts, held = kept_back(drafts, traces, rulebook)
    if pack.switches["strict_payment"]:
        drafts, withheld = _withhold(drafts, gaps, rulebook)
        blocked += withheld
    missing = missing_from_gaps(gaps, rulebook, on)
    return stated(
        Assessment,
        {
            "schema_version": "1",
            "encounter": judged,
            "assessed": True,
            "codes": lines(drafts, missing, rulebook),
            "not_supported": not_supported(blocked, missing, rulebook),
            "missing": missing,
            "needs_human": (
                *for_a_person(traces),
                *held,
                *_unique(h for sheet in judgement.sheets for h in sheet.human),
            ),
            "not_coded": tuple(_unique(n for sheet in judgement.sheets for n in sheet.never)),
            "conflicts": conflicts,
            "ungrounded": open_facts.claims,
            "notes_on_scope": _scope(lead, rulebook, on, dated),
            "outlook": (),
            "rulebook": rulebook.version,
            "fixes": (),
        },
    )


def _judge(
    encounter: Encounter,
    found: tuple[Disagreement, ...],
    rulebook: Rulebook,
    pack: Policy,
    judged: Judged,
    on: date,
) -> _Judgement:
    variants: list[Reading] = list(readings(encounter, found))
    plain = len(variants)
    for reading in tuple(variants):
        shifted = other_clock(reading.encounter, on)
        if shifted is not None:
            variants.append(Reading(reading.choice, shifted))
    sheets = [work_out(_context(v.encounter, rulebook, pack, judged, on)) for v in variants]
    by_reading = [aggregate(sheet.drafts) for sheet in sheets]
    return _Judgement(sheets, certain(by_reading), by_reading, [v.choice for v in variants], len(variants) > plain)


def _context(encounter: Encounter, rulebook: Rulebook, pack: Policy, judged: Judged, on: date) -> Context:
    return Context(
        encounter=encounter,
        rulebook=rulebook,
        on=encounter.encounter.date_of_service.get() or on,
        setting=encounter.encounter.setting.get() or judged.setting,
        payer=encounter.encounter.payer.get() or judged.payer,
        policy=pack.id,
        switches=switches_from(pack.switches),
    )


def _implied_payer(pack: Policy) -> str | None:
    return pack.payers[0] if pack.payers else None


def _conflicts(
    open_facts: Unsettled, encounter: Encounter, judgement: _Judgement, on: date
) -> tuple[tuple[Conflict, ...], list[Gap], list[Blocked]]:
    """What disagrees, which codes hang on it, and what cannot be supported for that reason."""
    deciding = _differing(judgement)
    found = [
        *_changed_clock(judgement, deciding),
        *((_unread(item), None) for item in open_facts.unread),
        *_disagreeing(open_facts.disagreements, encounter, judgement, deciding, on),
        *_reversed_times(encounter, judgement),
    ]
    gaps = [gap for _, gap in found if gap is not None]
    asked = tuple(dict.fromkeys(g.requirement for g in gaps if g.affects))
    reason = "documented statements disagree, and not every reading gives this"
    maybe = tuple(str(item.path[1]) for item in open_facts.disagreements if len(item.readings) == 1)
    blocked = []
    for code, units in deciding.items():
        ids = _carried(judgement, code) if maybe else ()
        blocked.append(Blocked(code, units, ids, (), reason, asked, "conflict.readings", maybe if ids else ()))
    return tuple(conflict for conflict, _ in found), gaps, blocked


def _carried(judgement: _Judgement, code: str) -> tuple[str, ...]:
    """What some reading gives a code for and not all do: without a line in either it would stand nowhere."""
    drafts = (one for reading in judgement.by_reading for key, one in reading.items() if key not in judgement.drafts)
    return tuple(sorted({name for one in drafts if one.code == code for name in one.administrations}))


def _changed_clock(judgement: _Judgement, deciding: Mapping[str, int]) -> Iterator[_Found]:
    """An infusion over the change to or from daylight-saving time, in a zone that nobody documented (TIME-26)."""
    if judgement.clock_changed and deciding:
        counts = ("clocks changed during the infusion", "clocks did not change")
        gap = Gap("conflict.times", subject="the infusion", affects=tuple(deciding))
        yield _conflict("encounter.timezone", counts, (), tuple(deciding)), gap


def _unread(item: Disagreement) -> Conflict:
    """A conflict without its readings: the words themselves stand for them."""
    return _conflict(item.dotted, tuple(dict.fromkeys(e.text for e in item.evidence)), item.evidence, ())


def _disagreeing(
    found: Iterable[Disagreement], encounter: Encounter, judgement: _Judgement, deciding: Mapping[str, int], on: date
) -> Iterator[_Found]:
    """Facts with several documented values; those that decide nothing and are a minute apart are left out."""
    for number, item in enumerate(found):
        decides = _hanging_on(number, judgement, deciding)
        if not decides and _one_minute_apart(item, on):
            continue
        said, evidence = _by_source(item, judgement.sheets[0].context.switches.time_source_priority)
        timed = item.path[-1] in ("start", "stop")
        requirement = ("conflict.times" if timed else "conflict.value") if decides else "records.agree"
        gap = _conflict_gap(item, requirement, encounter, decides)
        yield _conflict(item.dotted, said, evidence, decides), gap


def _reversed_times(encounter: Encounter, judgement: _Judgement) -> Iterator[_Found]:
    """Ends that are not after their starts (TIME-21)."""
    for identity, what, evidence in _unique(clash for sheet in judgement.sheets for clash in sheet.clashes):
        gap = Gap("conflict.times", administration=identity, subject=_drug(encounter, identity))
        yield _conflict(f"administrations.{identity}.stop", (what,), evidence, ()), gap


def _differing(judgement: _Judgement) -> dict[str, int]:
    """Codes that some reading gives more of than all do, with the units at stake."""
    if len(judgement.by_reading) == 1:
        return {}  # with one reading every draft is kept
    kept = units_by_code(judgement.drafts)
    stake: dict[str, int] = {}
    for drafts in judgement.by_reading:
        for code, units in units_by_code(drafts).items():
            if units > kept.get(code, 0):
                stake[code] = max(stake.get(code, 0), units - kept.get(code, 0))
    return dict(sorted(stake.items()))


def _hanging_on(number: int, judgement: _Judgement, deciding: Mapping[str, int]) -> tuple[str, ...]:
    """The codes that change when only this disagreement is read another way; all of them when too many disagree.

    On another day a code is another line.
    """
    if not judgement.choices[0]:
        return tuple(deciding)
    changed: set[str] = set()
    by_rest: dict[tuple[int, ...], list[Counter[tuple[str, date]]]] = {}
    for choice, drafts in zip(judgement.choices, judgement.by_reading, strict=True):
        units: Counter[tuple[str, date]] = Counter()
        for draft in drafts.values():
            units[draft.code, draft.day] += draft.units
        by_rest.setdefault((*choice[:number], *choice[number + 1 :]), []).append(units)
    for first, *others in by_rest.values():
        for units in others:
            changed |= {code for code, day in {*units, *first} if units[code, day] != first[code, day]}
    return tuple(sorted(changed))


def _one_minute_apart(item: Disagreement, on: date) -> bool:
    """Clock readings a minute apart that change no line are not worth a person's time (decision 2)."""
    if item.path[-1] not in ("start", "stop") or len(item.readings) != 2:
        return False
    one, other = (absolute(str(reading), on) for reading in item.readings)
    return abs(one - other) <= 1


def _by_source(item: Disagreement, priority: str) -> tuple[tuple[str, ...], tuple[Evidence, ...]]:
    """Readings and words, the administration record's first unless the policy puts the narrative first (TIME-22)."""
    record_last = priority == "narrative_first"

    def place(evidence: Evidence) -> bool:
        return (_RECORD.search(evidence.note_id) is not None) == record_last

    said = tuple(str(reading) for reading in item.readings)
    if len(said) == 1:  # whether it is one is what is asked: the words stand for it
        return tuple(dict.fromkeys(e.text for e in item.evidence)) or said, item.evidence
    if len(said) != len(item.evidence):
        return said, tuple(sorted(item.evidence, key=place))
    pairs = sorted(zip(said, item.evidence, strict=True), key=lambda pair: place(pair[1]))
    return tuple(s for s, _ in pairs), tuple(e for _, e in pairs)


def _conflict(
    path: str,
    said: tuple[str, ...],
    evidence: tuple[Evidence, ...],
    decides: tuple[str, ...],
) -> Conflict:
    return Conflict(
        id=f"conflict.{path}",
        subject=path,
        path=path,
        readings=said,
        evidence=evidence,
        decides=decides,
        question="Which of these does the record support?",
    )


def _conflict_gap(item: Disagreement, requirement: str, encounter: Encounter, decides: tuple[str, ...]) -> Gap:
    identity = str(item.path[1]) if item.path[0] == "administrations" else None
    return Gap(
        requirement=requirement,
        administration=identity,
        subject=_drug(encounter, identity) if identity else "the encounter",
        affects=decides,
        near=item.evidence,
    )


def _drug(encounter: Encounter, identity: str) -> str:
    return next((a.drug.value or "the drug" for a in encounter.administrations if a.id == identity), "the drug")


def _withhold(
    drafts: tuple[Draft, ...], gaps: list[Gap], rulebook: Rulebook
) -> tuple[tuple[Draft, ...], list[Blocked]]:
    """`strict_payment`: no administration line without an order and a diagnosis among the documents."""
    found = dict.fromkeys(g.requirement for g in gaps)
    absent = tuple(r for r in found if withholding(rulebook.requirement(r)))
    if not absent:
        return drafts, []
    kept = tuple(draft for draft in drafts if draft.kind == "drug")
    reason = "the policy withholds what has no documented order or diagnosis"
    return kept, [
        Blocked(d.code, d.units, d.administrations, d.services, reason, absent, "policy.strict-payment")
        for d in drafts
        if d.kind != "drug"
    ]


def _scope(lead: Worksheet, rulebook: Rulebook, on: date, dated: bool) -> tuple[str, ...]:
    said = list(dict.fromkeys(lead.scope))
    if not dated:
        said.append(f"no date of service was documented; judged by the rules in force on {on.isoformat()}")
    said += _older_edits(rulebook.edits("facility" if lead.context.facility else "physician", on), on)
    for element in sorted(lead.context.encounter.documentation):
        if element not in rulebook.elements:
            said.append(f"documentation.{element} is not an element the rulebook asks for; it was not used")
    return tuple(said)


@lru_cache(maxsize=256)
def _older_edits(edits: Edits, on: date) -> tuple[str, ...]:
    """Which tables are older than the date of service, by the last day of their quarter (decision 13)."""
    through: dict[date, list[str]] = {}
    for edition in reversed(edits.later_than(on)):
        if edition.kind in _LATER:
            through.setdefault(edition.through, []).append(_LATER[edition.kind])
    return tuple(
        f"{' and '.join(tables)} are those in force on {day.isoformat()}; the date of service is later"
        for day, tables in through.items()
    )


def _unique(items: Iterable[T]) -> list[T]:
    found: list[T] = []
    for item in items:
        if item not in found:
            found.append(item)
    return found
