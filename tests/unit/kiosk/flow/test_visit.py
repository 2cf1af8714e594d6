"""The way from Home to the photo: who, for what, may we, questions; each step forward and back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.catalogue.service import PhotoNeed
from kiosk.domain import Language, Purpose
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.effects import JournalEvent, ReaderMode
from kiosk.flow.moves import empty_session
from kiosk.flow.session import PhotoMissing, Step
from kiosk.ports.card_reader import Presence, UnreadableReason
from tests.support.builders import (
    EN,
    a_person,
    a_service,
    a_world,
    another_person,
    good_answers,
)
from tests.support.services import a_service as a_service_of
from tests.support.walk import Walk

STRAIGHT_WAY = [
    Step.GUIDE,
    Step.FOR_WHOM,
    Step.CARD_NOTICE,
    Step.CARD,
    Step.CONSENT_DATA,
    Step.CONSENT_PHOTO,
    Step.QUESTION,
    Step.PHOTO,
    Step.REVIEW,
    Step.SIGN,
    Step.SEALING,
    Step.RECEIVED,
    Step.RATING,
    Step.TAKE_CARD,
]


@pytest.mark.parametrize("step", STRAIGHT_WAY)
def test_every_step_lies_on_the_straight_way(step: Step) -> None:
    """From Home each step is reached by doing what its screen asks."""
    assert Walk().to(step).step == step


@pytest.mark.parametrize(
    ("step", "before"),
    [
        (Step.FOR_WHOM, Step.GUIDE),
        (Step.CARD_NOTICE, Step.FOR_WHOM),
        (Step.CARD, Step.CARD_NOTICE),
        (Step.CONSENT_DATA, Step.CARD_NOTICE),
        (Step.CONSENT_PHOTO, Step.CONSENT_DATA),
        (Step.QUESTION, Step.CONSENT_PHOTO),
        (Step.PHOTO, Step.QUESTION),
        (Step.REVIEW, Step.PHOTO),
        (Step.SIGN, Step.REVIEW),
    ],
)
def test_back_leads_to_the_step_before(step: Step, before: Step) -> None:
    """Back undoes one step, up to the signature."""
    walk = Walk().to(step)
    walk.on(ev.WentBack)
    assert walk.step is before


def test_back_from_the_guide_goes_home() -> None:
    """Whoever only looked has nothing to take along."""
    walk = Walk().to(Step.GUIDE)
    walk.on(ev.WentBack)
    assert walk.session == empty_session(walk.world)
    assert walk.journal() == [JournalEvent.VISIT_STARTED, JournalEvent.VISIT_ENDED]


@pytest.mark.parametrize("step", [Step.HOME, Step.SEALING, Step.RECEIVED, Step.RATING])
def test_back_means_nothing_where_nothing_is_before(step: Step) -> None:
    """What is sealed is not undone by Back."""
    walk = Walk() if step is Step.HOME else Walk().to(step)
    before = walk.session
    assert walk.on(ev.WentBack) == ()
    assert replace(walk.session, last_touch_s=before.last_touch_s) == before


def test_the_big_tile_starts_the_only_service() -> None:
    """With one service nobody has to choose."""
    walk = Walk()
    walk.on(ev.Started, "s-1")
    assert walk.step == Step.GUIDE
    assert walk.now().service_id == "days_away"
    assert walk.now().started_at == walk.clock.at


def test_the_big_tile_chooses_for_nobody_among_several() -> None:
    """With two services their own tiles have to be touched."""
    walk = Walk(a_world(a_service(), a_service(service_id="other")))
    walk.on(ev.Started, "s-1")
    assert walk.step == Step.HOME
    walk.on(ev.ServiceChosen, "s-1", "other")
    assert walk.now().service_id == "other"
    assert walk.to_do(ef.WriteJournal)[0].fields == (("service", "other"),)


def test_a_service_that_is_not_there_starts_nothing() -> None:
    """A tile of yesterday's catalogue does no harm."""
    walk = Walk()
    assert walk.on(ev.ServiceChosen, "s-1", "gone") == ()
    assert walk.step == Step.HOME


def test_the_reader_reads_only_where_the_card_is_asked_for() -> None:
    """Nothing is read before it was said what for, nor after."""
    for step in STRAIGHT_WAY:
        wanted = Walk().to(step).wanted()
        assert (wanted.reader is ReaderMode.READ) is (step is Step.CARD)
        assert wanted.camera is (step is Step.PHOTO)


