"""Services beside the drugs, worked out again: line clearance, blood, scalp cooling, port care."""

from __future__ import annotations

import re
from collections.abc import Iterable

from reviewer.verify.derived.services import Service, Why, done, line, paths
from reviewer.verify.derived.world import NO_NEEDLE, Bag, World, told

CLOT_DRUG = re.compile(r"alteplase|cathflo|\bt-?pa\b|activase|reteplase|tenecteplase|urokinase", re.I)
CLOT = re.compile(r"clot|occlu|no blood return|sluggish|unable to (?:aspirate|flush|draw)", re.I)
COOLED = re.compile(r"session|pre-?cool|monitor|removed|taken off", re.I)


def clots(world: World, bags: list[Bag]) -> tuple[list[Service], list[Bag]]:
    """A thrombolytic that dwells in an occluded line, documented to its outcome (ACC-2, DOC-50)."""
    services = [one for one in world.part("services") if one["kind"] == "declotting"]
    speaks = ("occlusion", "line_occlusion", "thrombolytic_dwell", "declotting_outcome")
    dwelt = world.documented(*speaks)
    agents = [bag for bag in bags if bag.trait("thrombolytic") and (services or (bag.mode != "infusion" and dwelt))]
    if not services and not agents:
        return [], bags
    words = " ".join(str(told(one, "detail") or "") for one in services)
    agent = agents or CLOT_DRUG.search(words) or world.documented("thrombolytic_dwell")
    blocked = services or world.documented("occlusion", "line_occlusion") or CLOT.search(words)
    found = []
    if agent and world.documented("declotting_outcome") and blocked:
        ids = tuple(one["id"] for one in services)
        behind = paths(agents, ("drug", "dose"))
        behind += tuple(f"documentation.{name}" for name in ("occlusion", "line_occlusion", "declotting_outcome"))
        behind += tuple(f"services.{name}.detail" for name in ids)
        why = (Why("declotting.dwell", {}, behind),)
        found = [line(world, "36593", agents, services=ids, kind="service", day=world.on.isoformat(), why=why)]
    return found, [bag for bag in bags if bag not in agents]


def blood(world: World, bags: list[Bag]) -> Iterable[Service]:
    """A transfusion once a day, however many units (1.4)."""
    days: dict[str, tuple[list[Bag], list[str]]] = {}
    for bag in bags:
        if bag.family == "blood":
            days.setdefault(world.day(bag.start), ([], []))[0].append(bag)
    for one in world.part("services"):
        if one["kind"] == "transfusion":
            days.setdefault(world.day(world.minute(told(one, "start"))), ([], []))[1].append(one["id"])
    for day, (given, ids) in sorted(days.items()):
        behind = paths(given, ("drug", "start")) + _service_paths(ids, ("start", "stop", "detail"))
        why = (Why("transfusion.once-a-day", {"entries": len(given) + len(ids)}, behind),)
        yield line(world, "36430", given, services=tuple(ids), kind="service", day=day, why=why)


def _service_paths(ids: Iterable[str], names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"services.{one}.{name}" for one in ids for name in names)


def _was_fitted(detail: str) -> bool:
    """Whether a cap was measured and no session told of: "fitted" alone is said of every session too."""
    words = detail.lower()
    return "calibrat" in words or "measur" in words or ("fitt" in words and not COOLED.search(words))


def scalp(world: World) -> Iterable[Service]:
    """Mechanical scalp cooling by the code set of the day (decision 11, C-14)."""
    old = world.on.isoformat() < "2026-01-01" or world.switches["scalp_code_set"] == "category_iii"
    cooled = False
    for one in world.part("services"):
        if one["kind"] != "scalp_cooling":
            continue
        detail, start, stop = told(one, "detail") or "", told(one, "start"), told(one, "stop")
        code, units, timed = None, 1, start is not None and stop is not None
        if _was_fitted(detail) and stop is None:
            code = "0662T" if old else "97007"
        elif re.search("post", detail, re.I) and not old:
            minutes = ((world.minute(stop) or 0) - (world.minute(start) or 0)) if timed else 0
            code, units = ("97009", minutes // 30) if minutes >= 30 else (None, 0)
        elif not cooled:
            cooled = True
            if timed or world.documented("scalp_cooling_times"):
                code = "0663T" if old else "97008"
        if code:
            day = world.day(world.minute(start))
            behind = _service_paths([one["id"]], ("start", "stop", "detail"))
            rule = "scalp.after-cooling" if code == "97009" else "scalp.code-set"
            inputs = {"date": world.on.isoformat()}
            why = (Why(rule, inputs, (*behind, "documentation.scalp_cooling_times")),)
            yield line(world, code, (), units, services=(one["id"],), kind="service", day=day, why=why)


def port_care(world: World, anything: bool, bags: list[Bag]) -> Iterable[Service]:
    """A flush or a blood draw that was the only service of the day (ACC-1)."""
    flushes, draws = done(world, "port_flush"), done(world, "port_blood_draw")
    others = len(world.part("services")) > len(flushes) + len(draws)
    given = [b for b in bags if _counts(b.route, b.family, b.first("purpose"))]
    taken_off = world.switches["disconnect_code_non_g0498"] == "96523"
    taken_off = taken_off and all(told(pump, "action") == "disconnected" for pump in world.part("pumps"))
    if anything or others or given or untold(world) or (world.part("pumps") and not taken_off):
        return
    if world.part("pumps") and not flushes:
        behind = tuple(f"pumps.{pump['id']}.action" for pump in world.part("pumps"))
        yield line(world, "96523", (), day=world.on.isoformat(), why=(Why("pump.disconnect", {}, behind),))
        return
    kinds = {site["id"]: told(site, "kind") for site in world.part("access_sites")}
    ported = "implanted_port" in kinds.values()
    catheters = [one for one, kind in kinds.items() if kind in ("picc", "central_line", "midline") and not ported]
    for ids, code, rule in (
        (flushes, "96523", "sole-service.port-flush"),
        (draws, "36592" if catheters else "36591", "sole-service.blood-draw"),
    ):
        if ids:
            first = next(one for one in world.part("services") if one["id"] == ids[0])
            day = world.day(world.minute(told(first, "start")))
            behind = _service_paths(ids, ("start", "detail"))
            if code == "36592":
                behind = (*behind, *(f"access_sites.{one}.kind" for one in catheters))
            why = (Why(rule, {}, behind),)
            yield line(world, code, (), services=ids, kind="service", day=day, why=why)
            return


def _counts(route: str | None, family: str, purpose: str | None) -> bool:
    """Whether something given is another service beside a flush."""
    return route not in NO_NEEDLE and family != "flush" and purpose not in ("flush", "keep_open")


def untold(world: World) -> list[str]:
    """The drugs of which nobody can tell whether they were given, and that would be another service."""
    return [
        one["id"]
        for one in world.part("administrations")
        if not world.given(one)
        and told(one, "status") is None
        and _counts(told(one, "route"), world.class_of(one), told(one, "purpose"))
    ]
