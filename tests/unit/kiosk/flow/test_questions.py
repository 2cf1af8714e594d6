"""The questions: one by one, only those that matter, and no answer that will not do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.catalogue.forms import ProblemKind
from kiosk.domain import Purpose
from kiosk.flow import events as ev
from kiosk.flow.questions import service_of
from kiosk.flow.session import Step
from tests.support.builders import a_world, good_answers
from tests.support.services import a_question
from tests.support.services import a_service as a_service_of
from tests.support.walk import Walk


def asked(walk: Walk) -> list[str]:
    """Answer every question well; return the names in the order they were asked."""
    names = []
    while walk.step == Step.QUESTION:
        names.append(walk.now().question)
        walk.say(good_answers()[walk.now().question])
    return names


def test_questions_come_one_by_one_and_only_those_that_matter() -> None:
    """What is not relevant is skipped; what the machine knows is not asked."""
    walk = Walk().to(Step.QUESTION)
    assert asked(walk) == ["hello", "alone", "company", "days_out", "days_home"]
    walk = Walk().to_question("alone")
    walk.say("yes")
    assert walk.now().question == "days_out"


def test_an_answer_that_will_not_do_stays_to_be_put_right() -> None:
    """The problem is named, what was typed is still there, and nothing was stored."""
    walk = Walk().to_question("days_out")
    for raw, kind in {
        "": ProblemKind.REQUIRED,
        "many": ProblemKind.NOT_A_NUMBER,
        "8": ProblemKind.CONSTRAINT,
    }.items():
        walk.say(raw)
        problem = walk.now().question_problem
        assert problem is not None
        assert problem.kind is kind
        assert walk.now().question_draft == raw
        assert walk.now().answer("days_out") is None
    walk.say(" 07 ")
    assert walk.now().answer("days_out") == "7"
    assert (walk.now().question_problem, walk.now().question_draft) == (None, "")


def test_only_the_question_on_the_screen_is_answered() -> None:
    """A second press on Next does not answer the next question."""
    walk = Walk().to_question("days_out")
    walk.on(ev.Answered, "days_out", "3")
    before = walk.session
    walk.on(ev.Answered, "days_out", "4")
    walk.on(ev.Answered, "nonsense", "4")
    assert walk.session == before
    assert walk.now().question == "days_home"


def test_back_walks_through_the_questions_and_forgets_none() -> None:
    """Answers stay while one goes back, and going on asks each again."""
    walk = Walk().to(Step.PHOTO)
    back = []
    while walk.step != Step.CONSENT_PHOTO:
        walk.on(ev.WentBack)
        back.append(walk.now().question)
    assert back[:5] == ["days_home", "days_out", "company", "alone", "hello"]
    assert dict(walk.now().answers) == {**good_answers(), "hello": ""}
    walk.consent(Purpose.FACE_PHOTO)
    assert walk.step == Step.PHOTO  # everything is answered


def test_a_changed_answer_opens_and_closes_others_on_the_way() -> None:
    """Company is asked for only without being alone, also when one changes one's mind."""
    walk = Walk().to_question("alone")
    walk.say("yes")
    walk.on(ev.WentBack)
    assert walk.now().question == "alone"
    walk.say("no")
    assert walk.now().question == "company"


def test_an_answer_that_will_not_do_any_more_is_asked_again() -> None:
    """Two answers that go together must still do so when the first was changed later."""
    walk = Walk().to_question("days_home")
    walk.say("4")
    assert walk.step == Step.PHOTO
    walk.on(ev.WentBack)
    walk.on(ev.WentBack)
    walk.say("6")
    assert walk.now().question == "days_home"
    walk.say("4")
    assert walk.now().question_problem is not None
    walk.say("1")
    assert walk.step == Step.PHOTO


def test_a_rule_looks_at_no_answer_that_does_not_count() -> None:
    """What was answered to a question that is not relevant any more binds nobody."""
    service = a_service_of(
        a_question("more", is_required=True),
        a_question("first", relevant="${more} = 'yes'"),
        a_question("second", constraint="${first} = '' or . = ${first}"),
    )
    walk = Walk(a_world(service)).to(Step.CONSENT_PHOTO)
    walk.consent(Purpose.FACE_PHOTO)
    walk.say("yes")
    walk.say("a")
    walk.on(ev.WentBack)
    walk.on(ev.WentBack)
    walk.say("no")
    walk.say("b")
    assert walk.step == Step.PHOTO


def test_midnight_takes_no_question_from_under_the_finger() -> None:
    """A question that ceases to be relevant while it is answered leads on."""
    service = a_service_of(
        a_question("today_only", relevant="today() = '2026-11-20'"), a_question("other")
    )
    walk = Walk(a_world(service)).to(Step.CONSENT_PHOTO)
    walk.consent(Purpose.FACE_PHOTO)
    assert walk.now().question == "today_only"
    walk.world = replace(walk.world, today=walk.world.today.replace(day=21))
    walk.say("late")
    assert (walk.step, walk.now().question) == (Step.QUESTION, "other")


def test_a_service_never_leaves_under_a_visit() -> None:
    """The catalogue does not change during a visit; if it did, that would be a bug and said so."""
    walk = Walk().to(Step.QUESTION)
    with pytest.raises(KeyError, match="days_away"):
        service_of(walk.session, replace(walk.world, services=()))
