"""The ordered pipeline of one reading: events, pumps, routes, drugs, edits (5.4 of the domain rules).

Every rule family has a module in `rules/`; this one only says in which order they see the encounter.
"""

from __future__ import annotations

from typing import Any

from validator import edits
from validator.events import PUSH_TECHNIQUES, Event
from validator.facts import Fact
from validator.normalise import FOREVER, events_of
from validator.rules import cavities, drug_lines, injections, intra_arterial, intravenous, pumps, related, sole_services
from validator.times import Span, absolute
from validator.worksheet import Context, Worksheet

CAVITIES = tuple(cavities.PLACES)
UNPARENTERAL = {"oral": "a drug by mouth", "topical": "a drug on the skin", "inhaled": "an inhaled drug"}
OUTSIDE = {
    "radiopharm": ("a radiopharmaceutical is coded outside this family", "drug.radiopharmaceutical"),
    "cellular": ("a cell therapy is coded outside this family", "drug.cellular"),
}
INCLUDED = {
    "flush": "a flush is part of the administration and never reported on its own",
    "local_anaesthetic": "local anaesthetic for access is included",
    "contrast": "contrast belongs to the imaging it was given for",
    "vaccine": "a vaccine is coded outside this family",
}
RANKED = ("96413", "96409", "96365", "96374")
"""Initial codes from the highest rank down (HIER-FAC)."""

ADD_ON_OF = {"96413": "96417", "96409": "96411", "96365": "96367", "96374": "96375"}
PURPOSES = {
    "flush": "a flush is never reported",
    "keep_open": "fluid that keeps a vein open is never reported",
}


def work_out(context: Context, sheet: Worksheet | None = None) -> Worksheet:
    """Code one reading of the encounter, in which every believed fact has one value; on an empty sheet, where given."""
    sheet = Worksheet(context) if sheet is None else sheet
    sheet.events = events = everything = events_of(sheet)
    events = related.declotting(sheet, events)
    events = related.transfusion(sheet, events)
    events = tuple([e for e in events if not _set_aside(sheet, e)])
    lacking = {e.id for e in events if _incomplete(sheet, e)}
    shadows = [e for e in events if e.id in lacking and e.route is None and e.mode in ("infusion", "unknown")]
    pumped = pumps.code(sheet, tuple([e for e in events if e.id not in lacking]))
    by_route: dict[str | None, list[Event]] = {}
    for event in pumped.rest:
        by_route.setdefault(event.route, []).append(event)
    venous = [e for e in by_route.get("intravenous", ()) if _venous(sheet, e)]
    beside = [s for e in events if e.id in lacking and e.mode == "push" for s in e.segments] if lacking else ()
    unplaced = tuple([e for e in events if e.id in lacking and e.mode == "push"]) if lacking else ()
    intravenous.code(sheet, (*venous, *shadows), pumped, (*_blood_minutes(sheet, everything), *beside), unplaced)
    intra_arterial.code(sheet, tuple(by_route.get("intra_arterial", ())))
    injections.code(sheet, tuple(e for r in ("subcutaneous", "intramuscular") for e in by_route.get(r, ())))
    cavities.code(sheet, tuple(e for r in CAVITIES for e in by_route.get(r, ())))
    for event in (*by_route.get("intradermal", ()), *by_route.get("other", ())):
        sheet.ask_human(event.name, "this route has no specific code in this family", "route.family", (event,))
    related.scalp_cooling(sheet)
    _add_ons_beside_an_initial(sheet)
    sole_services.code(sheet, everything)
    _nothing_lost(sheet, everything)
    if sheet.counts_drugs:
        billed = [e for e in everything if e.family != "unknown" and e.route not in UNPARENTERAL]
        drug_lines.code(sheet, tuple([e for e in billed if e.id not in pumped.ended]))
    edits.apply(sheet)
    related.visits(sheet)
    return sheet


def _set_aside(sheet: Worksheet, event: Event) -> bool:
    """Given, but never coded in this family; or out of scope and for a person."""
    purpose = event.facts.purpose.get()
    if purpose in PURPOSES:
        sheet.never_coded(event, PURPOSES[purpose], "never.included")
    elif event.family in OUTSIDE:
        reason, rule = OUTSIDE[event.family]
        sheet.ask_human(event.name, reason, rule, (event,))
    elif event.family in INCLUDED:
        sheet.never_coded(event, INCLUDED[event.family], "never.included")
    elif event.route in UNPARENTERAL:
        sheet.never_coded(event, f"{UNPARENTERAL[event.route]} has no administration code", "route.family")
    elif event.family == "hydration" and event.route not in (None, "intravenous"):
        sheet.never_coded(event, "fluid by this route is not hydration", "hydration.not-hydration")
    elif event.family == "therapeutic" and sheet.context.documented("post_surgical_pain"):
        sheet.never_coded(event, "pain control after surgery belongs to the surgery", "procedure.integral")
    elif event.family in ("therapeutic", "hydration") and sheet.context.documented("procedure_integral"):
        sheet.never_coded(event, "given as part of a procedure, which includes it", "procedure.integral")
    else:
        return False
    return True


