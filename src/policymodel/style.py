"""The colours, sizes and typefaces of pages and charts: the one place that knows them.

Blue stands against orange, which every common colour-blindness keeps apart; the baseline is told apart by lightness
alone. What marks are filled with has a contrast of at least 3 against light paper and against dark, pale fills carry
dark text, and every word one of at least 4.5 (axe-core measures it in the tests).
"""

from __future__ import annotations

from collections.abc import Mapping

BASELINE, OTHERS = "#a7b2be", ("#2f7cc4", "#c8691f", "#3f8f7a")
"""Marks of the design that the others are compared with, and marks of the others in the run's order."""
GAIN, LOSS = OTHERS[0], OTHERS[1]
BANDS = (LOSS, "#e3ab7d", BASELINE, "#8fb6db", GAIN)
"""From the largest loss to the largest gain."""
REACHED = {
    "under_80": "#f0c19c",
    "under_100": "#f8e3d2",
    "reached": "#d5e4f3",
    "over_120": "#a5c7e6",
    "no_target": "#eef1f4",
}
"""How far an indicator reached its target."""
MUTED = "#7a8694"
INK = "currentColor"
"""The reader's own text colour, so that a picture stands on light paper, on dark, and in print."""
ON_FILL = "#1b2430"
"""Text on a pale fill, whatever the paper."""

LIGHT: Mapping[str, str] = {
    "ink": ON_FILL,
    "muted": "#5d6875",
    "rule": "#d9dee5",
    "deep": "#12304f",
    "accent": "#1d5b99",
    "paper": "#ffffff",
    "loss": "#b65a1a",
    "chip": "#9fb4c8",
    "focus": "#b87400",
    "banner": "#12304f",
    "on-banner": "#cfe2f5",
    "shade": "rgb(18 48 79 / 0.14)",
}
DARK: Mapping[str, str] = {
    "ink": "#e7ecf2",
    "muted": "#a9b4c0",
    "rule": "#33404d",
    "deep": "#a9cdf0",
    "accent": "#86bdf2",
    "paper": "#11171d",
    "loss": "#f0a468",
    "chip": "#4d6277",
    "focus": "#f0b849",
    "banner": "#0b1e33",
    "on-banner": "#cfe2f5",
    "shade": "rgb(0 0 0 / 0.5)",
}
"""The same names on dark paper."""

SIZES = {
    "label": 13,
    "small": 14,
    "note": 15,
    "text": 17,
    "claim": 19,
    "lead": 23,
    "number": 34,
    "section": 34,
    "place": 52,
}
"""The type scale, in pixels of a reader who left 16 as it is."""
FONTS = {
    "en": "'Segoe UI', 'Helvetica Neue', Arial, 'Noto Sans', 'Noto Sans CJK TC', sans-serif",
    "zh-Hant": "'PingFang TC', 'Microsoft JhengHei', 'Noto Sans TC', 'Noto Sans CJK TC', sans-serif",
    "zh-Hans": "'PingFang SC', 'Microsoft YaHei', 'Noto Sans SC', 'Noto Sans CJK SC', sans-serif",
}
"""Faces that Windows, macOS and Linux bring along; the last of each list have Chinese characters."""
LINE_HEIGHTS = {"en": 1.6, "zh-Hant": 1.75, "zh-Hans": 1.75}


def custom_properties() -> str:
    """All of it as CSS: light, dark where the reader prefers it, never on paper; sizes; a face for each language.

    >>> "--loss: #b65a1a;" in custom_properties()
    True
    """
    light, dark = (
        " ".join(f"--{name}: {value};" for name, value in colours.items()) for colours in (LIGHT, DARK)
    )
    sizes = " ".join(f"--{name}-size: {pixels / 16:g}rem;" for name, pixels in SIZES.items())
    faces = "\n".join(
        f":lang({language}) {{ --face: {fonts}; --leading: {LINE_HEIGHTS[language]}; }}"
        for language, fonts in FONTS.items()
    )
    return (
        f":root {{ color-scheme: light dark; {light} {sizes} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"
        f"@media print {{ :root {{ color-scheme: light; }} }}\n"
        f"{faces}\n"
    )
