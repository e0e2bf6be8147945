"""Replies that no server gives on demand, written by hand: the source of the cassettes under cassettes/made/.

The requests are what the program sends about an encounter of the fixtures; the replies follow a recorded one in form.
`python tests/record.py --made` writes the cassettes anew, which a change of the prompt or the schema makes necessary.
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
from llm_recording import endpoint, read

from reviewer.errors import EndpointError
from reviewer.evaluate.cassettes import recording
from reviewer.extract.model.answer import NAME, Chart, answer_schema
from reviewer.extract.model.record import ModelReading
from reviewer.llm import Chat

SOURCE = "made: replies written by hand in tests/made_cassettes.py, never answered by a model\n"
PREFIX = "made_"
_CHARACTERS_A_TOKEN = 4

Given = tuple[str | None, str, str]


class Reply(NamedTuple):
    """What a server answers. With `status` other than 200 `error` is the body."""

    content: str | None = None
    finish: str = "stop"
    message: dict[str, Any] = {}  # noqa: RUF012 - never written to
    status: int = 200
    error: dict[str, Any] | None = None
    headers: dict[str, str] = {}  # noqa: RUF012 - never written to


class Made(NamedTuple):
    """Replies in turn to what is asked about `encounter`; the last one again for whatever else is asked.

    `asked` holds what the endpoint is configured with beyond that of the recordings.
    """

    encounter: str
    replies: tuple[Reply, ...]
    together: bool = False
    asked: dict[str, Any] = {}  # noqa: RUF012 - never written to


def made(name: str, folder: Path) -> Path:
    """Write one cassette into a folder."""
    case = MADE[name]
    with recording(folder, name), contextlib.suppress(EndpointError):
        answered(case)
    path = folder / f"{name}.yaml"
    path.write_text(SOURCE + path.read_text("utf-8"), "utf-8")
    return path


def chat_for(case: Made, http: httpx2.Client | None = None, waits: list[float] | None = None) -> Chat:
    """The chat of a case: several notes in one request where they are to be mixed up; it does not really wait."""
    notes = "together" if case.together else "apart"
    return Chat(
        endpoint(**{"notes": notes, **case.asked}), http_client=http, sleep=([] if waits is None else waits).append
    )


def answered(case: Made) -> ModelReading:
    """The encounter read with the replies given by hand, without a cassette."""
    left = list(case.replies)

    def answer(request: httpx2.Request) -> httpx2.Response:
        return _response(left.pop(0) if len(left) > 1 else left[0], json.loads(request.content))

    http = httpx2.Client(transport=httpx2.MockTransport(answer))
    return read(case.encounter, chat_for(case, http))


def _response(reply: Reply, asked: dict[str, Any]) -> httpx2.Response:
    if reply.status != 200:
        return httpx2.Response(reply.status, headers=reply.headers, json={"error": reply.error or {}})
    prompt = sum(len(one["content"]) for one in asked["messages"]) // _CHARACTERS_A_TOKEN
    written = len(reply.content or "") // _CHARACTERS_A_TOKEN
    message = {"role": "assistant", "content": reply.content, **reply.message}
    return httpx2.Response(
        200,
        headers=reply.headers,
        json={
            "id": "made",
            "object": "chat.completion",
            "created": 0,
            "model": asked["model"],
            "choices": [{"index": 0, "finish_reason": reply.finish, "message": message}],
            "usage": {"prompt_tokens": prompt, "completion_tokens": written, "total_tokens": prompt + written},
        },
    )


def told(*given: Given | tuple[int, Given], end: str | None = None, **chart: str) -> dict[str, Any]:
    """An answer: time, words and drug of each entry, with the note's number before it where that is not 1."""
    entries = [(1, one) if len(one) == 3 else one for one in given]
    return {
        "given": [{"note": n, "time": time, "words": words, "drug": drug} for n, (time, words, drug) in entries],  # type: ignore[misc]
        "chart": {name: chart.get(name) for name in Chart.model_fields},
        "end": end,
    }


