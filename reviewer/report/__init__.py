"""The report on a review, as text, Markdown, HTML or JSON. Heavy imports wait until a report is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from rich.console import Console

    from reviewer.notes.note import Note
    from reviewer.review import Review
    from validator.rulebook import Rulebook

__all__ = ["Format", "print_text", "render"]

Format = Literal["text", "markdown", "html", "json"]


def render(
    review: Review,
    format: Format,  # noqa: A002 - the word of the command line and of every caller
    notes: tuple[Note, ...] = (),
    *,
    rulebook: Rulebook | None = None,
) -> str:
    """The report on `review` in `format`.

    `notes` are the documents that were read: with them the HTML shows each one with its evidence highlighted.
    Titles of sources, codes and policies come from `rulebook`, by default the one that ships with it.
    Text is at most 100 columns wide. HTML is one self-contained file. Same arguments, same bytes.
    """
    if format == "json":
        from reviewer.report.published import published

        return published(review)
    from reviewer.report.building import build
    from reviewer.report.names import names
    from reviewer.report.rendering import page

    return page(build(review, notes, names(rulebook)), format)


def print_text(review: Review, notes: tuple[Note, ...], console: Console, *, rulebook: Rulebook | None = None) -> None:
    """Print the text report on a rich console, coloured where the console can show colour."""
    from reviewer.report.terminal import coloured

    console.print(coloured(render(review, "text", notes, rulebook=rulebook)), soft_wrap=True)
