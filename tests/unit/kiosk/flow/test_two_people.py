"""Two people at one machine, in any order: no path mixes them, and none ends where nobody gets on.

Every card and every picture here says whose it is, so that what is sealed can be compared with it.
"""

from __future__ import annotations

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiosk.catalogue.service import PhotoNeed
from kiosk.domain import (
    IdentityAssurance,
    Person,
    Purpose,
    Relation,
)
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.effects import ReaderMode
from kiosk.flow.session import Session, Step
from kiosk.photos import Photo
from kiosk.ports.card_reader import Presence, UnreadableReason
from tests.support.builders import A_VOLUNTEER, a_person, a_photo, a_service, a_world
from tests.support.visit_rules import check_people
from tests.support.walk import Walk

PEOPLE = (
    a_person(),
    a_person("李守田", "990101194503150035"),
    a_person("王招娣", "990101195001010018"),
)
WHO = st.integers(0, len(PEOPLE) - 1)
TO_THE_CARDS = {Step.FOR_WHOM, Step.CARD_NOTICE, Step.GUIDE}


def a_picture_of(number: str) -> Photo:
    """Return the picture of a card that says whose it is."""
    return replace(a_photo(), jpeg=b"\xff\xd8\xff" + number.encode())


def number_on(picture: Photo) -> str:
    """Return whose card is on a picture."""
    return picture.jpeg[3:].decode()


