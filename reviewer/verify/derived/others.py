"""What was not given by vein, worked out again: pumps, arteries, injections, cavities."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from reviewer.verify.derived.services import Service, Why, dated_hours, done, further, line, paths
from reviewer.verify.derived.world import Bag, World, told
from reviewer.verify.records import Plain

OTHER_HANDS = re.compile(r"radiolog|another|other|neurolog|neurosurg|anesthes|anaesthes|\bIR\b|outside", re.I)
NURSE = re.compile(r"\b(?:RN|LPN|nurse|OCN)\b", re.I)
ON_BODY = re.compile(r"on-?body|onpro", re.I)
ARTERY_FACTS = ("drug", "route", "technique", "start", "stop", "presence", "access_site")
INJECTION_FACTS = ("drug", "route", "technique", "dose", "start")
CAVITY_FACTS = ("drug", "route", "access_site", "dose")
BY_POLICY = ("denosumab", "octreotide", "lanreotide")


def pumps(world: World, bags: list[Bag]) -> tuple[list[Service], list[Bag], list[Bag], set[str]]:
    """Starts and refills; what goes on as an hourly infusion; what runs on; the drugs of pumps taken off."""
    services, rest, running, ended = list[Service](), list[Bag](), list[Bag](), set[str]()
    entries = {pump["id"]: pump for pump in world.part("pumps")}
    alone = sum(bag.mode == "pump" for bag in bags) == 1 and len(entries) == 1
    for bag in bags:
        linked = next((name for one in bag.members if (name := told(one, "pump")) is not None), None)
        pump = entries.get(linked) if linked is not None else next(iter(entries.values())) if alone else None
        if linked is None and bag.mode != "pump":
            pump = None
        action = told(pump, "action") if pump else None
        if (pump is None and bag.mode != "pump") or bag.route == "subcutaneous":
            rest.append(bag)
        elif action in ("disconnected", "maintained"):
            ended.add(bag.ids[0])
        elif action == "refilled" and pump:
            code = {"portable": "96521", "implantable": "96522"}.get(_kind(world, pump) or "")
            spinal = bag.route in ("intrathecal", "intraventricular")
            if code and not spinal and any(told(one, "drug") is not None for one in bag.members):
                behind = paths([bag], ("drug", "dose", "pump")) + _pump_paths(pump)
                refill = Why("pump.refill", {"pump": _kind(world, pump)}, behind)
                services.append(line(world, code, [bag], visit=bag.first("visit"), why=(refill,)))
        else:
            code = _start(world, bag, pump)
            if code == "hourly":
                rest.append(_by_the_clock(bag))
            elif code:
                why = _start_why(world, bag, pump, code)
                services.append(line(world, code, [bag], visit=bag.first("visit"), why=why))
                running.append(bag)
    return services, rest, running, ended


def _by_the_clock(bag: Bag) -> Bag:
    """What a pump ran is a push or an infusion like any other where the pump does not matter to its code (TIME-1)."""
    if bag.mode != "pump":
        return bag
    return replace(bag, mode="infusion" if bag.length is None or bag.length > 15 else "push")


def _pump_paths(pump: Plain | None) -> tuple[str, ...]:
    names = ("kind", "action", "owner", "planned_hours")
    return tuple(f"pumps.{pump['id']}.{name}" for name in names) if pump else ()


def _start_why(world: World, bag: Bag, pump: Plain | None, code: str) -> tuple[Why, ...]:
    hours = str(_planned(bag, pump))
    behind = paths([bag], ("drug", "route", "technique", "start", "pump")) + _pump_paths(pump)
    why = [Why("pump.prolonged-start", {"hours": hours, "pump": _kind(world, pump)}, behind)]
    if code in ("G0498", "96416"):
        why.append(Why("pump.community-code", {"policy": world.policy}, behind))
    if code == "96425":
        why.append(Why("arterial.prolonged-start", {"hours": hours}, behind))
    return tuple(why)


def _planned(bag: Bag, pump: Plain | None) -> Decimal | None:
    planned = told(pump, "planned_hours") if pump else None
    if planned is not None:
        return Decimal(str(planned))
    minutes = bag.length if bag.length is not None else told(bag.members[0], "duration_minutes")
    return Decimal(minutes) / 60 if minutes else None


def _kind(world: World, pump: Plain | None) -> str | None:
    kind = told(pump, "kind") if pump else None
    return world.switches["elastomeric_pump"] if kind == "elastomeric" else kind


def _start(world: World, bag: Bag, pump: Plain | None) -> str | None:
    """The code of a start above eight hours; "hourly" where the clock decides; None where nothing can be coded."""
    kind, hours = _kind(world, pump), _planned(bag, pump)
    clocked = bag.start is not None and bag.stop is not None
    if kind == "stationary":
        return "hourly"
    if hours is not None and hours <= 8:
        return "hourly" if clocked and bag.length is not None else None
    code = None
    if bag.family == "chemotherapy" and bag.route == "intra_arterial":
        code = "96425"
    elif bag.family == "chemotherapy" and bag.route == "intravenous":
        owner = (told(pump, "owner") if pump else None) or world.switches["pump_owner_default"]
        medicare = world.switches["prolonged_iv_code"] == "G0498_if_clinic_pump"
        code = "G0498" if medicare and owner == "clinic" else "96416"
    elif bag.family == "therapeutic" and bag.route == "intravenous" and world.facility:
        code = "C8957"
    if code is None:
        return None
    no_action = pump is None or told(pump, "action") is None
    if kind not in ("portable", "implantable") or no_action or hours is None:
        return "hourly" if clocked and not no_action else None
    return code


def artery(world: World, bags: list[Bag]) -> Iterable[Service]:
    """Into an artery: a push by its length or by presence, the hours of the longest drug (TIME-1..4, ROUTE-3)."""
    done, hung = set[str](), list[Bag]()
    for bag in bags:
        name = bag.ingredient or bag.ids[0]
        if bag.family == "therapeutic":
            if bag.mode == "push" and name not in done:
                done.add(name)
                why = (Why("arterial.therapeutic", {"minutes": bag.length}, paths([bag], ARTERY_FACTS)),)
                yield line(world, "96373", [bag], why=why)
        elif bag.mode == "push":
            short = bag.length is not None and bag.length <= 15
            giver = told(bag.members[0], "performed_by")
            strict = not world.facility and world.switches["ia_seed_biller_rule"] == "strict"
            if strict and giver is not None and NURSE.search(giver):
                continue
            if name not in done and (short or world.stays(bag)):
                done.add(name)
                inputs = {"minutes": bag.length, "present": world.stays(bag)}
                behind = (*paths([bag], ARTERY_FACTS), "documentation.provider_presence")
                yield line(world, "96420", [bag], why=(Why("arterial.push", inputs, behind),))
        elif bag.length is not None and bag.mode != "unknown":
            hung.append(bag)
    by_drug: dict[str, list[Bag]] = {}
    for bag in hung:
        by_drug.setdefault(bag.ingredient or bag.ids[0], []).append(bag)
    sums = {name: sum(bag.length or 0 for bag in same) for name, same in by_drug.items()}
    for name in sorted(by_drug, key=lambda n: (-sums[n], by_drug[n][0].start or -(10**9), n))[:1]:
        same = by_drug[name]
        minutes = sorted(frozenset[int]().union(*(bag.ran for bag in same)))
        length = len(minutes) or sums[name]
        timed, behind = {"minutes": length, "drug": name}, paths(same, ARTERY_FACTS)
        yield line(world, "96422", same, why=(Why("arterial.first-hour", timed, behind),))
        hours = further(length, world.switches)
        step = Why("arterial.additional-hour", {**timed, "hours": hours}, behind)
        for day, units in dated_hours(world, minutes, hours, 1):
            yield line(world, "96423", same, units, day=day, why=(step,))


def injections(world: World, bags: list[Bag]) -> Iterable[Service]:
    """Under the skin or into muscle: one for each separate dose; on-body kits; slow infusions (ROUTE-10, ROUTE-11)."""
    by_drug: dict[tuple[str, str], list[Bag]] = {}
    slow, kit = list[Bag](), False
    for bag in bags:
        words = f"{told(bag.members[0], 'drug') or ''} {told(bag.members[0], 'product') or ''}"
        if told(bag.members[0], "device") == "on_body_injector" and bag.family == "therapeutic":
            if not kit:
                why = (Why("injection.on-body", {}, paths([bag], ("drug", "device", "route", "start"))),)
                yield line(world, "96377", [bag], visit=bag.first("visit"), why=why)
            kit = True
        elif (ON_BODY.search(words) and told(bag.members[0], "technique") is None) or bag.mode == "unknown":
            continue
        elif bag.route == "subcutaneous" and bag.mode in ("infusion", "pump"):
            slow.append(bag)
        else:
            code = {"chemotherapy": "96401", "hormonal": "96402", "therapeutic": "96372"}.get(bag.family)
            code = world.switches["ssa_denosumab_code"] if bag.ingredient in BY_POLICY else code
            if code:
                by_drug.setdefault((code, bag.ingredient or bag.ids[0]), []).append(bag)
    for (code, _), same in sorted(by_drug.items(), key=lambda item: item[0]):
        yield from _doses(world, code, same)
    slow = [bag for bag in slow if bag.length is not None and bag.family == "therapeutic" and not bag.biologic]
    if slow:
        yield from _slow(world, slow)


def _doses(world: World, code: str, bags: list[Bag]) -> Iterable[Service]:
    bags = sorted(bags, key=lambda b: (b.start is None, b.start or 0, b.ids[0]))
    counted, split = list(bags), list[Bag]()
    if world.switches["split_dose_units"] != "per_injection":
        seen = {bags[0].start}
        counted = [bags[0]]
        for bag in bags[1:]:
            if bag.start is None or bag.start in seen or bags[0].start is None:
                split.append(bag)
            else:
                seen.add(bag.start)
                counted.append(bag)
    step = Why("injection.family", {"injections": len(counted)}, paths(bags, INJECTION_FACTS))
    days: dict[str, list[Bag]] = {}
    for bag in counted:
        days.setdefault(world.day(bag.start), []).append(bag)
    for members in days.values():
        together = members + split if members[0] is counted[0] else members
        yield line(world, code, together, len(members), visit=bags[0].first("visit"), why=(step,))


def _slow(world: World, bags: list[Bag]) -> Iterable[Service]:
    minutes = sorted(frozenset[int]().union(*(bag.ran for bag in bags)))
    length = len(minutes) + sum(bag.length or 0 for bag in bags if not bag.ran)
    visit = bags[0].first("visit")
    if length < 16:
        yield from _doses(world, "96372", bags)
        return
    day = world.day(minutes[0] if minutes else None)
    why = (Why("infusion.subcutaneous", {"minutes": length}, paths(bags)),)
    yield line(world, "96369", bags, visit=visit, day=day, why=why)
    for when, units in dated_hours(world, minutes, further(length, world.switches), 1):
        yield line(world, "96370", bags, units, visit=visit, day=when, why=why)
    if len({site for bag in bags if (site := bag.first("access_site")) is not None}) > 1:
        yield line(world, "96371", bags, visit=visit, day=day, why=why)


def cavities(world: World, bags: list[Bag]) -> Iterable[Service]:
    """Chemotherapy into spinal fluid, belly, chest, bladder and lesions, once for each way in (ROUTE-1, ROUTE-9)."""
    kinds = {site["id"]: told(site, "kind") for site in world.part("access_sites")}
    by_way: dict[str, list[Bag]] = {}
    for bag in bags:
        spinal = bag.route in ("intrathecal", "intraventricular")
        if bag.family != "chemotherapy" or (spinal and bag.trait("vinca")):
            continue
        reservoir = bag.route == "intrathecal" and kinds.get(bag.first("access_site")) == "ommaya_reservoir"
        by_way.setdefault("intraventricular" if reservoir else str(bag.route), []).append(bag)
    for way, same in sorted(by_way.items()):
        behind = paths(same, CAVITY_FACTS)
        reached = {kinds.get(bag.first("access_site")) for bag in same}
        if way == "intrathecal":
            yield from _spinal(world, same, "spinal_needle" in reached)
        elif way == "intrapleural":
            taps = done(world, "thoracentesis")
            drained = bool(taps) or world.documented("thoracentesis")
            why = [Why("cavity.pleural", {"tap": drained}, (*behind, "documentation.thoracentesis"))]
            why += [] if drained else [Why("cavity.pleural-reduced", {}, behind)]
            modifiers = () if drained else ("52",)
            yield line(world, "96440", same, modifiers=modifiers, services=taps, why=tuple(why))
        elif way == "intraventricular":
            yield line(world, "96542", same, why=(Why("csf.reservoir", {"drugs": len(same)}, behind),))
        elif way == "intravesical":
            yield line(world, "51720", same, why=(Why("bladder.instillation", {}, behind),))
        elif way == "intraperitoneal" and reached & {"peritoneal_port", "peritoneal_catheter"}:
            yield line(world, "96446", same, why=(Why("cavity.peritoneal", {}, behind),))
        elif way == "intralesional":
            counts = [told(bag.members[0], "lesions") for bag in same]
            if all(count is not None for count in counts) and sum(counts) > 0:
                inputs = {"lesions": sum(counts)}
                why_many = (Why("lesions.count", inputs, paths(same, (*CAVITY_FACTS, "lesions"))),)
                yield line(world, "96406" if sum(counts) >= 8 else "96405", same, why=why_many)


def _spinal(world: World, bags: list[Bag], needle: bool) -> Iterable[Service]:
    punctures = done(world, "lumbar_puncture")
    described = bool(punctures) or needle or world.documented("lumbar_puncture")
    behind = paths(bags, CAVITY_FACTS)
    entered = Why("csf.spinal", {"puncture": described}, (*behind, "documentation.lumbar_puncture"))
    by_another = Why("csf.puncture-by-another", {}, behind)
    if not described:
        if not world.facility:
            yield line(world, "96450", bags, modifiers=("52",), why=(entered, by_another))
        return
    hands = (told(one, "performed_by") for one in world.part("services") if one["id"] in punctures)
    reduced = not world.facility and any(giver is not None and OTHER_HANDS.search(giver) for giver in hands)
    why = (entered, by_another) if reduced else (entered,)
    yield line(world, "96450", bags, modifiers=("52",) if reduced else (), services=punctures, why=why)
