"""Signing in: which PINs there may be, who is let in, and how long wrong ones have to wait."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type
from hypothesis import given
from hypothesis import strategies as st

from kiosk import staff
from kiosk.clock import Moment
from kiosk.domain import StaffMember, StaffRole
from kiosk.errors import DiskFull
from kiosk.ports.locks import OPEN, Lock
from kiosk.staff import Accepted, Rejected, Roster, SignIn, StaffRecord

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
LI = StaffMember("v-1", "Li Wen", StaffRole.VOLUNTEER)
AN = StaffMember("v-2", "An Ran", StaffRole.VOLUNTEER)
NO = StaffMember("v-3", "No Pin", StaffRole.ATTENDANT)
LIS_PIN, TECHNICIANS_PIN, WRONG = "270418", "804153", "270419"
ROSTER = Roster(
    (
        StaffRecord(LI, CHEAP.hash(LIS_PIN)),
        StaffRecord(AN, CHEAP.hash("593027")),
        StaffRecord(NO, None),
    ),
    technician_pin_hash=CHEAP.hash(TECHNICIANS_PIN),
)
MORNING = Moment(datetime(2026, 11, 20, 8, 0, tzinfo=UTC), 1000.0)


def later(seconds: float, *, of: Moment = MORNING, clock_set_by: float = 0.0) -> Moment:
    """Return the moment `seconds` after another, the wall clock set by some more meanwhile."""
    return Moment(of.at + timedelta(seconds=seconds + clock_set_by), of.monotonic_s + seconds)


@dataclass
class FakeLockKeeper:
    """Keeps locks, and what they were one after the other."""

    locks: dict[str, Lock] = field(default_factory=dict)
    saved: list[Lock] = field(default_factory=list)
    is_full: bool = False

    def load(self, staff_id: str) -> Lock:
        """Return what was saved last."""
        return self.locks.get(staff_id, OPEN)

    def save(self, staff_id: str, lock: Lock) -> None:
        """Keep a lock, or raise when the disk is full."""
        if self.is_full:
            raise DiskFull("No room.")
        self.locks[staff_id] = lock
        self.saved.append(lock)


@pytest.fixture
def keeper() -> FakeLockKeeper:
    """Return a keeper of no locks."""
    return FakeLockKeeper()


@pytest.fixture
def door(keeper: FakeLockKeeper) -> SignIn:
    """Return a door whose locks are in `keeper`."""
    return SignIn(keeper, boot="first")


def test_the_right_pin_lets_its_owner_in(door: SignIn) -> None:
    """Each account has its own PIN; the technician has no name."""
    assert door.sign_in("v-1", LIS_PIN, ROSTER, MORNING) == Accepted(LI)
    assert door.sign_in(staff.TECHNICIAN, TECHNICIANS_PIN, ROSTER, MORNING) == Accepted(None)
    assert isinstance(door.sign_in("v-2", LIS_PIN, ROSTER, MORNING), Rejected)
    assert isinstance(door.sign_in(staff.TECHNICIAN, LIS_PIN, ROSTER, MORNING), Rejected)


@pytest.mark.parametrize("pin_hash", [None, "", "804153", "$argon2id$v=19$m=8"])
def test_without_a_pin_nobody_is_let_in(door: SignIn, pin_hash: str | None) -> None:
    """No PIN, or a hash that is none, opens nothing, and nothing is counted."""
    roster = Roster((StaffRecord(NO, pin_hash),), technician_pin_hash=pin_hash)
    for account in ("v-3", "nobody", staff.TECHNICIAN):
        for pin in ("", "000000", TECHNICIANS_PIN):
            answer = door.sign_in(account, pin, roster, MORNING)
            assert answer == Rejected(0, "staff.problem.no_pin_set")


def test_a_hash_of_another_kind_or_too_costly_is_not_tried() -> None:
    """A hash that would stop the machine for minutes, or is of a weaker kind, is none."""
    assert staff.is_usable(CHEAP.hash(LIS_PIN))
    dear = CHEAP.hash(LIS_PIN).replace("m=8,", f"m={staff.MOST_MEMORY_KIB + 1},")
    assert not staff.is_usable(dear)
    assert not staff.is_usable(CHEAP.hash(LIS_PIN).replace("t=1,", "t=17,"))
    other = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, type=Type.D)
    assert not staff.is_usable(other.hash(LIS_PIN))


def test_nobody_of_the_list_is_the_technician(door: SignIn) -> None:
    """A line of the staff list without an id gains nothing from the technician's PIN."""
    odd = StaffRecord(replace(LI, staff_id=""), CHEAP.hash(LIS_PIN))
    roster = Roster((odd,), technician_pin_hash=CHEAP.hash(TECHNICIANS_PIN))
    assert door.sign_in("", TECHNICIANS_PIN, roster, MORNING) == Accepted(None)
    assert isinstance(door.sign_in("", LIS_PIN, roster, MORNING), Rejected)


