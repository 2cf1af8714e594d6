"""Something else in the same visit: nothing known is asked again, and nothing more is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.catalogue.service import PhotoNeed, QuestionType, Service
from kiosk.domain import Identity, IdentityAssurance, Purpose
from kiosk.flow import another
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.earlier import Earlier
from kiosk.flow.effects import JournalEvent
from kiosk.flow.moves import empty_session
from kiosk.flow.session import Overlay, PhotoMissing, Rating, ReceiptState, Step
from kiosk.flow.world import Room
from kiosk.ports.card_reader import Presence
from kiosk.ports.printer import PrinterState
from tests.support.builders import (
    A_VOLUNTEER,
    a_person,
    a_photo,
    a_sealed,
    a_service,
    a_signature,
    a_world,
)
from tests.support.services import a_question
from tests.support.walk import Walk


def a_travel_card(**changes: object) -> Service:
    """Return a second service: it shares two questions with the first, and has one of its own."""
    first = a_service()
    shared = tuple(it for it in first.questions if it.name in {"company", "days_out"})
    questions = (
        replace(shared[0], relevant=None),
        a_question("line", QuestionType.SELECT_ONE, is_required=True, choices=("red", "blue")),
        shared[1],
    )
    service = replace(a_service(service_id="travel_card"), questions=questions)
    return replace(service, **changes)  # type: ignore[arg-type] # named by the caller


def to_offer(*services: Service) -> Walk:
    """Walk through a first application as far as the question for something else."""
    walk = Walk(a_world(a_service(), *(services or (a_travel_card(),)))).to(Step.RATING)
    walk.answer(ev.ReceiptPrinted)
    walk.on(ev.Continued)
    return walk


def to_second(*services: Service) -> Walk:
    """Walk on to the first question of agreement of the second application."""
    walk = to_offer(*services)
    walk.on(ev.ServiceChosen, walk.new_id(), "travel_card")
    walk.on(ev.Continued)
    return walk


def test_the_next_application_begins_with_the_person_known() -> None:
    """No card and no "for whom": after the guide it is asked at once what may be kept."""
    walk = to_offer()
    assert walk.step == Step.ANOTHER
    walk.on(ev.ServiceChosen, "s-2", "travel_card")
    assert (walk.step, walk.now().session_id) == (Step.GUIDE, "s-2")
    assert walk.journal()[-1] is JournalEvent.ANOTHER_STARTED
    (prepared,) = walk.on(ev.Continued)
    assert isinstance(prepared, ef.PrepareLookUp)
    assert walk.step == Step.CONSENT_DATA
    assert walk.now().person == a_person()
    assert (walk.now().consents, walk.now().answers, walk.now().photo) == ((), (), None)


def test_only_what_is_new_is_asked_and_the_camera_stays_off() -> None:
    """What both forms ask is there already; the photo is that of before; each signs for itself."""
    walk = to_second()
    walk.consent(Purpose.DATA)
    walk.consent(Purpose.FACE_PHOTO)
    assert (walk.step, walk.now().question) == (Step.QUESTION, "line")
    assert dict(walk.now().answers) == {"company": "my sister", "days_out": "3"}
    walk.say("blue")
    assert walk.step == Step.REVIEW
    assert walk.now().photo == a_photo()
    walk.on(ev.Continued)
    walk.on(ev.Signed, a_signature())
    first, second = (order.record for order in walk.all(ef.SealApplication))
    assert second.service_id == "travel_card"
    assert dict(second.answers) == {"company": "my sister", "line": "blue", "days_out": "3"}
    assert (second.person, second.photo) == (first.person, first.photo)
    assert [consent.given for consent in second.consents] == [True, True]
    assert (second.session_id, first.session_id) == ("s-2", "s-1")
    assert len(walk.all(ef.TakePhoto)) == 1


def test_what_was_said_before_can_be_changed() -> None:
    """From the review as any answer, and by going back through the questions."""
    walk = to_second()
    walk.consent(Purpose.DATA)
    walk.consent(Purpose.FACE_PHOTO)
    walk.on(ev.WentBack)
    assert walk.now().question == "company"
    walk.say("my brother")
    walk.say("red")
    walk.on(ev.Corrected, "days_out")
    walk.say("5")
    assert walk.step == Step.REVIEW
    assert dict(walk.now().answers) == {"company": "my brother", "line": "red", "days_out": "5"}


def test_an_answer_that_will_not_do_here_is_asked_for() -> None:
    """The other form may allow less, or ask the same name for something else."""
    service = a_travel_card()
    company, line, days = service.questions
    few = a_question("days_out", QuestionType.INTEGER, is_required=True, constraint=". <= 2")
    walk = to_second(replace(service, questions=(company, line, few)))
    walk.consent(Purpose.DATA)
    assert dict(walk.now().answers) == {"company": "my sister"}
    otherwise = replace(company, label=line.label)
    walk = to_second(replace(service, questions=(otherwise, line, days)))
    walk.consent(Purpose.DATA)
    assert dict(walk.now().answers) == {"days_out": "3"}


def test_the_photo_can_be_taken_again() -> None:
    """From the review, with the camera on."""
    walk = to_second()
    walk.consent(Purpose.DATA)
    walk.consent(Purpose.FACE_PHOTO)
    walk.say("red")
    walk.on(ev.Corrected, "photo")
    assert walk.step == Step.PHOTO
    assert walk.wanted().camera
    other = replace(a_photo(), jpeg=b"\xff\xd8 another \xff\xd9")
    walk.on(ev.ShutterPressed)
    walk.answer(ev.PhotoTaken, other)
    walk.on(ev.Continued)
    assert walk.now().photo == other
    assert not walk.now().earlier.is_photo(walk.now().photo)


def test_a_service_may_want_a_photo_of_its_own() -> None:
    """Then the old one is not even kept, and the camera is looked into."""
    walk = to_second(a_travel_card(fresh_photo=True))
    assert walk.now().earlier.photos == ()
    walk.consent(Purpose.DATA)
    walk.consent(Purpose.FACE_PHOTO)
    walk.say("red")
    assert (walk.step, walk.now().photo) == (Step.PHOTO, None)
    assert walk.wanted().camera


def test_no_to_the_photo_is_no_to_that_of_before() -> None:
    """Who refuses it for the second application sends none with it."""
    walk = to_second()
    walk.consent(Purpose.DATA)
    walk.refuse(Purpose.FACE_PHOTO)
    walk.say("red")
    assert (walk.step, walk.now().photo) == (Step.REVIEW, None)
    assert walk.now().photo_missing is PhotoMissing.CONSENT_REFUSED


def test_nothing_is_offered_where_there_is_nothing_else() -> None:
    """One service, or the one that was just applied for: the visit ends, and nothing was kept."""
    walk = Walk().to(Step.RECEIVED)
    assert not walk.now().earlier
    walk.on(ev.Continued)
    walk.on(ev.Continued)
    assert walk.step == Step.TAKE_CARD


def test_after_everything_was_applied_for_the_visit_ends() -> None:
    """Two services, two applications, and no third question."""
    walk = to_second()
    walk.consent(Purpose.DATA)
    walk.consent(Purpose.FACE_PHOTO)
    walk.say("red")
    walk.on(ev.Continued)
    walk.on(ev.Signed, a_signature())
    walk.answer(ev.ApplicationSealed, a_sealed("019aa0b0-0000-7000-8000-000000000002"))
    assert walk.step == Step.RECEIVED
    assert walk.now().earlier == Earlier()
    walk.on(ev.Continued)
    walk.on(ev.Rated, Rating.FAIR)
    assert walk.step == Step.TAKE_CARD
    (rated,) = walk.all(ef.SealRating)
    assert rated.subject == "019aa0b0-0000-7000-8000-000000000002"


def test_a_photo_that_a_service_between_did_not_want_serves_the_third() -> None:
    """It waits where a later service may use it."""
    plain = a_travel_card(photo=PhotoNeed.NONE)
    walk = to_second(plain, replace(a_travel_card(), service_id="meals"))
    walk.consent(Purpose.DATA)
    walk.say("red")
    assert walk.now().photo is None
    walk.on(ev.Continued)
    walk.on(ev.Signed, a_signature())
    walk.answer(ev.ApplicationSealed, a_sealed())
    assert walk.now().earlier.done == ("days_away", "travel_card")
    assert walk.now().earlier.photos == (a_photo(),)


def test_no_more_is_kept_than_another_service_may_use() -> None:
    """Of the answers those that it asks too, no consent, no signature, no portrait."""
    walk = to_offer()
    earlier = walk.now().earlier
    assert [question.name for question, _ in earlier.answers] == ["company", "days_out"]
    assert (earlier.photos, earlier.portrait, earlier.comparison) == ((a_photo(),), b"", None)
    stranger = a_travel_card(questions=(a_question("else"),), photo=PhotoNeed.NONE)
    assert to_offer(stranger).now().earlier == Earlier(("days_away",))


@pytest.mark.parametrize(
    ("assurance", "is_offered"),
    [
        (IdentityAssurance.CARD_READ, True),
        (IdentityAssurance.TYPED_AND_ATTENDANT, True),
        (IdentityAssurance.ATTENDANT_ALONE, False),
        (IdentityAssurance.VOUCHED, False),
    ],
)
def test_it_is_offered_to_whom_the_service_would_take(
    assurance: IdentityAssurance, *, is_offered: bool
) -> None:
    """By how it is known who they are; a voucher spoke for one application only."""
    walk = to_offer(a_travel_card(least_identity=IdentityAssurance.TYPED_AND_ATTENDANT))
    known = Identity(assurance, walk.clock.at, A_VOLUNTEER)
    session = replace(walk.session, identity=known)
    assert bool(another.offers(session, walk.world)) is is_offered


def test_who_applied_for_somebody_else_is_done() -> None:
    """Whose matter it would be is not guessed; and nothing is begun that could not be kept."""
    walk = to_offer()
    assert another.offers(walk.session, walk.world)
    assert not another.offers(replace(walk.session, is_on_behalf=True), walk.world)
    assert not another.offers(walk.session, replace(walk.world, room=Room.FULL))


def test_somebody_on_duty_looks_first_where_the_next_service_wants_it() -> None:
    """The chip alone did for the first."""
    walk = to_second(a_travel_card(least_identity=IdentityAssurance.CARD_AND_ATTENDANT))
    assert walk.step == Step.WITNESS
    away = Walk(walk.world)
    away.session = walk.session
    away.on(ev.WentBack)  # to the card, which may be somebody else's
    assert (away.now().person, away.now().earlier) == (None, Earlier())
    walk.world = replace(walk.world, duty=A_VOLUNTEER)
    walk.on(ev.PinTyped, "270418")
    walk.answer(ev.WitnessAccepted, A_VOLUNTEER)
    assert walk.step == Step.CONSENT_DATA
    assert walk.now().earlier


def test_the_receipt_comes_out_before_anything_else_begins() -> None:
    """Its paper belongs to its own application; whatever becomes of it, one goes on then."""
    for kind, *told in (
        (ev.ReceiptPrinted,),
        (ev.ReceiptUnconfirmed,),
        (ev.ReceiptFailed, PrinterState.JAM),
    ):
        walk = Walk(a_world(a_service(), a_travel_card())).to(Step.ANOTHER)
        assert walk.now().receipt is ReceiptState.PRINTING
        walk.on(ev.ServiceChosen, "s-2", "travel_card")
        assert walk.step == Step.ANOTHER
        walk.answer(kind, *told)
        walk.on(ev.ServiceChosen, "s-2", "travel_card")
        assert walk.step == Step.GUIDE


def test_one_may_think_twice() -> None:
    """Back from the first question to the guide, from there to the offer, and then to the end."""
    walk = to_second()
    walk.on(ev.WentBack)
    assert (walk.step, walk.now().person) == (Step.GUIDE, a_person())
    walk.on(ev.WentBack)
    assert walk.step == Step.ANOTHER
    walk.on(ev.Continued)
    assert walk.step == Step.TAKE_CARD
    assert (walk.now().person, walk.now().earlier) == (None, Earlier())


@pytest.mark.parametrize("service", ["days_away", "gone", ""])
def test_only_what_is_offered_can_be_chosen(service: str) -> None:
    """Not the same once more, and nothing that is not there."""
    walk = to_offer()
    before = walk.session
    walk.on(ev.ServiceChosen, "s-2", service)
    assert replace(walk.session, last_touch_s=0.0) == replace(before, last_touch_s=0.0)


@pytest.mark.parametrize("step", [Step.RECEIVED, Step.RATING, Step.ANOTHER, Step.GUIDE])
def test_who_takes_the_card_between_two_applications_is_gone(step: Step) -> None:
    """Whoever stands there next is nobody's heir: nothing is kept, and nothing is offered."""
    walk = Walk(a_world(a_service(), a_travel_card())).to(Step.RECEIVED)
    walk.answer(ev.ReceiptPrinted)
    while walk.step != step:
        if walk.step == Step.ANOTHER:
            walk.on(ev.ServiceChosen, "s-2", "travel_card")
        else:
            walk.on(ev.Continued)
    walk.lift_card()
    assert walk.now().earlier == Earlier()
    walk.on(ev.Continued)
    walk.on(ev.Continued)
    assert walk.session == replace(
        empty_session(walk.world), last_touch_s=walk.session.last_touch_s
    )