def test_a_card_that_was_read_identifies_the_resident() -> None:
    """The card's data are there, and what makes sealing slow has begun."""
    walk = Walk().to(Step.CARD)
    walk.on(ev.CardRead, a_person(), "cn.resident_id")
    assert walk.step == Step.CONSENT_DATA
    assert walk.now().person == a_person()
    assert walk.now().card_presence is Presence.PRESENT
    assert walk.last == (ef.PrepareLookUp("s-1", "cn.resident_id", "11010519491231002X"),)


def test_a_card_is_read_nowhere_else() -> None:
    """A reading that comes too late changes nothing."""
    walk = Walk().to(Step.QUESTION)
    before = walk.session
    assert walk.on(ev.CardRead, another_person(), "cn.resident_id") == ()
    assert walk.session == before


def test_an_unreadable_card_says_why_once() -> None:
    """The reader tells every second; the journal has it once, and the next reason anew."""
    walk = Walk().to(Step.CARD)
    for reason in [UnreadableReason.PULLED] * 3 + [UnreadableReason.FOREIGN] * 2:
        walk.on(ev.CardUnreadable, reason)
        assert walk.now().card_problem is reason
    lines = [line for line in walk.all(ef.WriteJournal) if line.event == "CARD_UNREADABLE"]
    assert [line.fields for line in lines] == [(("reason", "pulled"),), (("reason", "foreign"),)]
    walk.on(ev.CardRead, a_person(), "cn.resident_id")
    assert walk.now().card_problem is None


def test_a_card_that_had_to_be_lifted_is_lifted() -> None:
    """Once the card is off, the request to lift it goes; other problems stay to be read."""
    walk = Walk().to(Step.CARD)
    walk.lay_card()
    walk.on(ev.CardUnreadable, UnreadableReason.LIFT_FIRST)
    walk.lift_card()
    assert walk.now().card_problem is None
    walk.lay_card()
    walk.on(ev.CardUnreadable, UnreadableReason.DAMAGED)
    walk.lift_card()
    assert walk.now().card_problem is UnreadableReason.DAMAGED


def test_a_reader_that_is_gone_comes_back() -> None:
    """The screen says so while it lasts."""
    walk = Walk().to(Step.CARD)
    walk.on(ev.ReaderGone)
    assert walk.now().reader_is_gone
    walk.on(ev.CardUnreadable, UnreadableReason.PULLED)
    assert not walk.now().reader_is_gone
    walk.on(ev.ReaderGone)
    walk.on(ev.WentBack)
    walk.on(ev.Continued)
    assert (walk.step, walk.now().reader_is_gone, walk.now().card_problem) == (
        Step.CARD,
        False,
        None,
    )


def test_consents_are_kept_with_text_version_language_and_time() -> None:
    """What was agreed to can be shown later, word for word."""
    walk = Walk().to(Step.CONSENT_DATA)
    walk.on(ev.LanguageChosen, EN)
    walk.clock.pass_s(7)
    walk.on(ev.Consented, Purpose.DATA, "2026-11")
    (consent,) = walk.now().consents
    assert (consent.purpose, consent.given) == (Purpose.DATA, True)
    assert (consent.text_version, consent.language) == ("2026-11", EN)
    assert consent.at == walk.clock.at


def test_the_two_consents_are_separate() -> None:
    """An answer to the other question is none to this one."""
    walk = Walk().to(Step.CONSENT_DATA)
    walk.consent(Purpose.FACE_PHOTO)
    assert walk.step == Step.CONSENT_DATA
    walk.consent(Purpose.DATA)
    walk.refuse(Purpose.DATA)
    assert walk.step == Step.CONSENT_PHOTO
    assert walk.now().consent(Purpose.FACE_PHOTO) is None


