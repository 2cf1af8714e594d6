"""What is typed into: one field with its pad, and a date of three fields."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.kit import Kit
from ui.theme import GAP_MM, TextRole
from ui.widgets.label import Label, Sheet
from ui.widgets.pads import DigitPad, LetterPad, Pad
from ui.widgets.press_area import PressArea

_YEAR = "year"
_CURSOR = "▏"


class TypedEntry(QWidget):
    """A field and a pad below it; with `is_hidden` only dots are shown.

    Signals:
        changed: Something was typed or erased.
    """

    changed = Signal()

    def __init__(
        self,
        kit: Kit,
        *,
        letters: bool = False,
        pad: Pad | None = None,
        has_x: bool = False,
        is_hidden: bool = False,
        max_length: int = 40,
    ) -> None:
        """Make an empty field; `pad` instead of the usual one."""
        super().__init__()
        self._value = ""
        self._is_hidden = is_hidden
        self._max_length = max_length
        self._is_letters = letters
        self._field = Sheet("field_now")
        self._field.setMinimumHeight(kit.px(20 if kit.metrics.is_low else 24))
        self._label = Label(TextRole.TITLE)
        self._label.setWordWrap(False)
        row = QHBoxLayout(self._field)
        row.setContentsMargins(kit.px(6), 0, kit.px(6), 0)
        row.addWidget(self._label, 1)
        usual = LetterPad if letters else DigitPad
        self.pad = pad or (DigitPad(kit, has_x=True) if has_x else usual(kit))
        self._has_x = has_x
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(kit.px(GAP_MM))
        column.addWidget(self._field)
        column.addWidget(self.pad, 100)
        column.addStretch(1)
        self.pad.typed.connect(self.type_text)
        self.pad.erased.connect(self.erase)
        self._show()

    @property
    def value(self) -> str:
        """Return what was typed."""
        return self._value

    def set_value(self, value: str) -> None:
        """Begin with `value`."""
        self._value = value[: self._max_length]
        self._show()

    def say(self, name: str, erase: str) -> None:
        """Name the field, and the key that erases."""
        self._field.setAccessibleName(name)
        self.pad.say(erase)

    def type_text(self, text: str) -> bool:
        """Take a digit or letter; say whether the field takes it."""
        sign = text.upper()
        takes = sign.isdecimal() or (self._is_letters and (sign.isalpha() or sign == "-"))
        takes = (takes or (self._has_x and sign == "X")) and sign.isascii()
        if not takes or len(self._value) >= self._max_length:
            return False
        self._value += sign
        self._show()
        self.changed.emit()
        return True

    def erase(self) -> bool:
        """Take the last sign away."""
        self._value = self._value[:-1]
        self._show()
        self.changed.emit()
        return True

    def _show(self) -> None:
        text = "●" * len(self._value) if self._is_hidden else grouped(self._value)
        self._label.setText(text + _CURSOR)
        # What a screen reader would say aloud of a PIN is how long it is, and nothing more.
        self._field.setAccessibleDescription(text)


def grouped(text: str) -> str:
    """Return long numbers in groups of four, as they stand on cards; anything else as it is."""
    if not text.isdecimal() or len(text) <= 6:
        return text
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


class DateEntry(QWidget):
    """Year, month and day, typed one after the other on one pad.

    Signals:
        changed: Something was typed or erased.
    """

    changed = Signal()

    def __init__(self, kit: Kit) -> None:
        """Make three empty fields; their order comes by `say`."""
        super().__init__()
        self._kit = kit
        self._order: tuple[str, ...] = ()
        self._values: dict[str, str] = {}
        self._now = 0
        self._names: tuple[str, ...] = ()
        self._units: tuple[str, ...] = ()
        self._fields: list[tuple[PressArea, Label]] = []
        self._row = QHBoxLayout()
        self._row.setSpacing(kit.px(GAP_MM))
        self.pad = DigitPad(kit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(kit.px(GAP_MM))
        column.addLayout(self._row)
        column.addWidget(self.pad, 100)
        column.addStretch(1)
        self.pad.typed.connect(self.type_text)
        self.pad.erased.connect(self.erase)

    def say(
        self, order: Sequence[str], names: Sequence[str], units: Sequence[str], erase: str
    ) -> None:
        """Name the fields, in the order in which they stand: `year`, `month`, `day`.

        `names` stand in empty fields, `units` behind what was typed ("年", or nothing).
        """
        if tuple(order) != self._order:
            self._order = tuple(order)
            self._make_fields()
        self._names, self._units = tuple(names), tuple(units)
        for (field, _), name in zip(self._fields, names, strict=True):
            field.setAccessibleName(name)
        self.pad.say(erase)
        self._show()

    @property
    def value(self) -> str:
        """Return the date in ISO 8601; "" while nothing is typed, and something that is no date
        while it is half.
        """
        if not any(self._values.values()):
            return ""
        year, month, day = (self._values.get(name, "") for name in ("year", "month", "day"))
        return f"{year:0>4}-{month:0>2}-{day:0>2}"

    def set_value(self, value: str) -> None:
        """Begin with an ISO 8601 date, or empty; what was never typed stays empty."""
        parts = value.split("-") if value.count("-") == 2 else ["", "", ""]
        self._values = dict(zip(("year", "month", "day"), parts, strict=True))
        self._values = {name: text if int(text or 0) else "" for name, text in self._values.items()}
        self._now = 0
        if self._names:
            self._show()

    def type_text(self, text: str) -> bool:
        """Take a digit, and go to the next field when one is full."""
        if not text.isdecimal() or not text.isascii() or not self._order:
            return False
        name = self._order[self._now]
        typed = self._values.get(name, "")
        if len(typed) >= _length(name):
            typed = ""  # begin this field anew
        self._values[name] = typed + text
        if _is_full(name, self._values[name]) and self._now + 1 < len(self._order):
            self._now += 1
        self._show()
        self.changed.emit()
        return True

    def erase(self) -> bool:
        """Take the last digit away, going back to the field before when one is empty."""
        if not self._order:
            return False
        if not self._values.get(self._order[self._now]) and self._now > 0:
            self._now -= 1
        name = self._order[self._now]
        self._values[name] = self._values.get(name, "")[:-1]
        self._show()
        self.changed.emit()
        return True

    def _make_fields(self) -> None:
        for field, _ in self._fields:
            self._row.removeWidget(field)
            field.hide()
            field.deleteLater()
        self._fields = []
        for number, name in enumerate(self._order):
            field = PressArea(self._kit, height_mm=self._kit.metrics.row_mm)
            row = QHBoxLayout(field)
            row.setContentsMargins(self._kit.px(4), 0, self._kit.px(4), 0)
            typed = Label(TextRole.HEADING, is_centred=True)
            typed.setWordWrap(False)
            row.addWidget(typed, 1)
            field.touched.connect(partial(self._on_field, number))
            self._row.addWidget(field, 5 if name == _YEAR else 3)
            self._fields.append((field, typed))

    def _on_field(self, number: int) -> None:
        self._now = number
        self._show()

    def _show(self) -> None:
        for number, (field, typed) in enumerate(self._fields):
            is_now = number == self._now
            text = self._values.get(self._order[number], "")
            cursor = _CURSOR if is_now else ""
            if text:
                typed.setText(text + cursor + self._units[number])
            else:
                typed.setText(cursor + self._names[number])
            typed.set_tone("" if text else "muted")
            field.set_look("field_now" if is_now else "")
            field.setAccessibleDescription(text)


def _length(name: str) -> int:
    return 4 if name == _YEAR else 2


def _is_full(name: str, typed: str) -> bool:
    """Say whether no further digit can follow: a month cannot begin with 2, a day not with 4."""
    if len(typed) >= _length(name):
        return True
    return (name == "month" and typed > "1") or (name == "day" and typed > "3")
