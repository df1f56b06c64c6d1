"""Colours, sizes and times of the design, as data without Qt; a test checks their contrast.

Text on any ground it may stand on has at least 4.5 : 1, what only frames a control at least 3 : 1.
"""

from __future__ import annotations

from typing import NamedTuple


class Tone(NamedTuple):
    """A state's colour for words and icons, and the soft one behind them."""

    strong: str
    soft: str


class Colours(NamedTuple):
    """One theme. Names are what a colour is for."""

    canvas: str
    nav: str
    card: str
    hover: str
    chosen: str
    line: str
    line_strong: str
    control: str
    text: str
    text_second: str
    disabled: str
    accent: str
    accent_hover: str
    accent_pressed: str
    on_accent: str
    accent_soft: str
    safe: Tone
    changed: Tone
    waiting: Tone
    attention: Tone
    problem: Tone
    attention_fill: str
    bar_safe: str
    bar_sent: str
    bar_left: str
    kinds: tuple[str, str, str, str]


LIGHT = Colours(
    canvas="#FBFAF8",
    nav="#F3F1ED",
    card="#FFFFFF",
    hover="#F1EEE9",
    chosen="#E6E2DB",
    line="#E5E1DA",
    line_strong="#CDC7BD",
    control="#8C857A",
    text="#1F1D1A",
    text_second="#5C574F",
    disabled="#A39C91",
    accent="#3355C9",
    accent_hover="#2A48B0",
    accent_pressed="#223C95",
    on_accent="#FFFFFF",
    accent_soft="#E9EDFB",
    safe=Tone("#1B6E41", "#E3F1E8"),
    changed=Tone("#0B6A72", "#DDF0F1"),
    waiting=Tone("#566073", "#EBEDF1"),
    attention=Tone("#895200", "#FBEFD8"),
    problem=Tone("#B02E1B", "#FBE8E3"),
    attention_fill="#C67C0C",
    bar_safe="#1B6E41",
    bar_sent="#7FB898",
    bar_left="#E4E0D8",
    kinds=("#3355C9", "#7089E0", "#9FB1EE", "#C8D3F7"),
)

DARK = Colours(
    canvas="#1B1A19",
    nav="#151413",
    card="#242321",
    hover="#2A2826",
    chosen="#302E2B",
    line="#35322F",
    line_strong="#4D4944",
    control="#8A847A",
    text="#F1EFEB",
    text_second="#B3ADA3",
    disabled="#6E6962",
    accent="#97AEFF",
    accent_hover="#ABBEFF",
    accent_pressed="#8099F0",
    on_accent="#10163A",
    accent_soft="#282E4A",
    safe=Tone("#6CCB95", "#1E3529"),
    changed=Tone("#62C6CE", "#1B3538"),
    waiting=Tone("#B4BBCA", "#31343B"),
    attention=Tone("#EDB65C", "#3B2F1B"),
    problem=Tone("#FF9482", "#43241F"),
    attention_fill="#EDB65C",
    bar_safe="#6CCB95",
    bar_sent="#3E7C5A",
    bar_left="#3A3734",
    kinds=("#97AEFF", "#6A83DB", "#4F64B2", "#3C497D"),
)

# Device-independent pixels, at the system's normal font size.
GAP = 8
GAP_SMALL = 4
PAGE_MARGIN = 40
PAGE_MARGIN_NARROW = 28
NARROW = 960
"""A window less wide than this uses the narrow layouts."""
SECTION_GAP = 32
CARD_GAP = 16
CARD_PADDING = 20
ICON_GAP = 12
STATE_GAP = 6
NAVIGATION_WIDTH = 208
NAVIGATION_WIDTH_NARROW = 200
ROW_HEIGHT = 36
CONTROL_HEIGHT = 36
CONTROL_HEIGHT_SMALL = 32
CHIP_HEIGHT = 28
RADIUS_CARD = 12
RADIUS_CONTROL = 8
ICON = 20
ICON_STATE = 16
SMALLEST_WINDOW = (900, 600)
USUAL_WINDOW = (1180, 760)

LARGE = 1.7
"""Times the system's font size; body is the system's own."""
SMALL = 0.86
LARGE_SPACING_PERCENT = 98.2

COLOUR_MS = 120
CARD_MS = 180
BAR_MS = 400
"""Motion; all are 0 where the system asks for reduced motion."""