def test_no_data_consent_wipes_everything_at_once() -> None:
    """Person and answers are gone, a slip says where to go instead, the card is reminded of."""
    walk = Walk()
    walk.on(ev.LanguageChosen, EN)
    walk.to(Step.CONSENT_DATA)
    walk.refuse(Purpose.DATA)
    assert walk.step == Step.NOT_KEPT
    session = walk.session
    assert (session.person, session.consents, session.answers) == (None, (), ())
    assert session.display.language == EN
    assert walk.to_do(ef.PrintWhereToGo) == [ef.PrintWhereToGo("s-1", "days_away", EN)]
    assert walk.to_do(ef.WriteJournal)[0].event is JournalEvent.CONSENT_REFUSED
    walk.on(ev.Continued)
    assert walk.step == Step.TAKE_CARD


def test_no_photo_consent_means_an_attendant_checks() -> None:
    """Without a photo the visit goes on, and the camera is never switched on."""
    walk = Walk().to(Step.CONSENT_PHOTO)
    walk.refuse(Purpose.FACE_PHOTO)
    assert walk.step == Step.QUESTION
    while walk.step == Step.QUESTION:
        walk.say(good_answers()[walk.now().question])
    assert walk.step == Step.REVIEW
    assert walk.now().photo_missing is PhotoMissing.CONSENT_REFUSED
    assert walk.now().consent(Purpose.FACE_PHOTO) is False
    walk.on(ev.WentBack)
    assert walk.step == Step.QUESTION


def test_a_photo_that_was_taken_goes_with_the_consent() -> None:
    """Who refuses later takes the picture back."""
    walk = Walk().to(Step.REVIEW)
    while walk.step != Step.CONSENT_PHOTO:
        walk.on(ev.WentBack)
    assert walk.now().photo is not None
    walk.refuse(Purpose.FACE_PHOTO)
    assert walk.now().photo is None
    assert walk.now().photo_missing is PhotoMissing.CONSENT_REFUSED
    assert [c.given for c in walk.now().consents] == [True, False]


def test_a_service_without_a_photo_asks_for_none() -> None:
    """No question about what is not needed, on the way and back."""
    walk = Walk(a_world(a_service(PhotoNeed.NONE))).to(Step.CONSENT_DATA)
    walk.consent(Purpose.DATA)
    assert walk.step == Step.QUESTION
    assert walk.now().photo_missing is PhotoMissing.NOT_NEEDED
    walk.on(ev.WentBack)
    assert walk.step == Step.CONSENT_DATA
    walk.consent(Purpose.DATA)
    while walk.step == Step.QUESTION:
        walk.say(good_answers()[walk.now().question])
    assert walk.step == Step.REVIEW
    before = walk.session
    walk.on(ev.Corrected, "photo")
    assert walk.session == before


@pytest.mark.parametrize("photo", list(PhotoNeed))
def test_a_service_without_questions_has_a_way_back(photo: PhotoNeed) -> None:
    """Back from what comes after the questions leads to the consent before them."""
    service = replace(a_service_of(), photo=photo)
    walk = Walk(a_world(service)).to(Step.REVIEW)
    assert walk.now().answers == ()
    walk.on(ev.WentBack)
    if photo is PhotoNeed.WANTED:
        assert walk.step == Step.PHOTO
        walk.on(ev.WentBack)
        assert walk.step == Step.CONSENT_PHOTO
    else:
        assert walk.step == Step.CONSENT_DATA


def test_the_next_card_finds_nothing_of_the_one_before() -> None:
    """Going back before the card forgets the person and all that was said and photographed."""
    walk = Walk().to(Step.REVIEW)
    while walk.step != Step.CARD_NOTICE:
        walk.on(ev.WentBack)
    session = walk.session
    assert (session.person, session.answers, session.consents) == (None, (), ())
    assert (session.photo, session.photo_missing) == (None, None)
    walk.on(ev.Continued)
    walk.on(ev.CardRead, another_person(), "cn.resident_id")
    walk.consent(Purpose.DATA)
    walk.consent(Purpose.FACE_PHOTO)
    assert walk.now().question == "hello"


def test_the_display_is_the_residents_for_this_visit() -> None:
    """Language chosen on Home is taken along, through help and all, and is gone afterwards."""
    walk = Walk()
    walk.on(ev.LanguageChosen, Language("en"))
    walk.to(Step.REVIEW)
    assert walk.now().display.language == EN
    walk.on(ev.StopAsked)
    walk.on(ev.StopConfirmed)
    assert walk.now().display.language == EN  # "take your card" is still theirs
    walk.lift_card()
    walk.wait(1)
    assert walk.session == empty_session(walk.world)
