"""Without the chip: what is done instead, the number typed, the card photographed, the witness."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.catalogue.document_numbers import NumberProblem
from kiosk.domain import mask_name
from kiosk.flow import ladder, vouching
from kiosk.flow.for_others import is_applicant
from kiosk.flow.session import Session
from kiosk.flow.world import World
from kiosk.texts import Texts
from ui.views.bar import Bar
from ui.views.pager import Pager, pager
from ui.views.photo import PhotoView
from ui.views.staff import PinView, pin_problem

_SIDES = ("front", "back")


@dataclass(frozen=True, slots=True)
class OtherWayView:
    """What happens without the chip; `staff` is "" where somebody is on duty already."""

    title: str
    lines: tuple[str, ...]
    call: str
    call_line: str
    staff: str
    staff_line: str
    vouch: str
    """Somebody vouches; "" where the service takes no such word, or nobody could witness it."""
    vouch_line: str
    pager: Pager
    bar: Bar


@dataclass(frozen=True, slots=True)
class TypedNumberView:
    """The number on the card, to be typed; a `problem` leaves the field as it is."""

    title: str
    hint: str
    problem: str
    letter: str
    length: int
    erase: str
    bar: Bar
    may_be_empty: bool = False


def other_way_view(session: Session, world: World, texts: Texts) -> OtherWayView:
    """Return what is done without the chip, and honestly who has to be there for it."""
    duty, phone = world.duty, world.site.phone
    types, vouches = ladder.typed_is_accepted(session, world), vouching.is_accepted(session, world)
    # Who has a card lays it down first; who has none has nothing to type from.
    is_typed = types and (ladder.is_next_rung_offered(session) or not vouches)
    if not (types or vouches):
        lines = [texts.say("ladder.chip_only")]
    elif duty is None:
        nobody = "ladder.nobody" if is_typed else "vouching.nobody"
        lines = [texts.say(nobody), texts.say("ladder.keep")]
    elif is_typed:
        lines = [texts.say("ladder.how", name=duty.name), texts.say("ladder.pictures")]
    else:
        lines = [texts.say("vouching.how", name=duty.name)]
    if (types or vouches) and session.applicant is not None:
        lines.append(texts.say("others.here"))
    is_open = duty is not None and (types or vouches)
    can_vouch = vouching.may_vouch(session, world)
    if not is_open:
        service = world.service(session.service_id)
        where = "" if service is None else service.where_to_go.say(session.display.language)
        lines.append(texts.say("ladder.elsewhere", where=where))
        lines += [texts.say("ladder.hours", hours=world.site.hours)] if world.site.hours else []
    return OtherWayView(
        title=texts.say("ladder.title" if is_typed or not vouches else "vouching.without"),
        lines=tuple(lines),
        call="" if is_open else texts.say("ladder.call"),
        call_line=texts.say("ladder.call_line", phone=phone),
        staff="" if is_open or duty is not None else texts.say("ladder.staff"),
        staff_line=texts.say("ladder.staff_line"),
        vouch=texts.say("vouching.choose") if can_vouch else "",
        vouch_line=texts.say("vouching.choose_line"),
        pager=pager(texts),
        bar=Bar(texts.say("bar.back"), texts.say("ladder.type") if is_open and is_typed else ""),
    )


def typed_number_view(session: Session, world: World, texts: Texts) -> TypedNumberView:
    """Return the question for the number, and what does not fit about the one that was typed."""
    hint = texts.say("ladder.number.hint")
    return number_view(texts.say("ladder.number.title"), hint, session, world, texts)


def number_view(
    title: str, hint: str, session: Session, world: World, texts: Texts
) -> TypedNumberView:
    """Return a question for a number; one that fits, and was not taken, is somebody else's here."""
    rule = world.number_rule
    problem = ""
    if rule is not None and session.tried_number:
        found = rule.problem(session.tried_number, world.today)
        is_whole = len(session.tried_number) == rule.length
        if is_whole and is_applicant(session, rule.person(session.tried_number)):
            found = None
        words = "others.same_number" if found is None else f"ladder.number.{found}"
        problem = texts.say(words, n=rule.length)
        if found in {NumberProblem.DATE, NumberProblem.CHECK}:
            hint = texts.say("ladder.number.insist")
    return TypedNumberView(
        title=title,
        hint=hint,
        problem=problem,
        letter="" if rule is None else rule.letter,
        length=0 if rule is None else rule.length,
        erase=texts.say("pad.erase"),
        bar=Bar(texts.say("bar.back"), texts.say("bar.next")),
    )


def card_picture_view(session: Session, world: World, texts: Texts) -> PhotoView:
    """Return what is said while a side of the card is held up before the camera."""
    side = _SIDES[min(len(session.card_pictures), len(_SIDES) - 1)]
    is_taken = session.card_picture is not None
    may_decline = ladder.may_go_without_pictures(session, world) and not is_taken
    is_gone = session.camera_is_gone
    if is_gone:
        line = "ladder.picture.gone_line" if may_decline else "ladder.picture.gone_help"
    else:
        line = "ladder.picture.taken_line" if is_taken else "ladder.picture.line"
    words = "ladder.picture.taken" if is_taken else f"ladder.picture.{side}"
    back = "photo.again" if is_taken else "bar.back"
    forward = "photo.keep" if is_taken else "photo.shutter"
    return PhotoView(
        title=texts.say(words),
        line=texts.say(line),
        problem=texts.say("photo.gone_title") if is_gone and not is_taken else "",
        caption=texts.say("photo.taking") if session.is_taking_photo else "",
        starting="" if is_taken or is_gone else texts.say("photo.starting"),
        is_good=True,
        picture=texts.say(f"ladder.picture.{side}"),
        photo=session.card_picture,
        decline=texts.say("ladder.picture.decline") if may_decline else "",
        decline_line=texts.say("ladder.picture.decline_line") if may_decline else "",
        opens_at_s=session.step_since_s + world.rules.advice_patience_s,
        bar=Bar(
            texts.say(back),
            "" if is_gone and not is_taken else texts.say(forward),
            is_next_open=not session.is_taking_photo,
        ),
        camera_on="" if is_taken or is_gone else texts.say("photo.camera_on"),
    )


def witness_view(session: Session, world: World, texts: Texts) -> PinView:
    """Return what somebody on duty confirms with their own PIN."""
    duty = world.duty
    if duty is None:
        title, hint = texts.say("ladder.witness.nobody"), texts.say("ladder.witness.nobody_line")
    else:
        title = texts.say("ladder.witness.title", name=duty.name)
        hint = texts.say("ladder.witness.hint")
        if session.vouching.card is not None:
            name = mask_name(session.vouching.card.full_name)
            title = texts.say("vouching.witness", name=duty.name)
            hint = texts.say("vouching.witness_hint", voucher=name)
        if session.is_witness_checked:
            hint = texts.say("staff.checking")
    is_open = duty is not None and not session.is_witness_checked
    is_vouched = session.vouching.card is not None
    confirm = "vouching.witness_confirm" if is_vouched else "ladder.witness.confirm"
    why = session.witness_problem, session.witness_wait_s
    return PinView(
        title=title,
        hint=hint,
        problem="" if duty is None else pin_problem(*why, texts),
        erase=texts.say("pad.erase"),
        bar=Bar(texts.say("bar.back"), texts.say(confirm) if is_open else ""),
    )
