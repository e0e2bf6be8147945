"""A gap: one documentation requirement that is not met, before it is put into words."""

from __future__ import annotations

from typing import NamedTuple

from validator.facts import Evidence, Standing


class Gap(NamedTuple):
    """Requirement `requirement` is not met for one administration or service, or for the encounter.

    `affects` are the codes it blocks, lowers or puts at risk; `subject` names the drug or service for the question.
    """

    requirement: str
    administration: str | None = None
    service: str | None = None
    subject: str = ""
    affects: tuple[str, ...] = ()
    standing: Standing = Standing.NOT_STATED
    near: tuple[Evidence, ...] = ()
