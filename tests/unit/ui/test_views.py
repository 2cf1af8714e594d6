"""What each screen says in which situation; no Qt is needed to know."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.catalogue.forms import Problem, ProblemKind
from kiosk.catalogue.service import PrintedOn
from kiosk.clock import Moment
from kiosk.domain import Language
from kiosk.flow.session import PhotoMissing, StaffPanel, StaffStep, Step
from kiosk.flow.world import Network, OfficeNotice, Room
from kiosk.ports.card_reader import Presence, UnreadableReason
from kiosk.ports.printer import PrinterState
from tests.screens.faces import PHOTO
from tests.screens.places import (
    EN,
    LONGEST_NOTICE,
    NOW,
    SERVICE,
    TEXTS,
    VOLUNTEER,
    ZH,
    a_session,
    a_world,
    words,
)
from tests.screens.situations import ANSWERS
from ui.views.before import card_notice_view, for_whom_view, guide_view
from ui.views.card import card_view
from ui.views.consent import consent_data_view, consent_photo_view
from ui.views.frame import frame_view
from ui.views.home import home_view
from ui.views.notice import not_kept_view, out_of_service_view, seal_failed_view
from ui.views.question import AnswerKind, problem_words, question_view
from ui.views.review import review_view

PHONE = "0531-0000-0000"


def test_home_names_who_is_there_and_whom_to_call_when_nobody_is() -> None:
    """Somebody can always be reached."""
    assert VOLUNTEER.name in home_view(a_session(), a_world(), TEXTS[ZH]).duty
    assert PHONE in home_view(a_session(), a_world(duty=None), TEXTS[ZH]).duty


def test_home_starts_at_once_where_there_is_one_service_only() -> None:
    """The large tile begins the only service; of several one has to be chosen first."""
    one = home_view(a_session(language=EN), a_world(), TEXTS[EN])
    assert one.hero_title
    assert [tile.title for tile in one.services] == ["Old-age allowance"]
    other = replace(SERVICE, service_id="other")
    assert not home_view(a_session(), a_world(services=(SERVICE, other)), TEXTS[EN]).hero_title


def test_home_says_that_it_is_free() -> None:
    """Free of charge is said in every language."""
    assert "免费" in home_view(a_session(), a_world(), TEXTS[ZH]).free
    assert "free" in home_view(a_session(language=EN), a_world(), TEXTS[EN]).free


@pytest.mark.parametrize("language", [ZH, EN])
def test_home_without_room_offers_nothing_that_can_not_be_done(language: Language) -> None:
    """It says when and where instead; progress, staff and whoever is there stay."""
    world, texts = replace(a_world(), room=Room.FULL), TEXTS[language]
    closed = home_view(a_session(language=language), world, texts)
    assert closed.closed_title == texts.say("home.closed")
    assert (closed.hero_title, closed.services) == ("", ())
    assert SERVICE.where_to_go.say(language) in "".join(closed.closed_lines)
    assert VOLUNTEER.name in closed.duty
    assert (closed.bar.back, closed.bar.next) == (
        texts.say("home.progress"),
        texts.say("home.staff"),
    )
    several = replace(world, services=(SERVICE, SERVICE), site=replace(world.site, hours="9-17"))
    lines = home_view(a_session(language=language), several, texts).closed_lines
    assert PHONE in "".join(lines)
    assert "9-17" in lines[-1]


@pytest.mark.parametrize("language", [ZH, EN])
def test_home_without_keys_says_that_the_office_has_to_act(language: Language) -> None:
    """Not that there is no room; the rest is as without room."""
    texts = TEXTS[language]
    closed = home_view(
        a_session(language=language), replace(a_world(), has_recipients=False), texts
    )
    assert closed.closed_title == texts.say("home.closed")
    assert closed.closed_lines[0] == texts.say("home.closed_keys")
    assert closed.services == ()


@pytest.mark.parametrize("language", [ZH, EN])
def test_home_says_what_the_office_wants_said_until_its_last_day(language: Language) -> None:
    """In the resident's language; on the day after, without a visit, and closed: nothing."""
    today = a_world().today
    over, last, endless = (
        OfficeNotice(words(name, name), until)
        for name, until in (("A", today - timedelta(days=1)), ("B", today), ("C", None))
    )
    world = replace(a_world(), notices=(over, last, endless))
    view = home_view(a_session(language=language), world, TEXTS[language])
    assert view.notice == "B C"
    tomorrow = replace(world, today=today + timedelta(days=1))
    assert home_view(a_session(language=language), tomorrow, TEXTS[language]).notice == "C"
    closed = replace(world, room=Room.FULL)
    assert home_view(a_session(language=language), closed, TEXTS[language]).notice == ""
    unprinted = replace(a_world(), printer=PrinterState.PAPER_OUT)
    said = home_view(a_session(language=language), unprinted, TEXTS[language]).notice
    assert said == TEXTS[language].say("home.no_paper")
    low = replace(a_world(), printer=PrinterState.PAPER_LOW)
    assert home_view(a_session(language=language), low, TEXTS[language]).notice == ""
    noticed = replace(a_world(), notices=(LONGEST_NOTICE,), printer=PrinterState.PAPER_OUT)
    said = home_view(a_session(language=language), noticed, TEXTS[language]).notice
    assert said == LONGEST_NOTICE.words.say(language)


