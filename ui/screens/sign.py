"""Signing on the glass; only the resident does, and a cross does for who cannot write."""

from __future__ import annotations

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.flow.events import Signed
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import GAP_MM, SMALLEST_TARGET_MM, TextRole
from ui.views.sign import SignView
from ui.widgets.banner import Banner
from ui.widgets.buttons import BigButton
from ui.widgets.label import Label, Sheet
from ui.widgets.prose import Prose
from ui.widgets.signature_pad import SignaturePad


class SignScreen(Screen):
    """See the module. What was drawn goes as soon as the page does: what it would sign may be
    changed meanwhile.
    """

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts(2, 3)
        self._blank = self._who_signs = ""
        self._title = Label(TextRole.TITLE)
        self._statement = Label(TextRole.BODY)
        self._pages = Prose(kit)
        self._own = Label(TextRole.BODY, tone="muted")
        self._helped = Banner(kit, "person_helped")
        self._problem = Banner(kit, "warning", "problem")
        self._pad = SignaturePad(kit)
        self._clear = BigButton(kit, height_mm=SMALLEST_TARGET_MM)
        self._mark = BigButton(kit, height_mm=SMALLEST_TARGET_MM)
        below = QWidget()
        row = QHBoxLayout(below)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(kit.px(GAP_MM))
        row.addWidget(self._clear, 2)
        row.addWidget(self._mark, 3)
        self._clear.touched.connect(self._pad.clear)
        self._mark.touched.connect(self._on_cross)
        self._pad.changed.connect(self._on_changed)
        read.add(self._title)
        if kit.metrics.is_landscape:
            read.add(self._pages, stretch=1)
        else:
            read.add(self._make_sheet())
        do.add(self._own, give_way=1)
        do.add(self._helped)
        do.add(self._problem)
        do.add(self._pad, stretch=2)
        do.add(below)
        if not kit.metrics.is_landscape:
            do.add_space()

    def show_view(self, view: SignView) -> None:
        """Say what is signed."""
        self._blank = view.blank
        self._title.say(view.title)
        self._who_signs = view.helped
        # The one that is not on this page would be a window of its own once it is shown.
        if self.kit.metrics.is_landscape:
            self._pages.say(view.pager.earlier, view.pager.later, view.pager.where)
            self._pages.set_sentences(view.statement)
        else:
            self._statement.say("\n".join(view.statement))
        self._own.say(view.own)
        self._helped.say(view.helped)
        self._pad.say(view.pad, view.here)
        self._clear.say(view.clear)
        self._mark.say(view.mark)
        self.set_bar(view.bar)

    def go_on(self) -> None:
        """Hand in what was drawn; an empty box is said, not sent."""
        signature = self._pad.signature
        if signature.is_blank:
            self._helped.say("")
            self._problem.say(self._blank)
            self.settle()
        else:
            self.send(Signed(self.now(), signature))

    def erase(self) -> bool:
        """Wipe the signature off."""
        self._pad.clear()
        return True

    def first_focus(self) -> QWidget | None:
        """Begin at the cross: who drives by keys cannot draw."""
        return self._mark

    def hideEvent(self, event: QHideEvent) -> None:
        """Forget what was drawn."""
        if not event.spontaneous():
            self._pad.clear()
        super().hideEvent(event)

    def _on_cross(self) -> None:
        """Draw it in the middle of the box as it is once the words about an empty one are gone."""
        self._on_changed()
        self._pad.draw_cross()

    def _on_changed(self) -> None:
        self._problem.say("")
        self._helped.say(self._who_signs)
        self.settle()

    def _make_sheet(self) -> Sheet:
        kit = self.kit
        sheet = Sheet("tint")
        inside = QVBoxLayout(sheet)
        inside.setContentsMargins(kit.px(6), kit.px(4), kit.px(6), kit.px(4))
        inside.addWidget(self._statement)
        return sheet
