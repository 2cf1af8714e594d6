"""`kiosk document`: says how a reading went and never whose document it was."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from kiosk.domain import Person
from kiosk.errors import BadSetting
from kiosk.ports.card_reader import (
    KeyPart,
    NoCard,
    NoReader,
    PersonRead,
    ReadAnswer,
    Unreadable,
    UnreadableReason,
)
from launch.document_command import run_document, told
from tests.support import passports
from tests.support.virtual_card import pcsc_card
from tests.support.waiting import wait_until

PASSPORT = Person(
    "icao.passport", "L898902C3", "ERIKSSON", details=(("authenticity", "not_checked"),)
)


def test_without_such_a_reader_it_says_what_to_set(tmp_path: Path) -> None:
    """The simulated reader reads none."""
    with pytest.raises(BadSetting, match="travel documents"):
        run_document(_settings(tmp_path, 'kind = "simulated"'))


@pytest.mark.parametrize(
    "answer",
    [
        PersonRead(PASSPORT, "icao.passport", b"\xff\xd8"),
        NoCard(),
        NoReader("The reader is gone."),
        *(Unreadable(reason, (KeyPart.BIRTH_DATE,)) for reason in UnreadableReason),
    ],
    ids=repr,
)
def test_every_answer_has_its_words(answer: ReadAnswer) -> None:
    """None of them personal."""
    words = "\n".join(told(answer, 1.25))
    assert words
    assert "ERIKSSON" not in words
    assert "L898902C3" not in words


def test_a_passport_is_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Through the whole reader, with the lines from standard input."""
    (tmp_path / "csca").mkdir()
    (tmp_path / "csca" / "utopia.pem").write_bytes(passports.state().csca)
    options = 'kind = "pcsc"\ntravel_documents = true\nchip_photo = true\ncsca_folder = "csca"'
    settings = _settings(tmp_path, options)
    with pcsc_card() as desk:
        desk.insert(passports.PassportChip())

        def is_read() -> bool:
            monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(passports.LINES) + "\n\n"))
            return run_document(settings) == 0

        wait_until(is_read, what="the passport")
    words = capsys.readouterr().out
    assert "authenticity: proven" in words
    assert "chip_opened_by: pace" in words
    assert "portrait: none" not in words
    assert "ERIKSSON" not in words


def _settings(folder: Path, card_reader: str) -> Path:
    path = folder / "kiosk.toml"
    path.write_text(f"[card_reader]\n{card_reader}\n")
    return path
