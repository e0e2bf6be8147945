"""Under what a review was judged: date, setting, policy, rulebook, readers; conflicts, claims and remarks beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from reviewer.notes.note import Note
from reviewer.verify.derived.claim import derived
from reviewer.verify.derived.readings import disagreements
from reviewer.verify.derived.world import World, told
from reviewer.verify.people import strikes
from reviewer.verify.problems import Problem, differences
from reviewer.verify.records import Plain, Records

READERS = {"patterns": False, "none": False, "llm": True, "both": True}
QUESTION = "Which of these does the record support?"
SWITCH = "encounter.timezone"
LATER = {"ptp": "code pairs", "mue": "limits"}
OPTIONS = {"date_of_service": "--date", "setting": "--setting"}


def check(review: Plain, records: Records, version: str, package: str) -> Iterator[Problem]:
    """What stands twice agrees, and follows from the facts and the policies of the rulebook."""
    judged, info, made = review["encounter"], review["facts"].get("encounter", {}), review["provenance"]
    if review["schema_version"] != "1":
        yield Problem("schema_version", "is no known version")
    for at, said in (("rulebook", review["rulebook"]), ("provenance.rulebook", made["rulebook"])):
        if said != version:
            yield Problem(at, f"is not the rulebook that is installed ({version}), so its rules cannot be looked up")
    if made["package"] != package:
        yield Problem("provenance.package", f"is not the version that verifies ({package}); another made this review")
    if made["policy"] != judged["policy"]:
        yield Problem("provenance.policy", "is not the policy of the encounter")
    yield from _readers(review)
    yield from _encounter(judged, info, records)
    on = told(info, "date_of_service")
    before = on is not None and date.fromisoformat(on) < records.meta["covers_from"]
    if review["assessed"] == before:
        yield Problem("assessed", "is not so by the date of service and the first day of the rulebook")


def editions(review: Plain, world: World) -> Iterator[Problem]:
    """Which tables of claim edits judged the encounter: those that hold on its day."""
    if "edits" not in review["provenance"]:
        return
    wanted = [
        {"table": one.kind, "quarter": one.quarter, "source": one.origin, "sha256": one.sha256}
        for one in world.tables().editions
    ]
    yield from differences("provenance.edits", review["provenance"]["edits"], wanted)


def _readers(review: Plain) -> Iterator[Problem]:
    made = review["provenance"]
    with_model = READERS.get(made["extractor"])
    if with_model is None or with_model != (made["model"] is not None):
        yield Problem("provenance.extractor", "does not fit with what is said of a model")
    if (made["extractor"] == "none") != (not made["notes"]):
        yield Problem("provenance.extractor", "does not fit with the notes")
    if review["readings"] and not with_model:
        yield Problem("readings", "compare two readers, and one read")
    model = made["model"] or {}
    usage = model.get("usage", {})
    if model and usage.get("calls", 0) < model.get("attempts", 0) - model.get("repairs", 0) - 1:
        yield Problem("provenance.model.usage", "does not fit with the attempts")
    if model and len(model["finish_reasons"]) > model["windows"] + model["repairs"]:
        yield Problem("provenance.model.finish_reasons", "are more than the windows read")


def _encounter(judged: Plain, info: Plain, records: Records) -> Iterator[Problem]:
    pack = records.policies.get(judged["policy"])
    if pack is None:
        yield Problem("encounter.policy", "is no policy of the rulebook")
        return
    setting = told(info, "setting")
    wanted = {
        "id": info.get("id", "encounter"),
        "date_of_service": told(info, "date_of_service") or records.meta["default_date"].isoformat(),
        "setting": setting or pack["setting"],
        "payer": told(info, "payer"),
        "primary_reason": told(info, "primary_reason"),
        "policy": judged["policy"],
    }
    yield from differences("encounter", judged, wanted)
    if info.get("policy") not in (None, judged["policy"]) and setting is None:
        yield Problem("facts.encounter.policy", "is not the policy of the encounter")
    for name, value in info.get("switches", {}).items():
        allowed = records.switches.get(name)
        if allowed is None or (allowed.get("values") and value not in allowed["values"]):
            yield Problem(f"facts.encounter.switches.{name}", "is no switch of the rulebook, or no value of it")


def conflicts(review: Plain, worlds: list[World]) -> Iterator[Problem]:
    """Every disagreement of the facts stands with its readings, words and the codes that hang on it."""
    entries = {entry["path"]: (place, entry) for place, entry in enumerate(review["conflicts"])}
    if len(entries) != len(review["conflicts"]):
        yield Problem("conflicts", "one stands twice")
    facts = {path: fact for path, fact, _ in disagreements(review["facts"])}
    sheets = [_units(world) for world in worlds]
    changing = {key[0] for sheet in sheets for key in sheet if any(other.get(key) != sheet[key] for other in sheets)}
    for path, (place, entry) in entries.items():
        yield from _conflict(f"conflicts[{place}]", path, entry, facts, changing, worlds)
    for path, fact in facts.items():
        if path not in entries and not _minute_apart(path, fact, worlds[0]):
            yield Problem("conflicts", f"{path} disagrees and does not stand")
    for world in worlds:
        for bag in world.bags:
            if bag.clash and f"administrations.{bag.ids[0]}.stop" not in entries:
                yield Problem("conflicts", f"administrations.{bag.ids[0]}.stop is not after its start")


def _conflict(
    at: str, path: str, entry: Plain, facts: dict[str, Plain], changing: set[str], worlds: list[World]
) -> Iterator[Problem]:
    """One disagreement: its name, its readings, and what hangs on it."""
    records = worlds[0].records
    if (entry["id"], entry["subject"], entry["question"]) != (f"conflict.{path}", path, QUESTION):
        yield Problem(at, "is not called as its path is")
    codes = {code for code in entry["decides"] if code in records.codes and not records.rows_of_code(code)}
    wrong = not codes <= changing or entry["decides"] != sorted(set(entry["decides"]))
    if wrong or (len(facts) == 1 and path in facts and codes != changing):
        yield Problem(f"{at}.decides", "are not the codes that differ between the readings")
    if path in facts:
        yield from _readings(at, entry, facts[path])
    elif path != SWITCH and not _clash(path, entry, worlds):
        yield Problem(at, "is no disagreement of the facts")


def _units(world: World) -> dict[tuple[str, str], int]:
    """Units of each code on each day: on another day it is another line."""
    units: dict[tuple[str, str], int] = {}
    for one in derived(world):
        units[one.code, one.day] = units.get((one.code, one.day), 0) + one.units
    return units


def _readings(at: str, entry: Plain, fact: Plain) -> Iterator[Problem]:
    said = sorted(_shown(reading) for reading in fact.get("readings", ()))
    if len(said) < 2:
        said = sorted(dict.fromkeys(span["text"] for span in fact.get("evidence", ())))
    if sorted(entry["readings"]) != said:
        yield Problem(f"{at}.readings", "are not those of the fact")
    places = sorted((s["note_id"], s["start"], s["end"], s["text"]) for s in fact.get("evidence", ()))
    if sorted((s["note_id"], s["start"], s["end"], s["text"]) for s in entry["evidence"]) != places:
        yield Problem(f"{at}.evidence", "is not that of the fact")
    pairs = list(zip(entry["readings"], entry["evidence"], strict=False))
    together = list(zip(map(_shown, fact.get("readings", ())), fact.get("evidence", ()), strict=False))
    paired = 1 < len(pairs) == len(together) == len(entry["readings"]) == len(entry["evidence"])
    if paired and any(pair not in together for pair in pairs):
        yield Problem(f"{at}.readings", "do not stand beside their own words")


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return f"amount=Decimal('{value['amount']}') unit='{value.get('unit', '')}'"
    return str(value)


def _clash(path: str, entry: Plain, worlds: list[World]) -> bool:
    clashing = {f"administrations.{bag.ids[0]}.stop" for world in worlds for bag in world.bags if bag.clash}
    return path in clashing and entry["readings"] == ["stop is not after start"]


def _minute_apart(path: str, fact: Plain, world: World) -> bool:
    """Clock readings a minute apart that change nothing are not told of (decision 2)."""
    if path.rsplit(".", 1)[-1] not in ("start", "stop") or len(fact.get("readings", ())) != 2:
        return False
    one, other = (world.minute(reading) for reading in fact["readings"])
    return one is not None and other is not None and abs(one - other) <= 1


def claims(review: Plain, notes: tuple[Note, ...]) -> Iterator[Problem]:
    """Claims that the notes do not carry: their quotes are words of the notes or of nobody, none stands twice."""
    ones = {one["id"] for one in review["facts"].get("administrations", ())}
    gone = any(map(strikes, review["notes_on_scope"]))
    seen: list[Plain] = []
    for place, entry in enumerate(review["ungrounded"]):
        at = f"ungrounded[{place}]"
        if entry in seen and review["provenance"]["model"] is None:
            yield Problem(at, "stands twice")
        seen.append(entry)
        part, *rest = entry["path"].split(".")
        if entry["administration"] is not None and [part, entry["administration"]] != ["administrations", rest[0]]:
            yield Problem(f"{at}.administration", "is not the one of its path")
        if entry["administration"] is not None and entry["administration"] not in ones and not gone:
            yield Problem(f"{at}.administration", "is not among the facts")
        if entry["administration"] is None and part == "administrations" and rest[0] in ones:
            yield Problem(f"{at}.administration", "is not the one of its path")
        if not entry["reason"]:
            yield Problem(f"{at}.reason", "is empty")
        if notes and review["provenance"]["model"] is None:
            yield from _quoted(at, entry, notes)


def _quoted(at: str, entry: Plain, notes: tuple[Note, ...]) -> Iterator[Problem]:
    """The pattern reader quotes what stands in a note; so a quote that stands in none was changed."""
    texts = [" ".join(note.text.split()) for note in notes]
    quote = " ".join(entry["quote"].split())
    if quote and not any(quote in text for text in texts):
        yield Problem(f"{at}.quote", "stands in none of the notes")
    claim = " ".join(entry["claim"].split())
    linked = re.fullmatch(r"[a-z]+\d+", claim) is not None
    if claim and not linked and not any(claim.casefold() in text.casefold() for text in texts):
        plain = {"held", "given", "refused", "planned", "flush", "stopped_early"}
        if claim not in plain:
            yield Problem(f"{at}.claim", "stands in none of the notes")


def scope(review: Plain, world: World, notes: tuple[Note, ...]) -> Iterator[Problem]:
    """What was not assessed and why: each sentence that follows from the facts stands once, and no other."""
    from reviewer.language.as_read import not_read, said_again

    said = review["notes_on_scope"]
    if len(set(said)) != len(said):
        yield Problem("notes_on_scope", "a sentence stands twice")
    info = review["facts"].get("encounter", {})
    wanted = []
    for note in notes:
        wanted += [f"{note.id}: {twice} word for word; read once." for twice in said_again(note)]
        if where := not_read(note):
            words = "not read, as no record of what was done (addresses a program; an example, a question, an error)"
            wanted.append(f"{note.id}, line {where}: {words}.")
    if review["assessed"]:
        if told(info, "date_of_service") is None:
            wanted.append(f"no date of service was documented; judged by the rules in force on {world.on.isoformat()}")
        wanted += _older(world)
        known = {one["element"] for one in world.records.requirements.values()}
        wanted += [
            f"documentation.{element} is not an element the rulebook asks for; it was not used"
            for element in sorted(review["facts"].get("documentation", {}))
            if element not in known
        ]
    for sentence in wanted:
        if sentence not in said:
            yield Problem("notes_on_scope", "a sentence that follows from the facts does not stand")
    order = [sentence for sentence in said if sentence in wanted]
    if order != [sentence for sentence in wanted if sentence in said]:
        yield Problem("notes_on_scope", "does not stand in its order")
    for place, sentence in enumerate(said):
        if sentence not in wanted and not _remark(sentence, review):
            yield Problem(f"notes_on_scope[{place}]", "does not follow from the facts")


def _older(world: World) -> list[str]:
    """Which published tables are older than the date of service."""
    through: dict[date, list[str]] = {}
    for edition in reversed(world.tables().later_than(world.on)):
        if edition.kind in LATER:
            through.setdefault(edition.through, []).append(LATER[edition.kind])
    return [
        f"{' and '.join(tables)} are those in force on {day.isoformat()}; the date of service is later"
        for day, tables in through.items()
    ]


def _remark(sentence: str, review: Plain) -> bool:
    """A sentence that a reader, an option or an alarm may add."""
    info = review["facts"].get("encounter", {})
    if sentence.startswith("No code is released: "):
        alarm = sentence.removeprefix("No code is released: ")
        held = [one for one in review["needs_human"] if one["rule"] == "withheld-until-one-encounter"]
        return bool(held) and all(alarm in one["reason"] for one in held) and not review["codes"]
    for name, option in OPTIONS.items():
        fact = info.get(name, {})
        # Where a person corrected it afterwards, what the option gave is in no field any more.
        value = r"\S+" if fact.get("why") else re.escape(str(fact.get("value")))
        told_of = rf"Judged with the {name.replace('_', ' ')} {value} given by {option}; the notes say .+\."
        if re.fullmatch(told_of, sentence):
            return bool(fact.get("standing") == "entered")
    if strikes(sentence):
        return True
    if sentence.startswith("not assessed: the rulebook starts on "):
        return not review["assessed"]
    return review["provenance"]["model"] is not None


def alarms(review: Plain) -> Iterator[Problem]:
    """Where notes are not of one encounter no code stands, and the report says so first."""
    held = [one for one in review["needs_human"] if one["rule"] == "withheld-until-one-encounter"]
    reasons = {part for one in held for part in one["reason"].split("; ")}
    for reason in reasons:
        if f"No code is released: {reason}" not in review["notes_on_scope"]:
            yield Problem("notes_on_scope", "does not say why no code is released")
    if held and review["codes"]:
        yield Problem("codes", "stand beside an alarm")
    if len({one["reason"] for one in held if one["code"]}) > 1:
        yield Problem("needs_human", "withholds for different reasons")
    known = {"the notes name different patients", "the notes name different dates of service"}
    for one in held:
        if not set(one["reason"].split("; ")) <= known:
            yield Problem("needs_human", "withholds for a reason that there is not")
