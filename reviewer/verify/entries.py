"""What a review says beside its codes: withheld codes, matters for a person, what is never coded, what nothing lost."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from fractions import Fraction

from reviewer.verify import phrases, unread
from reviewer.verify.derived.beside import untold
from reviewer.verify.derived.claim import derived, lacking
from reviewer.verify.derived.drugs import in_unit
from reviewer.verify.derived.lines import FAMILIES, HELD
from reviewer.verify.derived.vein import FIRST, PUSH
from reviewer.verify.derived.world import BELIEVED, Bag, World, told
from reviewer.verify.problems import Problem
from reviewer.verify.records import Plain

SECTIONS = ("not_supported", "needs_human", "not_coded")
OF_ANOTHER = {"drug", "route", "start_time", "stop_time", "access_site"}
BLAMES_ANOTHER = ("concurrent.unknown-extent", "push.beside-infusion", "hierarchy.unknown-drug", "hierarchy.every-way")
MORE_THAN_ONE = ("conflict.readings", "policy.strict-payment", "hierarchy.every-way")
INCLUDED = ("flush", "local_anaesthetic", "contrast", "vaccine")
BY_ROUTE = {"oral": "a drug by mouth", "topical": "a drug on the skin", "inhaled": "an inhaled drug"}
STATUS = {"held": "documented as held", "refused": "documented as refused", "planned": "ordered or planned"}
NO_CODE = (None,)
_NO_TIME = re.compile(r"no (?:start|stop|pause)\b")
UNLISTED: dict[str, tuple[str | None, ...]] = {
    "concurrent.chemotherapy": ("96549",),
    "cavity.peritoneal": ("96549",),
    "arterial.therapeutic": ("96379",),
    "arterial.push": ("96420",),
    "arterial.first-hour": ("96422",),
    **dict.fromkeys(
        ("drug.class", "drug.radiopharmaceutical", "drug.cellular", "route.family", "safety.vinca"), NO_CODE
    ),
    **dict.fromkeys(
        ("scope.other-procedure", "visit.modifier-25", "pump.refill", "pump.short", "never.silent"), NO_CODE
    ),
}
"""The code that a matter for a person carries, where its rule leaves no choice."""
SUBJECTS = {
    "pump.disconnect": ("pump disconnection",),
    "visit.modifier-25": ("visit on the same day",),
    "visit.nurse-level": ("nurse visit",),
    "perfusion.isolated": ("isolated perfusion",),
    "scalp.code-set": ("scalp cooling",),
    "scalp.after-cooling": ("scalp cooling",),
    "pump.refill": ("pump upkeep",),
}


def check(review: Plain, worlds: list[World]) -> Iterator[Problem]:
    """Each entry says what its rule says of these facts, none stands twice, and nothing given is left out."""
    world = worlds[0]
    for section in SECTIONS:
        seen: list[Plain] = []
        for place, entry in enumerate(review[section]):
            at = f"{section}[{place}]"
            if entry in seen:
                yield Problem(at, "stands twice")
            seen.append(entry)
            yield from _entry(at, section, entry, world)
    for place, entry in enumerate(review["not_supported"]):
        yield from _withheld(f"not_supported[{place}]", entry, review, world)
    keys = [(e["code"], e["administrations"], e["services"]) for e in review["not_supported"]]
    if keys != sorted(keys):
        yield Problem("not_supported", "does not stand in its order")
    yield from _orders(review, world)
    yield from _nothing_lost(review, worlds)
    yield from _all_referred(review)


def _orders(review: Plain, world: World) -> Iterator[Problem]:
    """Entries of one rule stand in the order in which things were given; what was set aside stands before the rest."""
    bags = sorted(world.bags, key=lambda b: (b.start is None, b.start or 0, b.ids[0]))
    place = {name: number for number, bag in enumerate(bags) for name in bag.ids}
    written = {one["id"]: number for number, one in enumerate(world.part("administrations"))}
    ranks = []
    for entry in review["not_coded"]:
        one, rule = entry["administration"], entry["rule"]
        if rule == "administration.given-only":
            ranks.append((0, written.get(one, 0)))
        elif rule in SET_ASIDE:
            ranks.append((1, place.get(one, 0)))
        else:
            ranks.append((2, 0))
    if ranks != sorted(ranks) and world.facts is review["facts"]:
        yield Problem("not_coded", "does not stand in its order")
    lines = [e for e in review["needs_human"] if e["rule"] == "withheld-until-one-encounter" and e["code"]]
    claim = [(e["code"] not in world.records.codes, _family(world, e["code"]), e["code"]) for e in lines]
    held = [(KINDS.get(e["rule"], 0), place.get((e["administrations"] or [""])[0], 0)) for e in review["needs_human"]]
    aside = [one for one in held if one[0] == 1]
    if (claim != sorted(claim)) or aside != sorted(aside):
        yield Problem("needs_human", "does not stand in its order")


def _family(world: World, code: str) -> int:
    family = world.records.codes.get(code, {}).get("family", "")
    return FAMILIES.index(family) if family in FAMILIES else len(FAMILIES)


def _entry(at: str, section: str, entry: Plain, world: World) -> Iterator[Problem]:
    ones = entry.get("administrations") or [i for i in [entry.get("administration")] if i]
    services = entry.get("services") or [i for i in [entry.get("service")] if i]
    known = {one["id"]: one for one in world.part("administrations")}
    done = {one["id"] for one in world.part("services")}
    if not set(ones) <= known.keys() or len(set(ones)) != len(ones):
        yield Problem(f"{at}.administrations", "are not among the facts, or stand twice")
        return
    if not set(services) <= done or len(set(services)) != len(services):
        yield Problem(f"{at}.services", "are not among the facts, or stand twice")
    code, rule = entry.get("code"), entry["rule"]
    unlisted = code is None or code in ("J3490", "J3590", "J9999")
    if not unlisted and code not in world.records.codes and not world.records.rows_of_code(str(code)):
        yield Problem(f"{at}.code", "is no code of the rulebook")
    if rule in HELD or rule == unread.RULE:
        return
    if rule not in world.records.rules:
        yield Problem(f"{at}.rule", "is no rule of the rulebook")
        return
    said = phrases.read(rule, entry["reason"])
    if said is None:
        yield Problem(f"{at}.reason", "is not what this rule says")
        return
    bags = [bag for bag in world.bags if set(bag.ids) & set(ones)]
    yield from _said(at, entry, said, ones, bags, world)
    wanted = UNLISTED.get(rule)
    if section == "needs_human" and wanted is not None and code not in wanted:
        yield Problem(f"{at}.code", "is not the code of this rule")
    if "subject" in entry:
        yield from _subject(at, entry, ones, services, bags, world)
    what = _premise(section, entry, ones, bags, world)
    if what:
        yield Problem(f"{at}.reason", what)


def _said(
    at: str, entry: Plain, said: dict[str, list[str]], ones: list[str], bags: list[Bag], world: World
) -> Iterator[Problem]:
    """The drug that a reason names is the entry's own; its codes and dates are of the review."""
    mine = {bag.name for bag in bags} | {bag.ingredient or "" for bag in bags}
    mine |= {one.get("drug", {}).get("value") or "" for one in world.part("administrations") if one["id"] in ones}
    drugs = {one.get("drug", {}).get("value") or "" for one in world.part("administrations")}
    every = {bag.name for bag in world.bags} | {bag.ingredient or "" for bag in world.bags} | drugs
    for place, name in enumerate(said.get("name", ())):
        allowed = mine if place == 0 and ones and entry["rule"] not in BLAMES_ANOTHER else every
        allowed = allowed | {f"{one} #{n}" for one in allowed for n in (2, 3, 4)} | {"the drug"}
        if name not in allowed and not all(part in allowed for part in name.split(", ")):
            yield Problem(f"{at}.reason", "names a drug that it is not about")
    for codes in said.get("codes", ())[:1]:
        about_it = "," not in codes and entry.get("code") and entry["rule"] != "edit.pair"
        if about_it and entry["code"] != codes:
            yield Problem(f"{at}.reason", "names another code")