def test_home_warns_of_the_receipts_of_its_services() -> None:
    """Each is looked at where it would come from: none of them, some, or all."""
    on_sheets = replace(SERVICE, service_id="on_sheets", receipt_on=PrintedOn.SHEETS)
    out, fine = PrinterState.PAPER_OUT, PrinterState.READY
    for services, roll, sheets, told in (
        ((on_sheets,), out, fine, ""),
        ((on_sheets,), fine, out, "home.no_paper"),
        ((SERVICE, on_sheets), out, fine, "home.no_paper_some"),
        ((SERVICE, on_sheets), fine, out, "home.no_paper_some"),
        ((SERVICE, on_sheets), out, out, "home.no_paper"),
        ((SERVICE, on_sheets), fine, fine, ""),
        ((SERVICE,), out, None, "home.no_paper"),
    ):
        world = replace(a_world(services=services, printer=roll), sheet_printer=sheets)
        said = home_view(a_session(), world, TEXTS[EN]).notice
        assert said == (TEXTS[EN].say(told) if told else "")


@pytest.mark.parametrize("room", [Room.PLENTY, Room.LOW])
def test_home_with_room_says_nothing_of_it(room: Room) -> None:
    """Little room is the technician's business."""
    view = home_view(a_session(), replace(a_world(), room=room), TEXTS[ZH])
    assert view == home_view(a_session(), a_world(), TEXTS[ZH])
    assert view.closed_lines == ()


def test_the_frame_does_not_promise_what_home_refuses() -> None:
    """That one can apply all the same is not said where nobody can."""
    world = a_world(network=Network.OFFLINE)
    assert frame_view(a_session(), world, TEXTS[ZH]).network
    assert not frame_view(a_session(), replace(world, room=Room.FULL), TEXTS[ZH]).network


def test_the_frame_masks_the_name_and_says_for_whom() -> None:
    """Who stands behind reads no whole name."""
    view = frame_view(a_session(Step.QUESTION), a_world(), TEXTS[ZH])
    assert view.title == "高龄津贴"
    assert view.line == "张*英 · 为本人办理"


def test_the_frame_counts_steps_and_questions() -> None:
    """Step and question are said in words, the question among those that will be asked."""
    view = frame_view(a_session(Step.QUESTION), a_world(), TEXTS[ZH])
    assert view.step is not None
    assert view.step.words == "第 3 步，共 6 步 · 填写信息（第 2 题，共 6 题）"
    done = frame_view(a_session(Step.RATING), a_world(), TEXTS[ZH]).step
    assert done is not None
    assert done.is_done


@pytest.mark.parametrize("step", list(Step))
def test_the_frame_copes_with_every_step(step: Step) -> None:
    """Whatever the step, there is a title; help is there unless nobody could be called."""
    view = frame_view(a_session(step), a_world(), TEXTS[ZH])
    assert view.title
    assert bool(view.help) is (step is not Step.OUT_OF_SERVICE)
    nothing_to_stop = {Step.HOME, Step.SEALING, Step.STOPPED, Step.TAKE_CARD, Step.OUT_OF_SERVICE}
    assert (view.stop is not None) is (step not in nothing_to_stop)


def test_the_frame_tells_what_is_not_as_usual() -> None:
    """No network is said on Home, simulated devices are named everywhere."""
    view = frame_view(a_session(), a_world(network=Network.OFFLINE), TEXTS[ZH])
    assert "照样可以办理" in view.network
    assert view.simulated == "演示：读卡器、摄像头、打印机是模拟的"
    usual = frame_view(a_session(), a_world(simulated=()), TEXTS[ZH])
    assert (usual.network, usual.simulated) == ("", "")
    unknown = frame_view(a_session(), a_world(simulated=("scale",)), TEXTS[EN])
    assert "scale" in unknown.simulated


