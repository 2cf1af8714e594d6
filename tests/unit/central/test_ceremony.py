"""Who is trusted changes only by what root signed, wherever root is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central import root_key
from central.enrolment import create_code
from central.keys import RECIPIENT, ROOT, Backup, read_backup, settle, wipe_root, write_hex
from central.keysets import Wish, ask_for, put_in_force, sign_here
from central.platform import Platform, newest_document, open_platform
from central.root_key import LockedKey, lock_key, problem_with_passphrase, unlock_key
from central.staffing import add_member
from central.tables import SiteRow
from kiosk.envelope import RecipientPrivateKey, StaffRole
from sync.protocol import (
    ROOT_KID,
    BadAnswer,
    DocumentType,
    Keyset,
    accept_keyset,
    accept_staff_list,
    sign_document,
)
from tests.support.ceremonies import Ceremony


@pytest.fixture(autouse=True)
def quick_scrypt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guess cheaply: 128 MB for each passphrase is for people."""
    monkeypatch.setattr(lock_key, "__kwdefaults__", {"log2_n": 4})


@pytest.fixture
def ceremony(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Ceremony:
    """A new platform, stopped, and a drawer."""
    open_platform(tmp_path / "central").database.close()
    return Ceremony(tmp_path / "central", tmp_path / "drawer", monkeypatch, capsys)


@pytest.fixture
def platform(ceremony: Ceremony) -> Iterator[Platform]:
    """The same platform, running while the ceremonies are held."""
    opened = open_platform(ceremony.data)
    yield opened
    opened.database.close()


def kids(keyset: Keyset) -> list[str]:
    """Return the names of those that entries are sealed to."""
    return [key.kid for key in keyset.recipients]


def test_a_platform_without_its_root_key_does_all_but_keysets(
    ceremony: Ceremony, platform: Platform
) -> None:
    """Taken off, it signs elsewhere what it was shown; nothing counts before."""
    first = platform.keyset()
    said = ceremony.take_root_away()
    assert "no longer on this machine" in said
    assert not (ceremony.data / "keys" / ROOT).exists()
    assert platform.keys.root is None
    status, said = ceremony.say("rotate-keys", "--data", ceremony.data)
    assert (status, "give --request" in said) == (2, True)
    create_code(platform, "Lakeside office")
    with platform.database.reading() as session:
        site = session.query(SiteRow).one().site_id
    assert not isinstance(add_member(platform, site, "Li Wen", StaffRole.VOLUNTEER, "271828"), str)

    request = ceremony.request("--what", "both")
    assert platform.keyset() == first
    assert platform.keys.recipient.public_key.kid == kids(first)[0]
    status, said, out = ceremony.sign(request, "2")
    assert status == 0
    assert "Keyset 2, to follow keyset 1." in said
    assert f"{kids(first)[0]}" in said
    assert "NEW" in said
    assert platform.keyset() == first
    assert ceremony.bring(out)[0] == 0

    second = platform.keyset()
    assert second.version == 2
    assert kids(second) == [platform.keys.recipient.public_key.kid] != kids(first)
    assert second.signing_keys[0] == platform.keys.signing_key
    assert second.signing_keys[1] == first.signing_keys[0]
    assert [key.public_key.kid for key in platform.keys.retired] == kids(first)
    with platform.database.reading() as session:
        staff = newest_document(session, DocumentType.STAFF_LIST, site)
    assert staff.kid == platform.keys.signing_key.kid
    assert not isinstance(accept_staff_list(staff, second, site, at_least=2), BadAnswer)
    assert ceremony.bring(out)[0] == 2


def test_nothing_is_signed_that_was_not_meant(ceremony: Ceremony, tmp_path: Path) -> None:
    """Another number typed, another passphrase, another platform's request, a revocation undone."""
    ceremony.take_root_away()
    request = ceremony.request()
    status, said, out = ceremony.sign(request, "3")
    assert (status, "not signed" in said, out.exists()) == (2, True, False)
    ceremony.passphrase.write_text("another passphrase")
    assert "passphrase is wrong" in ceremony.sign(request, "2")[1]
    ceremony.passphrase.write_text("four herons by the lake")

    other = Ceremony(
        tmp_path / "other", tmp_path / "other-drawer", ceremony.monkeypatch, ceremony.capsys
    )
    open_platform(other.data).database.close()
    assert "was not signed by this root key" in ceremony.sign(other.request(), "2")[1]

    told = json.loads(request.read_bytes())
    told["payload"]["version"] = 1
    request.write_text(json.dumps(told))
    assert "is not above" in ceremony.sign(request, "1")[1]
    for lie in ({}, {**told, "payload": 7}, {**told, "payload": {"version": 1.5}}):
        request.write_text(json.dumps(lie))
        assert ceremony.sign(request, "2")[0] == 2

    ceremony.hold(2, "--what", "both", "--revoke", ask_kid(ceremony))
    request = ceremony.request()
    told = json.loads(request.read_bytes())
    assert told["payload"]["revoked"]
    told["payload"]["revoked"] = []
    request.write_text(json.dumps(told))
    assert "takes back a revocation" in ceremony.sign(request, "3")[1]


def ask_kid(ceremony: Ceremony) -> str:
    """Return the name of the key that is sealed to."""
    platform = open_platform(ceremony.data)
    try:
        return platform.keys.recipient.public_key.kid
    finally:
        platform.database.close()


def test_only_what_root_signed_for_this_platform_comes_into_force(
    ceremony: Ceremony, platform: Platform
) -> None:
    """Another signer, a version left out, keys whose private half is not here."""
    request = ask_for(platform, Wish(new_recipient=True))
    assert not isinstance(request, str)
    signed = sign_here(platform, request)
    assert signed is not None
    stranger = Ed25519PrivateKey.generate()
    kind, told = DocumentType.KEYSET, request.payload
    forged = sign_document(kind, told, ROOT_KID, stranger.sign)
    assert put_in_force(platform, forged) == "the keyset is not signed by the root key"
    assert platform.keys.root is not None
    skipped = sign_document(kind, {**told, "version": 3}, ROOT_KID, platform.keys.root.sign)
    assert put_in_force(platform, skipped) == "it is version 3, and 1 is in force"
    write_hex(ceremony.data / "keys" / "recipient-next.key", RecipientPrivateKey.generate().raw)
    refused = put_in_force(platform, signed)
    assert isinstance(refused, str)
    assert "no key of this platform" in refused
    nobody = sign_document(kind, {**told, "signing_keys": []}, ROOT_KID, platform.keys.root.sign)
    assert isinstance(put_in_force(platform, nobody), str)
    assert platform.keyset().version == 1


def test_what_is_revoked_never_comes_back(ceremony: Ceremony, platform: Platform) -> None:
    """Neither by the next keyset nor by adding it again; and what is unknown can't be revoked."""
    _, public = ceremony.backup("Provincial archive")
    ceremony.rotate("--add", public)
    backup = read_backup(public.read_bytes())
    assert isinstance(backup, Backup)
    assert kids(platform.keyset())[1:] == [backup.public_key.kid]
    assert dict(platform.keyset().names)[backup.public_key.kid] == "Provincial archive"
    old = platform.keys.signing_key.kid
    said = ceremony.rotate("--revoke", backup.public_key.kid, "--revoke", old)
    assert f"REVOKED FOR EVER from now on: {old}" in said
    keyset = platform.keyset()
    assert keyset.revoked == {backup.public_key.kid, old}
    assert len(kids(keyset)) == 1
    assert [key.kid for key in keyset.signing_keys] == [platform.keys.signing_key.kid]
    assert keyset.signing_keys[0].kid != old
    ceremony.rotate()
    assert platform.keyset().revoked == keyset.revoked
    status, said = ceremony.say("rotate-keys", "--data", ceremony.data, "--add", public)
    assert (status, "revoked for ever" in said) == (2, True)
    status, said = ceremony.say("rotate-keys", "--data", ceremony.data, "--revoke", "f" * 16)
    assert (status, "there is no key" in said) == (2, True)
    # A kiosk that knows of a revocation does not believe a keyset that forgot it.
    assert platform.keys.root is not None
    told = json.loads(platform.keyset().document.payload)
    told.pop("type")
    told |= {"revoked": [], "version": 9}
    forgotten = sign_document(DocumentType.KEYSET, told, ROOT_KID, platform.keys.root.sign)
    ours = kids(platform.keyset())[0]
    accepted = accept_keyset(forgotten, platform.keys.root_public, revoked=[ours])
    assert isinstance(accepted, Keyset)
    assert not accepted.recipients
    assert accepted.revoked == {ours}


def test_a_keyset_for_nobody_and_the_way_back(ceremony: Ceremony, platform: Platform) -> None:
    """The last resort closes all kiosks; the next keyset opens them with a new key."""
    before = kids(platform.keyset())
    assert "NOBODY will be sealed to" in ceremony.rotate("--nobody")
    assert kids(platform.keyset()) == []
    assert platform.keyset().revoked == set(before)
    ceremony.rotate("--what", "none")
    assert kids(platform.keyset()) == [platform.keys.recipient.public_key.kid] != before


def test_a_power_cut_in_a_ceremony_is_mended_at_the_next_start(
    ceremony: Ceremony, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The keyset is in force and the keys still wait: they are taken over."""
    request = ask_for(platform, Wish(new_recipient=True, new_signing=True))
    assert not isinstance(request, str)
    document = sign_here(platform, request)
    assert document is not None
    with monkeypatch.context() as cut:
        cut.setattr("central.keysets.settle_keys", lambda _: None)
        assert isinstance(put_in_force(platform, document), Keyset)
    assert platform.keys.recipient_next is not None
    again = open_platform(ceremony.data)
    try:
        assert again.keys.recipient_next is None
        assert kids(again.keyset()) == [again.keys.recipient.public_key.kid]
        assert again.keyset().signing_keys[0] == again.keys.signing_key
        assert not settle(again.cupboard.folder, again.keyset())
    finally:
        again.database.close()


def test_keys_that_are_lost_are_never_made_anew(ceremony: Ceremony) -> None:
    """A platform whose key is gone does not start with another in its place."""
    folder = ceremony.data / "keys"
    (folder / RECIPIENT).rename(ceremony.drawer / "aside")
    with pytest.raises(ValueError, match="is missing"):
        open_platform(ceremony.data)
    (ceremony.drawer / "aside").rename(folder / RECIPIENT)
    ceremony.take_root_away()
    (folder / "root.pub").unlink()
    with pytest.raises(ValueError, match="is missing"):
        open_platform(ceremony.data)


def test_a_locked_key_opens_with_its_passphrase_alone() -> None:
    """Wrong passphrases, other kinds, changed bytes; and easy passphrases are not taken."""
    key = LockedKey(root_key.ROOT_KIND, "Root", "ab", bytes(range(32)))
    data = lock_key(key, "a long passphrase")
    assert unlock_key(data, "a long passphrase", root_key.ROOT_KIND) == key
    assert isinstance(unlock_key(data, "a long passphras", root_key.ROOT_KIND), BadAnswer)
    assert isinstance(unlock_key(data, "a long passphrase", root_key.RECIPIENT_KIND), BadAnswer)
    renamed = data.replace(b'"Root"', b'"Toor"')
    assert isinstance(unlock_key(renamed, "a long passphrase", root_key.ROOT_KIND), BadAnswer)
    greedy = data.replace(b'"log2_n": 4', b'"log2_n": 40')
    assert isinstance(unlock_key(greedy, "a long passphrase", root_key.ROOT_KIND), BadAnswer)
    assert bytes(range(32)).hex().encode() not in data
    assert problem_with_passphrase("short")
    assert problem_with_passphrase("aaaaaaaaaaaaaa")
    assert not problem_with_passphrase("four herons by the lake")


def test_a_power_cut_while_the_root_key_is_wiped_stops_no_platform(
    ceremony: Ceremony, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It counts for nothing at once, the platform starts, and the next export wipes the rest."""

    def cut(_: Path, **__: object) -> None:
        raise OSError("the power is gone")

    folder = ceremony.data / "keys"
    with monkeypatch.context() as power:
        power.setattr(Path, "unlink", cut)
        with pytest.raises(OSError, match="power"):
            wipe_root(folder)
    opened = open_platform(ceremony.data)
    assert opened.keys.root is None
    opened.database.close()
    words = ("--out", ceremony.root, "--passphrase-file", ceremony.passphrase)
    status, said = ceremony.say("export-root", "--data", ceremony.data, *words)
    assert (status, "was wiped" in said) == (2, True)
    assert sorted(path.name for path in folder.glob("root.*")) == ["root.pub"]


def test_no_name_hides_what_is_signed(ceremony: Ceremony) -> None:
    """A request is foreign: a name in it could move the cursor and paint over another line."""
    ceremony.take_root_away()
    request = ceremony.request()
    told = json.loads(request.read_bytes())
    told["payload"]["recipients"][0]["name"] = "Archive\x1b[2K\x1b[1A\r\u202e"
    request.write_text(json.dumps(told))
    said = ceremony.sign(request, "no")[1]
    assert "Archive?[2K?[1A??" in said
    assert not {"\x1b", "\r", "\u202e"} & set(said)
