"""Keys that systemd gives: used instead of files, refused when they are not right, said openly."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.errors import StorageError
from kiosk.store import facts
from kiosk.store.engine import open_store
from kiosk.store.keys import BY_CREDENTIALS, CREDENTIALS_VARIABLE, load_keys


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which systemd would lay credentials."""
    folder = tmp_path / "credentials"
    folder.mkdir()
    monkeypatch.setenv(CREDENTIALS_VARIABLE, str(folder))
    return folder


def test_credentials_take_the_place_of_files(tmp_path: Path, given: Path) -> None:
    """With both given, no key of database or look-up lies beside the database."""
    state = tmp_path / "state"
    (given / "doorstep.database").write_text("ab" * 48 + "\n")
    (given / "doorstep.lookup").write_text("cd" * 32)
    keys = load_keys(state)
    assert keys.database.hex_with_salt() == "ab" * 48
    assert (keys.lookup, keys.from_files) == (b"\xcd" * 32, ())
    names = sorted(path.name for path in (state / "keys").iterdir())
    assert names == [BY_CREDENTIALS, "signing.key"]


def test_without_them_no_other_key_is_made(
    tmp_path: Path, given: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command that was started without the credentials is refused: it would not find its data."""
    state = tmp_path / "state"
    (given / "doorstep.database").write_text("ab" * 48)
    (given / "doorstep.lookup").write_text("cd" * 32)
    load_keys(state)
    monkeypatch.delenv(CREDENTIALS_VARIABLE)
    with pytest.raises(StorageError, match="with the credentials"):
        load_keys(state)
    assert not (state / "keys" / "database.key").exists()


def test_files_can_become_credentials(tmp_path: Path, given: Path) -> None:
    """The content of a key file is a credential as it is; the database stays readable."""
    state = tmp_path / "state"
    keys = load_keys(state)
    assert keys.from_files == ("database.key", "lookup.key")
    db = open_store(state, keys.database)
    facts.put(db, "colour", "blau")
    db.close()
    for name in ("database", "lookup"):
        (state / "keys" / f"{name}.key").rename(given / f"doorstep.{name}")
    moved = load_keys(state)
    assert moved.from_files == ()
    assert (moved.lookup, moved.signing) == (keys.lookup, keys.signing)
    db = open_store(state, moved.database)
    assert facts.get(db, "colour") == "blau"
    db.close()


@pytest.mark.parametrize("text", ["", "ab" * 47, "not hex at all"])
def test_a_credential_that_is_none_is_refused(tmp_path: Path, given: Path, text: str) -> None:
    """It is never silently replaced by a file or a new key."""
    (given / "doorstep.database").write_text(text)
    with pytest.raises(StorageError, match=r"doorstep\.database"):
        load_keys(tmp_path / "state")


def test_a_folder_without_ours_changes_nothing(tmp_path: Path, given: Path) -> None:
    """Other credentials may be given to the service."""
    (given / "another").write_text("x")
    assert load_keys(tmp_path / "state").from_files == ("database.key", "lookup.key")
