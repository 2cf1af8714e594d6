"""Which question comes next, and which answers will do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.catalogue import forms
from kiosk.catalogue.forms import Accepted, Problem, ProblemKind
from kiosk.catalogue.service import QuestionType, Service
from kiosk.domain import Person, Sex
from tests.support.services import a_question, a_service, the_sample_service, words

TODAY = date(2026, 11, 20)
SERVICE = a_service(
    a_question("card_age", QuestionType.HIDDEN),
    a_question("younger", QuestionType.NOTE, relevant="${card_age} < 80"),
    a_question("home", QuestionType.SELECT_ONE, choices=("alone", "family"), is_required=True),
    a_question("people", QuestionType.INTEGER, relevant="${home} = 'family'", is_required=True),
    a_question("crowded", relevant="${people} > 5"),
    a_question("since", QuestionType.DATE, constraint=". <= today()"),
)


def names(service: Service, answers: dict[str, str]) -> list[str]:
    """Return the names of the questions that would be asked."""
    return [question.name for question in forms.relevant_questions(service, answers, TODAY)]


def test_only_relevant_questions_are_asked() -> None:
    """Facts and answers decide what is asked; facts themselves never are."""
    assert names(SERVICE, {}) == ["home", "since"]
    assert names(SERVICE, {"card_age": "78"}) == ["younger", "home", "since"]
    assert names(SERVICE, {"card_age": "80", "home": "family"}) == ["home", "people", "since"]
    assert "crowded" in names(SERVICE, {"home": "family", "people": "6"})


def test_an_answer_that_is_no_longer_asked_for_does_not_count() -> None:
    """Whoever changes an answer leaves nothing of the way not taken, not even indirectly."""
    answers = {"home": "alone", "people": "6", "crowded": "very", "since": "", "card_age": "80"}
    assert names(SERVICE, answers) == ["home", "since"]
    told = forms.effective_answers(SERVICE, answers, TODAY)
    assert told == (("home", "alone"), ("since", ""))
    assert forms.counting_answers(SERVICE, answers, TODAY) == {
        "card_age": "80",
        "home": "alone",
        "since": "",
    }


def test_notes_are_passed_and_not_part_of_the_application() -> None:
    """A note is shown until it was passed, and is no answer."""
    facts = {"card_age": "70"}
    first = forms.first_open(SERVICE, facts, TODAY)
    assert first is not None
    assert first.name == "younger"
    assert forms.check(first, "whatever", {}, TODAY) == Accepted("")
    passed = facts | {"younger": "", "home": "alone", "since": ""}
    assert forms.first_open(SERVICE, passed, TODAY) is None
    assert [name for name, _ in forms.effective_answers(SERVICE, passed, TODAY)] == [
        "home",
        "since",
    ]


def test_back_goes_to_the_question_before() -> None:
    """Back skips what is not asked; before the first there is none."""
    answers = {"home": "alone"}
    before = forms.previous_question(SERVICE, answers, "since", TODAY)
    assert before is not None
    assert before.name == "home"
    assert forms.previous_question(SERVICE, answers, "home", TODAY) is None
    assert forms.previous_question(SERVICE, answers, "people", TODAY) == before
    assert forms.previous_question(SERVICE, answers, "nobody", TODAY) is None


@pytest.mark.parametrize(
    ("kind", "raw", "result"),
    [
        (QuestionType.INTEGER, " 007 ", "7"),
        (QuestionType.INTEGER, "-3", "-3"),
        (QuestionType.INTEGER, "１２", "12"),
        (QuestionType.INTEGER, "1 200", "1200"),
        (QuestionType.INTEGER, "1.5", ProblemKind.NOT_A_NUMBER),
        (QuestionType.INTEGER, "two", ProblemKind.NOT_A_NUMBER),
        (QuestionType.INTEGER, "1234567890", ProblemKind.NOT_A_NUMBER),
        (QuestionType.INTEGER, "٣", ProblemKind.NOT_A_NUMBER),
        (QuestionType.DATE, "1998-05-01", "1998-05-01"),
        (QuestionType.DATE, "19980501", "1998-05-01"),
        (QuestionType.DATE, "1998-02-30", ProblemKind.NOT_A_DATE),
        (QuestionType.DATE, "0000-01-01", ProblemKind.NOT_A_DATE),
        (QuestionType.DATE, "1998-W01-1", ProblemKind.NOT_A_DATE),
        (QuestionType.DATE, "1998", ProblemKind.NOT_A_DATE),
        (QuestionType.SELECT_ONE, "a", "a"),
        (QuestionType.SELECT_ONE, "c", ProblemKind.NOT_A_CHOICE),
        (QuestionType.TEXT, "  槐树里一号\n ", "槐树里一号"),
        (QuestionType.TEXT, "a\x00b\ud800", "ab"),
        (QuestionType.TEXT, "x" * 200, "x" * 200),
        (QuestionType.TEXT, "x" * 201, ProblemKind.TOO_LONG),
        (QuestionType.TEXT, "   ", ""),
    ],
)
def test_normal_forms(kind: QuestionType, raw: str, result: str | ProblemKind) -> None:
    """Every kind of answer has one normal form, or is refused for a reason."""
    question = a_question("it", kind, choices=("a", "b"))
    checked = forms.check(question, raw, {}, TODAY)
    assert checked == (Problem(result) if isinstance(result, ProblemKind) else Accepted(result))


def test_numbers_lose_their_spaces() -> None:
    """An account number is typed in groups and kept without them."""
    question = a_question("account", appearance="numbers", constraint="regex(., '[0-9]{12,19}')")
    assert forms.check(question, "6222 ０200 0000", {}, TODAY) == Accepted("622202000000")
    wrong = forms.check(question, "6222", {}, TODAY)
    assert wrong == Problem(ProblemKind.CONSTRAINT, words("not account"))


def test_required_and_optional() -> None:
    """Nothing will do where nothing is required; the workbook's words say so where it has them."""
    question = replace(a_question("it", is_required=True), required_message=words("Please."))
    assert forms.check(question, " ", {}, TODAY) == Problem(ProblemKind.REQUIRED, words("Please."))
    optional = a_question("it", constraint="string-length(.) > 3")
    assert forms.check(optional, "", {}, TODAY) == Accepted("")


