"""The enrolment file: read as it was written, or refused with the next step."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk.enrolment import FILE_NAME, Enrolment, load_enrolment, save_enrolment
from kiosk.envelope import RecipientPrivateKey
from kiosk.errors import EnrolmentError, StorageError
from kiosk.journal import KioskId

KEY = RecipientPrivateKey.generate().public_key
ENROLMENT = Enrolment(
    kiosk_id=KioskId("k-00c0ffee"),
    numbers=(3702, 3703),
    platform_url="https://platform.example",
    root_key=bytes(32),
    recipients=(KEY.raw,),
    keyset='{"payload":"…"}',
    public_url="https://public.example",
    site_id="s-1",
    site_name="槐树里社区服务点",
    site_phone="0531-0000-0000",
    technician_pin_hash="$argon2id$x",
)


def test_it_is_read_as_it_was_written(tmp_path: Path) -> None:
    """All of it, in a private file."""
    assert load_enrolment(tmp_path) is None
    save_enrolment(tmp_path, ENROLMENT)
    assert load_enrolment(tmp_path) == ENROLMENT
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert ENROLMENT.recipient_keys() == (KEY,)


def test_it_does_not_show_its_secrets() -> None:
    """Neither the PIN's hash nor the keyset stand in what is logged."""
    assert "argon2id" not in repr(ENROLMENT)
    assert "payload" not in repr(ENROLMENT)


@pytest.mark.parametrize(
    "change",
    [
        {"kiosk_id": "nobody's"},
        {"numbers": []},
        {"numbers": ["x"]},
        {"root_key": "zz"},
        {"recipients": 7},
        None,
        "text",
    ],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path, change: object) -> None:
    """With what to do; nothing of it is believed."""
    save_enrolment(tmp_path, ENROLMENT)
    path = tmp_path / FILE_NAME
    told = json.loads(path.read_text())
    match change:
        case dict():
            path.write_text(json.dumps(told | change))
        case None:
            del told["keyset"]
            path.write_text(json.dumps(told))
        case _:
            path.write_text("no JSON {")
    with pytest.raises(EnrolmentError, match="Enrol again"):
        load_enrolment(tmp_path)


def test_a_recipient_that_is_no_key_is_refused() -> None:
    """Nothing is ever sealed to a key that nobody has."""
    with pytest.raises(EnrolmentError, match="is no key"):
        Enrolment(
            ENROLMENT.kiosk_id, (1,), "", bytes(32), (KEY.raw, b"short"), "{}"
        ).recipient_keys()


def test_where_it_cannot_be_written_it_is_said(tmp_path: Path) -> None:
    """And the old one stands."""
    with pytest.raises(StorageError, match=FILE_NAME):
        save_enrolment(tmp_path / "missing", ENROLMENT)
