"""The street from notes to a review, and from facts to a review. Pure but for the functions it calls.

Each step takes the frozen result of the one before. A queue, store or web page calls `review` from outside.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, Protocol

from reviewer import __version__
from reviewer.errors import UsageError, shown
from reviewer.notes.note import Note
from reviewer.review import EditsUsed, NoteRecord, Provenance, Review
from reviewer.withheld import for_a_person
from validator import validate
from validator.facts import Encounter, Fact, Setting, Standing
from validator.findings import Assessment, NeedsHuman
from validator.rulebook import Rulebook
from validator.times import known_zone

if TYPE_CHECKING:
    from reviewer.agreement.reading import Reading
    from reviewer.extract.model.record import ModelRecord
    from reviewer.extract.wire import WireEncounter
    from reviewer.grounding import Grounded

WITHHELD = "withheld-until-one-encounter"
_NO_RECORD = "not read, as no record of what was done (addresses a program; an example, a question, an error)"
_NOTHING_LEFT = "; nothing of this note was read: write what was done on lines of its own and review it again"
PATIENCE = 1_000
"""Timelines tried for one review; above them the outlook gives bounds, which `exact` in the review says."""
_ENTERED_BY = "option of the command"
_OPTIONS = {"date_of_service": "--date", "setting": "--setting"}

Extractor = Literal["auto", "patterns", "llm", "both"]
SwitchValue = bool | int | str
NOT_RELEASED = "No code is released: "
"""How a remark begins that tells why every line is withheld."""


class ModelReading(Protocol):
    """What a language model made of the notes: wire facts, how it read, and what a person should know of it."""

    @property
    def wire(self) -> WireEncounter:
        """The facts as told, in words of the notes."""

    @property
    def record(self) -> ModelRecord:
        """Model, prompt, tokens and how it ended."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """Sentences for the report."""


Model = Callable[[tuple[Note, ...], Rulebook], ModelReading]


def review(
    notes: tuple[Note, ...],
    *,
    rulebook: Rulebook,
    policy: str | None = None,
    setting: Setting | None = None,
    date: dt.date | None = None,
    switches: Mapping[str, SwitchValue] | None = None,
    extractor: Extractor = "patterns",
    model: Model | None = None,
    explain: bool = True,
) -> Review:
    """Review the notes of ONE encounter.

    `setting` and `date` are facts a person entered: they win over the notes, and where the notes differ the
    review says so. `model` reads the notes beside the patterns (`both`, and `auto` when there is one) or in their
    stead, with the patterns as a witness (`llm`). Without `explain` what missing elements and open times would
    change is left out; it follows from the facts at any time. Words that address a program, or are given as an
    example, document nothing, whoever reads them. Raises `UsageError` for a reader, policy or switch that does not
    exist, and whatever `model` raises. Clinical trouble never raises; notes of different patients or dates release
    no code.
    """
    check_policy(rulebook, policy, setting, switches or {})
    readers = _readers(extractor, model)
    by_model = model(notes, rulebook) if model is not None and readers != "patterns" else None
    kept, left_out = _recorded(notes)

    def entered(encounter: Encounter) -> tuple[Encounter, tuple[str, ...]]:
        return _with_entered(encounter, setting=setting, date=date, switches=switches or {})

    def judged(encounter: Encounter) -> Assessment:
        return validate(entered(encounter)[0], rulebook, policy=policy)

    grounded = _ground(_patterns(kept, rulebook), kept, rulebook, date)
    readings: tuple[Reading, ...] = ()
    if by_model is None or readers == "patterns":
        grounded = _with_traces(grounded, rulebook)
        encounter, remarks = entered(grounded.encounter)
        assessment = judged(grounded.encounter)
    else:
        from reviewer.agreement.reconciling import reconcile

        other = _ground(by_model.wire, kept, rulebook, date)
        agreed = reconcile(grounded, other, kept, rulebook, readers, judged)
        grounded, readings, assessment = agreed.grounded, agreed.readings, agreed.assessment
        encounter, remarks = entered(grounded.encounter)
        remarks = (*by_model.remarks, *remarks)
    if grounded.alarms:
        assessment = withhold(assessment, grounded.alarms)
    elif explain:
        assessment = explained(assessment, encounter, rulebook, policy)
    return Review(
        **{**_fields(assessment, (*left_out, *remarks)), "ungrounded": grounded.ungrounded},
        facts=encounter,
        provenance=_provenance(assessment, rulebook, readers, notes, by_model.record if by_model else None),
        readings=readings,
    )


def judge(
    encounter: Encounter,
    *,
    rulebook: Rulebook,
    policy: str | None = None,
    switches: Mapping[str, SwitchValue] | None = None,
    source: str = "facts",
) -> Review:
    """Review facts that were written by hand or by another program; no note and no reader is involved.

    Raises `UsageError` for an unknown policy or switch, given here or in the facts (`source` in messages).
    """
    own = encounter.encounter
    if not known_zone(own.timezone):
        raise UsageError(f"{source}: encounter.timezone: not a known zone such as America/New_York")
    check_policy(rulebook, own.policy, None, own.switches, where=f"{source}: encounter.")
    check_policy(rulebook, policy, None, switches or {})
    encounter, remarks = _with_entered(encounter, switches=switches or {})
    assessment = explained(validate(encounter, rulebook, policy=policy), encounter, rulebook, policy)
    return Review(
        **_fields(assessment, remarks),
        facts=encounter,
        provenance=_provenance(assessment, rulebook, "none", ()),
    )


def check_policy(
    rulebook: Rulebook,
    policy: str | None,
    setting: str | None,
    switches: Mapping[str, SwitchValue],
    where: str = "--",
) -> None:
    """Refuse an unknown policy or switch, or a policy for the other setting; `where` leads its name.

    What was typed is repeated, what a facts file holds is not (decision 5 of `docs/decisions`).
    """
    if policy is not None:
        pack = rulebook.policies.get(policy)
        if pack is None:
            given = f" `{shown(policy)}`" if where == "--" else ""
            raise UsageError(f"{where}policy: unknown policy{given}; known: {', '.join(rulebook.policies)}")
        if setting is not None and pack.setting != setting:
            raise UsageError(f"{where}policy {policy} is for the setting {pack.setting}, not {setting}")
    for name, value in switches.items():
        switch = rulebook.switches.get(name)
        if switch is None:
            raise UsageError(f"{_switch(where, name)}: unknown switch; known: {', '.join(sorted(rulebook.switches))}")
        if reason := switch.refuses(value):
            raise UsageError(f"{_switch(where, name)} {reason}")


def _switch(where: str, name: str) -> str:
    return f"{where}switch {shown(name)}" if where == "--" else f"{where}switches.{shown(name)}"


def explained(assessment: Assessment, encounter: Encounter, rulebook: Rulebook, policy: str | None) -> Assessment:
    """The assessment with what its missing elements would change, and what hangs on a time that is open."""
    from validator.outlook import outlook_of
    from validator.supposing import Supposed

    added: dict[str, Any] = {}
    supposed = Supposed(encounter, assessment, rulebook, policy)
    if any(m.tier == "code" for m in assessment.missing):
        from validator.fixes import fixes

        added["fixes"] = fixes(encounter, assessment, rulebook, supposed=supposed)
    if found := outlook_of(assessment, encounter, rulebook, PATIENCE, supposed):
        added["outlook"] = found
    return assessment.model_copy(update=added) if added else assessment


def withhold(assessment: Assessment, alarms: tuple[str, ...]) -> Assessment:
    """The assessment of notes that may not be one encounter: no code stands, each is listed for a person."""
    reason = "; ".join(alarms)
    held = tuple(for_a_person(line, reason=reason, rule=WITHHELD) for line in assessment.codes)
    plain = () if held else tuple(NeedsHuman(subject="the notes", reason=alarm, rule=WITHHELD) for alarm in alarms)
    return assessment.model_copy(
        update={
            "codes": (),
            "needs_human": plain + held + assessment.needs_human,
            "notes_on_scope": (
                *(f"{NOT_RELEASED}{alarm}" for alarm in alarms),
                *assessment.notes_on_scope,
            ),
        }
    )


def alarms_of(assessment: Assessment) -> tuple[str, ...]:
    """Why every line was withheld, as `withhold` wrote it; () where nothing was."""
    return tuple(s.removeprefix(NOT_RELEASED) for s in assessment.notes_on_scope if s.startswith(NOT_RELEASED))


def _readers(extractor: Extractor, model: Model | None) -> Literal["patterns", "llm", "both"]:
    """Who reads: `auto` means both readers when there is a model, else the patterns."""
    if extractor == "auto":
        return "both" if model is not None else "patterns"
    if extractor != "patterns" and model is None:
        raise UsageError(f"--extractor {extractor}: no model is configured; use --extractor patterns")
    return extractor


def _recorded(notes: tuple[Note, ...]) -> tuple[tuple[Note, ...], tuple[str, ...]]:
    """The notes as they are read, and where words stand that are no record of the visit, for the report."""
    from reviewer.language.as_read import as_read, not_read, said_again

    kept, remarks = [], []
    for note in notes:
        read = as_read(note)
        kept.append(read)
        remarks += [f"{shown(note.id)}: {twice} word for word; read once." for twice in said_again(note)]
        if where := not_read(note):
            nothing = "" if read.text.strip() else _NOTHING_LEFT
            remarks.append(f"{shown(note.id)}, line {where}: {_NO_RECORD}{nothing}.")
    return tuple(kept), tuple(remarks)


def _patterns(notes: tuple[Note, ...], rulebook: Rulebook) -> WireEncounter:
    from reviewer.extract.patterns import read

    return read(notes, rulebook)


def _ground(wire: WireEncounter, notes: tuple[Note, ...], rulebook: Rulebook, date: dt.date | None) -> Grounded:
    from reviewer.grounding import ground

    return ground(wire, notes, rulebook, day=date)


def _with_traces(grounded: Grounded, rulebook: Rulebook) -> Grounded:
    from reviewer.unread import with_traces

    return with_traces(grounded, rulebook)


def _with_entered(
    encounter: Encounter,
    *,
    setting: Setting | None = None,
    date: dt.date | None = None,
    switches: Mapping[str, SwitchValue],
) -> tuple[Encounter, tuple[str, ...]]:
    """The encounter with what a person entered, and a remark where the notes had said something else."""
    changes: dict[str, Any] = {}
    remarks: list[str] = []
    if date is not None:
        changes["date_of_service"] = _entered(date, encounter.encounter.date_of_service, "date_of_service", remarks)
    if setting is not None:
        changes["setting"] = _entered(setting, encounter.encounter.setting, "setting", remarks)
    if switches:
        changes["switches"] = {**encounter.encounter.switches, **switches}
    if not changes:
        return encounter, ()
    info = encounter.encounter.model_copy(update=changes)
    return encounter.model_copy(update={"encounter": info}), tuple(remarks)


def _entered(value: Any, before: Fact[Any], name: str, remarks: list[str]) -> Fact[Any]:
    told = {before.get(), *before.readings} - {None, value}
    if told:
        option, plain = _OPTIONS[name], name.replace("_", " ")
        others = " and ".join(sorted(str(other) for other in told))
        remarks.append(f"Judged with the {plain} {value} given by {option}; the notes say {others}.")
    return type(before)(value=value, standing=Standing.ENTERED, by=_ENTERED_BY)


def _fields(assessment: Assessment, remarks: tuple[str, ...]) -> dict[str, Any]:
    fields = dict(assessment)
    fields["notes_on_scope"] = remarks + assessment.notes_on_scope
    return fields


def _provenance(
    assessment: Assessment,
    rulebook: Rulebook,
    extractor: str,
    notes: tuple[Note, ...],
    model: ModelRecord | None = None,
) -> Provenance:
    return Provenance(
        extractor=extractor,
        rulebook=rulebook.version,
        policy=assessment.encounter.policy,
        package=__version__,
        notes=tuple(NoteRecord(id=note.id, sha256=note.sha256, notices=note.notices) for note in notes),
        model=model,
        edits=edits_used(assessment, rulebook),
    )


def edits_used(assessment: Assessment, rulebook: Rulebook) -> tuple[EditsUsed, ...]:
    """The editions of the tables in force on the date of service; none where the encounter was not assessed."""
    judged = assessment.encounter
    if not assessment.assessed:
        return ()
    edits = rulebook.edits(judged.setting, judged.date_of_service or rulebook.default_date)
    return tuple(EditsUsed(table=e.kind, quarter=e.quarter, source=e.origin, sha256=e.sha256) for e in edits.editions)
