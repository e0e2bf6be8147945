"""langextract as the reader: its extractions become facts, and our validator judges them.

The library is installed for this benchmark alone (requirements.txt). It gets one example with invented drugs, the same
endpoint, and the schema that it makes from the example. What it could align with the note counts as grounded.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.accuracy.answers import Answered
from reviewer.errors import ConfigError, EndpointError, Unparseable
from reviewer.evaluate.cases import Case
from reviewer.language.clock import read_clock
from reviewer.language.quantity import read_quantity
from reviewer.language.vocabulary import read_route, read_technique
from reviewer.llm import Endpoint, Usage
from reviewer.notes.note import Note
from reviewer.pipeline import judge
from reviewer.review import Review
from validator.facts import Encounter
from validator.findings import Ungrounded
from validator.rulebook import Rulebook

BETWEEN = "\n\n"
LINK = "of"
DESCRIPTION = Path(__file__).with_name("langextract_prompt.md").read_text("utf-8").strip()
EXAMPLE = """0810 PIV 22g L hand, flushes well. Pantolizine 4 mg IV push at 0822 for nausea.
0830 Morvacept 260 mg in 250 mL NS IVPB started. Held: Quelvadrine 10 mg PO, patient declined.
0935 Morvacept complete, line flushed. 0940 Trebasorin 120 mg subcut abdomen."""
EXTRACTED = (
    ("drug", "Pantolizine", "Pantolizine"),
    ("dose", "4 mg", "Pantolizine"),
    ("route", "IV push", "Pantolizine"),
    ("start", "0822", "Pantolizine"),
    ("start", "0830", "Morvacept"),
    ("drug", "Morvacept", "Morvacept"),
    ("dose", "260 mg", "Morvacept"),
    ("route", "IVPB", "Morvacept"),
    ("stop", "0935", "Morvacept"),
    ("start", "0940", "Trebasorin"),
    ("drug", "Trebasorin", "Trebasorin"),
    ("dose", "120 mg", "Trebasorin"),
    ("route", "subcut", "Trebasorin"),
)
_KINDS = ("drug", "dose", "route", "start", "stop")
_BY = "benchmark: only what was given is asked for"


class Extraction(NamedTuple):
    """One extraction: place in the joined text in code points, None where it could not be aligned."""

    kind: str
    text: str
    start: int | None
    end: int | None
    of: str


def fingerprint() -> str:
    """SHA-256 over description and example, first 16 hex digits."""
    return hashlib.sha256(f"{DESCRIPTION}\0{EXAMPLE}\0{EXTRACTED}".encode()).hexdigest()[:16]


def ask(case: Case, endpoint: Endpoint) -> Answered:
    """What langextract extracts from the notes of an encounter, joined to one text.

    Raises `ConfigError` when the library is missing, `EndpointError` when it got no answer, `Unparseable` when it
    could not use it.
    """
    lx = _library()
    examples = [
        lx.data.ExampleData(
            text=EXAMPLE,
            extractions=[
                lx.data.Extraction(extraction_class=kind, extraction_text=text, attributes={LINK: of})
                for kind, text, of in EXTRACTED
            ],
        )
    ]
    model = lx.factory.create_model(_config(lx, endpoint), examples=examples, use_schema_constraints=True)
    usage, text = _counted(model), BETWEEN.join(note.text for note in case.notes)
    try:
        with _quiet():
            made = lx.extract(
                text_or_documents=text,
                prompt_description=DESCRIPTION,
                examples=examples,
                model=model,
                use_schema_constraints=False,  # the model has them already; True would only warn
                max_char_buffer=endpoint.window,
                resolver_params={"suppress_parse_errors": False},
                show_progress=False,
            )
    except lx.exceptions.InferenceError as problem:
        raise EndpointError(f"langextract got no answer from the endpoint ({type(problem).__name__})") from None
    except lx.exceptions.LangExtractError:
        raise Unparseable("langextract could not use the reply", _summed(usage)) from None
    return Answered([list(_plain(one)) for one in made.extractions or ()], _summed(usage))


def _library() -> Any:
    try:
        import langextract  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        raise ConfigError(
            "the reader langextract needs its package: pip install -r benchmarks/accuracy/requirements.txt"
        ) from None
    return langextract


def _config(lx: Any, endpoint: Endpoint) -> Any:
    key = endpoint.api_key.get_secret_value() if endpoint.api_key else "none"
    asked = {
        "api_key": key,
        "base_url": endpoint.base_url,
        "temperature": endpoint.temperature,
        "max_output_tokens": endpoint.max_output_tokens,
        "max_workers": 1,
    }
    return lx.factory.ModelConfig(model_id=endpoint.model, provider="openai", provider_kwargs=asked)


def _counted(model: Any) -> list[Any]:
    """The `usage` of every reply from now on: the library counts no tokens, its client's replies do."""
    seen: list[Any] = []
    completions = model._client.chat.completions
    create = completions.create

    def counting(**asked: Any) -> Any:
        reply = create(**asked)
        seen.append(reply.usage)
        return reply

    completions.create = counting
    return seen