class TwoPeople(RuleBasedStateMachine):
    """A machine where cards are laid down, swapped, torn, typed from and vouched without."""

    def __init__(self) -> None:
        """Prepare nothing; `begin` chooses the service."""
        super().__init__()
        self.walk = Walk()
        self.on_reader: Person | None = None

    @initialize(least=st.sampled_from([*IdentityAssurance, *[IdentityAssurance.VOUCHED] * 3]))
    def begin(self, least: IdentityAssurance) -> None:
        """Begin a visit of a service that takes rungs down to one."""
        service = replace(
            a_service(PhotoNeed.NONE), least_identity=least, on_behalf=tuple(Relation)
        )
        self.walk = Walk(a_world(service, duty=A_VOLUNTEER)).to(Step.FOR_WHOM)

    def now(self) -> Session:
        """Return the session."""
        return self.walk.now()

    @rule(who=WHO, is_seen=st.booleans())
    def lay(self, who: int, *, is_seen: bool) -> None:
        """Lay a card down; a quick swap is not seen as a card taken away."""
        if is_seen:
            self.walk.on(ev.CardSeen, Presence.ABSENT)
        self.on_reader = PEOPLE[who]
        self.walk.on(ev.CardSeen, Presence.PRESENT)

    @precondition(lambda self: self.on_reader is not None)
    @rule()
    def read(self) -> None:
        """Read what lies there, if the reader may."""
        if self.walk.wanted().reader is ReaderMode.READ and self.on_reader is not None:
            self.walk.on(ev.CardRead, self.on_reader, "cn.resident_id")

    @rule(who=WHO, other=WHO)
    def bring_two_cards(self, who: int, other: int) -> None:
        """Come to where visits seldom get by chance: one card, the relation, and another."""
        self.walk.on(ev.OnBehalfChosen)
        self.walk.on(ev.Continued)
        self.identify(who)
        self.walk.on(ev.Answered, "relation", "parent")
        self.lay_and_read(other)

    @rule(who=WHO, other=WHO)
    def bring_voucher(self, who: int, other: int) -> None:
        """Go without the chip, and have somebody vouch for somebody's number."""
        for kind in (ev.Continued, ev.Continued, ev.OtherWayChosen, ev.VouchingChosen):
            self.walk.on(kind)
        self.walk.on(ev.Continued)
        self.lay_and_read(who)
        self.walk.on(ev.Answered, "standing", "neighbour")
        self.walk.on(ev.Answered, "known_for", "over_5_years")
        self.type_number(other)
        self.vouch()
        self.witness(is_right=True)

    @rule(who=WHO)
    def lay_and_read(self, who: int) -> None:
        """Lay a card down and leave it there."""
        self.lay(who, is_seen=True)
        self.read()

    @rule()
    def fail(self) -> None:
        """Fail to read a card."""
        self.walk.on(ev.CardUnreadable, UnreadableReason.DAMAGED)

    @rule(kind=st.sampled_from([ev.Continued, ev.WentBack, ev.OnBehalfChosen, ev.OtherWayChosen]))
    def touch(self, kind: type[ev.Touch]) -> None:
        """Touch something."""
        self.walk.on(kind)

    @rule(raw=st.sampled_from([*Relation, "family", "over_5_years", "1950-01-01", ""]))
    def choose(self, raw: str) -> None:
        """Answer whatever is asked about people."""
        for name in ("relation", "standing", "known_for", "birth_date"):
            self.walk.on(ev.Answered, name, raw)

    @rule(who=WHO)
    def type_number(self, who: int) -> None:
        """Type somebody's number, and insist on it."""
        for _ in range(2):
            self.walk.on(ev.NumberTyped, PEOPLE[who].document_number)

    @rule(times=st.integers(1, 2))
    def take_pictures(self, times: int) -> None:
        """Take pictures of the card whose number was typed."""
        for _ in range(times):
            person = self.now().person
            if self.now().step is Step.CARD_PICTURE and person is not None:
                self.walk.on(ev.ShutterPressed)
                picture = a_picture_of(person.document_number)
                self.walk.answer(ev.CardPictureTaken, picture)
                self.walk.on(ev.Continued)

    @rule()
    def go_without_pictures(self) -> None:
        """Take none."""
        self.walk.on(ev.PhotoDeclined)

    @rule()
    def vouch(self) -> None:
        """Say that somebody vouches, or state it."""
        self.walk.on(ev.VouchingChosen)
        self.walk.on(ev.Consented, Purpose.VOUCHING, "2026-11")

    @rule(is_right=st.booleans())
    def witness(self, *, is_right: bool) -> None:
        """Let somebody on duty type their PIN."""
        self.walk.on(ev.PinTyped, "270418")
        if is_right:
            self.walk.answer(ev.WitnessAccepted, A_VOLUNTEER)
        else:
            self.walk.answer(ev.WitnessRejected, 0, "staff.problem.wrong_pin")

    @rule()
    def pass_time(self) -> None:
        """Let a little time pass."""
        self.walk.wait(4)

    @invariant()
    def nobody_is_mixed(self) -> None:
        """Pictures and persons belong together, and nobody applies for themselves by two cards."""
        session = self.now()
        if session.card_pictures:
            assert session.person is not None
            numbers = {number_on(picture) for picture in session.card_pictures}
            assert numbers == {session.person.document_number}
        if session.applicant is not None:
            numbers = {number_on(picture) for picture in session.applicant.card_pictures}
            assert numbers <= {session.applicant.person.document_number}
            if session.person is not None and session.person.document_number:
                assert session.person.document_number != session.applicant.person.document_number
        voucher = None if session.identity is None else session.identity.voucher
        if voucher is not None and session.person is not None:
            assert voucher.document_number != session.person.document_number
        applicant = None if session.applicant is None else session.applicant.person
        for person in (session.person, applicant):
            # Either a card, whole, or a number alone: never one's name beside another's number.
            assert person is None or person in PEOPLE or person.full_name == ""

    def teardown(self) -> None:
        """From anywhere Back leads before the cards, and two cards lead to the end."""
        self.walk.on(ev.StillHere)
        self.walk.on(ev.StopDeclined)
        for _ in range(20):
            if self.now().step in {*TO_THE_CARDS, Step.TAKE_CARD, Step.HOME}:
                break
            self.walk.on(ev.WentBack)
        if self.now().step in {Step.TAKE_CARD, Step.HOME}:
            return
        assert self.now().step in TO_THE_CARDS
        while self.now().step is not Step.FOR_WHOM:
            self.walk.on(ev.WentBack if self.now().step is Step.CARD_NOTICE else ev.Continued)
        self.walk.on(ev.OnBehalfChosen)
        self.walk.on(ev.Continued)
        self.identify(0)
        self.walk.on(ev.Answered, "relation", "parent")
        self.identify(1)
        while self.now().step is not Step.SEALING:
            before = self.now()
            self.walk.go_on()
            assert self.now() != before, f"nobody gets on from {before.step}"
        record = self.walk.all(ef.SealApplication)[-1].record
        check_people(record)
        assert record.applicant is not None
        assert (record.applicant.person, record.person) == (PEOPLE[0], PEOPLE[1])

    def identify(self, who: int) -> None:
        """Identify somebody by card, with a witness where the service wants one."""
        self.lay_and_read(who)
        if self.now().step is Step.WITNESS:
            self.witness(is_right=True)


TestTwoPeople = TwoPeople.TestCase
TestTwoPeople.settings = settings(max_examples=60, stateful_step_count=40)