def _subject(
    at: str, entry: Plain, ones: list[str], services: list[str], bags: list[Bag], world: World
) -> Iterator[Problem]:
    """An entry is called by its drug, its service or its code."""
    names = {bag.name for bag in bags} | {bag.ingredient or "" for bag in bags}
    names |= {
        one.get("drug", {}).get("value") or "a drug" for one in world.part("administrations") if one["id"] in ones
    }
    names |= {one["kind"].replace("_", " ") for one in world.part("services") if one["id"] in services}
    names |= {f"{name} #{n}" for name in names for n in (2, 3, 4)}
    names |= {entry["code"]} if entry.get("code") else set()
    names |= set(SUBJECTS.get(entry["rule"], ()))
    if entry["rule"].startswith("edit.") or entry["rule"] in ("perfusion.isolated", "pump.community-code"):
        names |= set(world.records.codes)
    if entry["subject"] not in names:
        yield Problem(f"{at}.subject", "is not what the facts call it")


def _premise(section: str, entry: Plain, ones: list[str], bags: list[Bag], world: World) -> str | None:
    """Why the reason cannot be true of these facts; None when it can."""
    rule, reason = entry["rule"], entry["reason"]
    members = [one for one in world.part("administrations") if one["id"] in ones]
    if rule == "administration.given-only":
        told_so = [STATUS.get(str(told(one, "status")), "") for one in members]
        return None if told_so and all(s and reason.startswith(s) for s in told_so) else "is not what its status says"
    if not bags and ones:
        return "is about something that was not given"
    if rule == "never.included":
        purposes = {told(bag.members[0], "purpose") for bag in bags}
        by_purpose = {"flush": "a flush is never reported", "keep_open": phrases.PHRASES[rule][1]}
        if any(by_purpose.get(str(p)) == reason for p in purposes):
            return None
        by_class = dict(zip(INCLUDED, phrases.PHRASES[rule][2:], strict=True))
        fits = all(by_class.get(bag.family) == reason for bag in bags) and not purposes & {"flush", "keep_open"}
        return None if fits else "is not so by the drug's class or purpose"
    if rule == "route.family" and section == "not_coded":
        routes = {bag.route for bag in bags}
        return None if all(reason.startswith(BY_ROUTE.get(str(r), "-")) for r in routes) else "is not so by the route"
    if rule == "drug.class":
        return _class_premise(reason, bags)
    if rule in ("infusion.missing-time", "hydration.units", "infusion.additional-hour") and _NO_TIME.match(reason):
        wanted = [n for n, v in (("start", bags[0].start), ("stop", bags[0].stop)) if v is None]
        times = " or ".join(f"{name} time" for name in wanted) or "pause or restart time"
        fits = bags[0].length is None and reason.startswith(f"no {times} for")
        return None if fits else "is not so: its times are documented"
    if "only service of the day" in reason and not untold(world):
        return "is not so: of everything it is told whether it was given"
    if rule in ("drug.radiopharmaceutical", "drug.cellular"):
        kinds = {"drug.radiopharmaceutical": "radiopharm", "drug.cellular": "cellular"}
        return None if all(bag.family == kinds[rule] for bag in bags) else "is not so by the drug's class"
    return None


