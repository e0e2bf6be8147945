"""Bars as SVG drawings that need nothing else; all text is escaped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from xml.sax.saxutils import escape

_ROW, _LEFT, _BAR, _TOP, _RIGHT = 22, 230, 420, 54, 90
_INK = "#1a2b3c"
_FILLS = ("#b5442e", "#d99a3d", "#5b8db8")
_LONGEST_NAME = 34


def bars(title: str, parts: Sequence[str], rows: Mapping[str, Sequence[float]], *, stacked: bool, unit: str) -> str:
    """One drawing: the parts of each row one behind the other, or one below the other. `unit` stands by numbers."""
    thick = _ROW if stacked else _ROW * len(parts)
    height = _TOP + max(len(rows), 1) * (thick + 4) + 12
    width = _LEFT + _BAR + _RIGHT
    most = max((sum(values) if stacked else max(values) for values in rows.values()), default=0) or 1
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            f'font-family="sans-serif" font-size="12" fill="{_INK}" role="img">',
            f"<title>{escape(title)}</title>",
            _text(0, 16, title, size=15),
            *_legend(parts),
            *(_text(0, _TOP + 14, "nothing to show") for _ in range(not rows)),
            *(
                piece
                for number, (name, values) in enumerate(rows.items())
                for piece in _row(_TOP + number * (thick + 4), name, values, most, stacked, unit)
            ),
            "</svg>",
        ]
    )


def _legend(parts: Sequence[str]) -> Iterator[str]:
    x = 0.0
    for part, fill in zip(parts, _FILLS, strict=False):
        yield f'<rect x="{x:.0f}" y="28" width="11" height="11" fill="{fill}"/>'
        yield _text(x + 15, 38, part)
        x += 36 + 7 * len(part)


def _row(y: float, name: str, values: Sequence[float], most: float, stacked: bool, unit: str) -> Iterator[str]:
    shown = name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
    yield _text(_LEFT - 8, y + 15, shown, anchor="end")
    x = float(_LEFT)
    for number, (value, fill) in enumerate(zip(values, _FILLS, strict=False)):
        length = max(0.0, value) / most * _BAR
        at = y if stacked else y + number * _ROW
        start = x if stacked else _LEFT
        yield f'<rect x="{start:.1f}" y="{at + 4:.1f}" width="{length:.1f}" height="{_ROW - 6}" fill="{fill}"/>'
        if not stacked:
            yield _text(_LEFT + length + 6, at + 15, _number(value, unit))
        x += length
    if stacked:
        yield _text(x + 6, y + 15, _number(sum(values), unit))


def _number(value: float, unit: str) -> str:
    return f"{value:,.0f}{unit}" if float(value).is_integer() else f"{value:,.1f}{unit}"


def _text(x: float, y: float, text: str, anchor: str = "start", size: int = 12) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{escape(text)}</text>'