def _summed(seen: Sequence[Any]) -> Usage:
    told = [one for one in seen if one is not None]
    return Usage(
        calls=len(seen),
        prompt_tokens=sum(one.prompt_tokens for one in told),
        completion_tokens=sum(one.completion_tokens for one in told),
    )


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without the library's log: it shows words of notes."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


def _plain(made: Any) -> Extraction:
    place = made.char_interval
    start, end = (place.start_pos, place.end_pos) if place is not None else (None, None)
    of = (made.attributes or {}).get(LINK)
    return Extraction(made.extraction_class, made.extraction_text, start, end, of if isinstance(of, str) else "")


def review_of(content: Any, case: Case, rulebook: Rulebook) -> Review:
    """The extractions as facts, judged. A claim without a place or a readable value stays ungrounded."""
    rows, refused = _administrations([Extraction(*row) for row in content or ()], case.notes)
    info = {} if case.setting is None else {"setting": case.setting}
    encounter = Encounter.model_validate({"encounter": info, "administrations": rows})
    return judge(encounter, rulebook=rulebook, policy=case.policy).model_copy(update={"ungrounded": tuple(refused)})


def _administrations(
    extractions: Sequence[Extraction], notes: Sequence[Note]
) -> tuple[list[dict[str, Any]], list[Ungrounded]]:
    rows: list[dict[str, Any]] = []
    refused: list[Ungrounded] = []
    for number, group in enumerate(_groups(extractions), 1):
        row: dict[str, Any] = {
            "id": f"a{number}",
            "status": {"value": "given", "standing": "entered", "by": _BY},
        }
        for one in group:
            evidence = _evidence(one, notes)
            values = _values(one)
            if evidence is None or not values:
                reason = "not found in the note" if evidence is None else "its value cannot be read"
                path = f"administrations.{row['id']}.{one.kind}"
                refused.append(Ungrounded(path=path, administration=row["id"], claim=one.text, reason=reason))
                continue
            row |= {
                name: {"value": value, "standing": "grounded", "evidence": [evidence]} for name, value in values.items()
            }
        if len(row) > 2:
            rows.append(row)
    return rows, refused


def _groups(extractions: Sequence[Extraction]) -> list[list[Extraction]]:
    """Extractions of one administration each: those linked to one drug, and a new one where a value repeats.

    One that is linked to nothing belongs to the drug before it.
    """
    groups: list[list[Extraction]] = []
    latest: dict[str, list[Extraction]] = {}
    of = ""
    for one in extractions:
        if one.kind not in _KINDS:
            continue
        of = one.of.strip().casefold() or (one.text.strip().casefold() if one.kind == "drug" else of)
        group = latest.get(of)
        same = None if group is None else next((other for other in group if other.kind == one.kind), None)
        if group is None or (same is not None and one.kind != "drug" and same.text != one.text):
            # A further dose of the same drug: it has the name of the first.
            named = [other for other in group or () if other.kind == "drug" and one.kind != "drug"]
            group = latest[of] = [*named]
            groups.append(group)
            same = None
        if same is None:
            group.append(one)
    return groups


def _evidence(one: Extraction, notes: Sequence[Note]) -> dict[str, Any] | None:
    if one.start is None or one.end is None:
        return None
    before = 0
    for note in notes:
        start, end = one.start - before, one.end - before
        if 0 <= start < end <= len(note.text):
            words = note.text[start:end]
            match = "exact" if words == one.text else "normalised"
            return {"note_id": note.id, "start": start, "end": end, "text": words, "match": match}
        before += len(note.text) + len(BETWEEN)
    return None


def _values(one: Extraction) -> dict[str, Any]:
    """What the words of an extraction say, by our own vocabulary. "IV push" is a route and a technique."""
    text = one.text.strip()
    if one.kind == "drug":
        return {"drug": text} if text else {}
    if one.kind == "dose":
        amount = read_quantity(text)
        return {"dose": amount} if amount is not None else {}
    if one.kind == "route":
        told = {"route": read_route(text), "technique": read_technique(text)}
        return {name: value for name, value in told.items() if value is not None}
    time = read_clock(text)
    return {} if time is None else {one.kind: f"{time.minute // 60:02}:{time.minute % 60:02}"}