def test_each_further_wrong_pin_doubles_the_wait_to_an_hour(door: SignIn) -> None:
    """Two slips cost nothing, then 30 s, 60 s and so on, never more than an hour."""
    now, waits = MORNING, []
    for _ in range(14):
        answer = door.sign_in("v-1", WRONG, ROSTER, now)
        assert isinstance(answer, Rejected)
        assert answer.problem_key == "staff.problem.wrong_pin"
        waits.append(answer.wait_s)
        now = later(answer.wait_s, of=now)
    assert waits == [0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600, 3600]
    assert door.sign_in("v-1", LIS_PIN, ROSTER, now) == Accepted(LI)


def lock_out(door: SignIn, at: Moment = MORNING, tries: int = 3) -> None:
    """Type wrong PINs."""
    for _ in range(tries):
        door.sign_in("v-1", WRONG, ROSTER, at)


def test_while_locked_not_even_the_right_pin_helps(door: SignIn, keeper: FakeLockKeeper) -> None:
    """Locked means locked until the last second, tries meanwhile count nothing, others go on."""
    lock_out(door)
    counted = keeper.locks["v-1"]
    locked = "staff.problem.locked"
    assert door.sign_in("v-1", LIS_PIN, ROSTER, MORNING) == Rejected(30, locked)
    assert door.sign_in("v-1", WRONG, ROSTER, later(10.5)) == Rejected(20, locked)
    assert door.sign_in("v-1", LIS_PIN, ROSTER, later(29.9)) == Rejected(1, locked)
    assert keeper.locks["v-1"] == counted
    assert door.sign_in("v-2", "593027", ROSTER, MORNING) == Accepted(AN)
    assert door.sign_in("v-1", LIS_PIN, ROSTER, later(30)) == Accepted(LI)


def test_a_right_pin_forgives_the_wrong_ones(door: SignIn) -> None:
    """After signing in two slips are free again."""
    lock_out(door, tries=2)
    assert door.sign_in("v-1", LIS_PIN, ROSTER, MORNING) == Accepted(LI)
    answer = door.sign_in("v-1", WRONG, ROSTER, MORNING)
    assert answer == Rejected(0, "staff.problem.wrong_pin")


