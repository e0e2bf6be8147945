"""No line beyond what the other reading of the notes gives, unless a fact that only the model read carries it.

Facts left out, or contradicted, can turn one drug's further code into a visit's first one. Two readings of the same
notes that rank the services differently are for a person.
"""

from __future__ import annotations

from collections import Counter

from reviewer.withheld import for_a_person
from validator.findings import Assessment, CodeLine
from validator.rulebook import Rulebook

RULE = "withheld-until-both-readings-agree"
REASON = "one reading of the notes gives this line and the other does not"


def held_to(
    assessment: Assessment, other: Assessment, rulebook: Rulebook, found: frozenset[str] = frozenset()
) -> Assessment:
    """The assessment with every code held to the units of the other one; what goes beyond is listed for a person.

    Lines of the entries in `found` (ids) are let through. An add-on whose every first code is withheld goes with it.
    """
    room: Counter[str] = Counter()
    for line in other.codes:
        room[line.code] += line.units
    kept: list[CodeLine] = []
    held: list[tuple[CodeLine, int]] = []
    for line in assessment.codes:
        units = line.units if found & {*line.administrations, *line.services} else min(line.units, room[line.code])
        room[line.code] -= min(units, room[line.code])
        if units:
            kept.append(line if units == line.units else line.model_copy(update={"units": units}))
        if units < line.units:
            held.append((line, line.units - units))
    if not held:
        return assessment
    lost = {line.code for line, _ in held} - {line.code for line in kept}
    for line in tuple(kept):
        record = rulebook.codes.get(line.code)
        first = set(record.primaries) if record else set()
        if first & lost and not first & {other.code for other in kept}:
            kept.remove(line)
            held.append((line, line.units))
    people = tuple(for_a_person(line, reason=REASON, rule=RULE, units=units) for line, units in held)
    return assessment.model_copy(update={"codes": tuple(kept), "needs_human": (*people, *assessment.needs_human)})
