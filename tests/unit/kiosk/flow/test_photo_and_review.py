"""The photo with its advice that never blocks, the review, corrections, and the signature."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiosk.catalogue.service import PhotoNeed
from kiosk.domain import IdentityAssurance, Purpose, Signature
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.session import Overlay, PhotoMissing, Step
from kiosk.flow.visit import may_take_photo
from kiosk.photos import Advice
from tests.support.builders import (
    A_MORNING,
    a_person,
    a_photo,
    a_service,
    a_session,
    a_signature,
    a_world,
    good_answers,
)
from tests.support.walk import Walk


@pytest.fixture
def walk() -> Walk:
    """Return a visit that stands before the camera."""
    return Walk().to(Step.PHOTO)


def test_a_good_picture_may_be_taken_at_once(walk: Walk) -> None:
    """Without advice the shutter works; the picture leads on only when asked to."""
    walk.on(ev.AdviceChanged, (Advice.COME_CLOSER,))
    walk.on(ev.AdviceChanged, ())
    assert walk.on(ev.ShutterPressed) == (ef.TakePhoto("s-1"),)
    walk.answer(ev.PhotoTaken, a_photo())
    assert walk.step == Step.PHOTO
    assert not walk.wanted().camera
    walk.on(ev.Continued)
    assert walk.step == Step.REVIEW
    assert walk.now().photo == a_photo()
    assert walk.now().photo_missing is None


def test_advice_holds_the_shutter_for_ten_seconds_only(walk: Walk) -> None:
    """Advice never blocks: after ten seconds any picture may be taken as it is."""
    walk.on(ev.AdviceChanged, (Advice.TOO_DARK,))
    walk.wait(9)
    assert walk.on(ev.ShutterPressed) == ()
    walk.wait(1)
    assert walk.on(ev.ShutterPressed) == (ef.TakePhoto("s-1"),)


def test_ten_seconds_are_not_waited_twice(walk: Walk) -> None:
    """Once more means once more, not ten seconds more."""
    walk.on(ev.AdviceChanged, (Advice.TOO_DARK,))
    walk.wait(10)
    walk.take_photo()
    walk.on(ev.PhotoRetaken)
    assert walk.now().photo is None
    assert walk.wanted().camera
    walk.on(ev.AdviceChanged, (Advice.TOO_DARK,))
    assert walk.on(ev.ShutterPressed) != ()


def test_pressing_twice_takes_one_picture(walk: Walk) -> None:
    """While a picture is being taken the shutter does nothing, nor does it on one that is there."""
    walk.on(ev.ShutterPressed)
    assert walk.on(ev.ShutterPressed) == ()
    walk.answer(ev.PhotoTaken, a_photo())
    assert walk.on(ev.ShutterPressed) == ()
    assert len(walk.all(ef.TakePhoto)) == 1


def test_next_without_a_picture_means_nothing(walk: Walk) -> None:
    """There is another button for those who want none."""
    walk.on(ev.Continued)
    assert walk.step == Step.PHOTO


def test_no_camera_is_no_dead_end(walk: Walk) -> None:
    """Without a camera an attendant checks; when it comes back it can be used."""
    walk.on(ev.CameraGone)
    assert walk.on(ev.ShutterPressed) == ()
    walk.on(ev.AdviceChanged, ())
    assert may_take_photo(walk.session, walk.clock.now(), walk.world)
    walk.on(ev.CameraGone)
    walk.on(ev.PhotoDeclined)
    assert walk.step == Step.REVIEW
    assert walk.now().photo_missing is PhotoMissing.NO_CAMERA


def test_a_picture_that_failed_can_be_declined_or_tried_again(walk: Walk) -> None:
    """A camera that fails at the shutter does not keep the visit waiting."""
    walk.on(ev.ShutterPressed)
    walk.answer(ev.PhotoFailed)
    assert walk.now().camera_is_gone
    walk.on(ev.AdviceChanged, ())
    assert walk.on(ev.ShutterPressed) != ()
    walk.answer(ev.PhotoFailed)
    walk.on(ev.PhotoDeclined)
    assert walk.now().photo_missing is PhotoMissing.NO_CAMERA


def test_a_picture_nobody_wants_is_not_kept(walk: Walk) -> None:
    """Who declines after all leaves no picture."""
    walk.take_photo()
    walk.on(ev.PhotoDeclined)
    assert walk.step == Step.REVIEW
    assert (walk.now().photo, walk.now().photo_missing) == (None, PhotoMissing.NOT_WANTED)


def test_leaving_while_the_picture_is_taken_does_not_jam_the_shutter(walk: Walk) -> None:
    """A picture that comes after Back is dropped, and the shutter works again."""
    walk.on(ev.ShutterPressed)
    walk.on(ev.WentBack)
    assert walk.step == Step.QUESTION
    walk.answer(ev.PhotoTaken, a_photo())
    assert walk.now().photo is None
    walk.say(good_answers()[walk.now().question])
    assert walk.step == Step.PHOTO
    assert walk.on(ev.ShutterPressed) == (ef.TakePhoto("s-1"),)


def test_the_camera_is_off_while_a_question_lies_over_it(walk: Walk) -> None:
    """Nobody is looked at who is asked whether to stop."""
    assert walk.wanted().camera
    walk.on(ev.StopAsked)
    assert not walk.wanted().camera
    walk.on(ev.StopDeclined)
    assert walk.wanted().camera


def test_a_picture_of_another_visit_is_dropped(walk: Walk) -> None:
    """Answers for a session that is over belong to nobody."""
    walk.on(ev.ShutterPressed)
    before = walk.session
    assert walk.on(ev.PhotoTaken, "s-0", a_photo()) == ()
    assert walk.on(ev.PhotoFailed, "s-0") == ()
    assert walk.session == before


def test_one_answer_is_corrected_and_the_review_is_back() -> None:
    """Changing an answer asks that one question and no other."""
    walk = Walk().to(Step.REVIEW)
    walk.on(ev.Corrected, "company")
    assert (walk.step, walk.now().question) == (Step.QUESTION, "company")
    walk.say("my brother")
    assert walk.step == Step.REVIEW
    assert walk.now().answer("company") == "my brother"
    assert not walk.now().is_correcting


def test_a_correction_can_be_left_as_it_was() -> None:
    """Back from a correction is the review, with the old answer."""
    walk = Walk().to(Step.REVIEW)
    walk.on(ev.Corrected, "company")
    walk.on(ev.WentBack)
    assert walk.step == Step.REVIEW
    assert walk.now().answer("company") == "my sister"
    walk.on(ev.Continued)
    assert walk.step == Step.SIGN


def walk_alone() -> Walk:
    """Return a visit on the review of somebody who said to be alone."""
    walk = Walk().to_question("alone")
    walk.say("yes")
    walk.say("3")
    walk.say("4")
    walk.take_photo()
    walk.on(ev.Continued)
    assert walk.step == Step.REVIEW
    return walk


def test_a_correction_that_opens_a_question_asks_it() -> None:
    """Who is not alone after all is asked with whom, then is back."""
    walk = walk_alone()
    walk.on(ev.Corrected, "alone")
    walk.say("no")
    assert walk.now().question == "company"
    walk.say("my sister")
    assert walk.step == Step.REVIEW


def test_a_question_that_a_correction_opened_cannot_be_left_out() -> None:
    """Back leads to the review, but signing asks what is still open first."""
    walk = walk_alone()
    walk.on(ev.Corrected, "alone")
    walk.say("no")
    walk.on(ev.WentBack)
    assert walk.step == Step.REVIEW
    walk.on(ev.Continued)
    assert (walk.step, walk.now().question) == (Step.QUESTION, "company")
    walk.say("my sister")
    assert walk.step == Step.REVIEW
    walk.on(ev.Continued)
    assert walk.step == Step.SIGN


def test_a_correction_that_makes_another_answer_impossible_asks_that_one_again() -> None:
    """Six days out and four at home are more than a week."""
    walk = Walk().to(Step.REVIEW)
    walk.on(ev.Corrected, "days_out")
    walk.say("6")
    assert (walk.step, walk.now().question) == (Step.QUESTION, "days_home")
    walk.on(ev.WentBack)
    walk.on(ev.Continued)
    assert (walk.step, walk.now().question) == (Step.QUESTION, "days_home")
    walk.say("1")
    assert walk.step == Step.REVIEW


@pytest.mark.parametrize("name", ["nonsense", "card_age", "company"])
def test_only_what_is_on_the_review_can_be_corrected(name: str) -> None:
    """What is not asked, or not relevant, can't be opened."""
    walk = walk_alone()
    before = walk.session
    walk.on(ev.Corrected, name)
    assert walk.session == before


