"""`reviewer review` and `reviewer validate`: notes, or facts, to a report."""

from __future__ import annotations

import datetime as dt
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from reviewer.asked_options import (
    BILLED,
    Asked,
    BilledOption,
    ClaimOption,
    CompareOption,
    asked_for,
    billed_too_much,
)
from reviewer.errors import UsageError, shown
from reviewer.language.kept import expression
from reviewer.model_options import (
    BaseUrlOption,
    ExtractorOption,
    ModelFileOption,
    ModelFlags,
    ModelOption,
    ModeOption,
    model_for,
)

if TYPE_CHECKING:
    from reviewer.notes.note import Note
    from reviewer.review import Review

Format = Literal["text", "markdown", "html", "json"]


class FailOn(StrEnum):
    """What a caller may stop at: a tier of findings, or more billed than supported (an enumeration for typer)."""

    CODE = "code"
    PAYMENT = "payment"
    SAFETY = "safety"
    BILLED = "billed"


FINDINGS = 1
_SAMPLE = Path(__file__).parent / "sample"
_ISO_DATE = expression(r"\d{4}-\d{2}-\d{2}")

PolicyOption = Annotated[
    str | None,
    typer.Option("--policy", metavar="ID", help="Policy pack; see: reviewer rules list --kind policy"),
]
SwitchOption = Annotated[
    list[str] | None,
    typer.Option("--switch", metavar="KEY=VALUE", help="Set one switch of the policy; may be repeated."),
]
FailOnOption = Annotated[
    list[FailOn] | None,
    typer.Option("--fail-on", help="Exit 1 when such a finding is open; may be repeated."),
]
FormatOption = Annotated[Format, typer.Option("--format", help="How to write the result.")]
OutputOption = Annotated[
    Path | None, typer.Option("--output", metavar="FILE", help="Write to this file, not to standard output.")
]


def review(
    notes: Annotated[
        list[str] | None,
        typer.Argument(metavar="NOTE", help="Notes of ONE encounter: files, a folder, or - (stdin)."),
    ] = None,
    setting: Annotated[
        Literal["facility", "physician"] | None,
        typer.Option("--setting", help="Where it was billed; else from the note, else facility."),
    ] = None,
    date: Annotated[
        str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="Date of service; else from the note.")
    ] = None,
    policy: PolicyOption = None,
    switch: SwitchOption = None,
    extractor: ExtractorOption = None,
    base_url: BaseUrlOption = None,
    model: ModelOption = None,
    mode: ModeOption = None,
    model_file: ModelFileOption = None,
    billed: BilledOption = None,
    claim: ClaimOption = None,
    compare_policies: CompareOption = None,
    fail_on: FailOnOption = None,
    format: FormatOption = "text",  # noqa: A002  # the option's name is the contract
    output: OutputOption = None,
    sample: Annotated[bool, typer.Option("--sample", help="Review the bundled, invented encounter.")] = False,
) -> int:
    """Review the notes of one encounter. Supported codes, missing documentation, and why."""
    from reviewer.output import check_output
    from reviewer.settings import load_settings

    sources = _sources(notes or [], sample)
    check_output(output, _inputs(sources, billed))
    on = _date(date)
    overrides = _switches(switch or [])
    asked = asked_for(billed, claim, compare_policies, FailOn.BILLED in (fail_on or []))
    settings = load_settings()
    readers = extractor or settings.extractor
    reader = model_for(readers, settings, ModelFlags(base_url, model, mode, model_file))
    read = _load(sources)

    from reviewer import pipeline
    from reviewer.commands_rules import installed_rulebook

    result = pipeline.review(
        read,
        rulebook=installed_rulebook(),
        policy=settings.policy if policy is None else policy,
        setting=setting or (None if policy else settings.setting),
        date=on,
        switches=overrides,
        extractor=readers,
        model=reader,
    )
    result = asked.of(result, installed_rulebook())
    _report(result, format, output, read)
    return _exit_code(result, fail_on or [])