def said(*given: Given | tuple[int, Given], end: str | None = None, **chart: str) -> Reply:
    """A reply that is an answer as asked for."""
    return Reply(json.dumps(told(*given, end=end, **chart), indent=2))


# The encounter of most cases: one note, two pushes and an infusion given; one drug held, one refused, one planned.
_VISIT = "held-and-refused"
_END = "D. Lopes RN"
_FAMOTIDINE = ("0920", "0920 famotidine 20 mg IVP.", "famotidine")
_DEXAMETHASONE = ("0925", "0925 dexamethasone 8 mg IVP", "dexamethasone")
_STARTED = ("0940", "0940 paclitaxel 80 mg IVPB started, 2nd RN check", "paclitaxel")
_ENDED = ("1045", "1045 paclitaxel complete", "paclitaxel")
GIVEN: tuple[Given, ...] = (_FAMOTIDINE, _DEXAMETHASONE, _STARTED, _ENDED)
_CHART = {"consent": "Consent on file 07/15/2025.", "order": "Orders Dr. Lindgren signed.", "signature": _END}
GOOD = said(*GIVEN, end=_END, **_CHART)


def _as_text(data: dict[str, Any]) -> Reply:
    return Reply(json.dumps(data))


def _failing(status: int, message: str, code: str | None = None, **headers: str) -> Reply:
    plain = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status=status, error={"message": message, "code": code, "type": code}, headers=plain)


_WRONG_NOTE = {**told(*GIVEN, end=_END), "given": [{"note": "nursing", "time": None, "words": "x", "drug": "y"}]}
_WRONG_KEY = {**told(*GIVEN, end=_END), "technique": "IV push"}
_FILTER = "The response was filtered due to the prompt triggering the content management policy."
_PROSE = Reply("The patient was given famotidine, dexamethasone and paclitaxel. Let me know if you need more.")

FAILURES = {
    "truncated": Made(_VISIT, (Reply((GOOD.content or "")[:300], finish="length"),)),
    "refused": Made(_VISIT, (Reply(message={"refusal": "I cannot help with medical records."}),)),
    "filtered_reply": Made(_VISIT, (Reply("", finish="content_filter"),)),
    "filtered_request": Made(_VISIT, (_failing(400, _FILTER, "content_filter"),)),
    "empty": Made(_VISIT, (Reply(),)),
    "empty_reasoned": Made(_VISIT, (Reply(message={"reasoning_content": "First, the drugs."}),)),
    "fenced": Made(_VISIT, (Reply(f"```json\n{GOOD.content}\n```"),)),
    "wrong_note_repaired": Made(_VISIT, (_as_text(_WRONG_NOTE), GOOD)),
    "wrong_key_repaired": Made(_VISIT, (_as_text(_WRONG_KEY), GOOD)),
    "wrong_twice": Made(_VISIT, (_as_text(_WRONG_NOTE), _as_text(_WRONG_KEY))),
    "schema_ignored": Made(_VISIT, (_PROSE,)),
    "schema_echoed": Made(_VISIT, (_as_text(answer_schema()),)),
    "busy_then_good": Made(_VISIT, (_failing(429, "slow down", "rate_limit_exceeded", retry_after="7"), GOOD)),
    "broken": Made(_VISIT, (_failing(500, "internal error"),)),
}