def test_the_photo_is_corrected_by_a_new_one() -> None:
    """A new picture leads back to the review."""
    walk = Walk().to(Step.REVIEW)
    walk.on(ev.Corrected, "photo")
    assert walk.step == Step.PHOTO
    assert walk.wanted().camera
    walk.take_photo()
    walk.on(ev.Continued)
    assert (walk.step, walk.now().is_correcting) == (Step.REVIEW, False)


def test_a_photo_correction_can_be_left() -> None:
    """Without the old and without a new picture an attendant checks."""
    walk = Walk().to(Step.REVIEW)
    walk.on(ev.Corrected, "photo")
    walk.on(ev.WentBack)
    assert walk.step == Step.REVIEW
    assert walk.now().photo_missing is PhotoMissing.NOT_WANTED
    walk.on(ev.Corrected, "photo")
    walk.take_photo()
    walk.on(ev.WentBack)
    assert walk.now().photo_missing is None


def test_who_refused_the_photo_can_still_agree_on_the_review() -> None:
    """Consent first, then the camera, then the review again."""
    walk = Walk().to(Step.CONSENT_PHOTO)
    walk.refuse(Purpose.FACE_PHOTO)
    while walk.step == Step.QUESTION:
        walk.say(good_answers()[walk.now().question])
    walk.on(ev.Corrected, "photo")
    assert walk.step == Step.CONSENT_PHOTO
    walk.on(ev.WentBack)
    assert walk.step == Step.REVIEW
    assert walk.now().photo_missing is PhotoMissing.CONSENT_REFUSED
    walk.on(ev.Corrected, "photo")
    walk.refuse(Purpose.FACE_PHOTO)
    assert walk.step == Step.REVIEW
    walk.on(ev.Corrected, "photo")
    walk.consent(Purpose.FACE_PHOTO)
    assert walk.step == Step.PHOTO
    walk.take_photo()
    walk.on(ev.Continued)
    assert walk.step == Step.REVIEW
    assert (walk.now().photo, walk.now().photo_missing) == (a_photo(), None)


