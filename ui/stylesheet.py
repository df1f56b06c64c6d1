"""The style sheet, generated from the tokens. What a sheet cannot do (discs, bars, the focus ring)
is painted in `widgets`.

Widgets say what they are by dynamic properties: `role` (card, note, nav, panel, hairline), `kind`
of a button (main, plain, link, quiet, chip, nav, segment) and `tone` of a text (second, disabled
or a state's name).
"""

from __future__ import annotations

from string import Template

from ui import tokens
from ui.tokens import Colours

_SHEET = Template("""
QWidget { color: $text; }
QMainWindow, QDialog, QWidget[role="page"] { background: $canvas; }
QToolTip { background: $card; color: $text; border: 1px solid $line; padding: 4px 6px; }
QFrame[role="card"] { background: $card; border: 1px solid $line; border-radius: ${r_card}px; }
QFrame[role="note"] { background: $accent_soft; border: none; border-radius: ${r}px; }
QFrame[role="spoken"] { background: $hover; border: none; border-radius: ${r}px; }
QFrame[role="navigation"] { background: $nav; border: none; border-right: 1px solid $line; }
QFrame[role="panel"] { background: $card; border: none; border-left: 1px solid $line; }
QFrame[role="head"] { background: $nav; border: none; border-bottom: 1px solid $line; }
QFrame[role="warning"] { background: $attention_soft; border: none; border-radius: ${r}px; }
QFrame[role="footer"] { background: $card; border: none; border-top: 1px solid $line; }
QFrame[role="upright"] { background: $line; border: none; }
QFrame[role="hairline"] { background: $line; border: none; max-height: 1px; min-height: 1px; }
QFrame[role="upright"] { background: $line; border: none; max-width: 1px; min-width: 1px; }
QLabel { background: transparent; }
QLabel[tone="second"] { color: $text_second; }
QLabel[tone="accent"] { color: $accent; }
QLabel[tone="safe"] { color: $safe; }
QLabel[tone="changed"] { color: $changed; }
QLabel[tone="waiting"] { color: $waiting; }
QLabel[tone="attention"] { color: $attention; }
QLabel[tone="problem"] { color: $problem; }
QLabel[role="badge"] { background: $problem_soft; border-radius: 10px; padding: 0 6px; }

QLabel[role="badge"][tone="accent"] { background: $accent_soft; }

QPushButton, QToolButton[kind="plain"] {
  background: $card; border: 1px solid $line_strong; border-radius: ${r}px;
  padding: 0 15px; min-height: 34px; font-weight: 500; }
QPushButton:hover, QToolButton[kind="plain"]:hover { background: $hover; }
QPushButton:pressed, QToolButton[kind="plain"]:pressed { background: $chosen; }
QPushButton:disabled, QToolButton[kind="plain"]:disabled {
  background: transparent; border-color: $line; color: $disabled; }
QPushButton[small="true"] { min-height: 30px; padding: 0 12px; }
QPushButton[kind="main"], QToolButton[kind="main"] {
  background: $accent; border: 1px solid $accent; color: $on_accent; border-radius: ${r}px;
  padding: 0 16px; min-height: 34px; font-weight: 500; }
QPushButton[kind="main"]:hover, QToolButton[kind="main"]:hover {
  background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="main"]:pressed, QToolButton[kind="main"]:pressed {
  background: $accent_pressed; border-color: $accent_pressed; }
QPushButton[kind="main"]:disabled, QToolButton[kind="main"]:disabled {
  background: $chosen; border-color: $chosen; color: $disabled; }
QPushButton[kind="link"] {
  background: transparent; border: none; color: $accent; padding: 0; min-height: 28px;
  text-align: left; }
QPushButton[kind="link"]:hover { text-decoration: underline; }
QPushButton[kind="link"]:pressed { color: $accent_pressed; }
QPushButton[kind="link"]:disabled { color: $disabled; }
QPushButton[kind="quiet"] { background: transparent; border: none; color: $text_second;
  padding: 0; min-height: 28px; text-align: left; }
QPushButton[kind="quiet"]:hover { color: $text; }
QToolButton[kind="icon"] { background: transparent; border: none; border-radius: ${r}px;
  padding: 0; }
QToolButton[kind="icon"]:hover { background: $hover; }
QToolButton[kind="icon"]:pressed { background: $chosen; }
QToolButton[part="left"] { border-top-right-radius: 0; border-bottom-right-radius: 0;
  border-right-width: 0; }
QToolButton[part="right"] { border-top-left-radius: 0; border-bottom-left-radius: 0;
  padding: 0 8px; }
QToolButton[kind="main"][part="right"] { border-left: 1px solid $accent_soft; }
QToolButton[kind="inline"] { background: transparent; border: none; padding: 0; }
QToolButton[kind="inline"]:hover { color: $accent; }
QToolButton[kind="inline-link"] { background: transparent; border: none; padding: 0;
  color: $accent; }
QToolButton[kind="inline-link"]:hover { text-decoration: underline; }
QPushButton::menu-indicator { image: none; width: 0; }
QToolButton::menu-indicator { image: none; width: 0; }

QToolButton[kind="navigation"] {
  background: transparent; border: none; border-radius: ${r}px; padding: 0 4px 0 12px;
  min-height: 36px; text-align: left; font-weight: 500; }
QToolButton[kind="navigation"]:hover { background: $hover; }
QToolButton[kind="navigation"]:checked { background: $chosen; }

QToolButton[kind="chip"] {
  background: $card; border: 1px solid $line_strong; border-radius: 14px; padding: 0 11px;
  min-height: 26px; font-weight: 500; }
QToolButton[kind="chip"]:hover { background: $hover; }
QToolButton[kind="chip"]:pressed { background: $chosen; }
QToolButton[kind="chip"]:checked { background: $accent_soft; border-color: $accent; }
QToolButton[kind="chip"]:disabled { border-color: $line; color: $disabled;
  background: transparent; }

QFrame[role="segments"] { background: $chosen; border: none; border-radius: ${r}px; }
QToolButton[kind="segment"] {
  background: transparent; border: none; border-radius: 6px; padding: 0 13px;
  min-height: 30px; font-weight: 500; color: $text_second; }
QToolButton[kind="segment"]:hover { color: $text; }
QToolButton[kind="segment"]:checked { background: $card; color: $text; }

QLineEdit, QComboBox, QSpinBox, QTimeEdit, QDateEdit, QPlainTextEdit {
  background: $card; border: 1px solid $control; border-radius: ${r}px; padding: 0 11px;
  min-height: 34px; selection-background-color: $accent; selection-color: $on_accent; }
QPlainTextEdit { padding: 8px 10px; }
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus { border: none; min-height: 0;
  padding: 0 10px; background: transparent; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; height: 0; border: none; }
QLineEdit:hover, QComboBox:hover, QSpinBox:hover { border-color: $text_second; }
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QTimeEdit:focus, QDateEdit:focus,
QPlainTextEdit:focus { border: 2px solid $accent; padding: 0 10px; }
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled {
  background: transparent; border-color: $line; color: $disabled; }
QComboBox::drop-down { border: none; width: 28px; }
QComboBox { combobox-popup: 0; }
QComboBox QAbstractItemView { background: $card; border: 1px solid $line; outline: none;
  padding: 4px; }
QComboBox QAbstractItemView::item { min-height: 28px; padding: 0 8px; border-radius: 6px; }
QComboBox QAbstractItemView::item:selected, QComboBox QAbstractItemView::item:hover {
  background: $accent_soft; color: $text; }

QPushButton, QToolButton { outline: none; }
QMenu { background: $card; border: 1px solid $line; border-radius: ${r}px; padding: 6px; }
QMenu::item { padding: 7px 24px 7px 12px; border-radius: 6px; }
QMenu::icon { padding-left: 12px; }
QMenu::item:selected { background: $hover; }
QMenu::item:disabled { color: $text_second; }
QMenu::separator { height: 1px; background: $line; margin: 6px 4px; }

QAbstractScrollArea { background: transparent; border: none; }
QPlainTextEdit[role="words"] { background: $card; border: 1px solid $control; padding: 7px 9px; }
QPlainTextEdit[role="words"]:hover { border-color: $text_second; }
QPlainTextEdit[role="words"]:focus { border: 2px solid $accent; padding: 6px 8px; }
QTreeView, QListView, QTableView { background: transparent; border: none; outline: none;
  selection-background-color: transparent; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section { background: transparent; border: none; color: $text_second;
  padding: 0 8px; font-weight: 400; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 2px; }
QScrollBar::handle:vertical { background: $line_strong; border-radius: 4px; min-height: 32px; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 2px; }
QScrollBar::handle:horizontal { background: $line_strong; border-radius: 4px; min-width: 32px; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {
  background: transparent; border: none; width: 0; height: 0; }
QCheckBox, QRadioButton { spacing: 12px; min-height: 28px; background: transparent; }
""")


def stylesheet(colours: Colours) -> str:
    """The sheet in the colours of one theme."""
    plain = {name: value for name, value in colours._asdict().items() if isinstance(value, str)}
    states = ("safe", "changed", "waiting", "attention", "problem")
    strong = {name: getattr(colours, name).strong for name in states}
    return _SHEET.substitute(
        plain | strong,
        attention_soft=colours.attention.soft,
        problem_soft=colours.problem.soft,
        r=tokens.RADIUS_CONTROL,
        r_card=tokens.RADIUS_CARD,
    )