def test_a_card_that_was_taken_while_it_was_stored_ends_it_too() -> None:
    """The store answers later."""
    walk = Walk(a_world(a_service(), a_travel_card())).to(Step.SEALING)
    walk.lift_card()
    walk.answer(ev.ApplicationSealed, a_sealed())
    assert walk.now().earlier == Earlier()


def test_without_a_chip_no_card_has_to_lie_there() -> None:
    """Somebody on duty knows them, as before."""
    walk = to_offer()
    known = Identity(IdentityAssurance.TYPED_AND_ATTENDANT, walk.clock.at, A_VOLUNTEER)
    walk.session = replace(walk.session, identity=known)
    walk.on(ev.CardSeen, Presence.ABSENT)
    assert walk.step == Step.ANOTHER


def test_the_card_is_missed_in_the_second_application_as_in_the_first() -> None:
    """Taken before signing: go on or stop?"""
    walk = to_second()
    walk.consent(Purpose.DATA)
    walk.lift_card()
    assert walk.overlay == Overlay.CARD_TAKEN
    walk.on(ev.StopConfirmed)
    assert walk.session == empty_session(walk.world)


@pytest.mark.parametrize("is_begun", [False, True])
def test_time_wipes_everything_of_the_visit(*, is_begun: bool) -> None:
    """Whoever walks away leaves neither application nor photo."""
    walk = to_second() if is_begun else to_offer()
    assert walk.now().earlier.photos
    walk.wait(121)
    assert walk.step == Step.TAKE_CARD
    assert (walk.now().person, walk.now().earlier) == (None, Earlier())