def test_a_slip_of_the_finger_is_no_signature() -> None:
    """Nothing is sealed under a blank pad."""
    walk = Walk().to(Step.SIGN)
    assert walk.on(ev.Signed, Signature((((5, 5), (6, 6)),), 1200, 400)) == ()
    assert walk.step == Step.SIGN


def test_signing_seals_all_that_was_said() -> None:
    """The record holds the whole visit, with the answers that count and nothing else."""
    walk = Walk().to_question("alone")
    walk.say("no")
    walk.say("my sister")
    walk.on(ev.WentBack)
    walk.on(ev.WentBack)
    walk.say("yes")
    walk.say("3")
    walk.say("")
    walk.take_photo()
    walk.on(ev.Continued)
    walk.on(ev.Continued)
    walk.clock.pass_s(60)
    (order,) = walk.on(ev.Signed, a_signature())
    assert isinstance(order, ef.SealApplication)
    record = order.record
    assert record.answers == (("alone", "yes"), ("days_out", "3"), ("days_home", ""))
    assert record.person == a_person()
    assert record.identity.assurance is IdentityAssurance.CARD_READ
    assert (record.photo, record.photo_missing) == (a_photo(), None)
    assert record.signature == a_signature()
    asked = [Purpose.DATA, Purpose.FACE_PHOTO]
    assert [consent.purpose for consent in record.consents] == asked
    assert (record.service_id, record.session_id, order.session_id) == ("days_away", "s-1", "s-1")
    assert record.catalogue_version == walk.world.services[0].version
    assert record.started_at == A_MORNING
    assert record.helper is None
    assert walk.clock.at == A_MORNING + timedelta(seconds=60)


def test_signing_twice_seals_once() -> None:
    """While the application is being stored nothing can be touched."""
    walk = Walk().to(Step.SEALING)
    assert walk.on(ev.Signed, a_signature()) == ()
    assert walk.on(ev.Continued) == ()
    assert walk.on(ev.StopAsked) == ()
    assert walk.on(ev.WentBack) == ()
    assert (walk.step, walk.overlay) == (Step.SEALING, Overlay.NONE)
    assert len(walk.all(ef.SealApplication)) == 1


def test_the_record_says_from_when_on_even_if_the_start_is_not_known() -> None:
    """A record has a beginning in any case, and nobody's visit is never sealed."""
    walk = Walk()
    walk.session = a_session(
        Step.SIGN, walk.world, person=a_person(), photo_missing=PhotoMissing.NOT_NEEDED
    )
    nobody = a_session(Step.SIGN, walk.world)
    walk.session = a_session(Step.SIGN, walk.world, person=a_person(), started_at=None)
    walk.on(ev.Signed, a_signature())
    assert walk.all(ef.SealApplication)[0].record.started_at == walk.clock.at
    walk.session = nobody
    assert walk.on(ev.Signed, a_signature()) == ()


def test_a_visit_without_a_photo_is_sealed_with_the_reason() -> None:
    """The office reads why there is none."""
    walk = Walk(a_world(a_service(PhotoNeed.NONE))).to(Step.SEALING)
    record = walk.all(ef.SealApplication)[0].record
    assert (record.photo, record.photo_missing) == (None, PhotoMissing.NOT_NEEDED)
