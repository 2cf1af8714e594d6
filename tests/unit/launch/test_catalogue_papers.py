"""Papers of a service: read from its tables, compiled, and every fault named."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.catalogue.compiled import BadService, decode, encode
from kiosk.catalogue.service import PaperForm
from kiosk.shown_papers import TrustLevel
from launch.catalogue_build import build_service
from tests.unit.launch.test_catalogue_build import METADATA, QUESTION, a_folder, faults_of

PLAIN = METADATA.partition("[[papers]]")[0]
WORDS = 'name = {zh_CN = "纸", en = "Paper"}\nwhy = {zh_CN = "为何", en = "Why"}\n'


def with_papers(root: Path, *tables: str) -> Path:
    """Return a service's folder with these papers."""
    folder = a_folder(root, QUESTION)
    papers = "".join(f"\n[[papers]]\n{WORDS}{table}\n" for table in tables)
    (folder / "service.toml").write_text(PLAIN + papers, encoding="utf-8")
    return folder


def test_papers_survive_being_compiled(tmp_path: Path) -> None:
    """What an office writes is what the kiosk loads."""
    service = build_service(
        with_papers(
            tmp_path,
            'id = "book"\npages = 4\nwants = "B"\nleast = "C"\nrelevant = "${a} = \'x\'"',
            'id = "card"\nform = "card"\nrequired = false',
            'id = "promise"\nown = true',
        )
    ).service
    assert decode(encode(service)) == service
    book, card, promise = service.papers
    assert (book.most_pages, book.wants, book.least) == (4, TrustLevel.B, TrustLevel.C)
    assert book.relevant is not None
    assert (card.form, card.is_required, card.wants) == (PaperForm.CARD, False, TrustLevel.C)
    assert (promise.is_own, promise.wants) == (True, TrustLevel.D)
    assert service.paper("card") == card
    assert service.paper("other") is None


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ('id = "Book"', "id can't be 'Book'"),
        ('id = "b"\npages = 0', "pages can't be 0"),
        ('id = "b"\npages = 41', "pages can't be 41"),
        ('id = "b"\nform = "roll"', "form can't be 'roll'"),
        ('id = "b"\nform = "card"\npages = 2', "a card has one page"),
        ('id = "b"\nleast = "A"\nwants = "A"', "least can't be 'A'"),
        ('id = "b"\nleast = "B"\nwants = "C"', "wants is less than least"),
        ('id = "b"\nrequired = "yes"', "required can't be 'yes'"),
        ('id = "b"\nrelevant = "${gone} = 1"', "there is no question 'gone'"),
        ('id = "b"\nrelevant = "("', "relevant:"),
        ('id = "b"\nsize = 4', "there is no field 'size'"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, table: str, words: str) -> None:
    """One sentence tells what is wrong, and in which entry."""
    assert any(words in it and "entry 1" in it for it in faults_of(with_papers(tmp_path, table)))


def test_papers_are_counted_together(tmp_path: Path) -> None:
    """Two of one id, and more pages than an application holds."""
    told = faults_of(with_papers(tmp_path, 'id = "b"\npages = 30', 'id = "b"\npages = 30'))
    assert any("two papers have the id 'b'" in it for it in told)
    assert any("more than 40 pages" in it for it in told)


def test_a_compiled_file_is_not_trusted(tmp_path: Path) -> None:
    """Whoever changes the compiled file by hand is refused."""
    data = encode(build_service(with_papers(tmp_path, 'id = "b"')).service)
    for before, after in (
        (b'"wants": "C"', b'"wants": "E"'),
        (b'"pages": 1', b'"pages": 0'),
        (b'"id": "b"', b'"id": "B B"'),
        (b'"form": "paper"', b'"form": "paper",\n   "extra": 1'),
    ):
        assert before in data
        with pytest.raises(BadService):
            decode(data.replace(before, after))
