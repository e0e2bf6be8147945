"""A stored review judged again from its stored facts: no model is asked, and what only a reader can know is kept."""

from __future__ import annotations

from reviewer import __version__, pipeline
from reviewer.agreement.ceiling import held_to
from reviewer.notes.note import Note
from reviewer.review import Review
from validator import validate
from validator.facts import AccessSite, Administration, Encounter, EncounterInfo, Fact, Pump, Service, Standing
from validator.findings import Assessment
from validator.rulebook import Rulebook

OF_BILLED = ("billed lines are of a ", "not compared: billed lines ")


def rejudged(review: Review, notes: tuple[Note, ...], rulebook: Rulebook, policy: str | None) -> Review | None:
    """The review by these rules and this policy, its billed lines not yet compared.

    Where a model read beside the patterns, its facts again earn no more than they may: for that the patterns read
    `notes` once more. None where a model read in their stead: its own answer is needed, which is not stored here.
    """
    if review.provenance.extractor == "llm":
        return None
    facts = review.facts
    assessment = validate(facts, rulebook, policy=policy)
    before = review.encounter.policy if review.encounter.policy in rulebook.policies else policy
    own = {*assessment.notes_on_scope, *validate(facts, rulebook, policy=before).notes_on_scope}
    if review.provenance.extractor == "both":
        assessment = within_readings(assessment, review, facts, notes, rulebook, policy)
    said = [one for one in review.notes_on_scope if one not in own and not one.startswith(OF_BILLED)]
    if alarms := pipeline.alarms_of(review):
        said = [one for one in said if not one.startswith(pipeline.NOT_RELEASED)]
        assessment = pipeline.withhold(assessment, alarms)
    return Review(
        **{
            **dict(assessment),
            "notes_on_scope": (*said, *assessment.notes_on_scope),
            "ungrounded": review.ungrounded,
        },
        facts=facts,
        provenance=review.provenance.model_copy(
            update={
                "rulebook": rulebook.version,
                "policy": assessment.encounter.policy,
                "package": __version__,
                "edits": pipeline.edits_used(assessment, rulebook),
                "seal": None,
            }
        ),
        readings=review.readings,
    )


def within_readings(
    assessment: Assessment,
    review: Review,
    facts: Encounter,
    notes: tuple[Note, ...],
    rulebook: Rulebook,
    policy: str | None,
) -> Assessment:
    """The assessment of facts that two readers agreed on, held to what the patterns alone earn from the notes.

    What a person entered earns by itself, like what only the model read.
    """
    alone = validate(_by_patterns(facts, notes, rulebook), rulebook, policy=policy)
    return held_to(assessment, alone, rulebook, _found_by_model(review) | _entered_by_a_person(facts))


def within_stored(assessment: Assessment, review: Review, facts: Encounter, rulebook: Rulebook) -> Assessment:
    """The assessment of facts that a model read in the patterns' stead, held to what `review` had earned with them.

    The model's own answer is not stored, so the two readings cannot be merged anew: what no person entered earns no
    more than it did when they were.
    """
    return held_to(assessment, review, rulebook, _entered_by_a_person(facts))


def explained(review: Review, rulebook: Rulebook) -> Review:
    """The review with what its missing elements and open times would change, where the rules are still its own."""
    if review.rulebook != rulebook.version or pipeline.alarms_of(review):
        return review
    made = pipeline.explained(review, review.facts, rulebook, review.encounter.policy)
    return review.model_copy(update={"fixes": made.fixes, "outlook": made.outlook})


def _found_by_model(review: Review) -> frozenset[str]:
    """Ids of the entries that hold a fact which only the model read and which counts."""
    return frozenset(
        one.subject.split(".")[1]
        for one in review.readings
        if one.outcome == "one_reader" and one.counted and one.readers == ("model",)
    )


def _entered_by_a_person(facts: Encounter) -> frozenset[str]:
    """Ids of administrations and services with a fact that a person entered, of their own, their site or their pump."""
    sites = {site.id for site in facts.access_sites if _has_entered(site)}
    pumps = {pump.id for pump in facts.pumps if _has_entered(pump)}
    given = {
        a.id for a in facts.administrations if _has_entered(a) or a.access_site.value in sites or a.pump.value in pumps
    }
    return frozenset(given | {service.id for service in facts.services if _has_entered(service)})


def _has_entered(entry: Administration | AccessSite | Pump | Service) -> bool:
    told = [getattr(entry, name) for name in type(entry).model_fields]
    if isinstance(entry, Administration):
        told += [fact for pause in entry.interruptions for fact in (pause.start, pause.stop)]
    return any(isinstance(one, Fact) and one.standing is Standing.ENTERED for one in told)


def _by_patterns(facts: Encounter, notes: tuple[Note, ...], rulebook: Rulebook) -> Encounter:
    """What the patterns alone read, with what a person had entered."""
    from reviewer.extract.patterns import read
    from reviewer.grounding import ground
    from reviewer.language.as_read import as_read

    kept = tuple(as_read(note) for note in notes)
    entered = {
        name: value
        for name in EncounterInfo.model_fields
        if getattr(value := getattr(facts.encounter, name), "standing", None) is Standing.ENTERED
    }
    day = facts.encounter.date_of_service.get() if "date_of_service" in entered else None
    alone = ground(read(kept, rulebook), kept, rulebook, day=day).encounter
    info = alone.encounter.model_copy(update={**entered, "switches": facts.encounter.switches})
    told = {name: fact for name, fact in facts.documentation.items() if fact.by}
    return alone.model_copy(update={"encounter": info, "documentation": {**alone.documentation, **told}})
