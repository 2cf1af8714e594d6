"""Who of the staff may sign in at this machine: PINs, and the wait after wrong ones.

The rules are pure; time comes in as a `Moment`, what survives a power cut goes out through a
`LockKeeper`. A wrong try is counted before it is looked at, so that pulling the plug while a PIN is
checked gains nothing. Who is on duty is not here but in `kiosk.flow`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from itertools import pairwise

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, UnsupportedParametersError, VerificationError

from kiosk.clock import Moment
from kiosk.domain import StaffMember
from kiosk.ports.locks import OPEN, Lock, LockKeeper

TECHNICIAN = ""
"""The technician's account, which belongs to nobody by name."""
LEAST_DIGITS = 6
MOST_DIGITS = 12
FREE_TRIES = 2
"""So many wrong PINs cost nothing: fingers slip."""
FIRST_WAIT_S = 30
LONGEST_WAIT_S = 3600
MOST_MEMORY_KIB = 1 << 20
MOST_ITERATIONS = 16

WRONG_PIN = "staff.problem.wrong_pin"
LOCKED = "staff.problem.locked"
NO_PIN_SET = "staff.problem.no_pin_set"


@dataclass(frozen=True, slots=True)
class StaffRecord:
    """One line of the signed staff list: who, and the encoded argon2id hash of the PIN, None while
    none is set.
    """

    member: StaffMember
    pin_hash: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody who may sign in here: the staff list, and the technician's hash as `kiosk enrol`
    set it, None while it did not.
    """

    records: tuple[StaffRecord, ...] = ()
    technician_pin_hash: str | None = field(default=None, repr=False)

    def pin_hash(self, staff_id: str) -> str | None:
        """Return the hash to check an account's PIN with, None when it can't sign in."""
        if staff_id == TECHNICIAN:
            return self.technician_pin_hash
        record = self.record(staff_id)
        return None if record is None else record.pin_hash

    def record(self, staff_id: str) -> StaffRecord | None:
        """Return one line of the staff list, None when there is none such."""
        for record in self.records:
            if record.member.staff_id == staff_id:
                return record
        return None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The PIN fits; `member` None is the technician."""

    member: StaffMember | None


@dataclass(frozen=True, slots=True)
class Rejected:
    """Not signed in; the message `problem_key` tells why. The next try is in `wait_s` seconds, 0
    for at once.
    """

    wait_s: int
    problem_key: str


def pin_problem(pin: str) -> str:
    """Return in a sentence why a PIN can't be chosen, "" when it can."""
    if not (pin.isascii() and pin.isdigit()) or not LEAST_DIGITS <= len(pin) <= MOST_DIGITS:
        return f"A PIN has {LEAST_DIGITS} to {MOST_DIGITS} digits and nothing else."
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    if steps in ({1}, {9}):
        return "A PIN must not be digits in a row, such as 123456."
    for length in range(1, len(pin) // 2 + 1):
        if pin == (pin[:length] * len(pin))[: len(pin)]:
            return "A PIN must not be the same digits again and again, such as 111111 or 123123."
    return ""


def hash_pin(pin: str) -> str:
    """Return the encoded argon2id hash of a PIN (RFC 9106, second recommended option: 64 MiB).

    Raises:
        ValueError: The PIN can't be chosen; the message is a sentence for who chose it.
    """
    problem = pin_problem(pin)
    if problem:
        raise ValueError(problem)
    return PasswordHasher().hash(pin)


def check_pin(pin_hash: str, pin: str) -> bool:
    """Say whether a PIN belongs to a hash; takes as long as the hash was made to take."""
    try:
        return PasswordHasher().verify(pin_hash, pin)
    except (VerificationError, InvalidHashError):
        return False


def is_usable(pin_hash: str) -> bool:
    """Say whether a hash can be checked here: argon2id, and not so costly that this machine would
    stand still.
    """
    try:
        told = extract_parameters(pin_hash)
    except (InvalidHashError, UnsupportedParametersError):
        return False
    is_affordable = told.memory_cost <= MOST_MEMORY_KIB and told.time_cost <= MOST_ITERATIONS
    return pin_hash.startswith("$argon2id$") and is_affordable


def after_failure(lock: Lock, at: Moment, boot: str) -> Lock:
    """Return the lock after one more wrong PIN: from the third on each wait doubles, to an hour."""
    failures = lock.failures + 1
    if failures <= FREE_TRIES:
        return Lock(failures)
    # The exponent is bounded too: failures are counted for ever.
    doublings = min(failures - FREE_TRIES - 1, 16)
    wait_s = min(FIRST_WAIT_S << doublings, LONGEST_WAIT_S)
    return Lock(failures, wait_s, since=at, boot=boot)


def after_success() -> Lock:
    """Return the lock after a right PIN: what was before is forgotten."""
    return OPEN


def after_restart(lock: Lock, at: Moment, boot: str) -> Lock:
    """Return a lock that counts in this running of the machine.

    In the running that it was made in, only the monotonic clock counts. After a restart that clock
    began anew and the wall clock is all there is, which may have been set, or have lost its
    battery. So what is left by the wall clock is waited, but never more than the whole wait, and
    never less than the first one: setting the clock forward and starting the machine again buys one
    try in half a minute at best, which for the million PINs of six digits is half a year.
    """
    if lock.since is None or lock.boot == boot:
        return lock
    passed_s = (at.at - lock.since.at).total_seconds()
    left_s = min(max(lock.wait_s - passed_s, FIRST_WAIT_S), lock.wait_s)
    return replace(lock, wait_s=math.ceil(left_s), since=at, boot=boot)


def wait_s(lock: Lock, at: Moment) -> int:
    """Return how many seconds are left to wait, 0 for none; `lock` counts in this running (see
    `after_restart`).
    """
    if lock.since is None:
        return 0
    passed_s = max(at.monotonic_s - lock.since.monotonic_s, 0.0)
    return max(math.ceil(lock.wait_s - passed_s), 0)


@dataclass(frozen=True, slots=True)
class SignIn:
    """Checks PINs and keeps the locks; used from the keeper's thread. `boot` names this running of
    the machine.
    """

    keeper: LockKeeper
    boot: str

    def sign_in(self, staff_id: str, pin: str, roster: Roster, at: Moment) -> Accepted | Rejected:
        """Let somebody in, or say why not and how long to wait.

        Args:
            staff_id: Who; `TECHNICIAN` for the technician.
            pin: As typed.
            roster: Who may.
            at: Now.

        Raises:
            StorageError: The try could not be counted; nobody was let in.
        """
        pin_hash = roster.pin_hash(staff_id)
        if pin_hash is None or not is_usable(pin_hash):
            return Rejected(0, NO_PIN_SET)
        kept = self.keeper.load(staff_id)
        lock = after_restart(kept, at, self.boot)
        if lock != kept:
            self.keeper.save(staff_id, lock)
        left_s = wait_s(lock, at)
        if left_s > 0:
            return Rejected(left_s, LOCKED)
        failed = after_failure(lock, at, self.boot)
        self.keeper.save(staff_id, failed)
        if len(pin) > MOST_DIGITS or not check_pin(pin_hash, pin):
            return Rejected(wait_s(failed, at), WRONG_PIN)
        self.keeper.save(staff_id, after_success())
        record = None if staff_id == TECHNICIAN else roster.record(staff_id)
        return Accepted(None if record is None else record.member)