def _class_premise(reason: str, bags: list[Bag]) -> str | None:
    if not all(bag.sure for bag in bags):
        return None
    if reason == "the drug is not named":
        return None if all(bag.ingredient is None for bag in bags) else "is not so: the drug is named"
    if reason.startswith("not in the drug table"):
        return None if all(bag.family == "unknown" for bag in bags) else "is not so: the drug is in the table"
    return None if all(bag.family == "hormonal" for bag in bags) else "is not so by the drug's class"


def _withheld(at: str, entry: Plain, review: Plain, world: World) -> Iterator[Problem]:
    """A withheld code names the entries that ask for what it lacks, and all of them."""
    by_id = {one["id"]: one for one in review["missing"]}
    if not set(entry["missing_ids"]) <= by_id.keys():
        yield Problem(f"{at}.missing_ids", "are not among the missing elements")
        return
    order = [one["id"] for one in review["missing"] if one["id"] in entry["missing_ids"]]
    if order != entry["missing_ids"]:
        yield Problem(f"{at}.missing_ids", "are not in their order, or stand twice")
    asked = {by_id[name]["element"] for name in entry["missing_ids"]}
    # What another drug lacks may be asked for otherwise: of a person, or by its technique first.
    blames = entry["rule"] in BLAMES_ANOTHER and asked <= set(entry["missing"]) <= asked | OF_ANOTHER
    if (asked != set(entry["missing"]) and not blames) or len(entry["missing"]) != len(set(entry["missing"])):
        yield Problem(f"{at}.missing", "are not the elements that its entries ask for")
    requirements = {by_id[name]["requirement"] for name in entry["missing_ids"]}
    if entry["missing"] and not requirements:
        yield Problem(f"{at}.missing_ids", "are none, and an element is missing")
    for one in review["missing"]:
        mine = one["administration"] is None or not entry["administrations"]
        mine = mine or one["administration"] in entry["administrations"]
        if one["requirement"] in requirements and mine and one["id"] not in entry["missing_ids"]:
            yield Problem(f"{at}.missing_ids", "leave out an entry that asks for the same")
        elif one["id"] in entry["missing_ids"] and not mine and not _may_blame(one, entry, world):
            yield Problem(f"{at}.missing_ids", "name an entry about something else")
    if not entry["administrations"] and entry["rule"] not in ABOUT_NO_DRUG:
        yield Problem(f"{at}.administrations", "are none, and the rule is about a drug")
    for name in entry["missing_ids"]:
        elsewhere = entry["rule"] in MORE_THAN_ONE or entry["rule"] in BLAMES_ANOTHER
        if by_id[name]["affects"] and entry["code"] not in by_id[name]["affects"] and not elsewhere:
            yield Problem(f"{at}.code", "is not one that its missing elements affect")
    yield from _weight(at, entry, world)


