"""`reviewer ask`: an answer about a code, a rule or a stored review, from records and quoted words only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from reviewer.asking.answer import Answer, Statement
    from validator.rulebook import Rulebook


def ask(
    question: Annotated[
        str, typer.Argument(metavar="QUESTION", help="In plain words, with a code where you have one.")
    ],
    review: Annotated[
        str | None,
        typer.Option("--review", metavar="FILE", help="Answer about this stored review (JSON; - for stdin)."),
    ] = None,
    setting: Annotated[
        Literal["facility", "physician"], typer.Option("--setting", help="Whose edit tables are asked.")
    ] = "facility",
    format: Annotated[  # noqa: A002  # the option's name is the contract
        Literal["text", "json"], typer.Option("--format", help="How to write the answer.")
    ] = "text",
) -> int:
    """Answer a question from rule records and a stored review. With sources; or it says that they do not answer it."""
    from reviewer.asking import from_review, from_rules
    from reviewer.asking.question import understood
    from reviewer.commands_rules import installed_rulebook
    from reviewer.errors import UsageError
    from reviewer.output import write

    if not question.strip():
        raise UsageError("QUESTION is empty; ask for example: when is 96415 reported?")
    asked, rulebook = understood(question), installed_rulebook()
    if review is not None:
        from reviewer.facts_file import load_review

        found = from_review.answer(asked, load_review(review))
    else:
        from reviewer.cards.view import newest

        found = from_rules.answer(asked, rulebook, newest(rulebook), setting)
    write(_json(found) if format == "json" else _text(found, rulebook), None)
    return 0


def _text(answer: Answer, rulebook: Rulebook) -> str:
    from reviewer.asking.answer import NOT_ANSWERED

    if not answer.statements:
        return f"{NOT_ANSWERED} {answer.hint}"
    return "\n".join(_statement(statement, rulebook) for statement in answer.statements)


def _statement(statement: Statement, rulebook: Rulebook) -> str:
    lines = [f"- {statement.says}"]
    lines += [f'    {e.note_id} {e.start}-{e.end}: "{" ".join(e.text.split())}"' for e in statement.words]
    cited = [
        f"{rulebook.sources[c.source].title if c.source in rulebook.sources else c.source}: {c.at}"
        for c in statement.cite
    ]
    return "\n".join([*lines, f"    [{statement.record}]{' ' if cited else ''}{'; '.join(cited)}"])


def _json(answer: Answer) -> str:
    import json

    statements = [
        {
            "says": s.says,
            "record": s.record,
            "citations": [c.model_dump() for c in s.cite],
            "evidence": [e.model_dump(mode="json") for e in s.words],
        }
        for s in answer.statements
    ]
    data = {"answered": bool(statements), "statements": statements, "hint": answer.hint}
    return json.dumps(data, indent=1, ensure_ascii=False)