_TWO_DRUGS = "leucovorin-beside-open-oxaliplatin"
_LEUCOVORIN_ROW = "leucovorin       700 mg     IVPB     0940     1145"
_MAR = (
    ("0905", "palonosetron     0.25 mg    IVP      0905", "palonosetron"),
    ("0910", "dexamethasone    12 mg      IVPB     0910     0930", "dexamethasone"),
    ("0940", "oxaliplatin      150 mg     IVPB     0940", "oxaliplatin"),
    ("0940", _LEUCOVORIN_ROW, "leucovorin"),
    ("1150", "fluorouracil     700 mg     IVP      1150     1154", "fluorouracil"),
)
_NO_STOP = "96417-no-stop"
_CARBOPLATIN_ROW = "carboplatin     | 510 mg / 250 mL NS | IVPB  | 1210  |      | KH"
_PACLITAXEL_ROW = "paclitaxel      | 340 mg / 500 mL NS | IVPB  | 0900  | 1200 | KH"
_FOUR_NOTES = "rchop-four-notes"  # in one request: 1 consent, 2 nursing, 3 order, 4 pharmacy
_RCHOP = (
    ("0835", "0835 diphenhydramine 25 mg IVP", "diphenhydramine"),
    ("0900", "0900 rituximab 720 mg IVPB started", "rituximab"),
    ("1230", "1230 rituximab complete", "rituximab"),
    ("1240", "1240 doxorubicin 96 mg IVP over 12 min, blood return confirmed", "doxorubicin"),
    ("1255", "1255 vincristine 2 mg IVPB minibag started, RN at chair", "vincristine"),
    ("1305", "1305 vincristine complete", "vincristine"),
    ("1310", "1310 cyclophosphamide 1440 mg IVPB started", "cyclophosphamide"),
    ("1400", "1400 cyclophosphamide complete", "cyclophosphamide"),
)
_ORDERED = (
    ("07:40", "[x] rituximab 375 mg/m2 = 720 mg IVPB over 3.5 hours", "rituximab"),
    (None, "[ ] rasburicase", "rasburicase"),
    (None, "prednisone 100 mg PO daily x5 at home", "prednisone"),
)

