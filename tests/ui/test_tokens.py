"""Everything can be read: 4.5 : 1 for words, 3 : 1 for what frames a control (WCAG 2.2, 1.4.3 and
1.4.11)."""

from __future__ import annotations

import pytest

from ui.tokens import DARK, LIGHT, Colours, Tone

THEMES = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
STATES = ("safe", "changed", "waiting", "attention", "problem")


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def grounds(colours: Colours) -> list[str]:
    names = ("canvas", "nav", "card", "hover", "chosen", "accent_soft")
    return [getattr(colours, name) for name in names]


def test_contrast_is_measured_as_it_is_defined() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@THEMES
def test_words_can_be_read_on_every_ground(colours: Colours) -> None:
    words = [colours.text, colours.text_second, *(getattr(colours, name).strong for name in STATES)]
    worst = min(contrast(word, ground) for word in words for ground in grounds(colours))
    assert worst >= 4.5


@THEMES
def test_links_and_states_can_be_read_where_they_stand(colours: Colours) -> None:
    assert contrast(colours.accent, colours.card) >= 4.5
    assert contrast(colours.accent, colours.accent_soft) >= 4.5
    for name in STATES:
        tone: Tone = getattr(colours, name)
        assert contrast(tone.strong, tone.soft) >= 4.5, name


@THEMES
def test_the_main_button_can_be_read_in_every_state(colours: Colours) -> None:
    for ground in (colours.accent, colours.accent_hover, colours.accent_pressed):
        assert contrast(colours.on_accent, ground) >= 4.5


@THEMES
def test_controls_can_be_told_from_what_they_stand_on(colours: Colours) -> None:
    assert contrast(colours.control, colours.card) >= 3
    assert contrast(colours.accent, colours.canvas) >= 3
