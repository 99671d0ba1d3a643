"""A plain SVG of two curves over the same axis, each with a scale of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_WIDTH, _HEIGHT, _EDGE = 640, 320, 60
_COLOURS = ("#1a5fb4", "#a51d2d")


@dataclass(frozen=True)
class Series:
    """A curve and what it shows."""

    name: str
    across: Sequence[float]
    up: Sequence[float]


def line_plot(axis: str, left: Series, right: Series) -> str:
    """Return an SVG with `left` on the left scale and `right` on the right one."""
    furthest = max(left.across) or 1
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" font-size="12">',
        f"<title>{left.name} and {right.name} over {axis}</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        f'<path d="M{_EDGE} {_EDGE / 2}V{_HEIGHT - _EDGE}H{_WIDTH - _EDGE}V{_EDGE / 2}" fill="none" stroke="#888"/>',
        *(_mark(x / furthest, f"{x:g}") for x in left.across),
        f'<text x="{_WIDTH / 2}" y="{_HEIGHT - 15}" text-anchor="middle">{axis}</text>',
        *_curve(left, furthest, 0),
        *_curve(right, furthest, 1),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _curve(series: Series, furthest: float, side: int) -> list[str]:
    top = max(series.up) * 1.1 or 1
    places = [
        (_x(x / furthest), _y(y / top)) for x, y in zip(series.across, series.up, strict=True)
    ]
    colour, points = _COLOURS[side], " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    edge, anchor = (_WIDTH - _EDGE + 6, "start") if side else (_EDGE - 6, "end")
    scale = [
        f'<text x="{edge}" y="{_y(y / top) + 4:.1f}" text-anchor="{anchor}" fill="{colour}">{y:,.0f}</text>'
        for y in series.up
    ]
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in places]
    name = f'<text x="{edge}" y="16" text-anchor="{"end" if side else "start"}" fill="{colour}">{series.name}</text>'
    line = f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
    return [line, *dots, *scale, name]


def _mark(share: float, words: str) -> str:
    return (
        f'<text x="{_x(share):.1f}" y="{_HEIGHT - _EDGE + 18}" text-anchor="middle">{words}</text>'
    )


def _x(share: float) -> float:
    return _EDGE + share * (_WIDTH - 2 * _EDGE)


def _y(share: float) -> float:
    return _HEIGHT - _EDGE - share * (_HEIGHT - 1.5 * _EDGE)