def test_stop_wipes_everything_of_the_visit() -> None:
    """At the offer at once; in the second application it is asked first."""
    walk = to_offer()
    walk.on(ev.StopAsked)
    assert (walk.step, walk.now().earlier) == (Step.TAKE_CARD, Earlier())
    walk = to_second()
    walk.on(ev.StopAsked)
    walk.on(ev.StopConfirmed)
    assert (walk.step, walk.now().earlier) == (Step.TAKE_CARD, Earlier())


def test_no_to_the_second_keeps_nothing_of_either() -> None:
    """Who refuses the data consent leaves; the first application is stored all the same."""
    walk = to_second()
    walk.refuse(Purpose.DATA)
    assert (walk.step, walk.now().person) == (Step.NOT_KEPT, None)
    assert walk.now().earlier == Earlier()


def test_the_helper_goes_on_helping_and_the_time_is_its_own() -> None:
    """Same visit, same volunteer; when it began is when it was chosen."""
    walk = to_offer()
    walk.session = replace(walk.session, helper=A_VOLUNTEER)
    began = walk.now().started_at
    walk.clock.pass_s(30)
    walk.on(ev.ServiceChosen, "s-2", "travel_card")
    assert walk.now().helper == A_VOLUNTEER
    started = walk.now().started_at
    assert began is not None
    assert started is not None
    assert started - began >= timedelta(seconds=30)
