"""The kiosk's window: the frame, the present screen in it, and whatever lies over it.

It shows a session and says what was touched; what happens next is decided elsewhere (`kiosk.flow`).
When a visit ends, every screen is thrown away with all that was typed on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QStackedLayout, QVBoxLayout, QWidget

from kiosk.clock import Moment
from kiosk.domain import Language
from kiosk.flow import events as ev
from kiosk.flow.session import Overlay, Session
from kiosk.flow.world import World
from kiosk.ports.camera import Look, NoPicture
from kiosk.ports.document_camera import PaperLook
from kiosk.texts import Texts
from ui.frame import Bottom, SimulatedBand, Top
from ui.keys import ARROWS, MACHINE_S, Scribe, focusable, toward
from ui.kit import TAP_PAUSE_S, Fonts, Kit
from ui.scenes import OVERLAYS, STAFF, STEPS, Mounted, Scene
from ui.screens.screen import Screen
from ui.theme import MARGIN_MM, Metrics, Style, style_sheet
from ui.views.bar import Bar
from ui.views.frame import FrameView, frame_view

LOWERED_PART: Final = 0.6
"""Part of the height, from below, that holds everything touchable when the screen is lowered."""

_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Select})


class Layer(QWidget):
    """What lies over a step: as large as the window, below the band about simulated devices."""

    def __init__(self, kit: Kit, parent: QWidget) -> None:
        """Make it, hidden."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        margin = kit.px(MARGIN_MM)
        box = QVBoxLayout(self)
        box.setContentsMargins(margin, margin, margin, margin)
        self.stack = QStackedLayout()
        box.addLayout(self.stack)
        self.hide()


