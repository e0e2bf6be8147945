"""A code line that does not stand, as it is listed for a person."""

from validator.findings import CodeLine, NeedsHuman


def for_a_person(line: CodeLine, *, reason: str, rule: str, units: int | None = None) -> NeedsHuman:
    """The line with why it is withheld; `units` when only some of its units are."""
    return NeedsHuman(
        code=line.code,
        subject=f"{line.label} (x{line.units if units is None else units})",
        reason=reason,
        administrations=line.administrations,
        services=line.services,
        rule=rule,
    )
