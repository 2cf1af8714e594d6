"""Whatever happens in whatever order: a known step, nothing sealed twice, nothing left behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiosk.catalogue.service import PhotoNeed
from kiosk.domain import Language, Person, Purpose, Signature
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.answers import PoseHeld
from kiosk.flow.moves import empty_session
from kiosk.flow.paper_state import Slip
from kiosk.flow.photo_events import CameraSwapped
from kiosk.flow.session import Overlay, Rating, Step, TextScale, Theme
from kiosk.flow.staff_events import RefillAsked, RefillConfirmed, RefillDropped
from kiosk.photos import Advice
from kiosk.ports.card_reader import Presence, UnreadableReason
from kiosk.readiness import Health, PortName, PortReport, Report
from tests.support.builders import (
    A_MORNING,
    A_VOLUNTEER,
    a_person,
    a_sealed,
    a_service,
    a_signature,
    a_world,
    another_person,
    good_answers,
)
from tests.support.late_answers import answers_to
from tests.support.visit_rules import (
    check_agreed,
    check_asked,
    check_home,
    check_record,
    check_reminder,
    check_rung,
)
from tests.support.walk import Walk
from tests.support.ways_to_be_known import WaysToBeKnown

EMPTY_PAD = Signature((), 1200, 400)
NAMES = (*good_answers(), "card_age", "photo", "nonsense")
RAW = st.sampled_from(["", "yes", "no", "3", "6", "9", "my sister", "x" * 201, "-1"])

Kind = Callable[..., ev.Event]
BUTTONS: tuple[Kind, ...] = (ev.Continued, ev.WentBack, ev.ReprintAsked, ev.PaperConfirmed)
PHOTO_BUTTONS: tuple[Kind, ...] = (
    ev.ShutterPressed,
    ev.PhotoRetaken,
    ev.PhotoDeclined,
    CameraSwapped,
    PoseHeld,
)
EVERYWHERE: tuple[Kind, ...] = (ev.HelpAsked, ev.StopAsked)
ANSWERS: tuple[Kind, ...] = (ev.HelpAnswered, ev.HelperJoined, ev.StopDeclined, ev.StopConfirmed)
STAFF: tuple[Kind, ...] = (ev.StaffDoorOpened, ev.StaffDoorClosed, ev.SignedOut, ev.SendNowAsked)


class AnyOrder(WaysToBeKnown, RuleBasedStateMachine):
    """A machine whose residents, staff and devices do anything at any time."""

    def __init__(self) -> None:
        """Stand at Home."""
        super().__init__()
        self.walk = Walk(a_world(a_service(), a_service(PhotoNeed.NONE, "no_photo")))
        self.is_ringing = False
        self.sealed: set[str] = set()
        self.rated: set[str] = set()
        self.printed: set[str] = set()
        self.orders: list[ef.Effect] = []
        self.whose_answers: tuple[str, Person | None] = ("", None)

    def happen(self, kind: Kind, *told: object) -> None:
        """Let something happen, and check what it brings about."""
        step = self.walk.session.step
        for effect in self.walk.on(kind, *told):
            self.check(effect, step)

    def check(self, effect: ef.Effect, step: Step) -> None:
        """Check one effect against what went before."""
        session = self.walk.session
        match effect:
            case ef.RingBell():
                assert not self.is_ringing
                self.is_ringing = True
            case ef.HushBell():
                self.is_ringing = False
            case ef.SealApplication(session_id, record):
                assert step in {Step.SIGN, Step.SEAL_FAILED}
                assert session.step is Step.SEALING
                assert session_id not in self.sealed
                check_record(record, self.walk.world)
                self.orders.append(effect)
            case ef.SealRating(session_id):
                assert session_id in self.sealed - self.rated
                self.rated.add(session_id)
            case ef.PrintReceipt(session_id):
                assert session_id in self.sealed or step in {Step.UNSEEN, Step.STATUS_PAPERS}
                if not effect.is_asked:
                    assert session_id not in self.printed
                    self.printed.add(session_id)
                self.orders.append(effect)
            case ef.PrintSlip():
                if effect.slip is Slip.DRAFT:
                    assert (session.step, session.person) == (Step.STOPPED, None)
                elif effect.slip is not Slip.HELP:
                    assert step in {Step.GUIDE, Step.STATUS_PAPERS}
                self.orders.append(effect)
            case ef.PrintKnown():
                assert step is Step.KNOWN
                self.orders.append(effect)
            case ef.TakePhoto():
                assert session.consent(Purpose.FACE_PHOTO) is True
                self.orders.append(effect)
            case ef.TakeCardPicture() | ef.CheckWitness() | ef.ReadLines():
                check_rung(effect, session, self.walk.world)
                self.orders.append(effect)
            case ef.LookUpByCard() | ef.LookUpByNumber() | ef.PrepareLookUp():
                self.orders.append(effect)

    def check_told(self, order: ef.PrepareLookUp) -> None:
        """Check that what was never shown is told to nobody but whose card it was found by."""
        session = self.walk.session
        if session.step is Step.UNSEEN:
            assert session.person is not None
            assert session.person.document_number == order.document_number

    # What residents and staff touch.

    @initialize(is_somebody_on_duty=st.booleans())
    def begin(self, *, is_somebody_on_duty: bool) -> None:
        """Begin with or without a volunteer on duty."""
        if is_somebody_on_duty:
            self.walk.world = replace(self.walk.world, duty=A_VOLUNTEER)

    def touch(self, kind: Kind) -> None:
        """Touch any button of any screen."""
        self.happen(kind)

    touch_button = rule(kind=st.sampled_from(BUTTONS))(touch)
    touch_camera = rule(kind=st.sampled_from(PHOTO_BUTTONS))(touch)
    touch_frame = rule(kind=st.sampled_from(EVERYWHERE))(touch)
    touch_frame_again = rule(kind=st.sampled_from(EVERYWHERE))(touch)
    touch_answer = rule(kind=st.sampled_from(ANSWERS))(touch)
    touch_as_staff = rule(kind=st.sampled_from(STAFF))(touch)

    @rule(service=st.sampled_from(["days_away", "no_photo", "gone"]))
    def choose(self, service: str) -> None:
        """Touch a service's tile."""
        self.happen(ev.ServiceChosen, self.walk.new_id(), service)

    @rule(kind=st.sampled_from([ev.Started, ev.StatusAsked]))
    def start(self, kind: Kind) -> None:
        """Touch the big tile, which starts nothing among several services, or ask for progress."""
        self.happen(kind, self.walk.new_id())

    @rule(steps=st.integers(5, 16))
    def go_far(self, steps: int) -> None:
        """Put aside what lies in front, and go on to where visits seldom get by chance."""
        for kind in (ev.StillHere, ev.HelpAnswered, ev.StopDeclined, ev.StaffDoorClosed):
            self.happen(kind)
        if self.walk.session.step in {Step.TAKE_CARD, Step.STATUS_ASK}:
            self.happen(ev.CardSeen, Presence.ABSENT)
            self.happen(ev.WentBack)
            self.happen(ev.Ticked)
        self.go_on(steps)

    @rule(steps=st.integers(1, 4))
    def go_on(self, steps: int) -> None:
        """Do what the screens ask for a while."""
        for _ in range(steps):
            session, known = self.walk.session, len(self.walk.done)
            if session.step is Step.HOME:
                self.choose("days_away")
                continue
            if session.step is Step.SEALING:
                self.sealed.add(session.session_id)
            self.walk.go_on()
            for effect in self.walk.done[known:]:
                self.check(effect, session.step)

    @rule(purpose=st.sampled_from(Purpose), kind=st.sampled_from([ev.Consented, ev.Refused]))
    def decide(self, purpose: Purpose, kind: Kind) -> None:
        """Agree to something, or don't."""
        self.happen(kind, purpose, "2026-11")

    @rule(slip=st.sampled_from(Slip), is_missed=st.booleans())
    def ask_paper(self, slip: Slip, *, is_missed: bool) -> None:
        """Go to the papers and touch any of them, or say whether the last one came out."""
        self.happen(ev.PapersChosen)
        items = self.walk.session.status_items
        app_id = items[0].app_id if items else None
        self.happen(ev.SlipAsked, slip, app_id)
        if app_id is not None:
            self.happen(ev.PaperMissed if is_missed else ev.PaperConfirmed, app_id)

    @rule(raw=RAW)
    def answer(self, raw: str) -> None:
        """Answer the question on the screen with anything."""
        self.happen(ev.Answered, self.walk.session.question, raw)

    @rule(name=st.sampled_from(NAMES), raw=RAW)
    def answer_another(self, name: str, raw: str) -> None:
        """Answer any question."""
        self.happen(ev.Answered, name, raw)

    @rule(name=st.sampled_from(NAMES))
    def correct(self, name: str) -> None:
        """Touch "change" beside anything."""
        self.happen(ev.Corrected, name)

    @rule(signature=st.sampled_from([a_signature(), EMPTY_PAD]))
    def sign(self, signature: Signature) -> None:
        """Sign, or press the button without."""
        self.happen(ev.Signed, signature)
        self.happen(ev.Signed, signature)

    @rule(rating=st.sampled_from(Rating))
    def rate(self, rating: Rating) -> None:
        """Rate, and press twice."""
        self.happen(ev.Rated, rating)
        self.happen(ev.Rated, rating)

    @rule(asks_known=st.booleans())
    def look_up(self, *, asks_known: bool) -> None:
        """Lay down a card, or type a number, where one can, to ask one thing or the other."""
        if asks_known:
            self.happen(ev.KnownAsked)
        self.happen(ev.StatusByCardChosen)
        self.happen(ev.StatusByNumberChosen)
        self.happen(ev.StatusTyped, "37020001K7", "7K4MPQ")

    @rule(language=st.sampled_from(["en", "zh_CN"]), theme=st.sampled_from(Theme))
    def change_display(self, language: str, theme: Theme) -> None:
        """Change how it looks."""
        self.happen(ev.LanguageChosen, Language(language))
        self.happen(ev.ThemeChosen, theme)
        self.happen(ev.TextScaleChosen, TextScale.LARGE)

    @rule(staff_id=st.sampled_from(["", "v-7", "v-8"]))
    def come_as_staff(self, staff_id: str) -> None:
        """Choose an account and type a PIN."""
        self.happen(ev.StaffChosen, staff_id)
        self.happen(ev.PinTyped, "270418")

    @rule(member=st.sampled_from([None, A_VOLUNTEER]), is_right=st.booleans())
    def look_at_pin(self, member: None, *, is_right: bool) -> None:
        """Answer a PIN that was typed, or was not."""
        if is_right:
            self.happen(ev.PinAccepted, member)
        else:
            self.happen(ev.PinRejected, 30, "staff.problem.wrong_pin")

    @rule(port=st.sampled_from([PortName.CAMERA, PortName.SPEAKER, PortName.PRINTER]))
    def test_part(self, port: PortName) -> None:
        """Test a part, hear how it went, and have enough of it."""
        self.happen(ev.DeviceTestAsked, port)
        self.happen(ev.DeviceTested, PortReport(port, Health.READY, "ok", "It works."))
        part = PortReport(port, Health.READY, "ok", "It works.", is_refilled_by_hand=True)
        self.happen(ev.ReportMade, Report(A_MORNING, (part,), (), (), ()))
        self.happen(ev.DeviceTestEnded)

    @rule(touches=st.lists(st.sampled_from([RefillConfirmed, RefillDropped]), max_size=2))
    def put_in_paper(self, touches: list[type[RefillConfirmed | RefillDropped]]) -> None:
        """Say that new paper is in, and be asked whether that is so."""
        self.happen(RefillAsked, PortName.PRINTER)
        for touch in touches:
            self.happen(touch)

    @rule(presence=st.sampled_from(Presence), was_read=st.booleans())
    def see_card(self, presence: Presence, *, was_read: bool) -> None:
        """Lay a card down, take it away, or lose the reader; by a look, or a reading of before."""
        self.happen(ev.CardSeen, presence, ("s-before", Step.CARD, 0.0) if was_read else None)

    @rule(is_first=st.booleans())
    def read_card(self, *, is_first: bool) -> None:
        """Read somebody's card."""
        person = a_person() if is_first else another_person()
        self.happen(ev.CardRead, person, "cn.resident_id")

    @rule(reason=st.sampled_from(UnreadableReason))
    def fail_to_read(self, reason: UnreadableReason) -> None:
        """Fail to read a card, and lose the reader."""
        self.happen(ev.CardUnreadable, reason)
        self.happen(ev.ReaderGone)

    @rule(advice=st.sampled_from([(), (Advice.TOO_DARK,)]))
    def advise(self, advice: tuple[Advice, ...]) -> None:
        """See a face well, or badly and then not at all."""
        self.happen(ev.AdviceChanged, advice)
        if advice:
            self.happen(ev.CameraGone)

    @rule(seconds=st.sampled_from([1, 10, 30, 90, 120, 300, 1000]), ticks=st.integers(1, 3))
    def pass_time(self, seconds: int, ticks: int) -> None:
        """Let time pass, perhaps in a jump as after a suspended machine."""
        self.walk.clock.pass_s(seconds)
        for _ in range(ticks):
            self.walk.clock.pass_s(1)
            self.happen(ev.Ticked)

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), is_good=st.booleans(), is_kept=st.booleans())
    def carry_out(self, data: st.DataObject, *, is_good: bool, is_kept: bool) -> None:
        """Answer any order ever given, and keep it to be answered again."""
        order = data.draw(st.sampled_from(self.orders))
        if not is_kept:
            self.orders.remove(order)
        before = self.walk.session.step
        match order:
            case ef.SealApplication(session_id) if is_good:
                # The store stores once per order; an order that is over is answered in vain.
                session = self.walk.session
                if (session.session_id, session.step) == (session_id, Step.SEALING):
                    self.sealed.add(session_id)
                self.happen(ev.ApplicationSealed, session_id, a_sealed())
            case ef.SealApplication(session_id):
                self.happen(ev.SealingFailed, session_id, "E-DB-01")
            case _:
                for kind, *told in answers_to(order, is_good=is_good):
                    self.happen(kind, *told)
        if isinstance(order, ef.PrepareLookUp) and before is not Step.UNSEEN:
            self.check_told(order)

    @invariant()
    def it_stands_at_a_known_step(self) -> None:
        """No event leads out of the house."""
        session = self.walk.session
        assert session.step in Step
        assert session.step is not Step.OUT_OF_SERVICE
        assert session.is_visit is (session.step is not Step.HOME)
        if session.step is Step.SEALING:
            assert session.overlay in {Overlay.NONE, Overlay.HELP}

    @invariant()
    def the_bell_rings_exactly_while_help_is_shown(self) -> None:
        """No bell without a screen that says so, and the other way round."""
        session = self.walk.session
        is_called = session.overlay is Overlay.HELP or session.is_card_bell
        assert self.is_ringing is is_called
        assert session.step in {Step.TAKE_CARD, Step.HOME} or not session.is_card_bell

    @invariant()
    def nobodys_visit_is_empty(self) -> None:
        """On Home nothing of any visit is left."""
        session = self.walk.session
        if session.step is Step.HOME:
            check_home(session, self.walk.world)

    @invariant()
    def reminders_know_nobody(self) -> None:
        """What only reminds of a card or says where to go has no personal data left."""
        check_reminder(self.walk.session)

    @invariant()
    def what_is_done_was_agreed_to(self) -> None:
        """No question without the data consent, no camera without the other."""
        check_agreed(self.walk.session, self.walk.wanted())

    @invariant()
    def nobody_inherits_answers(self) -> None:
        """What one resident said never stands under another's name."""
        session = self.walk.session
        visit, person = self.whose_answers
        if session.answers and visit == session.session_id:
            assert session.person == person
        self.whose_answers = (session.session_id if session.answers else "", session.person)

    @invariant()
    def only_what_matters_is_asked_and_all_of_it(self) -> None:
        """The question shown is relevant, and nothing is signed while one is open."""
        check_asked(self.walk.session, self.walk.world)

    def teardown(self) -> None:
        """However it is left, waiting alone ends it at Home with nothing left."""
        if self.walk.session.step is Step.SEALING:
            self.happen(ev.SealingFailed, self.walk.session.session_id, "E-DB-01")
        self.happen(ev.CardSeen, Presence.ABSENT)
        for _ in range(400):
            self.walk.clock.pass_s(10)
            self.happen(ev.Ticked)
        if self.walk.session.overlay is not Overlay.NONE:  # on Home it stays until somebody comes
            self.happen(ev.HelpAnswered)
            self.happen(ev.StillHere)
            self.pass_time(90, 1)
        usual = replace(empty_session(self.walk.world), last_touch_s=self.walk.session.last_touch_s)
        assert self.walk.session == usual


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=300, stateful_step_count=60)