def _incomplete(sheet: Worksheet, event: Event) -> bool:
    """No drug or no route: nothing can be coded, and the one missing fact is named (DOC-03, DOC-05)."""
    if event.ingredient is None:
        named = next((m for m in event.members if not m.drug.known), event.facts)
        sheet.gap("drug.named", event, (_nearest(event),), named.drug)
        sheet.block(_nearest(event), 1, "the drug is not named", ("drug.named",), (event,), rule="drug.class")
        return event.mode == "push" or event.route != "intravenous"
    if event.family == "unknown":
        reason = "not in the drug table, so its class is not known"
        sheet.ask_human(event.name, reason, "drug.class", (event,))
        return event.mode == "push" or event.route != "intravenous"
    if event.route is None:
        arterial = any(
            s.id == event.site and s.kind.get() == "arterial_catheter" for s in sheet.context.encounter.access_sites
        )
        requirement = "route.arterial-wording" if arterial else "route.stated"
        sheet.gap(requirement, event, (_nearest(event),), event.facts.route)
        sheet.block(_nearest(event), 1, f"no route for {event.name}", (requirement,), (event,), rule="route.family")
        return True
    if sheet.context.switches.dose_missing_effect == "blocks" and not event.facts.dose.known:
        sheet.gap("drug.dose-for-units", event, (_nearest(event),), event.facts.dose)
        sheet.block(
            _nearest(event),
            1,
            f"no dose for {event.name}",
            ("drug.dose-for-units",),
            (event,),
            rule="drug.dose",
        )
        return True
    return False


def _add_ons_beside_an_initial(sheet: Worksheet) -> None:
    """What is held back beside a coded initial that it does not outrank would be an add-on (HIER-2)."""
    ranks = [RANKED.index(draft.code) for draft in sheet.drafts if draft.code in RANKED]
    if not ranks:
        return
    names = {code: ADD_ON_OF[code] for code in RANKED[min(ranks) :]}
    seconds = ("access.second-initial", "visit.second-encounter")
    kept = {b.requirements for b in sheet.blocked if b.rule in seconds}
    sheet.blocked = [b if b.rule in seconds else b._replace(code=names.get(b.code, b.code)) for b in sheet.blocked]
    sheet.gaps = [
        g
        if (g.requirement,) in kept
        else g._replace(affects=tuple(dict.fromkeys(names.get(code, code) for code in g.affects)))
        for g in sheet.gaps
    ]


def _nearest(event: Event) -> str:
    """The plainest code that the documented technique could lead to."""
    chemo = event.family == "chemotherapy"
    technique = event.facts.technique.get()
    if event.route in ("subcutaneous", "intramuscular"):
        return "96401" if chemo else "96372"
    if event.route == "intra_arterial":
        return "96422" if chemo else "96373"
    if event.family == "hydration":
        return "96360"
    if event.mode == "push" or technique in PUSH_TECHNIQUES:
        return "96409" if chemo else "96374"
    return "96413" if chemo else "96365"


def _venous(sheet: Worksheet, event: Event) -> bool:
    """Whether the event takes part in the intravenous hierarchy; if its technique is unknown, say what is missing."""
    if event.family == "hormonal":
        sheet.ask_human(event.name, "a hormonal drug into a vein has no certain code", "drug.class", (event,))
        return False
    technique = event.facts.technique.get()
    pushed = technique in PUSH_TECHNIQUES
    if event.mode == "unknown" and event.family in ("chemotherapy", "therapeutic"):
        if pushed:
            reason = f"{event.name} is charted as a push of more than 15 minutes without words of continuous presence"
            _no_push(sheet, event, "presence.long-push", event.facts.presence, reason, "push.up-to-15")
        else:
            reason = f"no words say whether {event.name} was pushed or infused"
            _no_push(sheet, event, "technique.stated", event.facts.technique, reason, "push.up-to-15")
    elif event.mode == "infusion" and pushed and _presence_matters(sheet, event):
        reason = f"{event.name} ran longer than 15 minutes; no words say that the giver stayed throughout"
        _no_push(sheet, event, "presence.long-push", event.facts.presence, reason, "push.continuous-presence")
    elif event.mode == "push" and not event.timed and technique == "infusion":
        sheet.gap("infusion.stop-time", event, (_nearest(event),), event.facts.stop)
    return True


def _no_push(sheet: Worksheet, event: Event, requirement: str, fact: Fact[Any], reason: str, rule: str) -> None:
    """Hold back the push that an event would be with one more fact."""
    code = "96409" if event.family == "chemotherapy" else "96374"
    sheet.gap(requirement, event, (code,), fact)
    sheet.block(code, 1, reason, (requirement,), (event,), rule=rule)


def _presence_matters(sheet: Worksheet, event: Event) -> bool:
    """Fluid is never a push, and under C-5's alternative presence changes nothing."""
    return event.family != "hydration" and sheet.context.switches.long_continuous_presence_push == "push"


def _blood_minutes(sheet: Worksheet, events: tuple[Event, ...]) -> tuple[Span, ...]:
    """Minutes in which blood ran or may have: fluid beside it keeps the line and is not hydration (HYD-2)."""
    zone = sheet.context.encounter.encounter.timezone
    spans = [s for e in events if e.family == "blood" for s in e.extent]
    for service in sheet.context.encounter.services:
        if service.kind != "transfusion":
            continue
        start, stop = service.start.get(), service.stop.get()
        begun = 0 if start is None else absolute(start, sheet.context.on, zone)
        ended = FOREVER if stop is None else absolute(stop, sheet.context.on, zone)
        spans.append((begun, ended) if begun < ended else (0, FOREVER))
    return tuple(spans)


def _nothing_lost(sheet: Worksheet, events: tuple[Event, ...]) -> None:
    """The second promise as code: what no rule spoke about goes to a person.

    Asked before the drug lines, because what is said of a drug's own code says nothing of how it was given.
    """
    seen = {i for d in sheet.drafts for i in d.administrations}
    seen |= {i for b in sheet.blocked for i in b.administrations}
    seen |= {i for h in sheet.human for i in h.administrations}
    seen |= {n.administration for n in sheet.never if n.administration}
    for event in events:
        if event.id not in seen and seen.isdisjoint(event.ids):
            reason = "no rule here says how it is reported"
            sheet.ask_human(event.name, reason, "never.silent", (event,))