def test_a_constraint_sees_the_normal_form_today_and_other_answers() -> None:
    """A constraint is about the answer as it will be kept."""
    question = a_question("since", QuestionType.DATE, constraint=". <= today() and . > ${born}")
    answers = {"born": "1948-01-02"}
    assert forms.check(question, "20261120", answers, TODAY) == Accepted("2026-11-20")
    late = forms.check(question, "2026-11-21", answers, TODAY)
    assert isinstance(late, Problem)
    assert late.kind is ProblemKind.CONSTRAINT
    assert isinstance(forms.check(question, "1948-01-02", answers, TODAY), Problem)


def test_facts_have_the_names_that_workbooks_may_use() -> None:
    """What the card tells is called as `FACT_NAMES` promises; unknown is empty."""
    person = Person("cn.resident_id", "x", "张秀英", Sex.FEMALE, date(1948, 11, 21), "槐树里")
    assert forms.facts(person, TODAY) == {
        "card_age": "77",
        "card_birth_date": "1948-11-21",
        "card_sex": "female",
        "card_name": "张秀英",
        "card_address": "槐树里",
    }
    assert set(forms.facts(person, TODAY)) == forms.FACT_NAMES
    assert forms.facts(replace(person, birth_date=None), TODAY)["card_age"] == ""
    assert forms.facts(None, TODAY) == {}


_RAW = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["", "alone", "family", "spouse", "bank_card", "passbook", "unsure", "yes"]),
    st.integers(-3, 30).map(str),
    st.dates(date(1900, 1, 1), date(2030, 1, 1)).map(str),
    st.just("622202000000000"),
)


@given(st.data(), st.sampled_from([SERVICE, the_sample_service()]))
def test_any_order_of_answers_ends(data: st.DataObject, service: Service) -> None:
    """However often answers are changed, answering what is open ends, and leaves nothing open."""
    known = {"card_age": data.draw(st.sampled_from(["", "79", "80"])), "card_birth_date": ""}
    asked = [q for q in service.questions if q.kind is not QuestionType.HIDDEN]
    for _ in range(data.draw(st.integers(0, 12))):  # anything, in any order
        question = data.draw(st.sampled_from(asked))
        checked = forms.check(question, data.draw(_RAW), known, TODAY)
        if isinstance(checked, Accepted):
            known[question.name] = checked.value
    good = {
        QuestionType.INTEGER: "3",
        QuestionType.DATE: "1990-01-01",
        QuestionType.TEXT: "622202000000",
        QuestionType.NOTE: "",
    }
    for _ in asked:  # each question opens at most once more
        open_now = forms.first_open(service, known, TODAY)
        if open_now is None:
            break
        raw = open_now.choices[-1].name if open_now.choices else good[open_now.kind]
        counting = forms.counting_answers(service, known, TODAY)
        checked = forms.check(open_now, raw, counting, TODAY)
        assert isinstance(checked, Accepted)
        known[open_now.name] = checked.value
    assert forms.first_open(service, known, TODAY) is None


@given(st.dictionaries(st.sampled_from([q.name for q in the_sample_service().questions]), _RAW))
def test_what_does_not_count_changes_nothing(answers: dict[str, str]) -> None:
    """Only answers to relevant questions count, and leaving out the others changes nothing."""
    service = the_sample_service()
    counting = forms.counting_answers(service, answers, TODAY)
    assert forms.relevant_questions(service, answers, TODAY) == forms.relevant_questions(
        service, counting, TODAY
    )
    told = forms.effective_answers(service, answers, TODAY)
    assert told == forms.effective_answers(service, counting, TODAY)
    relevant = {question.name for question in forms.relevant_questions(service, answers, TODAY)}
    assert {name for name, _ in told} <= relevant & set(answers)
