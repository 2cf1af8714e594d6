"""The one door into the flow: `advance(session, event, world)`, and what may run meanwhile.

Here is what holds on every screen (display, help, stop, card taken, stale answers); the steps
themselves are in `visit`, `finish`, `status` and `unseen`, the staff's own screens in `staff`, the
passing of time in `idle`.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.flow import (
    aloud,
    another,
    comparing,
    documents,
    face_check,
    finish,
    for_others,
    idle,
    ladder,
    late_paper,
    left_card,
    paper_aloud,
    paper_step,
    papers,
    photo,
    staff,
    status,
    stopping,
    unseen,
    visit,
    vouching,
)
from kiosk.flow import events as ev
from kiosk.flow.answers import Numbered
from kiosk.flow.effects import (
    Effect,
    HushBell,
    JournalEvent,
    ReaderMode,
    RingBell,
    WantedDevices,
    WriteJournal,
)
from kiosk.flow.moves import Advanced, empty_session, end_visit, stay, wanting
from kiosk.flow.session import Overlay, Session, Step
from kiosk.flow.world import World
from kiosk.ports.card_reader import Presence
from kiosk.readiness import PortName

_ASKS_FOR_CARD = frozenset({Step.CARD, Step.VOUCHER_CARD, Step.STATUS_CARD, Step.DOCUMENT_READ})
_NEEDS_CARD_UNTIL_SIGNED = frozenset(
    {
        Step.CONSENT_DATA,
        Step.CONSENT_PHOTO,
        Step.CONSENT_COMPARISON,
        Step.QUESTION,
        Step.PHOTO,
        Step.FACE_CHECK,
        Step.REVIEW,
        Step.SIGN,
        Step.UNSEEN,
    }
)
_ANY_TOUCH_CLOSES = frozenset({Overlay.STILL_THERE, Overlay.LATE_PAPER})
_PARTS = (
    unseen.advance,
    another.advance,
    for_others.advance,
    vouching.advance,
    paper_step.advance,
    face_check.advance,
    documents.advance,
    ladder.advance,
    visit.advance,
    finish.advance,
    papers.advance,
    status.advance,
)
_NOTHING_TO_STOP = frozenset(
    {Step.HOME, Step.SEALING, Step.STOPPED, Step.TAKE_CARD, Step.OUT_OF_SERVICE}
)
_NOTHING_TO_LOSE = frozenset(
    {
        Step.GUIDE,
        Step.FOR_WHOM,
        Step.CARD_NOTICE,
        Step.NOT_KEPT,
        Step.RECEIVED,
        Step.RATING,
        Step.ANOTHER,
        Step.STATUS_ASK,
        Step.STATUS_CARD,
        Step.STATUS_NUMBER,
        Step.STATUS_SHOWN,
        Step.STATUS_PAPERS,
        Step.KNOWN,
    }
)


def advance(session: Session, event: ev.Event, world: World) -> Advanced:
    """Return what the session becomes by `event`, and what is to be done about it.

    Never raises: an event that means nothing here changes nothing.
    """
    session, before = left_card.hushed(session, event)
    after, effects = _advance(aloud.without_card(session, event), event, world)
    after = papers.settled(comparing.settled(after))
    after = paper_step.led(session, after, event, world)
    after, spoken = paper_aloud.said(session, after, event)
    after, silence = aloud.settled(session, after)
    return after, (*before, *silence, *effects, *spoken)


def _advance(session: Session, event: ev.Event, world: World) -> Advanced:
    if isinstance(event, ev.Broke):
        broken = replace(empty_session(world), step=Step.OUT_OF_SERVICE)
        return broken, (HushBell(), WriteJournal(JournalEvent.BROKE))
    late = late_paper.told(session, event)
    if late is not None:
        return late
    if session.step is Step.OUT_OF_SERVICE or _is_stale(session, event):
        return session, ()
    if isinstance(event, ev.Ticked):
        return idle.tick(for_others.tick(session, event.at), event, world)
    if isinstance(event, ev.Touch):
        session = replace(session, last_touch_s=event.at.monotonic_s)
        if late_paper.lets_begin(session, event):
            return late_paper.begun_beneath(session, event, world)
        if session.overlay in _ANY_TOUCH_CLOSES and session.staff is None:
            # Whatever was touched: somebody is there.
            return stay(session, overlay=Overlay.NONE, still_there_since_s=0.0)
    answered = staff.advance(session, event, world)
    if answered is not None:
        return answered
    for everywhere in (_everywhere, papers.everywhere, aloud.advance, stopping.advance):
        answered = everywhere(session, event, world)
        if answered is not None:
            return answered
    if session.overlay is not Overlay.NONE and isinstance(event, ev.Touch):
        return session, ()  # the overlay lies over the step: its buttons can't be touched
    for part in _PARTS:
        answered = part(session, event, world)
        if answered is not None:
            return answered
    return session, ()


def wanted_devices(session: Session, world: World) -> WantedDevices:
    """Say what may run while the session stands as it stands; the rest is off."""
    if session.staff is not None:
        is_looking = session.staff.testing is PortName.CAMERA
        is_reading = session.staff.testing is PortName.DOCUMENT_CAMERA
        return WantedDevices(ReaderMode.OFF, camera=is_looking, papers=is_reading)
    is_free = session.overlay in {Overlay.NONE, Overlay.HELP}
    key = None
    if session.step is Step.OUT_OF_SERVICE:
        reader = ReaderMode.OFF
    elif session.step is Step.DOCUMENT_READ and is_free:
        reader, key = documents.reader_wanted(session)
    elif session.step in _ASKS_FOR_CARD and is_free and session.lift_awaited_s is None:
        reader = ReaderMode.READ
    else:
        reader = ReaderMode.PRESENCE
    is_looking = (session.step is Step.PHOTO and session.photo is None) or (
        session.step is Step.CARD_PICTURE and session.card_picture is None
    )
    is_looking = is_looking or session.step is Step.DOCUMENT_PICTURE
    camera = is_looking and is_free
    pages = session.step is Step.PAPER and session.papers.is_looking and is_free
    is_low = camera and photo.uses_low_camera(session)
    wanted = photo.wanted_format(session, world) if session.step is Step.PHOTO else ""
    return WantedDevices(reader, camera, key, papers=pages, low_camera=is_low, photo_format=wanted)


def _is_stale(session: Session, event: ev.Event) -> bool:
    """Say whether the event answers a session that is over, or an order that was
    given up: a card that was read for who stood there before.
    """
    if isinstance(event, ev.CardRead | ev.CardUnreadable):
        return event.wanted_since not in (None, wanting(session))
    if isinstance(event, Numbered) and event.order not in (None, session.pictures_ordered):
        return True
    is_numbered = isinstance(event, ev.PhotoFailed) and event.order is not None
    if is_numbered and not session.is_taking_photo:
        return True  # it was answered already, or is waited for no more
    return isinstance(event, ev.FromEffect) and event.session_id != session.session_id


def _everywhere(session: Session, event: ev.Event, world: World) -> Advanced | None:
    """Answer what means the same on every screen; None: the step decides."""
    answered = _display(session, event)
    if answered is not None:
        return answered
    match event:
        case ev.HelpAsked():
            if session.overlay is Overlay.HELP:
                return session, ()
            asked = replace(session, overlay=Overlay.HELP)
            fields = (("step", session.step.value),)
            return asked, (RingBell(), WriteJournal(JournalEvent.HELP_ASKED, fields))
        case ev.HelpAnswered():
            if session.overlay is not Overlay.HELP:
                return session, ()
            answered_help = replace(session, overlay=Overlay.NONE)
            return answered_help, (HushBell(), WriteJournal(JournalEvent.HELP_ANSWERED))
        case ev.HelperJoined():
            return _helper_joins(session, world)
        case ev.CardSeen():
            return _card_seen(session, event, world)
        case ev.StopAsked():
            return _stop_asked(session, event, world)
        case ev.StopDeclined():
            if session.overlay in {Overlay.STOP, Overlay.CARD_TAKEN}:
                return stay(session, overlay=Overlay.NONE)
            return session, ()
        case ev.StopConfirmed():
            if session.overlay in {Overlay.STOP, Overlay.CARD_TAKEN}:
                return end_visit(session, world, event.at, JournalEvent.VISIT_STOPPED)
            return session, ()
        case _:
            return None


def _display(session: Session, event: ev.Event) -> Advanced | None:
    match event:
        case ev.LanguageChosen(_, language):
            display = replace(session.display, language=language)
        case ev.TextScaleChosen(_, text_scale):
            display = replace(session.display, text_scale=text_scale)
        case ev.ThemeChosen(_, theme):
            display = replace(session.display, theme=theme)
        case ev.ScreenLowered(_, is_lowered):
            display = replace(session.display, is_lowered=is_lowered)
        case _:
            return None
    return stay(session, display=display)


def _helper_joins(session: Session, world: World) -> Advanced:
    if world.duty is None or not session.is_visit:
        return session, ()
    effects: list[Effect] = []
    if session.helper != world.duty:
        fields = (("staff", world.duty.staff_id),)
        effects.append(WriteJournal(JournalEvent.HELPER_JOINED, fields))
    if session.overlay is Overlay.HELP:
        effects.append(HushBell())
    joined = replace(session, helper=world.duty, overlay=Overlay.NONE, staff=None)
    return joined, tuple(effects)


def _card_seen(session: Session, event: ev.CardSeen, world: World) -> Advanced:
    """Keep in mind whether a card lies there, on Home too: it may be the next visit's."""
    presence, was = event.presence, session.card_presence
    # Whoever can tell whether a card lies there is a reader that answers.
    is_gone = session.reader_is_gone and presence is Presence.CANT_TELL
    awaited_s = session.lift_awaited_s if presence is Presence.PRESENT else None
    session = replace(session, card_presence=presence, reader_is_gone=is_gone)
    session = replace(session, lift_awaited_s=awaited_s)
    if presence is Presence.ABSENT:  # wherever the visit stands: what is laid down next is new
        session = ladder.left_the_reader(session)
    if left_card.is_of_a_visit_before(session, event):
        return left_card.called_for(session, event), ()
    if not session.is_visit or session.step is Step.TAKE_CARD:
        return session, ()  # `idle` decides when the reminder ends, at the next tick
    between = another.card_gone(session, event.at, presence, world)
    if between is not None:
        return between
    is_taken = was is Presence.PRESENT and presence is Presence.ABSENT
    is_needed = session.identity is not None and session.identity.is_by_chip
    if (
        is_taken
        and is_needed
        and session.step in _NEEDS_CARD_UNTIL_SIGNED
        and session.overlay is Overlay.NONE
    ):
        return stay(session, overlay=Overlay.CARD_TAKEN)
    if presence is Presence.PRESENT and was is not Presence.PRESENT:
        # Whoever lays a card down is there, and has answered both questions with it.
        is_answered = session.overlay in {Overlay.CARD_TAKEN, Overlay.STILL_THERE}
        overlay = Overlay.NONE if is_answered else session.overlay
        return stay(session, overlay=overlay, last_touch_s=event.at.monotonic_s)
    if presence is Presence.ABSENT and session.step in _ASKS_FOR_CARD:
        return stay(session, card_problem=visit.without_lifted(session.card_problem))
    return session, ()


def _stop_asked(session: Session, event: ev.StopAsked, world: World) -> Advanced:
    if session.step in _NOTHING_TO_STOP:
        return session, ()
    if session.step in _NOTHING_TO_LOSE:
        is_stored = session.sealed is not None or bool(session.earlier)
        why = JournalEvent.VISIT_ENDED if is_stored else JournalEvent.VISIT_STOPPED
        return end_visit(session, world, event.at, why)
    effects: tuple[Effect, ...] = (HushBell(),) if session.overlay is Overlay.HELP else ()
    return replace(session, overlay=Overlay.STOP), effects


__all__ = ["advance", "empty_session", "wanted_devices"]
