"""The figures as one SVG drawing: F1 by kind of fact with its interval, and the risk-coverage curve."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from reviewer.evaluate.summary import Summary

_ROW, _LEFT, _BAR, _TOP = 18, 170, 300, 60
_CURVE_LEFT, _CURVE_SIZE = _LEFT + _BAR + 110, 260
_INK, _FILL, _LINE = "#1a2b3c", "#5b8db8", "#b5442e"


def as_svg(summary: Summary, title: str) -> str:
    """The drawing, complete and self-contained; all text is escaped."""
    height = _TOP + max(len(summary.facts) * _ROW, _CURVE_SIZE + 60) + 30
    width = _CURVE_LEFT + _CURVE_SIZE + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'font-family="sans-serif" font-size="12" fill="{_INK}" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{height}" fill="white"/>',
        _text(16, 24, title, size=15),
        *_bars(summary),
        *_curve(summary),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _bars(summary: Summary) -> Iterator[str]:
    yield _text(_LEFT, _TOP - 14, "F1 by kind of fact, 95 % interval")
    for number, (kind, one) in enumerate(summary.facts.items()):
        middle = _TOP + number * _ROW + _ROW / 2
        yield _text(_LEFT - 8, middle + 4, kind.replace("_", " "), anchor="end")
        value, low, high = one.f1
        if value is None:
            continue
        yield f'<rect x="{_LEFT}" y="{middle - 6:.1f}" width="{value * _BAR:.1f}" height="12" fill="{_FILL}"/>'
        if low is not None and high is not None:
            yield _line(_LEFT + low * _BAR, middle, _LEFT + high * _BAR, middle)
        yield _text(_LEFT + _BAR + 8, middle + 4, f"{value:.1%}")


def _curve(summary: Summary) -> Iterator[str]:
    bottom, right = _TOP + _CURVE_SIZE, _CURVE_LEFT + _CURVE_SIZE
    yield _text(_CURVE_LEFT, _TOP - 14, "Released without a look, and how many of them are not exact")
    yield _line(_CURVE_LEFT, _TOP, _CURVE_LEFT, bottom)
    yield _line(_CURVE_LEFT, bottom, right, bottom)
    for percent in (0, 50, 100):
        part = percent / 100 * _CURVE_SIZE
        yield _text(_CURVE_LEFT - 6, bottom - part + 4, f"{percent}%", anchor="end")
        yield _text(_CURVE_LEFT + part, bottom + 16, f"{percent}%", anchor="middle")
    yield _text(_CURVE_LEFT + _CURVE_SIZE / 2, bottom + 34, "share released, least risk first", anchor="middle")
    points = [
        (_CURVE_LEFT + step.coverage * _CURVE_SIZE, bottom - step.error_rate * _CURVE_SIZE) for step in summary.curve
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    if len(points) > 1:
        yield f'<polyline points="{path}" fill="none" stroke="{_LINE}" stroke-width="2"/>'
    for x, y in points:
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{_LINE}"/>'


def _text(x: float, y: float, text: str, anchor: str = "start", size: int = 12) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{_INK}"/>'