def _may_blame(missing: Plain, entry: Plain, world: World) -> bool:
    """Whether a code may wait for an element of another administration: of another push of its drug, or of a rival."""
    if entry["rule"] != "push.repeat":
        return entry["rule"] in BLAMES_ANOTHER or entry["rule"] == "conflict.readings"
    drugs = {bag.ingredient for bag in world.bags if set(bag.ids) & set(entry["administrations"])}
    return any(missing["administration"] in bag.ids and bag.ingredient in drugs for bag in world.bags)


def _weight(at: str, entry: Plain, world: World) -> Iterator[Problem]:
    """The elements of a withheld code in their order, and its units."""
    known = dict.fromkeys(one["element"] for one in world.records.requirements.values())
    order = [one for one in known if one in entry["missing"]]
    free = entry["rule"] == "declotting.dwell" or entry["rule"] in BLAMES_ANOTHER
    if order != entry["missing"] and not free:
        yield Problem(f"{at}.missing", "do not stand in their order")
    uncertain = entry["rule"] == "concurrent.unknown-extent" and entry["code"] in ("96366", "96415")
    drug = uncertain or entry["rule"].startswith(("drug.", "waste."))
    if entry["units"] != 1 and not drug and entry["rule"] not in MORE_THAN_ONE:
        yield Problem(f"{at}.units", "is not one")
    if entry["rule"] in ("drug.billing-units", "drug.concentration") and entry["units"] != 1:
        yield Problem(f"{at}.units", "is not one")
    if entry["rule"] == "drug.product-specific" and entry["units"] != _units(entry, world):
        yield Problem(f"{at}.units", "do not follow from the dose and the billing unit")
    if entry["rule"] == "hierarchy.unknown-drug" and entry["code"] not in _add_on(entry, world):
        yield Problem(f"{at}.code", "is not the add-on that this would be")


def _units(entry: Plain, world: World) -> int:
    """The units of a drug line that waits for its product."""
    row = world.records.rows_of_code(entry["code"])[0]
    one = next(one for one in world.part("administrations") if one["id"] in entry["administrations"])
    dose = told(one, "dose")
    amount = in_unit(dose, row["unit"]) if dose else None
    return math.ceil(amount / Fraction(row["unit_amount"])) if amount and row["unit_amount"] else 1


def _add_on(entry: Plain, world: World) -> set[str]:
    """What a service is where another is the initial one."""
    codes = set()
    for bag in world.bags:
        if set(bag.ids) & set(entry["administrations"]):
            if bag.family == "hydration":
                codes.add("96361")
            if bag.mode == "infusion" or bag.technique == "infusion":
                codes.add(FIRST.get((bag.family, False), ""))
            if bag.mode == "push":
                codes.add(PUSH.get((bag.family, False), ""))
    return codes


