"""`./run papers`: pictures of every document."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from launch.paper_pictures import main
from tests.support.slips import text_of


def test_a_document_is_drawn_in_every_shape(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both widths, both languages and both at once, usual and large; a PDF beside each."""
    assert main(["--folder", str(tmp_path), "--only", "help"]) == 0
    assert capsys.readouterr().out == f"12 pictures in {tmp_path}\n"
    names = {
        f"help.{width}.{variant}{size}"
        for width in (58, 80)
        for variant in ("zh_CN", "en", "both")
        for size in ("", ".large")
    }
    assert {path.stem for path in tmp_path.glob("*.png")} == names
    assert {path.stem for path in tmp_path.glob("*.pdf")} == names
    assert 'src="help.58.en.png"'.replace('"', "'") in (tmp_path / "index.html").read_text()


def test_the_text_of_a_document_can_be_copied(tmp_path: Path) -> None:
    """Also characters above U+FFFF, from A4 and from a roll, every page."""
    assert main(["--folder", str(tmp_path), "--only", "acknowledgement"]) == 0
    text = text_of(tmp_path / "acknowledgement.a4.both.large.pdf")
    for told in ("王*䶮", "𠮷田（志愿者）", "Acknowledgement of receipt", "1 / 4", "4 / 4"):
        assert told in text
    document = pypdfium2.PdfDocument(tmp_path / "acknowledgement.a4.both.large.pdf")
    assert len(document) == 4
    document.close()


def test_a_name_that_is_none_draws_nothing(tmp_path: Path) -> None:
    """And says so by its status."""
    assert main(["--folder", str(tmp_path), "--only", "nothing"]) == 1
