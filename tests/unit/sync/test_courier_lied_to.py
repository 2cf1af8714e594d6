"""The courier against a platform that is spoilt on the way: delivered once, or waiting with its
reason; never lost, never twice, and never believed without a proof.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from kiosk.ports.courier import Reach, Round
from kiosk.store import entries
from kiosk.store.applications import ApplicationRow
from kiosk.store.entries import EntryState
from sync.courier import HttpCourier
from tests.support import lying_platform as lies
from tests.support.central_server import running_platform
from tests.support.enrolled_places import EnrolledPlace, held_numbers
from tests.support.lying_platform import Call, Lie, LyingPlatform, Swapped, lying_platform

EVERYWHERE: dict[str, Lie] = {
    "portal": lies.portal,
    "redirect": lies.redirect,
    "garbage": lies.garbage,
    "other_shape": lies.other_shape,
    "silence": lies.silence,
    "endless": lies.endless,
    "halting": lies.halting,
    "endless_head": lies.endless_head,
    "flood": lies.flood,
    "too_short": lies.too_short,
    "cut_short": lies.cut_short,
    "lost": lies.lost,
    "failed_after": lies.failed_after,
    "half": lies.half,
    "401": lies.status(401, "urn:kiosk:problem:bad-signature"),
    "404": lies.status(404, "urn:kiosk:problem:not-found"),
    "409": lies.status(409, "urn:kiosk:problem:mismatching-upload-offset"),
    "413": lies.status(413, "urn:kiosk:problem:too-large"),
    "429": lies.status(429, "about:blank", "Retry-After: 3"),
    "500": lies.status(500),
    "503": lies.status(503, "about:blank", "Retry-After: garbage"),
}
NEVER_ENDING = {"endless", "halting", "endless_head"}
"""Only these are waited out; whoever waits for an honest answer is patient: machines are busy."""
CALLS = (Call.HELLO, Call.ANNOUNCE, Call.OFFSET, Call.APPEND, Call.CHANGES)


@dataclass
class Stand:
    """A kiosk, and the liar that it has to ask."""

    place: EnrolledPlace
    liar: LyingPlatform
    courier: HttpCourier

    def lose_patience(self, with_lie: str, after_s: float) -> None:
        """Have a courier that waits no longer than this, for a lie that never ends."""
        if with_lie not in NEVER_ENDING:
            return
        usual_s, self.place.timeout_s = self.place.timeout_s, after_s
        self.courier = self.place.courier()
        self.place.timeout_s = usual_s

    def deliver(self, most: int = 40) -> list[Round]:
        """Go round until nothing is left."""
        return self.place.rounds(self.courier, most)

    def is_held(self, row: ApplicationRow) -> bool:
        """Say whether the platform holds an application; twice is a failure."""
        held = [app_id for app_id, _ in held_numbers(self.place.central.data)]
        assert held.count(row.app_id) <= 1
        return row.app_id in held


@pytest.fixture(scope="module")
def kiosk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[EnrolledPlace, int]]:
    """One enrolled kiosk and the port of its platform, for all tests of this file."""
    folder = tmp_path_factory.mktemp("lied-to")
    with running_platform(folder / "central") as central:
        place = EnrolledPlace(central, folder / "home")
        yield place, central.port
        place.close()


@pytest.fixture
def stand(kiosk: tuple[EnrolledPlace, int]) -> Iterator[Stand]:
    """The kiosk with a fresh courier and a liar that does not lie yet."""
    place, port = kiosk
    place.refresh()
    with lying_platform(port) as liar:
        place.url = liar.url
        courier = place.courier()
        yield Stand(place, liar, courier)


@pytest.mark.may_warn("a proof or an answer that can't be used is told")
@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name.lower())
@pytest.mark.parametrize("name", sorted(EVERYWHERE))
def test_one_lie_costs_at_most_time(stand: Stand, name: str, call: Call) -> None:
    """Whatever is spoilt once, the entry is delivered once, and nothing else is said of it."""
    stand.lose_patience(name, 0.3)
    row = stand.place.seal()
    if call is Call.OFFSET:
        stand.liar.lie(Call.APPEND, lies.half)  # nobody asks how much has come before a failure
    stand.liar.lie(call, EVERYWHERE[name])
    results = stand.deliver()
    assert results[-1].still_open == 0
    entry = stand.place.entry(row)
    assert entry.state is EntryState.DELIVERED
    assert entry.proof is not None
    assert stand.is_held(row)
    assert stand.liar.asked.count(call) >= 1
    for result in results[:-1]:
        assert result.delivered or result.why or result.reach is Reach.ONLINE


@pytest.mark.may_warn("a proof or an answer that can't be used is told")
@pytest.mark.parametrize("name", sorted(EVERYWHERE))
def test_proofs_are_fetched_however_often_they_are_spoilt(stand: Stand, name: str) -> None:
    """All bytes have arrived and the answer was lost: proofs spoilt twice, then delivered."""
    row = stand.place.seal()
    stand.liar.lie(Call.APPEND, lies.lost)
    stand.courier.run_once()
    assert stand.is_held(row)
    entries.mark(stand.place.db, row.app_id, EntryState.UPLOADED)
    stand.lose_patience(name, 0.3)
    stand.liar.lie(Call.PROOFS, EVERYWHERE[name], EVERYWHERE[name])
    stand.courier.hurry()
    assert stand.deliver()[-1].still_open == 0
    assert Call.PROOFS in stand.liar.asked


@pytest.mark.parametrize(
    ("name", "reach", "why"),
    [
        ("portal", Reach.OFFLINE, "something else than the platform answers at 127.0.0.1"),
        ("redirect", Reach.OFFLINE, "unexpected status 302"),
        ("silence", Reach.OFFLINE, "no answer"),
        ("endless", Reach.OFFLINE, "took too long"),
        ("halting", Reach.OFFLINE, "took too long"),
        ("garbage", Reach.OFFLINE, "can't be used"),
        ("401", Reach.REFUSED, "401"),
        ("503", Reach.OFFLINE, "503"),
    ],
)
def test_a_lie_that_lasts_is_named_and_nothing_is_lost(
    stand: Stand, name: str, reach: Reach, why: str
) -> None:
    """The technician reads why; the entry waits where it is."""
    stand.lose_patience(name, 1.0)
    row = stand.place.seal()
    stand.liar.always(Call.HELLO, EVERYWHERE[name])
    results = stand.deliver(2)
    assert {result.reach for result in results} == {reach}
    assert all(why in result.why for result in results)
    assert stand.place.entry(row).state is EntryState.QUEUED
    assert not stand.is_held(row)
    stand.liar.always(Call.HELLO, None)
    assert stand.deliver()[-1].still_open == 0


@pytest.mark.may_warn("a refused proof is told")
def test_a_proof_with_a_bent_signature_proves_nothing(stand: Stand) -> None:
    """The platform holds it, but says so with a signature that does not fit: not delivered yet."""
    row = stand.place.seal()
    for call in (Call.APPEND, Call.ANNOUNCE, Call.PROOFS):
        stand.liar.always(call, lies.bent_proof)
    results = stand.deliver(6)
    assert sum(result.delivered for result in results) == 0
    entry = stand.place.entry(row)
    assert entry.state is not EntryState.DELIVERED
    assert "sign" in entry.reason
    for call in (Call.APPEND, Call.ANNOUNCE, Call.PROOFS):
        stand.liar.always(call, None)
    assert stand.deliver()[-1].still_open == 0
    assert stand.is_held(row)


@pytest.mark.may_warn("a refused proof is told")
def test_a_proof_for_another_entry_proves_nothing(stand: Stand) -> None:
    """A well signed proof of something else delivers neither."""
    first = stand.place.seal()
    assert stand.deliver()[-1].still_open == 0
    proof = json.loads(stand.place.entry(first).proof or "")
    row = stand.place.seal()
    for call in (Call.APPEND, Call.ANNOUNCE, Call.PROOFS):
        stand.liar.always(call, Swapped(proof))
    results = stand.deliver(6)
    assert sum(result.delivered for result in results) == 0
    assert stand.place.entry(row).reason
    for call in (Call.APPEND, Call.ANNOUNCE, Call.PROOFS):
        stand.liar.always(call, None)
    assert stand.deliver()[-1].still_open == 0


@pytest.mark.parametrize(
    ("code", "kind"),
    [(409, "id-conflict"), (400, "bad-message"), (451, "no-such-kind")],
)
def test_what_the_platform_will_not_have_is_held_and_the_others_go(
    stand: Stand, code: int, kind: str
) -> None:
    """One refused entry is held with its reason; those announced with it are delivered."""
    refused = stand.place.seal()

    def refuse_first(asked: lies.Asked) -> None:
        status, headers, body = asked.pass_on()
        told = json.loads(body)
        problem = {"type": f"urn:kiosk:problem:{kind}", "title": f"Told {code}", "status": code}
        told["entries"][0] = {"problem": problem}
        lies.send(asked, status, headers, json.dumps(told).encode())

    stand.liar.lie(Call.ANNOUNCE_ALL, refuse_first)
    rows = [stand.place.seal() for _ in range(3)]
    result = stand.courier.run_once()
    assert (result.reach, result.delivered, result.still_open) == (Reach.ONLINE, 3, 1)
    entry = stand.place.entry(refused)
    assert (entry.state, entry.reason) == (EntryState.HELD, f"{code} Told {code}")
    assert all(stand.is_held(row) for row in rows)
    again = stand.courier.run_once()
    assert (again.delivered, again.still_open) == (0, 1)
    stand.courier.hurry()
    assert stand.courier.run_once().delivered == 1


def test_an_entry_that_always_fails_does_not_block_the_queue(stand: Stand) -> None:
    """The platform falls over one entry each time; the others are delivered all the same."""
    poison = stand.place.seal()
    rows = [stand.place.seal() for _ in range(3)]

    def fall_over(asked: lies.Asked) -> None:
        if poison.app_id in asked.path or poison.app_id.encode() in asked.body:
            lies.status(500)(asked)
        else:
            code, headers, body = asked.pass_on()
            lies.send(asked, code, headers, body)

    stand.liar.always(Call.ANNOUNCE, fall_over)
    stand.liar.always(Call.ANNOUNCE_ALL, fall_over)
    results = stand.deliver(8)
    assert sum(result.delivered for result in results) == 3
    assert all(stand.is_held(row) for row in rows)
    assert stand.place.entry(poison).reason == "500 Told 500"
    stand.liar.always(Call.ANNOUNCE, None)
    assert stand.deliver()[-1].still_open == 0


def test_nor_where_somebody_hurries_all_the_time(stand: Stand) -> None:
    """`kiosk sync` makes everything due at every try: what failed most goes last."""
    poison = stand.place.seal()
    rows = [stand.place.seal() for _ in range(3)]

    def fall_over(asked: lies.Asked) -> None:
        if poison.app_id in asked.path or poison.app_id.encode() in asked.body:
            lies.status(500)(asked)
        else:
            code, headers, body = asked.pass_on()
            lies.send(asked, code, headers, body)

    for call in (Call.ANNOUNCE, Call.ANNOUNCE_ALL, Call.APPEND):
        stand.liar.always(call, fall_over)
    for _ in range(8):
        stand.courier.hurry()
        stand.courier.run_once()
    assert all(stand.is_held(row) for row in rows)
    for call in (Call.ANNOUNCE, Call.ANNOUNCE_ALL, Call.APPEND):
        stand.liar.always(call, None)
    stand.courier.hurry()
    assert stand.courier.run_once().still_open == 0


def test_a_platform_that_never_knows_the_upload_is_not_asked_without_end(stand: Stand) -> None:
    """404 to everything about an entry: asked once a round, waiting with its reason."""
    row = stand.place.seal()
    gone = lies.status(404, "urn:kiosk:problem:not-found")
    for call in (Call.ANNOUNCE, Call.OFFSET, Call.APPEND):
        stand.liar.always(call, gone)
    stand.courier.run_once()
    assert len(stand.liar.asked) < 6
    assert stand.place.entry(row).reason == "404 Told 404"
    for call in (Call.ANNOUNCE, Call.OFFSET, Call.APPEND):
        stand.liar.always(call, None)
    assert stand.deliver()[-1].still_open == 0


def test_a_platform_that_contradicts_itself_is_not_asked_without_end(stand: Stand) -> None:
    """Announced it says that nothing has come, asked it says that everything has: it can wait."""
    row = stand.place.seal()
    size = stand.place.entry(row).size

    def everything_came(asked: lies.Asked) -> None:
        told = (f"Upload-Offset: {size}", "Upload-Complete: ?1")
        asked.answer(204, b"", lies.PROTOCOL, *told)

    stand.liar.lie(Call.APPEND, lies.status(423, "urn:kiosk:problem:busy"))
    stand.liar.always(Call.OFFSET, everything_came)
    stand.courier.run_once()
    assert len(stand.liar.asked) < 10
    assert "contradicts itself" in stand.place.entry(row).reason
    stand.liar.always(Call.OFFSET, None)
    assert stand.deliver()[-1].still_open == 0


def test_too_large_makes_pieces_smaller(stand: Stand) -> None:
    """413 halves the piece until it fits, in the same round."""
    stand.place.chunk_bytes = 1 << 20
    row = stand.place.seal()

    def only_small(asked: lies.Asked) -> None:
        if len(asked.body) > 20_000:
            lies.status(413, "urn:kiosk:problem:too-large")(asked)
        else:
            code, headers, body = asked.pass_on()
            lies.send(asked, code, headers, body)

    stand.liar.always(Call.APPEND, only_small)
    assert stand.courier.run_once().delivered == 1
    assert stand.is_held(row)


def test_retry_after_is_obeyed(stand: Stand) -> None:
    """The platform says when; nobody is asked before."""
    stand.place.seal()
    stand.liar.lie(Call.HELLO, lies.status(429, "about:blank", "Retry-After: 120"))
    assert stand.courier.run_once().wait_s == 120
    stand.place.clock.pass_s(119)
    asked = len(stand.liar.asked)
    assert stand.courier.run_once().reach is Reach.OFFLINE
    assert len(stand.liar.asked) == asked
    stand.place.clock.pass_s(1.1)
    assert stand.courier.run_once().delivered == 1


def test_reasons_hold_nothing_of_anybody(stand: Stand) -> None:
    """Whatever an answer repeats, a reason is a status or a kind of failure, not its text."""
    row = stand.place.seal()

    def repeat(asked: lies.Asked) -> None:
        asked.answer(200, "张桂英 11010519491231002X".encode(), lies.PROTOCOL, lies.JSON_TYPE)

    stand.liar.lie(Call.ANNOUNCE, repeat)
    result = stand.courier.run_once()
    for text in (result.why, stand.place.entry(row).reason):
        assert "11010519491231002X" not in text
        assert "张桂英" not in text
    assert stand.place.entry(row).reason
