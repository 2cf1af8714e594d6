"""Keys go wrong: what is lost, stolen or revoked stops what it has to, and loses nothing."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from central.intake import note_lost
from central.keys import Backup, keep_backup, keep_recipient, write_hex
from central.keysets import Wish, ask_for, put_in_force, sign_here
from central.opening import open_again, open_contents, open_what_waits
from central.platform import Platform, open_platform
from central.tables import QUARANTINED, EntryRow
from kiosk.domain import AppId
from kiosk.enrolment import load_enrolment
from kiosk.envelope import (
    CannotOpen,
    Contents,
    RecipientPrivateKey,
    Torn,
    open_envelope,
    parse,
)
from kiosk.errors import NobodyToSealTo
from kiosk.store import entries, facts
from kiosk.store.canaries import SENT_ID, canary_state, sealed_to_revoked
from kiosk.store.engine import ENVELOPES
from kiosk.store.entries import EntryState
from sync.news import News
from sync.protocol import BadAnswer, Keyset, ReturnedProofs, read_bytes, read_signed, verify_proof
from sync.stored_keyset import stored_keyset
from tests.faults.simulated_kiosk import KIOSK, SimulatedKiosk, enrol_directly
from tests.faults.simulated_network import Network
from tests.support.builders import FakeClock

DAY_S = 86_400


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[SimulatedKiosk]:
    """A kiosk and a platform on the same clock."""
    clock = FakeClock()
    central = open_platform(tmp_path / "central", now=lambda: clock.now().at)
    enrolment = enrol_directly(central, tmp_path / "kiosk")
    network = Network(central, KIOSK, random.Random(1), clock)
    made = SimulatedKiosk(tmp_path / "kiosk", enrolment, clock, network)
    made.drain(2)
    yield made
    made.stop()
    network.central.database.close()


def central_of(kiosk: SimulatedKiosk) -> Platform:
    """Return the platform of a kiosk."""
    return kiosk.network.central


def decree(kiosk: SimulatedKiosk, wish: Wish) -> Keyset:
    """Put a keyset in force on the platform; the kiosk has not heard of it."""
    request = ask_for(central_of(kiosk), wish)
    assert not isinstance(request, str), request
    document = sign_here(central_of(kiosk), request)
    assert document is not None
    keyset = put_in_force(central_of(kiosk), document)
    assert isinstance(keyset, Keyset), keyset
    return keyset


def envelope(kiosk: SimulatedKiosk, app_id: AppId) -> bytes:
    """Return the file of an entry."""
    entry = entries.find(kiosk.sealer.db, app_id)
    assert entry is not None
    return (kiosk.state / ENVELOPES / entry.file).read_bytes()


def state_of(kiosk: SimulatedKiosk, app_id: AppId) -> EntryState:
    """Return how far an entry is."""
    entry = entries.find(kiosk.sealer.db, app_id)
    assert entry is not None
    return entry.state


def test_two_recipients_each_open_alone(kiosk: SimulatedKiosk) -> None:
    """The archive opens what the platform opens, and saves it when the platform loses its key."""
    archive = RecipientPrivateKey.generate()
    central = central_of(kiosk)
    keep_backup(central.cupboard.folder, Backup("Archive", archive.public_key))
    decree(kiosk, Wish())
    kiosk.drain(2)
    app_id = kiosk.seal()
    parts = parse(envelope(kiosk, app_id))
    assert not isinstance(parts, Torn)
    for key in (archive, central.keys.recipient):
        assert not isinstance(open_envelope(parts, key), CannotOpen)
    write_hex(central.cupboard.folder / "recipient.key", RecipientPrivateKey.generate().raw)
    kiosk.drain(2)
    open_what_waits(central)
    with central.database.reading() as session:
        assert session.get_one(EntryRow, app_id).opening == QUARANTINED
    keep_recipient(central.cupboard.folder, archive)
    assert open_again(central)[1] == 0
    assert isinstance(open_contents(central, app_id), Contents)


def test_what_waits_for_a_revoked_key_is_delivered_and_told(kiosk: SimulatedKiosk) -> None:
    """It can't be sealed anew here: nobody here can open it. What comes after goes to the new."""
    before = kiosk.seal()
    old = central_of(kiosk).keys.recipient.public_key.kid
    keyset = decree(kiosk, Wish(revoked=frozenset({old})))
    assert kiosk.courier._hear() is not None
    assert sealed_to_revoked(kiosk.sealer.db, [old]) == 1
    assert sealed_to_revoked(kiosk.sealer.db, []) == 0
    after = kiosk.seal()
    kiosk.drain(2)
    assert sealed_to_revoked(kiosk.sealer.db, [old]) == 0
    assert {state_of(kiosk, it) for it in (before, after)} == {EntryState.DELIVERED}
    parts = parse(envelope(kiosk, after))
    assert not isinstance(parts, Torn)
    assert [wrap.kid for wrap in parts.wraps] == [key.kid for key in keyset.recipients]
    assert all(isinstance(open_contents(central_of(kiosk), it), Contents) for it in (before, after))