def _nothing_lost(review: Plain, worlds: list[World]) -> Iterator[Problem]:
    """Everything given and every service done stands somewhere (the second promise)."""
    world = worlds[0]
    entries = [entry for section in ("codes", *SECTIONS) for entry in review[section]]
    ones = {
        i for e in entries if e.get("kind") != "drug" for i in e.get("administrations") or [e.get("administration")]
    }
    services = {i for e in entries for i in e.get("services") or [e.get("service")]}
    asked = {one["administration"] for one in review["missing"] if one["tier"] == "code"}
    for bag in world.bags:
        if not ones & set(bag.ids) and not (asked & set(bag.ids) and len(worlds) > 1):
            yield Problem("codes", f"administration {bag.ids[0]} was given and stands nowhere")
    for one in world.part("administrations"):
        status = one.get("status", {})
        if not world.given(one) and one["id"] not in ones | asked and status.get("standing") in BELIEVED:
            yield Problem("not_coded", f"administration {one['id']} was not given and stands nowhere")
    for one in world.part("services"):
        if one["id"] not in services:
            yield Problem("not_coded", f"service {one['id']} was done and stands nowhere")
    yield from _dispositions(review, worlds)


def _dispositions(review: Plain, worlds: list[World]) -> Iterator[Problem]:
    """What carries no code by the checker's own account stands among the other sections."""
    if len(worlds) > 1:
        return
    world = worlds[0]
    coded = {i for service in derived(world) for i in service.ids}
    of_drug = ("drug.billing", "drug.product", "drug.total", "drug.conc", "drug.unlisted", "drug.supplied", "waste.")
    beside = {
        i
        for section in SECTIONS
        for e in review[section]
        if not e["rule"].startswith(of_drug)
        for i in e.get("administrations") or [e.get("administration")]
    }
    for bag in world.bags:
        if not coded & set(bag.ids) and not beside & set(bag.ids):
            yield Problem("not_coded", f"administration {bag.ids[0]} carries no code, and no entry says why")
        if lacking(world, bag) and bag.family != "unknown" and not beside & set(bag.ids):
            yield Problem("not_supported", f"administration {bag.ids[0]} lacks its drug or route, and no entry says so")


def _all_referred(review: Plain) -> Iterator[Problem]:
    """A missing element that decides a code is one that a withheld code waits for."""
    referred = {name for entry in review["not_supported"] for name in entry["missing_ids"]}
    for place, one in enumerate(review["missing"]):
        alone = one["requirement"] in ASKED_ALONE or one["requirement"].startswith("waste.")
        if one["tier"] == "code" and one["id"] not in referred and not alone:
            yield Problem(f"missing[{place}]", "decides a code, and no withheld code waits for it")
        held = {entry["code"] for entry in review["not_supported"] if one["id"] in entry["missing_ids"]}
        held |= {"96370"} if "96369" in held else set()  # further hours under the skin wait with the first
        if one["id"] in referred and one["requirement"] in EACH_CODE and set(one["affects"]) - held:
            yield Problem(f"missing[{place}].affects", "names a code that no withheld code stands for")


EACH_CODE = ("infusion.start-time", "infusion.stop-time", "hydration.start-time", "hydration.stop-time")
SET_ASIDE = ("never.included", "route.family", "hydration.not-hydration", "procedure.integral")
KINDS = dict.fromkeys(("drug.radiopharmaceutical", "drug.cellular"), 1)
ABOUT_NO_DRUG = (
    *("conflict.readings", "pump.prolonged-start", "pump.refill", "declotting.dwell", "pump.disconnect"),
    *(
        "sole-service.port-flush",
        "sole-service.blood-draw",
        "scalp.code-set",
        "scalp.after-cooling",
        "policy.strict-payment",
        "visit.second-encounter",
    ),
)
ASKED_ALONE = (
    *("administration.given", "infusion.pause-times", "visit.separate-work", "drug.product", "conflict.times"),
    *("conflict.value", "presence.intra-arterial-push", "infusion.stop-time", "infusion.start-time", "pump.kind"),
    *("pump.linked-drug", "scalp.times", "visit.second-encounter-evidence", "access.second-site-reason"),
)
