"""Loading compiled services."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.catalogue.compiled import BadService, decode, encode
from kiosk.catalogue.loader import load_catalogue
from kiosk.catalogue.service import QuestionType
from kiosk.domain import Language
from tests.support.services import ASSETS, CATALOGUE, SAMPLE, a_question, a_service, words


def test_the_sample_catalogue_loads() -> None:
    """What ships is whole."""
    catalogue = load_catalogue(CATALOGUE)
    assert catalogue.problems == ()
    (service,) = catalogue.services
    assert service.service_id == "old_age_allowance"
    assert service.name.say(Language("zh_CN")) == "高龄津贴"
    assert service.name.say(Language("en")) == "Old-age allowance"
    assert {question.kind for question in service.questions} == set(QuestionType)
    assert (ASSETS / "icons" / f"{service.icon}.svg").is_file()


def test_encoding_keeps_everything() -> None:
    """What is written is read again as it was, and as the same bytes."""
    questions = (
        a_question("card_age", QuestionType.HIDDEN),
        a_question("a", relevant="${card_age} < 80", constraint=". != 'x'", is_required=True),
        a_question("b", QuestionType.SELECT_ONE, choices=("one", "two"), appearance="odd"),
    )
    data = (SAMPLE / "compiled.json").read_bytes()
    assert encode(decode(data)) == data
    sample = decode(data)
    in_two = tuple(q for q in sample.questions if q.kind is not QuestionType.SELECT_ONE)
    service = a_service(*in_two)
    assert decode(encode(service)) == service
    with pytest.raises(BadService):  # one language is not the two of the service
        decode(encode(a_service(*questions)))


def test_words_fall_back_to_the_first_language() -> None:
    """A language that a service does not speak gets the service's first one."""
    assert words("hello").say(Language("fr")) == "hello"


@pytest.mark.parametrize(
    ("place", "value", "sentence"),
    [
        ("format", "2", "another version"),
        ("format", "", "has no format"),
        ("surprise", "1", "unknown field 'surprise'"),
        ("fee", "", "has no fee"),
        ("minutes", "true", "minutes"),
        ("minutes", "0", "minutes"),
        ("minutes", '"6"', "minutes"),
        ("version", '""', "version"),
        ("version", "7", "version"),
        ("icon", '"../x"', "icon"),
        ("photo", '"maybe"', "photo"),
        ("languages", "[]", "languages"),
        ("languages", '["en", "en"]', "languages"),
        ("languages", '"en"', "languages"),
        ("languages", "[1]", "no language"),
        ("languages", '["en"]', "unknown field 'zh_CN'"),
        ("name", '{"en": "x"}', "has no zh_CN"),
        ("name", '"x"', "is no table"),
        ("bring", "{}", "bring is no list"),
        ("questions", "[1]", "entry 1 is no table"),
        ("question kind", '"geopoint"', "kind"),
        ("question name", '"1a"', "name"),
        ("question name", '"living"', "same name"),
        ("question choices", "[]", "no choices"),
        ("question is_required", '"yes"', "neither true nor false"),
        ("question relevant", '"${a} =="', "relevant"),
        ("question calculation", '"1"', "unknown field"),
        ("question label", "", "has no label"),
        ("question", '{"name": "x", "kind": "hidden"}', "nobody can tell"),
    ],
)
def test_what_is_not_a_service_is_refused(place: str, value: str, sentence: str) -> None:
    """A file that is not exactly a service is refused with a sentence that says where.

    `value` is JSON; nothing takes the field away.
    """
    table: dict[str, object] = json.loads((SAMPLE / "compiled.json").read_bytes())
    questions = table["questions"]
    assert isinstance(questions, list)
    owner, _, name = place.rpartition(" ")
    changed = questions[4] if owner == "question" else table
    if place == "question":
        questions[4] = json.loads(value)
    elif value:
        changed[name] = json.loads(value)
    else:
        del changed[name]
    with pytest.raises(BadService, match=sentence):
        decode(json.dumps(table).encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        b"\xff",
        b'{"format": 1, "format": 1}',
        b'{"format": NaN}',
        b"[" * 100_000,
        b'{"format": ' + b"9" * 5000 + b"}",
    ],
    ids=["empty", "list", "null", "no text", "twice", "no number", "deep", "long"],
)
def test_what_is_not_json_is_refused(data: bytes) -> None:
    """Torn and foreign files are refused like any other."""
    with pytest.raises(BadService):
        decode(data)


def test_a_name_that_stands_twice_is_refused() -> None:
    """Of two values for one field, none is silently the right one."""
    data = (SAMPLE / "compiled.json").read_bytes()
    with pytest.raises(BadService, match="stands twice"):
        decode(data.replace(b'"minutes": 6,', b'"minutes": 6, "minutes": 6,'))


def test_one_broken_service_does_not_take_the_others_down(tmp_path: Path) -> None:
    """Whatever else lies there, the good services load, and each bad one has its sentence."""
    shutil.copytree(SAMPLE, tmp_path / "old_age_allowance")
    shutil.copytree(SAMPLE, tmp_path / "renamed")
    shutil.copytree(SAMPLE, tmp_path / "unbuilt")
    (tmp_path / "unbuilt" / "compiled.json").unlink()
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / "compiled.json").write_bytes(b"{")
    (tmp_path / "huge").mkdir()
    (tmp_path / "huge" / "compiled.json").write_bytes(b" " * 4_000_001)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "compiled.json").mkdir()
    (tmp_path / "notes").mkdir()
    (tmp_path / "README.md").write_text("for people")
    catalogue = load_catalogue(tmp_path)
    assert [service.service_id for service in catalogue.services] == ["old_age_allowance"]
    sentences = [problem.what for problem in catalogue.problems]
    assert [sentence.partition("/")[0].split()[-1] for sentence in sentences[:2]] == [
        "folder",
        "huge",
    ]
    assert "is of the service old_age_allowance" in sentences[2]
    assert "torn/compiled.json can't be used" in sentences[3]
    assert sentences[4] == "The service unbuilt was not built."
    assert all(problem.next_step for problem in catalogue.problems)


def test_a_missing_catalogue_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    """A wrong path leaves a kiosk without services that says so."""
    catalogue = load_catalogue(tmp_path / "nowhere")
    assert catalogue.services == ()
    assert "can't be read" in catalogue.problems[0].what


def test_loading_needs_no_workbook_library() -> None:
    """What runs never imports what only the build needs."""
    script = (
        "import sys, pathlib, kiosk.papers, kiosk.catalogue.regions\n"
        "from kiosk.catalogue.loader import load_catalogue\n"
        "assert load_catalogue(pathlib.Path(sys.argv[1])).services\n"
        "print(sorted({'pyxform', 'openpyxl', 'xlrd', 'PySide6'} & set(sys.modules)))"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, str(CATALOGUE)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert told.stdout.strip() == "[]"