@pytest.mark.may_warn("a proof that is not believed is told")
def test_a_revoked_signature_proves_nothing_and_strands_nothing(kiosk: SimulatedKiosk) -> None:
    """A proof that was on its way is signed anew: the entry is held, whoever signed that."""
    app_id = kiosk.seal()
    row = entries.find(kiosk.sealer.db, app_id)
    assert row is not None
    kiosk.drain(2)
    delivered = entries.find(kiosk.sealer.db, app_id)
    assert delivered is not None
    assert delivered.proof is not None
    old_proof = read_bytes(delivered.proof.encode(), read_signed)
    assert not isinstance(old_proof, BadAnswer)
    # The answer was lost: the kiosk does not know that it was proven.
    entries.queue_again(kiosk.sealer.db, app_id, kiosk.clock.now().at)
    revoked = central_of(kiosk).keys.signing_key.kid
    keyset = decree(kiosk, Wish(revoked=frozenset({revoked})))
    assert isinstance(verify_proof(old_proof, keyset, row.front), BadAnswer)
    kiosk.drain(2)
    assert state_of(kiosk, app_id) is EntryState.DELIVERED
    again = entries.find(kiosk.sealer.db, app_id)
    assert again is not None
    assert again.proof is not None
    new_proof = read_bytes(again.proof.encode(), read_signed)
    assert not isinstance(new_proof, BadAnswer)
    assert new_proof.kid == keyset.signing_keys[0].kid != revoked
    assert again.delivered_at == delivered.delivered_at


def test_new_keys_are_heard_before_proofs(kiosk: SimulatedKiosk) -> None:
    """In the round in which a kiosk says hello to new keys, an old signature counts no more."""
    app_id = kiosk.seal()
    revoked = central_of(kiosk).keys.signing_key.kid
    decree(kiosk, Wish(revoked=frozenset({revoked})))
    kiosk.courier.hurry()
    assert kiosk.go_round().delivered == 1
    assert kiosk.courier.keyset.version == 2
    entry = entries.find(kiosk.sealer.db, app_id)
    assert entry is not None
    assert entry.proof is not None
    assert revoked not in entry.proof


@pytest.mark.may_warn("that nobody can be sealed to is told")
def test_with_nobody_to_seal_to_nothing_is_taken_and_nothing_lost(kiosk: SimulatedKiosk) -> None:
    """What was taken in goes out; new applications are taken again with new keys."""
    before = kiosk.seal()
    decree(kiosk, Wish(seals_to_nobody=True))
    assert kiosk.courier._hear() is not None
    count = entries.open_count(kiosk.sealer.db)
    with pytest.raises(NobodyToSealTo):
        kiosk.seal()
    assert not kiosk.sealer.renewed_enrolment().recipients
    assert entries.open_count(kiosk.sealer.db) == count
    kiosk.clock.pass_s(40 * DAY_S)
    kiosk.drain(2)
    assert state_of(kiosk, before) is EntryState.DELIVERED
    assert facts.get(kiosk.sealer.db, SENT_ID) is None, "there was nobody to ask"
    decree(kiosk, Wish())
    kiosk.drain(2)
    after = kiosk.seal()
    kiosk.drain(2)
    assert state_of(kiosk, after) is EntryState.DELIVERED
    assert canary_state(kiosk.sealer.db).opened_at is not None


def test_an_old_keyset_played_again_changes_nothing(kiosk: SimulatedKiosk) -> None:
    """Neither now nor after a start; what was revoked stays revoked even if a keyset forgets it."""
    first = kiosk.courier.keyset
    old = first.recipients[0].kid
    decree(kiosk, Wish(revoked=frozenset({old})))
    kiosk.drain(2)
    courier = kiosk.courier
    news = News(courier.db, kiosk.state, courier.enrolment, courier.keyset)
    news._take_keyset(first.document)
    assert news.keyset.version == 2
    enrolment = load_enrolment(kiosk.state)
    assert enrolment is not None
    assert enrolment.revoked == (old,)
    assert stored_keyset(enrolment).revoked == {old}
    forgot = replace(enrolment, keyset=json.dumps(first.document.to_json()))
    assert stored_keyset(forgot).recipients == ()


def test_new_keys_are_tried_at_once(kiosk: SimulatedKiosk) -> None:
    """A canary goes with the first hello after a change of keys, and is opened."""
    assert facts.get(kiosk.sealer.db, SENT_ID) is None
    decree(kiosk, Wish(new_recipient=True))
    kiosk.drain(4)
    state = canary_state(kiosk.sealer.db)
    assert facts.get(kiosk.sealer.db, SENT_ID) is not None
    assert state.opened_at is not None
    assert (state.has_failed, state.waits_since) == (False, None)


def test_a_restored_platform_hears_of_a_loss_by_a_proof_that_was_revoked_since(
    kiosk: SimulatedKiosk,
) -> None:
    """The signature was its own: what a kiosk erased because of it is lost, and said so."""
    app_id = kiosk.seal()
    kiosk.drain(2)
    entry = entries.find(kiosk.sealer.db, app_id)
    assert entry is not None
    assert entry.proof is not None
    proof = read_bytes(entry.proof.encode(), read_signed)
    assert not isinstance(proof, BadAnswer)
    central = central_of(kiosk)
    decree(kiosk, Wish(revoked=frozenset({central.keys.signing_key.kid})))
    with central.database.writing() as session:
        session.delete(session.get_one(EntryRow, app_id))
    assert note_lost(central, KIOSK, ReturnedProofs((proof,))).lost == 1
    stranger = replace(proof, kid="f" * 16)
    assert note_lost(central, KIOSK, ReturnedProofs((stranger,))).lost == 0
