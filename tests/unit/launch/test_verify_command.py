"""From a sealed application to a paper, to a scanner, to `kiosk verify`: real parts in a row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk.domain import Language
from kiosk.effects import Surroundings
from kiosk.envelope import sign_receipt
from kiosk.errors import BadSetting
from kiosk.flow.world import Site
from kiosk.journal import parse_receipt_number
from kiosk.paper_desk import PaperDesk
from kiosk.paper_seal import PaperSeal
from kiosk.store.applications import ApplicationRow
from kiosk.texts import load_texts
from launch.absent import NoPrinter
from launch.verify_command import verify
from printing.layout import render_a4
from printing.raster import rasterise
from tests.support.central_server import CentralServer
from tests.support.command import kiosk
from tests.support.enrolled_places import EnrolledPlace
from tests.support.services import ASSETS, the_calendar, the_sample_service
from tests.unit.kiosk.test_documents import LEGAL

ZH = Language("zh_CN")


@pytest.fixture(scope="module")
def place(
    central: CentralServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EnrolledPlace]:
    """An enrolled kiosk without devices."""
    made = EnrolledPlace(central, tmp_path_factory.mktemp("home"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def row(place: EnrolledPlace) -> ApplicationRow:
    """An application that was filed there."""
    return place.seal()


@pytest.fixture
def desk(place: EnrolledPlace) -> PaperDesk:
    """What makes papers there."""
    around = Surroundings(
        services=(the_sample_service(),),
        site=Site("槐树里社区服务点", "0531-0000-0001", ""),
        calendar=the_calendar(),
        timezone="Asia/Shanghai",
        query_url="https://platform.example/q/{number}?c={code}",
        texts=load_texts(ASSETS / "locale"),
        simulated=(),
        legal=LEGAL,
    )
    seal = PaperSeal(place.enrolment.kiosk_id, place.keys.sign)
    return PaperDesk(place.db, NoPrinter(), around, place.clock, seal)


@pytest.fixture
def scanned(desk: PaperDesk, row: ApplicationRow) -> str:
    """What a scanner reads from the printed acknowledgement."""
    paper = desk.acknowledgement(row.app_id, ZH)
    assert paper is not None
    dots = rasterise(render_a4(paper)).dots()
    grey = np.where(dots, 0, 255).astype(np.uint8)
    # The other detector does not find one code in twenty-five.
    return str(cv2.QRCodeDetectorAruco().detectAndDecode(grey)[0])


def test_a_paper_of_this_kiosk_is_proven(
    place: EnrolledPlace, row: ApplicationRow, scanned: str
) -> None:
    """Without any network: who signed, that it is stored here; and what is not proven."""
    done = kiosk("verify", scanned, settings=place.home / "kiosk.toml")
    assert done.status == 0, done.err
    assert done.out.startswith("PROVEN\n")
    assert f"{place.enrolment.kiosk_id} signed it: number {' '.join(row.number_groups)}" in done.out
    assert "stored that very application" in done.out
    assert "   no  that the office accepted it" in done.out
    assert row.applicant not in done.out


def test_it_is_read_from_standard_input_too(place: EnrolledPlace, scanned: str) -> None:
    """A hand scanner types; a changed line is not proven."""
    forged = scanned.replace("old_age_allowance", "new_age_allowance")
    assert forged != scanned
    done = kiosk("verify", told=forged, settings=place.home / "kiosk.toml")
    assert (done.status, done.out.splitlines()[0]) == (1, "NOT PROVEN")
    assert "the signature is wrong" in done.out


def test_number_and_code_are_known_here(place: EnrolledPlace, row: ApplicationRow) -> None:
    """As printed, in groups and halves; one letter off is not proven."""
    code = f"{row.query_code[:3]} {row.query_code[3:]}"
    text = f"{' '.join(row.number_groups)} {code}"
    found = verify(text, {}, place.db, "")
    assert found.is_proven
    assert row.applicant in " ".join(found.proven)
    assert verify(f"{row.number} {row.query_code}", {}, place.db, "").is_proven
    other = "A" if row.query_code[-1] != "A" else "B"
    assert not verify(text[:-1] + other, {}, place.db, "").is_proven
    for nothing in ("", "hello", row.number, "1 2 3"):
        assert not verify(nothing, {}, place.db, "").is_proven


def test_another_kiosk_needs_its_key(
    place: EnrolledPlace, central: CentralServer, tmp_path: Path, scanned: str
) -> None:
    """With the platform's list a neighbour can check it; whether it arrived, it can't know."""
    neighbour = EnrolledPlace(central, tmp_path / "other")
    name = neighbour.enrolment.kiosk_id
    try:
        own: dict[str, bytes] = {name: neighbour.keys.public_key}
        assert not verify(scanned, own, neighbour.db, name).is_proven
        keys = own | {place.enrolment.kiosk_id: place.keys.public_key}
        found = verify(scanned, keys, neighbour.db, name)
        assert found.is_proven
        assert "only the platform knows" in found.not_proven[0]
    finally:
        neighbour.close()


def test_another_application_under_the_number_is_not_proven(
    place: EnrolledPlace, row: ApplicationRow
) -> None:
    """Signed with this kiosk's key, for an entry that is not the one stored here."""
    number, name = parse_receipt_number(row.number), place.enrolment.kiosk_id
    assert number is not None
    other = sign_receipt(number, name, "x", row.received_at, bytes(32), place.keys.sign)
    found = verify(str(other), {name: place.keys.public_key}, place.db, name)
    assert not found.is_proven
    assert "another application" in found.not_proven[0]


def test_without_wording_or_key_there_is_no_acknowledgement(
    desk: PaperDesk, row: ApplicationRow
) -> None:
    """None rather than one that nobody can check; of an unknown application it is a bug."""
    unsigned = PaperDesk(desk.db, desk.printer, desk.around, desk.clock)
    assert unsigned.acknowledgement(row.app_id, ZH) is None
    silent = replace(desk.around, legal=None)
    assert (
        PaperDesk(desk.db, desk.printer, silent, desk.clock, desk.seal).acknowledgement(
            row.app_id, ZH
        )
        is None
    )


def test_the_keys_file_has_to_be_one(place: EnrolledPlace, tmp_path: Path) -> None:
    """Said in words, with how to make one."""
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"k-1": "zz"}))
    with pytest.raises(BadSetting, match="central kiosk-keys"):
        _run(place, keys)
    keys.write_text(json.dumps({place.enrolment.kiosk_id: place.keys.public_key.hex()}))
    assert _run(place, keys) == 1


def _run(place: EnrolledPlace, keys: Path) -> int:
    from launch.verify_command import run_verify

    return run_verify(place.home / "kiosk.toml", ["hello"], keys)
