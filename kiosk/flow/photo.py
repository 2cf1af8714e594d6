"""The photo of the face: advice that never blocks, taken by itself or by the button, choice between
shots, once more, or not at all.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.clock import Moment
from kiosk.flow import events as ev
from kiosk.flow import photo_events as pe
from kiosk.flow.answers import PoseHeld
from kiosk.flow.effects import SayAloud, TakePhoto
from kiosk.flow.moves import Advanced, go, ordering, stay
from kiosk.flow.session import PhotoMissing, Session, Step
from kiosk.flow.world import World

MOST_SHOTS = 3
"""So many photos can be chosen from; the oldest goes when another is taken."""

ITSELF_AFTER_S = 3.0
"""So long nothing takes itself: whoever comes to the page, or wants another photo, sits down first.
"""


def advance(session: Session, event: ev.Event, world: World) -> Advanced | None:
    """Answer an event at the camera; None: not one of these."""
    match event:
        case ev.AdviceChanged(_, advice, is_face_judged):
            is_new = advice != session.advice and session.photo is None
            # Who looks into the lens does not read the screen.
            aloud = tuple(SayAloud(f"photo.advice.{it}") for it in advice[:1] if is_new)
            seen = replace(session, advice=advice, is_face_judged=is_face_judged)
            return replace(seen, camera_is_gone=False), aloud
        case ev.CameraGone():
            return stay(session, camera_is_gone=True, advice=(), is_taking_photo=False)
        case ev.ShutterPressed(at):
            return _take(session, world) if may_take_photo(session, at, world) else (session, ())
        case PoseHeld(at):
            return _take(session, world) if _takes_itself(session, at, world) else (session, ())
        case ev.PhotoTaken(at, _, photo):
            taken = replace(
                session,
                photo=photo,
                shots=(*session.shots, photo)[-MOST_SHOTS:],
                photo_missing=None,
                is_taking_photo=False,
                last_touch_s=at.monotonic_s,
            )
            return taken, ()
        case ev.PhotoFailed():
            return stay(session, is_taking_photo=False, camera_is_gone=True)
        case pe.PhotoChosen(_, number) if 0 <= number < len(session.shots):
            return stay(session, photo=session.shots[number])
        case ev.PhotoRetaken(at):
            return stay(session, photo=None, advice=(), looking_since_s=at.monotonic_s)
        case pe.CameraSwapped() if session.photo is None:
            is_low = not uses_low_camera(session)
            return stay(session, is_camera_low=is_low, advice=(), camera_is_gone=False)
        case ev.PhotoDeclined(at):
            why = PhotoMissing.NO_CAMERA if session.camera_is_gone else PhotoMissing.NOT_WANTED
            declined = replace(
                session, photo=None, shots=(), photo_missing=why, is_taking_photo=False
            )
            return go(declined, Step.REVIEW, at, is_correcting=False), ()
        case ev.Continued(at) if session.photo is not None:
            # Only the photo that was chosen goes on with the visit.
            return go(session, Step.REVIEW, at, is_correcting=False, shots=()), ()
        case _:
            return None


def may_take_photo(session: Session, at: Moment, world: World) -> bool:
    """Say whether the shutter works now: at once on a good picture, after a while on any."""
    if session.camera_is_gone or session.is_taking_photo or session.photo is not None:
        return False
    waited_s = at.monotonic_s - session.step_since_s
    return not session.advice or waited_s >= world.rules.advice_patience_s


def uses_low_camera(session: Session) -> bool:
    """Say whether the low camera is looked through: chosen, or as the lowered screen wants it."""
    if session.is_camera_low is None:
        return session.display.is_lowered
    return session.is_camera_low


def wanted_format(session: Session, world: World) -> str:
    """Return which photo format this application asks for; "" for the site's own."""
    service = world.service(session.service_id)
    return "" if service is None else service.photo_format


def _takes_itself(session: Session, at: Moment, world: World) -> bool:
    since_s = max(session.step_since_s, session.looking_since_s)
    is_time = at.monotonic_s - since_s >= ITSELF_AFTER_S
    is_well = session.is_face_judged and not session.advice
    return (
        world.rules.takes_photo_itself
        and is_time
        and is_well
        and may_take_photo(session, at, world)
    )


def _take(session: Session, world: World) -> Advanced:
    taking, wanted = ordering(session), wanted_format(session, world)
    return taking, (TakePhoto(taking.session_id, taking.pictures_ordered, wanted),)