# Each is an answer of the right form that would earn more, or something else, if it were believed.
HOSTILE = {
    "hallucinated_quote": Made(
        _VISIT,
        (
            said(
                *GIVEN,
                ("1050", "1050 carboplatin 450 mg in 250 mL NS IVPB started", "carboplatin"),
                ("1130", "1130 carboplatin complete", "carboplatin"),
                ("1135", "1135 ondansetron 8 mg IVP", "ondansetron"),
                end=_END,
                procedure="Port flushed with heparin 500 units",
                consent="Signed consent obtained today",
            ),
        ),
    ),
    "quote_from_the_instructions": Made(
        _VISIT,
        (
            said(
                *GIVEN,
                (None, "that line or sentence alone, copied up to its end", "carboplatin"),
                (None, "a drug or fluid was given to the patient, started, paused or finished", "normal saline"),
                end=_END,
                consent="consent to this treatment",
                order="the signed order",
                pump="a pump connected, filled or disconnected",
                procedure="a port flush, lumbar puncture, transfusion or drain",
            ),
        ),
    ),
    "time_not_in_its_quote": Made(
        _VISIT,
        (
            said(
                _FAMOTIDINE,
                ("0900", "0925 dexamethasone 8 mg IVP", "dexamethasone"),
                ("0730", "0940 paclitaxel 80 mg IVPB started, 2nd RN check", "paclitaxel"),
                ("1330", "1045 paclitaxel complete", "paclitaxel"),
                end=_END,
            ),
        ),
    ),
    "neighbours_stop": Made(
        _TWO_DRUGS,
        (
            said(*_MAR, ("1145", _LEUCOVORIN_ROW, "oxaliplatin"), end="S. Vasquez RN"),
            said(end="S. Vasquez RN", consent="Consent on file 12/02/2024."),
        ),
    ),
    "neighbours_row": Made(
        _NO_STOP,
        (
            said(
                ("0900", _PACLITAXEL_ROW, "paclitaxel"),
                ("1210", _CARBOPLATIN_ROW, "carboplatin"),
                ("1200", _PACLITAXEL_ROW, "carboplatin"),
                ("1255", "NS 10 mL + heparin 500 units flush | | port | 1255 | | KH", "carboplatin"),
                end="03/10/2026 1302",
            ),
            said(end="K. Halvorsen RN, OCN"),
            said(("12:50", "PLAN: Continue carboplatin AUC 5 and paclitaxel 175 mg/m2", "carboplatin"), end="07:58"),
        ),
    ),
    "planned_called_given": Made(
        _VISIT,
        (
            said(
                *GIVEN,
                ("0920", "Diphenhydramine 25 mg IVP offered", "diphenhydramine"),
                (None, "HOLD carboplatin today, give paclitaxel.", "carboplatin"),
                (None, "Weekly paclitaxel/carboplatin C3 D8.", "carboplatin"),
                (None, "Pegfilgrastim planned for tomorrow if counts fall.", "pegfilgrastim"),
                (None, "Home meds: prochlorperazine PRN, lisinopril.", "prochlorperazine"),
                end=_END,
            ),
        ),
    ),
    "planned_cut_short": Made(
        _VISIT,
        (
            said(
                *GIVEN,
                ("0920", "Diphenhydramine 25 mg IVP", "diphenhydramine"),
                ("0920", "carboplatin today", "carboplatin"),
                ("1045", "Carboplatin", "carboplatin"),
                (None, "Pegfilgrastim", "pegfilgrastim"),
                end=_END,
            ),
        ),
    ),
    "notes_swapped": Made(
        _FOUR_NOTES,
        (said(*((3, one) for one in _RCHOP), *((2, one) for one in _ORDERED), end="L. Quist, PharmD"),),
        together=True,
    ),
    "ordered_called_given": Made(
        _FOUR_NOTES,
        (said(*((2, one) for one in _RCHOP), *((3, one) for one in _ORDERED), end="L. Quist, PharmD"),),
        together=True,
    ),
    "told_five_times": Made(_VISIT, (said(*(GIVEN * 5), end=_END),)),
    "told_in_pieces": Made(
        _VISIT,
        (
            said(
                _FAMOTIDINE,
                ("0920", "famotidine 20 mg", "famotidine"),
                ("0920", "famotidine 20 mg IVP", "famotidine"),
                ("0920", "20 mg IVP", "famotidine"),
                *GIVEN[1:],
                ("0940", "paclitaxel 80 mg IVPB", "paclitaxel"),
                ("0940", "80 mg IVPB started", "paclitaxel"),
                ("0925", "8 mg IVP", "famotidine"),
                end=_END,
            ),
        ),
    ),
}


def _called(*names: str) -> Reply:
    """The good answer as calls of tools of these names."""
    calls = [
        {"id": f"call{number}", "type": "function", "function": {"name": name, "arguments": GOOD.content}}
        for number, name in enumerate(names)
    ]
    return Reply(None, "tool_calls", {"tool_calls": calls})


_TOOL = {"mode": "tool"}
_AZURE = {
    "base_url": "https://a-site.openai.azure.com",
    "api_version": "2024-10-21",
    "api_key": "not-a-key",
    "remote_ok": "notes of fixtures/ are invented",
}
WAYS = {
    "tool": Made(_VISIT, (_called(NAME),), asked=_TOOL),
    "tool_of_another_name": Made(_VISIT, (_called("bill"),), asked=_TOOL),
    "tool_twice": Made(_VISIT, (_called(NAME, NAME),), asked=_TOOL),
    "tool_in_words": Made(_VISIT, (_PROSE,), asked=_TOOL),
    "json_object": Made(_VISIT, (GOOD,), asked={"mode": "json_object"}),
    "azure": Made(_VISIT, (GOOD,), asked=_AZURE),
    "azure_tool": Made(_VISIT, (_called(NAME),), asked={**_AZURE, **_TOOL}),
    "azure_filtered": Made(_VISIT, (_failing(400, _FILTER, "content_filter"),), asked=_AZURE),
}

MADE = {PREFIX + name: case for name, case in (FAILURES | HOSTILE | WAYS).items()}
