"""The visits whose words are looked for afterwards, at the kiosk's own conductor, flow and effects.

A program of its own: what it logs, prints and puts into temporary folders falls into the machine's
folder, and its end is a kill in the middle of somebody's visit. What residents and staff said,
showed and typed is written down outside that folder as it is said.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import random
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path

from devices.desk_state import DeskState, SimulatedCard, SimulatedNetwork
from kiosk.domain import Person as Resident
from kiosk.domain import Signature
from kiosk.flow import events as ev
from kiosk.flow.session import Overlay, Rating, Session, StaffStep, Step
from kiosk.flow.world import Network
from kiosk.settings import load_settings
from launch.wiring import build_kiosk
from tests.faults.canary_bugs import planted
from tests.support.visit import Machine, Staff, Visit

CARDS = ("zhang-guiying", "li-shoutian", "tursun-mehmet")
ENDS = (Step.SIGN, Step.CONSENT_DATA, Step.QUESTION, Step.PHOTO, Step.REVIEW, Step.RECEIVED)
"""Where the last visit is killed."""

PHOTO_PIECE = 24


@dataclass
class Truth:
    """What was said and shown, under the name of what it is."""

    path: Path
    words: dict[str, str] = field(default_factory=dict)
    pieces: dict[str, str] = field(default_factory=dict)
    """Bytes, as hex."""

    def say(self, **words: str) -> None:
        """Write down what somebody is about to say."""
        self.words |= words
        self._write()

    def photo(self, whose: str, jpeg: bytes) -> None:
        """Write down pieces of a picture from where no two pictures are alike."""
        for number in (1, 2, 3):
            at = len(jpeg) * number // 4
            self.pieces[f"{whose}_{number}"] = jpeg[at : at + PHOTO_PIECE].hex()
        self._write()

    def _write(self) -> None:
        told = {"words": self.words, "pieces": self.pieces}
        self.path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


@dataclass
class Sayer:
    """Somebody with answers of their own; every word that can be chosen is drawn by chance."""

    name: str
    dice: random.Random
    truth: Truth

    def digits(self, what: str, begin: str, count: int) -> str:
        """Return a number that nobody has had, and write it down."""
        number = begin + "".join(self.dice.choices("123456789", k=count))
        self.truth.say(**{f"{self.name}_{what}": number})
        return number

    def letters(self, what: str) -> str:
        """Return letters that no question takes for an answer, and write them down."""
        word = "".join(self.dice.choices("BCDFGHJKLMNPQRSTVWXZ", k=14))
        self.truth.say(**{f"{self.name}_{what}": word})
        return word

    def date(self, what: str) -> str:
        """Return a day, and write it down."""
        day = f"{self.dice.randint(1990, 2019)}-{self.dice.randint(1, 12):02}-17"
        self.truth.say(**{f"{self.name}_{what}": day})
        return day

    def signature(self, what: str) -> Signature:
        """Return strokes of a hand that shakes, and write some down as they may be spelled."""
        points = tuple(
            (self.dice.randint(101, 999), self.dice.randint(101, 499)) for _ in range(12)
        )
        told = points[4:8]
        spelled = {
            "svg": " ".join(f"{x},{y}" for x, y in told),
            "tuples": ", ".join(str(it) for it in told),
            "lists": json.dumps([list(it) for it in told])[1:-1],
            "compact": json.dumps([list(it) for it in told], separators=(",", ":"))[1:-1],
        }
        self.truth.say(**{f"{self.name}_{what}_{how}": it for how, it in spelled.items()})
        return Signature((points,), 1200, 500)


@dataclass
class Hands:
    """Lays the card of somebody in particular."""

    desk: DeskState
    card: str

    def insert(self) -> None:
        """Lay it down."""
        self.desk.write(SimulatedCard(card=self.card))

    def pull(self) -> None:
        """Take it away."""
        self.desk.write(SimulatedCard())


@dataclass
class Day:
    """Three visits at one machine: a whole one, one that is stopped, one that is killed."""

    machine: Machine
    desk: DeskState
    dice: random.Random
    truth: Truth
    staff: dict[str, str]
    first: int

    def live(self, end: Step) -> None:
        """Play them; never returns."""
        cards = [CARDS[(self.first + number) % len(CARDS)] for number in range(3)]
        self._staff_signs_in()
        self._whole(Hands(self.desk, cards[0]))
        self._stopped(Hands(self.desk, cards[1]))
        self._killed(Hands(self.desk, cards[2]), end)

    def _staff_signs_in(self) -> None:
        machine, staff = self.machine, Staff(self.machine)
        machine.conductor.wake_courier()
        staff.sign_in(self.staff["helper_name"], self.staff["wrong_pin"])
        machine.touch(ev.PinTyped, self.staff["helper_pin"])
        machine.until(lambda s: s.staff and s.staff.step is StaffStep.ON_DUTY, "the right PIN")
        staff.close()
        staff.sign_in("", self.staff["technician_pin"])
        machine.until(lambda s: s.staff and s.staff.report, "the report")
        staff.close()

    def _whole(self, hands: Hands) -> None:
        """Offline at first, with help, refused, corrected, retaken, printed twice, asked for."""
        machine, person = self.machine, Sayer("whole", self.dice, self.truth)
        self.desk.write(SimulatedNetwork(up=False))
        machine.conductor.wake_courier()
        machine.until(lambda _: machine.world.network is Network.OFFLINE, "the network's loss")
        visit = Visit(machine, hands).start().insert_card()
        self._tell_card("whole")
        Staff(machine).help()
        visit.consent()
        self._answer(visit, person, is_refused_first=True)
        self._picture(visit, "whole_photo_retaken")
        machine.touch(ev.PhotoRetaken)
        self._picture(visit, "whole_photo")
        machine.touch(ev.Continued)
        machine.until_step(Step.REVIEW)
        machine.touch(ev.Corrected, "account")
        machine.touch(ev.Answered, "account", person.digits("account_corrected", "62", 14))
        visit.confirm()
        machine.touch(ev.Signed, person.signature("signature"))
        machine.until(lambda session: session.step is not Step.SEALING, "the seal")
        visit.sealed = machine.session.sealed
        assert visit.sealed is not None
        groups = visit.sealed.number_groups
        self.truth.say(
            receipt_number="".join(groups),
            query_code=visit.sealed.query_code,
            app_id=str(visit.sealed.app_id),
        )
        visit.expect_receipt()
        machine.touch(ev.ReprintAsked)
        visit.expect_receipt()
        visit.rate(Rating.FAIR).take_card()
        self.desk.write(SimulatedNetwork(up=True))
        machine.until_delivered(visit.app_id)
        machine.touch(ev.StatusAsked, "s-number")
        machine.touch(ev.StatusByNumberChosen)
        code = "".join(self.dice.choices("ABCDEFGHJKMNPQRSTVWXYZ", k=6))
        self.truth.say(code_typed_wrong=code)
        machine.touch(ev.StatusTyped, "".join(groups), code)
        machine.until(lambda session: session.status_problem, "the problem")
        machine.touch(ev.StopAsked)
        machine.until_step(Step.HOME)

    def _stopped(self, hands: Hands) -> None:
        """Up to the review, then away: everything is wiped."""
        visit = Visit(self.machine, hands)
        self._up_to(visit, Sayer("stopped", self.dice, self.truth), Step.REVIEW)
        self.machine.touch(ev.StopAsked)
        assert self.machine.session.overlay is Overlay.STOP
        self.machine.touch(ev.StopConfirmed)
        hands.pull()
        self.machine.until_step(Step.HOME)

    def _killed(self, hands: Hands, end: Step) -> None:
        """Up to some step; there the power goes."""
        visit = Visit(self.machine, hands)
        self._up_to(visit, Sayer("killed", self.dice, self.truth), end)
        os.kill(os.getpid(), signal.SIGKILL)

    def _up_to(self, visit: Visit, person: Sayer, end: Step) -> None:
        machine = self.machine
        visit.start().insert_card()
        self._tell_card(person.name)
        if end is Step.CONSENT_DATA:
            return
        visit.consent()
        if end is Step.QUESTION:
            machine.touch(ev.Answered, machine.session.question, "yes")
            machine.touch(ev.Answered, machine.session.question, person.letters("typed"))
            return
        self._answer(visit, person, is_refused_first=False)
        self._picture(visit, f"{person.name}_photo")
        if end is Step.PHOTO:
            return
        machine.touch(ev.Continued)
        machine.until_step(Step.REVIEW)
        if end is Step.REVIEW:
            return
        visit.confirm()
        machine.touch(ev.Signed, person.signature("signature"))
        if end is Step.RECEIVED:
            machine.until_step(Step.RECEIVED)

    def _answer(self, visit: Visit, person: Sayer, *, is_refused_first: bool) -> None:
        machine = self.machine
        account = person.digits("account", "62", 14)
        answers = {
            "living": "family",
            "pay_to": "bank_card",
            "living_here_since": person.date("living_here_since"),
            "phone": person.digits("phone", "0531", 8),
            "account": account,
        }
        for _ in range(30):
            name = machine.session.question
            if machine.session.step is not Step.QUESTION:
                break
            if name == "account" and is_refused_first:
                machine.touch(ev.Answered, name, person.letters("refused"))
                assert machine.session.question_problem is not None
            value = answers[name] if name in answers else visit._any_answer()
            machine.touch(ev.Answered, name, value)
        visit.leave_papers_out()
        assert machine.session.step is Step.PHOTO, machine.session.question

    def _picture(self, visit: Visit, name: str) -> None:
        machine = visit.machine
        machine.until(lambda it: not it.advice and not it.camera_is_gone, "a good picture")
        machine.touch(ev.ShutterPressed)
        machine.until(lambda session: session.photo is not None, "a photo")
        assert machine.session.photo is not None
        self.truth.photo(name, machine.session.photo.jpeg)

    def _tell_card(self, whose: str) -> None:
        """Write down what the card said, and hashes by which a number is soon guessed."""
        person = _person(self.machine.session)
        number = person.document_number.encode()
        born, since = person.birth_date, person.valid_from
        assert born is not None
        assert since is not None
        told = {
            "name": person.full_name,
            "number": person.document_number,
            "address": person.address,
            "issuer": person.issuer,
            "birth_date": born.isoformat(),
            "birth_date_on_card": f"{born:%Y%m%d}",
            "valid_from": since.isoformat(),
            "sha256_of_number": hashlib.sha256(number).hexdigest(),
            "sha1_of_number": hashlib.sha1(number).hexdigest(),  # noqa: S324 - looked for
            "md5_of_number": hashlib.md5(number).hexdigest(),  # noqa: S324 - looked for
        }
        self.truth.say(**{f"{whose}_{what}": word for what, word in told.items() if word})
        digest = hashlib.sha256(number).digest()
        self.truth.pieces[f"{whose}_raw_sha256_of_number"] = digest.hex()


def _person(session: Session) -> Resident:
    assert session.person is not None
    return session.person


def main(settings: Path, truth: Path, seed: str, case: int, bug: str, staff: Path) -> None:
    """Play the visits of one case, and be killed in the last."""
    log = os.open(settings.parent / "kiosk.log", os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    logging.basicConfig(level=logging.DEBUG)
    dice = random.Random(f"{seed}/{case}")
    told: dict[str, str] = json.loads(staff.read_text(encoding="utf-8"))
    kiosk = build_kiosk(load_settings(settings))
    with planted(bug), Machine(kiosk).running() as machine:
        day = Day(machine, kiosk.desk, dice, Truth(truth), told, case)
        day.live(ENDS[case % len(ENDS)])


if __name__ == "__main__":
    _settings, _truth, _seed, _case, _bug, _staff = sys.argv[1:]
    main(Path(_settings), Path(_truth), _seed, int(_case), _bug, Path(_staff))
