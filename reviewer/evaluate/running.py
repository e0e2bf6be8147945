"""Every encounter read, reviewed and compared. One that fails stops no other, and none vanishes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel

from reviewer.agreement.reconciling import claimed_by_model
from reviewer.errors import ReviewError
from reviewer.evaluate.cases import Case
from reviewer.evaluate.comparing import Codes, Difference, compare_codes, compare_facts, omitted_facts
from reviewer.evaluate.measures import Tally
from reviewer.review import Review
from reviewer.usage import Usage
from validator.facts import Fact, Standing
from validator.rulebook import Rulebook

Reader = Callable[[Case], Review]
# A contradiction weighs most, then what a person must decide, then a gap that decides a code, then a fact that only
# one of two readers read, then a claim without words. Figures a hundredfold apart let no sum of one reach the next.
CONTRADICTION, PERSON, GAP, ONE_READER, CLAIM = 100_000_000, 1_000_000, 10_000, 100, 1
_MOST = 99
FAILED = CONTRADICTION * (_MOST + 1)


class Readings(NamedTuple):
    """How two readers compare, in facts."""

    agreed: int = 0
    one_reader: int = 0
    contradiction: int = 0


class Claims(NamedTuple):
    """What a reader said: `grounded` of `made` stand in the notes with their words.

    Of both readers together `rejected` counts, apart, what the model alone said and the notes do not bear out: the
    encounter holds nothing of it. In its stead (`llm`) all that does not hold counts as made, whoever said it.
    """

    grounded: int = 0
    made: int = 0
    rejected: int = 0


class Result(NamedTuple):
    """One encounter. `failure` says in a line why it could not be read; its labels then count as omitted.

    `codes` is None where none are expected.
    """

    name: str
    failure: str | None
    differences: tuple[Difference, ...]
    codes: Codes | None
    claims: Claims
    readings: Readings
    risk: int
    usage: Usage
    model_failure: str | None = None

    def tallies(self) -> Mapping[str, Tally]:
        """Verdicts by kind of fact."""
        counts: Counter[tuple[str, str]] = Counter((one.kind, one.verdict) for one in self.differences)
        kinds = {one.kind for one in self.differences}
        return {kind: Tally(*(counts[kind, verdict] for verdict in Tally._fields)) for kind in kinds}


def evaluate(cases: Sequence[Case], read: Reader, rulebook: Rulebook) -> Iterator[Result]:
    """Results in the order of the cases, each as soon as it is there."""
    for case in cases:
        yield _result(case, read, rulebook)


def _result(case: Case, read: Reader, rulebook: Rulebook) -> Result:
    try:
        made = read(case)
    except ReviewError as problem:
        return _failed(case, str(problem), rulebook)
    except Exception as problem:  # its message may hold words of a note
        return _failed(case, f"internal error ({type(problem).__name__})", rulebook)
    record = made.provenance.model
    return Result(
        name=case.name,
        failure=None,
        differences=compare_facts(case.labels, made.facts, rulebook) if case.labels else (),
        codes=None if case.codes is None else compare_codes(case.codes, case.optional_codes, made.codes),
        claims=claims_of(made),
        readings=_readings(made),
        risk=risk_of(made),
        usage=record.usage if record else Usage(),
        model_failure=record.failure if record else None,
    )


def _failed(case: Case, reason: str, rulebook: Rulebook) -> Result:
    return Result(
        name=case.name,
        failure=reason,
        differences=omitted_facts(case.labels, rulebook) if case.labels else (),
        codes=None if case.codes is None else compare_codes(case.codes, case.optional_codes, ()),
        claims=Claims(),
        readings=Readings(),
        risk=FAILED,
        usage=Usage(),
    )


def claims_of(made: Review) -> Claims:
    """The claims behind a review: grounded, made, and of two readers those of the model alone that were rejected."""
    standings = Counter(fact.standing for fact in _facts(made.facts))
    grounded = standings[Standing.GROUNDED] + standings[Standing.CONFLICTING]
    both = made.provenance.extractor == "both"
    rejected = sum(claimed_by_model(claim) for claim in made.ungrounded) if both else 0
    return Claims(grounded, grounded + len(made.ungrounded) - rejected, rejected)


def _facts(value: Any) -> Iterator[Fact[Any]]:
    """Every fact in the facts of an encounter, however deep."""
    if isinstance(value, Fact):
        yield value
    elif isinstance(value, BaseModel):
        for _, inner in value:
            yield from _facts(inner)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _facts(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from _facts(inner)


def _readings(made: Review) -> Readings:
    counts: Counter[str] = Counter(reading.outcome for reading in made.readings)
    return Readings(*(counts[outcome] for outcome in Readings._fields))


def risk_of(made: Review) -> int:
    """How much stands against releasing a review without a look; 0 when nothing does. No words, no chance."""
    readings = _readings(made)
    counts = (
        (CONTRADICTION, sum(bool(one.decides) for one in made.conflicts) + readings.contradiction),
        (PERSON, len(made.needs_human)),
        (GAP, len(made.not_supported) + sum(one.tier == "code" for one in made.missing)),
        (ONE_READER, readings.one_reader),
        (CLAIM, len(made.ungrounded)),
    )
    return sum(weight * min(count, _MOST) for weight, count in counts)
