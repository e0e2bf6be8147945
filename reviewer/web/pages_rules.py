"""Rule pages: every id and code in the interface leads to its card; and a question answered from the records."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from starlette.responses import Response

from reviewer.asking import from_rules
from reviewer.asking.answer import NOT_ANSWERED
from reviewer.asking.question import understood
from reviewer.web.pages_review import Entering
from reviewer.web.reviewing import rulebook
from reviewer.web.rule_cards import card, listed
from reviewer.web.site import Context, changing

router = APIRouter(include_in_schema=False)
LONGEST_QUESTION = 500


@router.get("/rules")
async def rules(context: Entering) -> Response:
    """Every record, by kind."""
    return context.page("rules.html.j2", "/rules", listed=listed(rulebook()), version=rulebook().version)


@router.post("/rules/ask")
async def ask(context: Annotated[Context, Depends(changing("enter"))]) -> Response:
    """A question, answered from the records or not at all."""
    question = context.text("question").strip()[:LONGEST_QUESTION]
    if not question:
        raise HTTPException(422, "Type a question, such as: when is 96415 reported?")
    book = rulebook()
    found = from_rules.answer(understood(question), book, book.default_date, "facility")
    hint = "" if found.statements else f"{NOT_ANSWERED} {found.hint}"
    template = "answer.html.j2" if context.in_place else "asked.html.j2"
    return context.page(template, "/rules", question=question, statements=found.statements, hint=hint)


@router.get("/rules/{name}")
async def rule(context: Entering, name: str) -> Response:
    """One card."""
    found = card(name, rulebook())
    if found is None:
        raise HTTPException(404, "The rulebook has no such rule, code, requirement, switch or policy.")
    return context.page("rule.html.j2", "/rules", card=found)