def validate(
    facts: Annotated[str, typer.Argument(metavar="FACTS.json", help="Facts of one encounter, or - (stdin).")],
    policy: PolicyOption = None,
    switch: SwitchOption = None,
    billed: BilledOption = None,
    claim: ClaimOption = None,
    compare_policies: CompareOption = None,
    fail_on: FailOnOption = None,
    format: FormatOption = "text",  # noqa: A002  # the option's name is the contract
    output: OutputOption = None,
) -> int:
    """Judge facts as they are: no text is read, no model is asked. As JSON, the assessment alone."""
    from reviewer.facts_file import load_facts, name_of
    from reviewer.output import check_output, write
    from reviewer.settings import load_settings

    check_output(output, _inputs([facts], billed))
    overrides = _switches(switch or [])
    asked = asked_for(billed, claim, compare_policies, FailOn.BILLED in (fail_on or []))
    settings = load_settings()
    encounter = load_facts(facts)

    from reviewer import pipeline
    from reviewer.commands_rules import installed_rulebook

    result = pipeline.judge(
        encounter,
        rulebook=installed_rulebook(),
        policy=settings.policy if policy is None else policy,
        switches=overrides,
        source=name_of(facts),
    )
    result = asked.of(result, installed_rulebook())
    if format == "json":
        write(_assessment_json(result, asked), output)
    else:
        _report(result, format, output, ())
    return _exit_code(result, fail_on or [])


def _report(result: Review, format: Format, output: Path | None, notes: tuple[Note, ...]) -> None:  # noqa: A002
    from reviewer.output import write
    from reviewer.report import print_text, render

    if format == "text" and output is None and sys.stdout.isatty():
        from rich.console import Console

        print_text(result, notes, Console())
        return
    if format == "json":
        from reviewer.settings import signing_key
        from reviewer.verify.seal import sealed

        result = sealed(result, signing_key())
    write(render(result, format, notes), output)


def open_findings(result: Review) -> frozenset[str]:
    """The tiers in which something is open. What keeps a code from being decided counts as `code`."""
    tiers = {str(element.tier) for element in result.missing}
    undecided = (result.not_supported, result.needs_human, [one for one in result.conflicts if one.decides])
    return frozenset(tiers | ({"code"} if any(undecided) else set()))


def _exit_code(result: Review, fail_on: list[FailOn]) -> int:
    found = open_findings(result) | ({BILLED} if billed_too_much(result) else set())
    return FINDINGS if found & set(fail_on) else 0


def _assessment_json(result: Review, asked: Asked) -> str:
    """The assessment, and beside it what was asked for."""
    from validator.findings import Assessment

    return result.model_dump_json(indent=1, include={*Assessment.model_fields, *asked.fields})


def _inputs(sources: list[str], billed: Path | None) -> list[str]:
    return sources if billed is None else [*sources, str(billed)]


def _sources(notes: list[str], sample: bool) -> list[str]:
    if sample and notes:
        raise UsageError("--sample reviews the bundled notes; leave out either it or the note files")
    if not sample and not notes:
        raise UsageError("name the note files of one encounter, - for standard input, or --sample")
    return [str(_SAMPLE)] if sample else notes


def _load(sources: list[str]) -> tuple[Note, ...]:
    from reviewer.notes.loading import load_notes

    notes, passed_over = load_notes(sources)
    if passed_over:
        names = ", ".join(shown(path.name) for path in passed_over)
        sys.stderr.write(f"reviewer: not read, because these are no note files: {names}\n")
    return notes


def _date(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        if _ISO_DATE.fullmatch(text):
            return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError("--date: there is no such day") from None
    raise UsageError("--date: expected YYYY-MM-DD")


def _switches(options: list[str]) -> dict[str, bool | int | str]:
    """`KEY=VALUE` options; `true` and `false` and whole numbers are read as such."""
    found: dict[str, bool | int | str] = {}
    for option in options:
        key, equals, value = option.partition("=")
        if not (key and equals and value):
            raise UsageError("--switch: expected KEY=VALUE, such as strict_payment=true")
        if key in found:
            raise UsageError(f"--switch {shown(key)}: given more than once")
        found[key] = _value(value)
    return found


def _value(text: str) -> bool | int | str:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text
