"""Two grounded encounters of the same notes as one, judged so that neither reader alone raises what the note bears."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reviewer.agreement import surroundings
from reviewer.agreement.administrations import Course
from reviewer.agreement.ceiling import held_to
from reviewer.agreement.reading import Reading
from reviewer.agreement.settling import Ledger, Mode
from reviewer.agreement.values import Identity
from reviewer.grounding import Grounded
from reviewer.notes.note import Note
from reviewer.unread import with_traces
from validator.facts import Encounter
from validator.findings import Assessment, Ungrounded
from validator.rulebook import Rulebook

_BY_MODEL = " (claimed by the model)"


@dataclass(frozen=True, slots=True)
class Merged:
    """Both readers' encounter, what came of each fact, and the entries that hold a counted find of the model alone."""

    grounded: Grounded
    readings: tuple[Reading, ...]
    found: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Both readers' encounter, how their readings compare, and the assessment they both bear out."""

    grounded: Grounded
    readings: tuple[Reading, ...]
    assessment: Assessment


def merge(
    patterns: Grounded, model: Grounded, notes: tuple[Note, ...], rulebook: Rulebook, mode: Mode = "both"
) -> Merged:
    """One encounter from two readers of `notes`. In the mode `llm` the patterns' facts earn nothing and only limit."""
    ledger = Ledger(mode)
    ours, theirs = patterns.encounter, model.encounter
    known = surroundings.places(ours, theirs)
    course = Course(ours, theirs, {note.id: note for note in notes}, Identity(rulebook), known, ledger)
    encounter = Encounter(
        encounter=surroundings.information(ours.encounter, theirs.encounter, ledger),
        access_sites=ours.access_sites,
        administrations=course.administrations(),
        visits=surroundings.visits(ours, known.visit, ledger),
        pumps=surroundings.pumps(ours, theirs, known.pump, ledger),
        services=surroundings.services(ours, theirs, ledger),
        documentation=surroundings.documentation(ours, theirs, ledger),
    )
    kept = {one.id for one in encounter.administrations}
    said = {(claim.path, claim.claim, claim.reason) for claim in patterns.ungrounded}
    claims = tuple(_of_model(claim, course.names, kept, said) for claim in model.ungrounded)
    alarms = tuple(dict.fromkeys((*patterns.alarms, *model.alarms)))
    grounded = Grounded(encounter, (*patterns.ungrounded, *filter(None, claims)), alarms, patterns.pages)
    return Merged(grounded, tuple(sorted(ledger.readings, key=lambda one: one.subject)), frozenset(ledger.found))


def claimed_by_model(claim: Ungrounded) -> bool:
    """Whether a claim that does not hold, of two readers' encounter, was the model's alone."""
    return claim.reason.endswith(_BY_MODEL)


def _of_model(
    claim: Ungrounded, names: dict[str, str], kept: set[str], said: set[tuple[str, str, str]]
) -> Ungrounded | None:
    """A claim of the model that does not hold, under the id its administration has now; None when both made it."""
    path, name = claim.path, claim.administration
    if name is not None:
        name = names.get(name, name)
        path = ".".join(("administrations", name, *path.split(".")[2:]))
    if (path, claim.claim, claim.reason) in said:
        return None
    return claim.model_copy(
        update={
            "path": path,
            "administration": name if name in kept else None,
            "reason": f"{claim.reason}{_BY_MODEL}",
        }
    )


def reconcile(
    patterns: Grounded,
    model: Grounded,
    notes: tuple[Note, ...],
    rulebook: Rulebook,
    mode: Mode,
    judge: Callable[[Encounter], Assessment],
) -> Reconciled:
    """Merge two readers and judge what they bear out together.

    With both readers, no line goes beyond the patterns' own unless a find of the model carries it; the model in their
    stead never goes beyond both.
    """
    both = merge(patterns, model, notes, rulebook, "both")
    alone = judge(patterns.encounter)
    grounded = with_traces(both.grounded, rulebook)
    assessment = held_to(judge(grounded.encounter), alone, rulebook, both.found)
    if mode == "both":
        return Reconciled(grounded, both.readings, assessment)
    told = merge(patterns, model, notes, rulebook, "llm")
    grounded = with_traces(told.grounded, rulebook)
    return Reconciled(grounded, told.readings, held_to(judge(grounded.encounter), assessment, rulebook))