def test_a_try_is_counted_before_it_is_looked_at(
    door: SignIn, keeper: FakeLockKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pulling the plug while a PIN is checked gains no free try."""
    counted: list[int] = []

    def look(_hash: str, _pin: str) -> bool:
        counted.append(keeper.locks["v-1"].failures)
        return True

    monkeypatch.setattr(staff, "check_pin", look)  # there is no other way to be inside a check
    door.sign_in("v-1", LIS_PIN, ROSTER, MORNING)
    assert counted == [1]
    assert keeper.saved == [Lock(1), OPEN]


def test_nobody_is_let_in_when_a_try_cannot_be_counted(
    door: SignIn, keeper: FakeLockKeeper
) -> None:
    """A full disk does not make the lock-out go away."""
    keeper.is_full = True
    with pytest.raises(DiskFull):
        door.sign_in("v-1", LIS_PIN, ROSTER, MORNING)


@pytest.mark.parametrize("clock_set_by", [-(10**8), -3600, 3600, 10**8])
def test_setting_the_wall_clock_changes_nothing_while_running(
    door: SignIn, clock_set_by: float
) -> None:
    """In one running of the machine only the monotonic clock counts."""
    lock_out(door)
    early = later(10, clock_set_by=clock_set_by)
    assert door.sign_in("v-1", LIS_PIN, ROSTER, early) == Rejected(20, "staff.problem.locked")
    done = later(30, clock_set_by=clock_set_by)
    assert door.sign_in("v-1", LIS_PIN, ROSTER, done) == Accepted(LI)


def after_boot(wall_passed_s: float) -> Moment:
    """Return a moment after a restart: another monotonic zero, and what the wall clock says."""
    return Moment(MORNING.at + timedelta(seconds=wall_passed_s), 7.0)


@pytest.mark.parametrize(
    ("wall_passed_s", "left_s"),
    [(60, 900), (900, 60), (940, 30), (86_400, 30), (10**8, 30), (-5, 960), (-(10**8), 960)],
)
def test_a_restart_forgives_nothing(
    keeper: FakeLockKeeper, wall_passed_s: float, left_s: int
) -> None:
    """The wall clock counts while the machine was off, but no clock makes it shorter than 30 s or
    longer than the wait was.
    """
    keeper.locks["v-1"] = Lock(8, 960, since=MORNING, boot="first")
    again = SignIn(keeper, boot="second")
    start = after_boot(wall_passed_s)
    locked = "staff.problem.locked"
    assert again.sign_in("v-1", LIS_PIN, ROSTER, start) == Rejected(left_s, locked)
    # From here on the wall clock has nothing to say any more.
    jumped = later(10, of=start, clock_set_by=10**7)
    assert again.sign_in("v-1", LIS_PIN, ROSTER, jumped) == Rejected(left_s - 10, locked)
    assert again.sign_in("v-1", LIS_PIN, ROSTER, later(left_s, of=start)) == Accepted(LI)


def test_restarting_only_the_program_changes_nothing(keeper: FakeLockKeeper) -> None:
    """The machine's clock goes on while the program is started again."""
    lock_out(SignIn(keeper, boot="first"))
    again = SignIn(keeper, boot="first")
    answer = again.sign_in("v-1", LIS_PIN, ROSTER, later(12))
    assert answer == Rejected(18, "staff.problem.locked")


def test_the_count_goes_on_after_a_restart(keeper: FakeLockKeeper) -> None:
    """The wait after a restart is the next longer one, not the first again."""
    lock_out(SignIn(keeper, boot="first"))
    again = SignIn(keeper, boot="second")
    start = after_boot(86_400)
    again.sign_in("v-1", WRONG, ROSTER, start)
    answer = again.sign_in("v-1", WRONG, ROSTER, later(30, of=start))
    assert answer == Rejected(60, "staff.problem.wrong_pin")


@given(
    st.integers(0, 200),
    st.integers(-(10**6), 10**6),
    st.integers(0, 10**6),
    st.sampled_from(["first", "second"]),
)
def test_no_clock_locks_longer_than_the_wait(
    failures: int, wall_s: int, passed_s: int, boot: str
) -> None:
    """Whatever the clocks do, what is left is between nothing and the wait itself."""
    lock = staff.after_failure(Lock(failures), MORNING, "first")
    assert lock.wait_s <= staff.LONGEST_WAIT_S
    now = Moment(MORNING.at + timedelta(seconds=wall_s), MORNING.monotonic_s + passed_s)
    rebased = staff.after_restart(lock, now, boot)
    assert rebased.failures == failures + 1
    assert 0 <= staff.wait_s(rebased, now) <= lock.wait_s
    if boot == "second" and lock.wait_s:
        assert staff.wait_s(rebased, now) >= staff.FIRST_WAIT_S


@pytest.mark.parametrize(
    "pin",
    ["", "27041", "2704181234567", "27041x", "270 418", "２７０４１８", "270418\n", "-27041"],
)
def test_a_pin_is_six_to_twelve_digits(pin: str) -> None:
    """Anything else is refused in a sentence."""
    with pytest.raises(ValueError, match="6 to 12 digits"):
        staff.hash_pin(pin)


@pytest.mark.parametrize("pin", ["123456", "654321", "890123", "210987", "012345678901"])
def test_digits_in_a_row_are_no_pin(pin: str) -> None:
    """What everybody tries first is refused."""
    with pytest.raises(ValueError, match="digits in a row"):
        staff.hash_pin(pin)


@pytest.mark.parametrize("pin", ["000000", "999999", "121212", "123123", "1212121", "27042704"])
def test_digits_again_and_again_are_no_pin(pin: str) -> None:
    """What everybody tries second is refused too."""
    with pytest.raises(ValueError, match="again and again"):
        staff.hash_pin(pin)


@pytest.mark.usefixtures("hashes_at_full_cost")
def test_a_hash_costs_what_the_standard_asks() -> None:
    """RFC 9106, section 4, second recommended option: three passes over 64 MiB in four lanes."""
    told = extract_parameters(staff.hash_pin(LIS_PIN))
    assert (told.type, told.version) == (Type.ID, 19)
    assert (told.time_cost, told.memory_cost, told.parallelism) == (3, 64 * 1024, 4)
    assert (told.salt_len, told.hash_len) == (16, 32)


@pytest.mark.usefixtures("hashes_at_full_cost")
def test_a_hash_is_salted_argon2id_and_tells_nothing() -> None:
    """Two hashes of one PIN differ, both fit, and neither holds it."""
    one, two = staff.hash_pin(LIS_PIN), staff.hash_pin(LIS_PIN)
    assert one != two
    assert one.startswith("$argon2id$")
    assert LIS_PIN not in one
    assert staff.check_pin(one, LIS_PIN)
    assert not staff.check_pin(two, WRONG)
    assert staff.is_usable(one)
    assert not staff.check_pin("no hash", LIS_PIN)
    assert "argon2id" not in repr(ROSTER)


def test_an_endless_pin_is_wrong_at_once(door: SignIn) -> None:
    """What no digit pad can type is counted and not even hashed."""
    assert door.sign_in("v-1", "1" * 10**6, ROSTER, MORNING) == Rejected(0, staff.WRONG_PIN)