class Shell(QWidget):
    """The window; GUI thread only. See the module."""

    def __init__(
        self,
        send: Callable[[ev.Event], None],
        now: Callable[[], Moment],
        new_session_id: Callable[[], str],
        texts: Mapping[Language, Texts],
        metrics: Metrics,
        assets: Path,
        *,
        tap_pause_s: float = TAP_PAUSE_S,
    ) -> None:
        """Make the window, empty until the first `show_session`.

        Args:
            send: Takes every event of the resident; may call `show_session` at once.
            now: Tells the time for events.
            new_session_id: Makes a fresh id for each visit.
            texts: The words of every language that a session may ask for.
            metrics: The panel; the window takes its size.
            assets: The folder with `fonts` and `icons`.
            tap_pause_s: See `ui.kit.TapGate`; 0 for drivers that aren't fingers.
        """
        super().__init__()
        self._fonts = Fonts(assets)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._send = send
        self._texts = texts
        self.kit = Kit(metrics, now, new_session_id, assets, tap_pause_s=tap_pause_s)
        pause_s = MACHINE_S if tap_pause_s > 0 else 0.0
        self._scribe = Scribe(lambda: now().monotonic_s, pause_s=pause_s, parent=self)
        self._mounted: dict[object, Mounted] = {}
        self._session_id = ""
        self._place: object = None
        self._style: Style | None = None
        self._frame: FrameView | None = None
        self._bar: Bar | None = None
        self._screen: Screen | None = None
        self._over: Screen | None = None
        self._is_lowered = False
        self._band = SimulatedBand(self.kit)
        self._top = Top(self.kit)
        self._bottom = Bottom(self.kit)
        self._layer = Layer(self.kit, self)
        self._low_row = QHBoxLayout()
        self._stack = QStackedLayout()
        self.resize(metrics.width_px, metrics.height_px)
        self._lay_out()
        self._connect()

    def show_session(self, session: Session, world: World) -> None:
        """Show where the visit stands, in its language, size and colours."""
        texts = self._texts[session.display.language]
        self._dress(session)
        self._forget(session)
        place, scene = _scene_of(session)
        mounted = self._mount(place, scene, self._stack)
        mounted.show(session, world, texts)
        self._stack.setCurrentWidget(mounted.screen)
        self._screen = mounted.screen
        self.setWindowTitle(texts.say("frame.window"))
        self._frame = frame_view(session, world, texts)
        self._show_frame(self._frame, mounted.screen)
        self._show_over(session, world, texts)
        place = (place, session.question, self._over is not None and session.overlay)
        if place != self._place:
            self._place = place
            self.kit.gate.screen_changed(self.kit.now().monotonic_s)
            self._focus_first()

    def show_look(self, look: Look | PaperLook | NoPicture) -> None:
        """Hand the newest live picture to the screen that is there; most have no use for it."""
        if self._screen is None:
            return
        self._screen.show_look(look)
        if self._frame is not None and self._screen.bar != self._bar:
            self._show_bar(self._frame, self._screen)  # a shutter opens with the first picture

    @property
    def screen_now(self) -> Screen:
        """Return the screen that can be touched: what lies over the step, else the step's own."""
        screen = self._over or self._screen
        assert screen is not None, "nothing was shown yet"
        return screen

    # --- keys ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Drive the screens by arrows, Enter, Escape, digits and letters."""
        key, screen = event.key(), self._over or self._screen
        if screen is None:
            return
        if key in ARROWS:
            self._move_focus(key)
        elif key in _ENTER:
            self._scribe.press(self._on_enter)
        elif key == Qt.Key.Key_Escape:
            is_back = screen.bar.back and screen.bar.is_next_main  # on Home it is another door
            if self._over is not None or is_back:
                screen.go_back()
        elif key == Qt.Key.Key_Backspace:
            screen.erase()
        elif event.text().isalnum():
            text = event.text()
            if screen.is_typed_into:
                self._scribe.is_machine()  # what follows at once is a machine's, too
                screen.type_text(text)
            else:
                self._scribe.press(lambda: self._choose(text))

    def _choose(self, text: str) -> None:
        screen = self._over or self._screen
        if screen is not None and not screen.is_typed_into:
            screen.type_text(text)

    def _on_enter(self) -> None:
        screen = self._over or self._screen
        if screen is not None:
            self._enter(screen)

    def _enter(self, screen: Screen) -> None:
        # A held key would run through the whole visit.
        if self.kit.gate.admits(screen, self.kit.now().monotonic_s) and (
            self._over is not None or screen.bar.next
        ):
            screen.go_on()

    def _move_focus(self, key: int) -> None:
        self.kit.is_driven_by_keys = True
        scope = [self._layer] if self._over is not None else [self]
        candidates = focusable(scope)
        present = self.focusWidget()
        if present not in candidates:
            wanted = candidates[0] if candidates else None
        else:
            wanted = toward(present, key, candidates)
        if wanted is not None:
            wanted.setFocus(Qt.FocusReason.TabFocusReason)
        self.update()

    def _focus_first(self) -> None:
        screen = self._over or self._screen
        first = screen.first_focus() if screen is not None else None
        following = self._bottom.next
        if first is None and self._over is None and following.isVisibleTo(self):
            first = following if following.isEnabled() else self
        (first or self).setFocus(Qt.FocusReason.OtherFocusReason)

    # --- showing ---

    def _dress(self, session: Session) -> None:
        display = session.display
        style = Style(self.kit.metrics, display.text_scale, display.theme)
        person = session.person
        has_new_font = person is not None and self._fonts.provide(person.full_name + person.address)
        if style != self._style or has_new_font:
            self._style = self.kit.style = style
            self.setStyleSheet(style_sheet(style))
        self.setLayoutDirection(QLocale(display.language).textDirection())

    def _forget(self, session: Session) -> None:
        """Throw away what belonged to a visit that is over, or to staff that have gone."""
        is_other_visit = session.session_id != self._session_id
        self._session_id = session.session_id
        for place in list(self._mounted):
            is_staffs = place in STAFF
            if (is_other_visit and not is_staffs) or (session.staff is None and is_staffs):
                self._drop(place)

    def _drop(self, place: object) -> None:
        screen = self._mounted.pop(place).screen
        screen.happened.disconnect(self._send)
        self._stack.removeWidget(screen)
        self._layer.stack.removeWidget(screen)
        screen.hide()
        screen.deleteLater()
        self._screen = None if self._screen is screen else self._screen
        self._over = None if self._over is screen else self._over

    def _mount(self, place: object, scene: Scene, stack: QStackedLayout) -> Mounted:
        if place not in self._mounted:
            mounted = scene(self.kit)
            mounted.screen.happened.connect(self._send)
            stack.addWidget(mounted.screen)
            self._mounted[place] = mounted
        return self._mounted[place]

    def _show_frame(self, view: FrameView, screen: Screen) -> None:
        self._band.say(view.simulated)
        self._top.show_view(view)
        self._show_bar(view, screen)
        self._lower(view)

    def _show_bar(self, view: FrameView, screen: Screen) -> None:
        self._bar, following = screen.bar, self._bottom.next
        had_focus = self.focusWidget() is following
        self._bottom.show_bar(view.help, screen.bar)
        is_open = following.isVisibleTo(self) and following.isEnabled()
        if had_focus and not is_open:
            # Qt would give it to whatever comes next, and Enter would press that.
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        elif is_open and self._over is None and self.focusWidget() is self:
            following.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lower(self, view: FrameView) -> None:
        is_lowered = view.is_lowered and self.kit.metrics.can_be_lowered
        if is_lowered == self._is_lowered:
            return
        self._is_lowered = is_lowered
        if is_lowered:
            self._top.release_controls()
            self._low_row.addWidget(self._top.controls)
            above_px = round(self.height() * (1 - LOWERED_PART)) - self._band_px()
            self._top.setMinimumHeight(above_px)
        else:
            self._low_row.removeWidget(self._top.controls)
            self._top.take_controls()
            self._top.setMinimumHeight(0)

    def _show_over(self, session: Session, world: World, texts: Texts) -> None:
        scene = None
        if session.staff is None and session.overlay is not Overlay.NONE:
            scene = OVERLAYS[session.overlay]
        self._over = None
        if scene is not None:
            mounted = self._mount(session.overlay, scene, self._layer.stack)
            mounted.show(session, world, texts)
            self._layer.stack.setCurrentWidget(mounted.screen)
            self._over = mounted.screen
            self._place_layer()
            self._layer.raise_()
        self._layer.setVisible(scene is not None)

    def _band_px(self) -> int:
        """Return the height of the band at this width; its size hint knows no width."""
        return self._band.heightForWidth(self.width())

    def _place_layer(self) -> None:
        band_px = self._band_px() if self._band.isVisibleTo(self) else 0
        top_px = band_px
        if self._is_lowered:
            top_px = max(band_px, round(self.height() * (1 - LOWERED_PART)))
        self._layer.setGeometry(0, band_px, self.width(), self.height() - band_px)
        margin = self.kit.px(MARGIN_MM)
        box = self._layer.layout()
        if box is not None:
            box.setContentsMargins(margin, margin + top_px - band_px, margin, margin)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what lies over the step as large as the window."""
        self._place_layer()

    # --- making ---

    def _lay_out(self) -> None:
        kit = self.kit
        outer = QVBoxLayout(self)
        # The panel has one size. A page that is being filled may ask for more for an instant, and a
        # window that grew stays so, with the bar below the glass.
        outer.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._band)
        body = QVBoxLayout()
        margin = kit.px(MARGIN_MM)
        body.setContentsMargins(margin, kit.px(3), margin, kit.px(4))
        body.setSpacing(kit.px(4))
        body.addWidget(self._top)
        body.addLayout(self._low_row)
        body.addLayout(self._stack, 1)
        outer.addLayout(body, 1)
        outer.addWidget(self._bottom)

    def _connect(self) -> None:
        controls, bottom = self._top.controls, self._bottom
        controls.text_size_touched.connect(self._on_text_size)
        controls.contrast_touched.connect(self._on_contrast)
        controls.language_touched.connect(self._on_language)
        controls.lowering_touched.connect(self._on_lowering)
        controls.stop_touched.connect(self._on_stop)
        bottom.help_touched.connect(self._on_help)
        bottom.back_touched.connect(self._on_back)
        bottom.next_touched.connect(self._on_next)

    def _on_text_size(self) -> None:
        if self._frame is not None:
            self._send(ev.TextScaleChosen(self.kit.now(), self._frame.next_text_scale))

    def _on_contrast(self) -> None:
        if self._frame is not None:
            self._send(ev.ThemeChosen(self.kit.now(), self._frame.next_theme))

    def _on_language(self) -> None:
        if self._frame is not None:
            self._send(ev.LanguageChosen(self.kit.now(), self._frame.next_language))

    def _on_lowering(self) -> None:
        if self._frame is not None:
            self._send(ev.ScreenLowered(self.kit.now(), not self._frame.is_lowered))

    def _on_stop(self) -> None:
        self._send(ev.StopAsked(self.kit.now()))

    def _on_help(self) -> None:
        self._send(ev.HelpAsked(self.kit.now()))

    def _on_back(self) -> None:
        if self._screen is not None:
            self._screen.go_back()

    def _on_next(self) -> None:
        if self._screen is not None:
            self._screen.go_on()


def _scene_of(session: Session) -> tuple[object, Scene]:
    """Return what identifies the screen that a session needs, and what makes it."""
    if session.staff is not None:
        return session.staff.step, STAFF[session.staff.step]
    return session.step, STEPS[session.step]
