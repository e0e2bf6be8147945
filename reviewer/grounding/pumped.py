"""The route of a drug that a pump holds, where the pump's own words name it ("hepatic artery pump", "HAI pump")."""

from __future__ import annotations

import re
from typing import Any

from reviewer.language.vocabulary import read_route
from validator.facts import Evidence, Fact, Pump, Standing

_PUMP_WAY = re.compile(
    r"(?<!\w)((?-i:HAI|HAIP)|hepatic[- ]arter(?:y|ial)(?: infusion)?|intra-?arterial|intra-?thecal|intra-?peritoneal)"
    r"(?: \w+){0,2} (?:pump|reservoir)(?!\w)",
    re.IGNORECASE,
)


def route(stated: Fact[Any], pump: Fact[str], pumps: tuple[Pump, ...]) -> Fact[Any]:
    """The route as grounded, else the one way that the words of the drug's own pump name (ROUTE-2)."""
    if stated.standing not in (Standing.NOT_STATED, Standing.UNGROUNDED) or pump.standing is not Standing.GROUNDED:
        return stated
    holder = next((one for one in pumps if one.id == pump.value), None)
    if holder is None:
        return stated
    named: dict[str, Evidence] = {}
    for fact in (holder.kind, holder.action, holder.planned_hours):
        for evidence in fact.evidence if fact.known else ():
            for found in _PUMP_WAY.finditer(evidence.text):
                way = read_route(found[1])
                if way is not None:
                    named.setdefault(way, evidence)
    if len(named) != 1:
        return stated
    way, evidence = named.popitem()
    return Fact[Any](value=way, standing=Standing.GROUNDED, evidence=(evidence,))
