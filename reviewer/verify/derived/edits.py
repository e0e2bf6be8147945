"""Claim edits over derived services, again: codes in force, pairs, add-on primaries, modifiers, daily limits."""

from __future__ import annotations

from datetime import date

from reviewer.verify.derived.services import Service, Why
from reviewer.verify.derived.world import World

PAYERS_OWN_LIST = 2
LIMITS = {1: "edit.limit.line", 2: "edit.limit.policy", 3: "edit.limit.clinical", 0: "edit.limit.unstated"}
PERFUSED = ("96409", "96413", "96416", "96420", "96422", "96423", "96425", "C8957", "G0498")


def edited(world: World, services: list[Service]) -> list[Service]:
    """What stands after every edit; drug lines take no part."""
    codes = world.records.codes
    standing = [
        one
        for one in services
        if one.code in codes and world.records.in_force(codes[one.code], date.fromisoformat(one.day))
    ]
    tables = world.tables()
    standing = [one for one in standing if tables.exists(one.code) is not False]
    if any(one["kind"] == "isolated_perfusion" for one in world.part("services")):
        standing = [one for one in standing if one.code not in PERFUSED]
    if world.switches["g0498_with_other_chemo"] == "deny" and any(one.code == "G0498" for one in standing):
        standing = [one for one in standing if one.code == "G0498" or codes[one.code]["family"] != "chemotherapy"]
    standing = _never_together(world, standing)
    standing = _with_primaries(world, standing)
    standing = [_distinct(world, one, standing) for one in standing]
    return _limits(world, _marked_once(world, standing))


def _never_together(world: World, standing: list[Service]) -> list[Service]:
    codes, tables = {one.code for one in standing}, world.tables()
    return [
        one
        for one in standing
        if not any(tables.indicator(other, one.code) == 0 for other in codes if other != one.code)
    ]


def _with_primaries(world: World, standing: list[Service]) -> list[Service]:
    """An add-on falls without one of its primaries in its visit, and what hung on it falls too (5.2)."""
    while True:
        kept = []
        for one in standing:
            primaries = primaries_of(world, one.code)
            if primaries is None or any(o.code in primaries and o.visit in (one.visit, None) for o in standing):
                kept.append(one)
        if len(kept) == len(standing):
            return kept
        standing = kept


def primaries_of(world: World, code: str) -> frozenset[str] | None:
    """The primaries of an add-on by the table in force, else by the record; None where it needs none."""
    record = world.records.codes.get(code, {})
    if record.get("role") != "add_on":
        return None
    listed = world.tables().primaries(code)
    if listed is None or (listed.kind == PAYERS_OWN_LIST and not listed.codes):
        return frozenset(record["primaries"]) if record.get("primaries") else None
    codes: frozenset[str] = listed.codes
    return codes


def _distinct(world: World, one: Service, standing: list[Service]) -> Service:
    """Indicator 1: the column-2 code carries the modifier (PTP-1)."""
    codes, tables = {other.code for other in standing} - {one.code}, world.tables()
    version = world.records.rule("edit.distinct-service", world.on) or {}
    parting = version.get("params", version).get("modifiers", "59").split()
    beside = sorted(other for other in codes if tables.indicator(other, one.code) == 1)
    if set(one.modifiers) & set(parting) or not beside:
        return one
    step = Why("edit.distinct-service", {"with": beside[0]})
    return one._replace(modifiers=(*one.modifiers, "59"), why=(*one.why, step))


def _marked_once(world: World, standing: list[Service]) -> list[Service]:
    """Of the initials of two sites the pair's column-2 code is the marked one."""
    initial = [place for place, one in enumerate(standing) if world.records.codes[one.code]["role"] == "initial"]
    for here in initial:
        for there in initial:
            one, other = standing[here], standing[there]
            pair = world.tables().indicator(one.code, other.code) is not None
            if not one.group or not other.group or one.group == other.group or "59" not in one.modifiers or not pair:
                continue
            for place, service in enumerate(standing):
                if service.group == one.group:
                    if _marked_by_a_third(world, service, standing, other.group):
                        continue
                    without = tuple(m for m in service.modifiers if m != "59")
                    standing[place] = service._replace(modifiers=without)
                elif service.group == other.group and "59" not in service.modifiers:
                    standing[place] = service._replace(modifiers=(*service.modifiers, "59"))
    return standing


def _marked_by_a_third(world: World, one: Service, standing: list[Service], other: str) -> bool:
    """Whether a service is column 2 of some code of another access, or is there at a third one unmarked."""
    return any(
        world.tables().indicator(third.code, one.code) == 1
        or (third.code == one.code and third.group != other and "59" not in third.modifiers)
        for third in standing
        if third.group != one.group
    )


def _limits(world: World, standing: list[Service]) -> list[Service]:
    return [_flagged(one, over_limit(world, one.code, one.day, one.units, standing)) for one in standing]


def _flagged(one: Service, over: Why | None) -> Service:
    return one if over is None else one._replace(flags=(*one.flags, "mue_review"), why=(*one.why, over))


def over_limit(world: World, code: str, day: str, units: int, standing: list[Service]) -> Why | None:
    """Why more units than the published limit of a line (MAI 1) or of a day are flagged; None when they are not."""
    tables = world.tables()
    limit = tables.limit(code)
    if limit is None:
        return None
    counted = units if limit.mai == 1 else sum(o.units for o in standing if (o.code, o.day) == (code, day))
    if counted <= limit.units:
        return None
    inputs = {"units": counted, "limit": limit.units, "mai": limit.mai, "quarter": tables.editions[1].quarter}
    return Why(LIMITS[limit.mai], inputs)