def test_the_frame_offers_the_next_of_everything() -> None:
    """Language, text size and theme go round."""
    view = frame_view(a_session(), a_world(), TEXTS[ZH])
    assert (view.next_language, view.next_text_scale, view.next_theme) == (EN, "large", "dark")
    alone = replace(a_world(), rules=replace(a_world().rules, languages=(ZH,)))
    assert frame_view(a_session(), alone, TEXTS[ZH]).language is None
    strange = a_session(language=Language("en"))
    only_chinese = frame_view(strange, alone, TEXTS[EN])
    assert only_chinese.next_language == "en"


def test_the_staffs_frame_says_so_and_hides_the_resident() -> None:
    """Behind the staff's door nothing of the visit is shown."""
    panel = StaffPanel(StaffStep.DOOR, opened_at=Moment(NOW, 0.0))
    view = frame_view(a_session(Step.QUESTION, staff=panel), a_world(), TEXTS[ZH])
    assert view.title == "工作人员"
    assert "张" not in view.line
    assert (view.step, view.stop, view.help) == (None, None, "")


def test_the_guide_says_what_it_takes() -> None:
    """Who, what to bring, how long, what it costs and who decides."""
    view = guide_view(a_session(Step.GUIDE, EN), a_world(), TEXTS[EN])
    said = " ".join(fact.value for fact in view.facts)
    for expected in (
        "80 or over",
        "ID card\n• A bank card",
        "\n• Household register",
        "6 minutes",
        "Free",
        PHONE,
    ):
        assert expected in said


def test_somebody_elses_application_is_left_to_a_person() -> None:
    """Where the service is for oneself alone, the telephone number is said."""
    alone = a_world(services=(replace(SERVICE, on_behalf=()),))
    view = for_whom_view(a_session(Step.FOR_WHOM), alone, TEXTS[ZH])
    assert PHONE in view.other_line
    assert not view.is_offered
    assert for_whom_view(a_session(Step.FOR_WHOM), a_world(), TEXTS[ZH]).is_offered


def test_before_the_card_is_read_it_is_said_why() -> None:
    """The catalogue's own words come first."""
    view = card_notice_view(a_session(Step.CARD_NOTICE), a_world(), TEXTS[ZH])
    assert view.facts[0].value == SERVICE.card_purpose.say(ZH)


@pytest.mark.parametrize("reason", list(UnreadableReason))
@pytest.mark.parametrize("language", [ZH, EN])
def test_every_trouble_with_a_card_has_words_and_another_way(
    reason: UnreadableReason, language: Language
) -> None:
    """What to do is said, and whom to call instead."""
    session = a_session(Step.CARD, language, card_problem=reason)
    view = card_view(session, a_world(), TEXTS[language])
    assert view.problem
    assert not view.is_reading
    assert PHONE in view.other_line


def test_the_card_screen_follows_the_reader() -> None:
    """A reader that is gone comes before a former trouble; a card that lies there is being read."""
    gone = a_session(Step.CARD, reader_is_gone=True, card_problem=UnreadableReason.PULLED)
    view = card_view(gone, a_world(), TEXTS[ZH])
    assert view.is_reader_gone
    assert view.problem == TEXTS[ZH].say("card.reader_gone")
    lying = a_session(Step.CARD, card_presence=Presence.PRESENT)
    assert card_view(lying, a_world(), TEXTS[ZH]).is_reading


def test_a_helper_is_told_to_leave_the_decision() -> None:
    """With somebody helping, the screen says whose decision it is; alone it does not."""
    alone = consent_data_view(a_session(Step.CONSENT_DATA), a_world(), TEXTS[ZH])
    assert alone.helped == ""
    assert alone.text_version == SERVICE.consent_version
    session = a_session(Step.CONSENT_PHOTO, helper=VOLUNTEER)
    assert VOLUNTEER.name in consent_photo_view(session, a_world(), TEXTS[ZH]).helped


