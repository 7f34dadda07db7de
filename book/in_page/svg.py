"""Draw the laboratory's figures: SVG with the book's colors, as text.

Each figure is 320 units wide, so that its letters are as large on a phone as beside another figure.
The classes are colored by _static/live/live.css, for the light, the dark and forced colors.
"""

import math
from collections.abc import Iterable, Sequence
from html import escape

WIDTH, HEIGHT = 320, 220
LEFT, RIGHT, TOP, BOTTOM = 46, 10, 30, 34

Range = tuple[float, float]


class Plot:
    """A figure with two axes; what is added is drawn in this order.

    Args:
        title: what it shows, above the drawing.
        says: the same in words, for those who do not see it.
        x, y: the ranges of the axes; with ``log``, y's is in powers of ten.
        xlabel: what the horizontal axis counts.
        log: whether the y axis counts powers of ten.
    """

    def __init__(
        self, title: str, says: str, x: Range, y: Range, xlabel: str, *, log: bool = False
    ) -> None:
        self.x, self.y, self.log = x, y, log
        self.title, self.says = title, says
        middle = (LEFT + WIDTH - RIGHT) / 2
        self.parts = [
            f'<text class="title" x="{LEFT}" y="16">{escape(title)}</text>',
            f'<text x="{middle:g}" y="{HEIGHT - 2}" text-anchor="middle">{escape(xlabel)}</text>',
        ]

    def across(self, x: float) -> float:
        low, high = self.x
        return LEFT + (WIDTH - LEFT - RIGHT) * (x - low) / (high - low)

    def down(self, y: float) -> float:
        low, high = self.y
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (y - low) / (high - low)

    def zone(self, ends: Range, kind: str) -> None:
        """Shade what lies between two places of x."""
        start, end = (self.across(max(self.x[0], min(self.x[1], x))) for x in ends)
        height = HEIGHT - TOP - BOTTOM
        self.parts.append(
            f'<rect class="{kind}" x="{start:.1f}" y="{TOP}" width="{end - start:.1f}" '
            f'height="{height}"/>'
        )

    def axes(self, xticks: Sequence[float], yticks: Sequence[float]) -> None:
        """Draw a fine line and a number at each tick."""
        for y in yticks:
            at = self.down(y)
            kind = "zero" if y == 0 and not self.log else "grid"
            self.parts.append(
                f'<path class="{kind}" d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}"/>'
                f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{self.number(y)}</text>'
            )
        for x in xticks:
            at = self.across(x)
            self.parts.append(
                f'<path class="grid" d="M{at:.1f} {HEIGHT - BOTTOM}v4"/>'
                f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">'
                f"{plain(x)}</text>"
            )

    def number(self, y: float) -> str:
        return f"10{superscript(round(y))}" if self.log else plain(y)

    def line(self, points: Iterable[tuple[float, float]], kind: str) -> None:
        """Draw a line through points; it is cut where it leaves the figure."""
        path, drawing, before = "", False, None
        for x, y in points:
            inside = self.y[0] - 1e-9 <= y <= self.y[1] + 1e-9
            if before and inside != drawing:  # from there, or to here, it crosses the border
                border = min(max(before[1] if inside else y, self.y[0]), self.y[1])
                share = (border - before[1]) / (y - before[1])
                crossing = self.across(before[0] + share * (x - before[0]))
                path += f"{'M' if inside else 'L'}{crossing:.1f} {self.down(border):.1f}"
            if inside:
                start = not (drawing or before)
                path += f"{'M' if start else 'L'}{self.across(x):.1f} {self.down(y):.1f}"
            drawing, before = inside, (x, y)
        self.parts.append(f'<path class="{kind}" d="{path}"/>')

    def cells(self, columns: int, rows: int, shares: Sequence[float]) -> None:
        """Color a grid, row by row from above, by shares from 0 to 1."""
        width = (WIDTH - LEFT - RIGHT) / columns
        height = (HEIGHT - TOP - BOTTOM) / rows
        for i, share in enumerate(shares):
            row, column = divmod(i, columns)
            kind, strength = ("one", share) if share >= 0.5 else ("none", 1 - share)
            self.parts.append(
                f'<rect class="{kind}" x="{LEFT + column * width:.2f}" '
                f'y="{TOP + row * height:.2f}" width="{width:.2f}" '
                f'height="{height:.2f}" fill-opacity="{0.1 + 0.7 * (strength - 0.5):.2f}"/>'
            )

    def discs(self, points: Iterable[tuple[float, float]]) -> None:
        for x, y in points:
            self.parts.append(
                f'<circle class="disc" cx="{self.across(x):.1f}" cy="{self.down(y):.1f}" r="3.2"/>'
            )

    def squares(self, points: Iterable[tuple[float, float]]) -> None:
        for x, y in points:
            self.parts.append(
                f'<rect class="square" x="{self.across(x) - 3:.1f}" y="{self.down(y) - 3:.1f}" '
                'width="6" height="6"/>'
            )

    def __str__(self) -> str:
        return (
            f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(self.says)}">'
            f"{''.join(self.parts)}</svg>"
        )


def plain(number: float) -> str:
    return f"{number:g}".replace("-", "−")


def superscript(n: int) -> str:
    return str(n).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def round_range(low: float, high: float) -> tuple[Range, list[float]]:
    """Widen a range to round numbers; return it, and three to six ticks in it."""
    if high - low < 1e-12:
        low, high = low - 1, high + 1
    rough = (high - low) / 4
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = [round(step * i, 12) + 0.0 for i in range(first, last + 1)]
    return (ticks[0], ticks[-1]), ticks


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write numbers as a table; the first cell of a row names it."""
    head = "".join(
        f'<th scope="col">{escape(text)}</th>' if text else "<td></td>" for text in heads
    )
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f"<td>{escape(text)}</td>" for text in rest)
        + "</tr>"
        for first, *rest in rows
    )
    return (
        '<div class="pst-scrollable-table-container"><table>'  # scrolls where a phone is narrow
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )
