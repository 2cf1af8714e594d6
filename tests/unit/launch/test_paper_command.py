"""`kiosk paper`: documents that no screen offers, for the staff."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.errors import KioskError
from kiosk.store.applications import ApplicationRow
from launch import cli
from tests.support.central_server import CentralServer
from tests.support.enrolled_places import EnrolledPlace, bare_settings
from tests.support.slips import text_of


@pytest.fixture(scope="module")
def place(
    central: CentralServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EnrolledPlace]:
    """An enrolled kiosk whose papers are files."""
    made = EnrolledPlace(central, tmp_path_factory.mktemp("home"))
    bare_settings(made.home, central.url)
    file = made.home / "kiosk.toml"
    text = file.read_text().replace(
        '[printer]\nkind = "none"', '[printer]\nkind = "file"\nfolder = "out"'
    )
    file.write_text(text)
    yield made
    made.close()


@pytest.fixture(scope="module")
def row(place: EnrolledPlace) -> ApplicationRow:
    """An application that was filed there."""
    return place.seal()


def paper(place: EnrolledPlace, *words: object) -> int:
    """Run the command in this process and return its status."""
    settings = place.home / "kiosk.toml"
    parsed = cli._parser().parse_args(["paper", *map(str, words), "--settings", str(settings)])
    status: int = parsed.command(parsed)
    return status


def test_an_acknowledgement_is_written(
    place: EnrolledPlace, row: ApplicationRow, tmp_path: Path
) -> None:
    """As A4, for its user only, in the language that is asked for."""
    pdf = tmp_path / "a.pdf"
    words = (" ".join(row.number_groups), "--language", "en", "--large", "--pdf", pdf)
    assert paper(place, "acknowledgement", *words) == 0
    text = text_of(pdf)
    assert "Acknowledgement of receipt" in text
    assert row.applicant in text
    assert pdf.stat().st_mode & 0o777 == 0o600


def test_papers_are_printed(
    place: EnrolledPlace, row: ApplicationRow, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the printer of the settings."""
    for words in (("progress", row.number), ("bring-list", "old_age_allowance"), ("help",)):
        assert paper(place, *words) == 0
        assert capsys.readouterr().out == "Printed.\n"
    told = " ".join(text_of(path) for path in sorted((place.home / "out").glob("*.pdf")))
    for title in ("办理进度", "要带什么", "有人帮您"):
        assert title in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("bring-list", "nothing"), "no service 'nothing'. Name one of: old_age_allowance"),
        (("progress", "9902114633"), "knows no application '9902114633'"),
        (("acknowledgement", "12"), "Compare the number with the receipt"),
        (("help", "--language", "xx"), "no texts in 'xx'"),
        (("help", "--pdf", "/dev/null/x.pdf"), "can't be written"),
    ],
)
def test_what_can_t_be_made_is_said(
    place: EnrolledPlace, words: tuple[str, ...], told: str
) -> None:
    """In a sentence, with what to do."""
    with pytest.raises(KioskError) as caught:
        paper(place, *words)
    assert told in str(caught.value)