def test_consents_show_the_catalogues_words() -> None:
    """Every word of the consent is shown, in the language of the screen."""
    view = consent_data_view(a_session(Step.CONSENT_DATA), a_world(), TEXTS[ZH])
    assert "".join(view.sentences) == SERVICE.consent_data.say(ZH)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("intro", AnswerKind.NOTHING),
        ("pay_to", AnswerKind.CHOICES),
        ("account_number", AnswerKind.DIGITS),
        ("household_size", AnswerKind.DIGITS),
        ("residence_since", AnswerKind.DATE),
        ("nothing such", AnswerKind.NOTHING),
    ],
)
def test_each_question_is_answered_in_its_way(name: str, kind: AnswerKind) -> None:
    """Choices, digits or a date, as the form says."""
    session = a_session(Step.QUESTION, question=name)
    assert question_view(session, a_world(), TEXTS[ZH]).kind is kind


def test_plain_text_gets_letters() -> None:
    """Text that asks for no numbers can be typed in Latin letters at least."""
    plain = replace(SERVICE.questions[2], appearance="")
    service = replace(SERVICE, questions=(plain,))
    session = a_session(Step.QUESTION, question=plain.name)
    view = question_view(session, a_world(services=(service,)), TEXTS[ZH])
    assert view.kind is AnswerKind.LETTERS


def test_a_question_keeps_what_was_said() -> None:
    """A draft that would not do comes back, else the former answer."""
    session = a_session(Step.QUESTION, question="phone", answers=(("phone", "13900000000"),))
    assert question_view(session, a_world(), TEXTS[ZH]).draft == "13900000000"
    wrong = replace(session, question_draft="139")
    assert question_view(wrong, a_world(), TEXTS[ZH]).draft == "139"


@pytest.mark.parametrize("kind", list(ProblemKind))
def test_every_problem_has_words(kind: ProblemKind) -> None:
    """The workbook's words come first, the kiosk's own where it has none."""
    session = a_session(Step.QUESTION)
    assert problem_words(Problem(kind), session, TEXTS[ZH])
    own = Problem(kind, words("请写整数", "A whole number"))
    assert problem_words(own, session, TEXTS[ZH]) == "请写整数"
    assert problem_words(None, session, TEXTS[ZH]) == ""


def test_the_review_masks_what_tells_who_one_is() -> None:
    """Names and long numbers are masked; the whole is there for who holds the button."""
    session = a_session(Step.REVIEW, answers=ANSWERS, photo=PHOTO)
    view = review_view(session, a_world(), TEXTS[ZH])
    rows = {row.label: row for row in view.rows}
    assert rows["姓名"].shown == "张*英"
    assert rows["姓名"].whole == "张桂英"
    assert rows["证件号码"].shown == "1101**********002X"
    assert "402" not in rows["住址"].shown
    assert rows["卡号是多少？"].shown == "6222********5678"
    assert rows["津贴发到哪里？"].shown == "其他银行卡"
    assert rows["哪一天开始住在这里的？"].shown == "1998年5月20日"
    assert rows["您的手机号是多少？"].shown == TEXTS[ZH].say("review.empty")
    assert rows["照片"].corrects == "photo"
    assert rows["姓名"].corrects == ""
    assert "桂" not in repr(view)


def test_the_review_says_why_there_is_no_photo() -> None:
    """No photo, and an attendant checks; a service that wants none says nothing."""
    refused = a_session(Step.REVIEW, photo_missing=PhotoMissing.CONSENT_REFUSED)
    rows = review_view(refused, a_world(), TEXTS[EN]).rows
    assert rows[-1].shown == TEXTS[EN].say("review.photo_missing")
    none = replace(refused, photo_missing=PhotoMissing.NOT_NEEDED)
    assert all(row.corrects != "photo" for row in review_view(none, a_world(), TEXTS[EN]).rows)


def test_ends_of_a_visit_say_where_to_go() -> None:
    """Whatever ends without a receipt names a telephone number or a place."""
    failed = a_session(Step.SEAL_FAILED, seal_problem="E-DB-01")
    view = seal_failed_view(failed, a_world(), TEXTS[ZH])
    assert PHONE in view.lines[1]
    assert "E-DB-01" in view.small
    refused = a_session(Step.NOT_KEPT, person=None)
    said = " ".join(not_kept_view(refused, a_world(), TEXTS[ZH]).lines)
    assert SERVICE.where_to_go.say(ZH) in said
    closed = a_session(Step.OUT_OF_SERVICE, person=None, service_id="")
    assert PHONE in " ".join(out_of_service_view(closed, a_world(), TEXTS[EN]).lines)
