"""Building services from an office's files."""

from __future__ import annotations

import shutil
import tomllib
import zipfile
from pathlib import Path

import openpyxl
import pytest

from kiosk.catalogue.compiled import decode
from kiosk.catalogue.loader import load_service
from kiosk.catalogue.service import PhotoNeed, PrintedOn, QuestionType
from kiosk.domain import Language
from kiosk.errors import CatalogueError
from launch.catalogue_build import build_catalogue, build_service, compile_service
from tests.support.services import CATALOGUE, SAMPLE

Cells = dict[str, str | bool | None]

ZH, EN = "中文 (zh_CN)", "English (en)"
METADATA = (SAMPLE / "service.toml").read_text(encoding="utf-8")
VERSION = str(tomllib.loads(METADATA)["version"])
QUESTION: Cells = {"type": "text", "name": "a", f"label::{ZH}": "甲", f"label::{EN}": "A"}
CHOICE: Cells = {"list_name": "yn", "name": "yes", f"label::{ZH}": "是", f"label::{EN}": "Yes"}


def write_form(file: Path, *rows: Cells, choices: tuple[Cells, ...] = (CHOICE,)) -> None:
    """Write a workbook; an empty row stays an empty row."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active or workbook.create_sheet())
    settings: Cells = {"form_title": "t", "form_id": "t"}
    for title, lines in (("survey", rows), ("choices", choices), ("settings", (settings,))):
        sheet = workbook.create_sheet(title)
        headers = list(dict.fromkeys(header for line in lines for header in line))
        sheet.append(headers)
        for line in lines:
            sheet.append([line.get(header) for header in headers])
    workbook.save(file)


def a_folder(root: Path, *rows: Cells, choices: tuple[Cells, ...] = (CHOICE,)) -> Path:
    """Return a service's folder with the sample's metadata and these questions."""
    folder = root / "a_service"
    folder.mkdir()
    (folder / "service.toml").write_text(METADATA, encoding="utf-8")
    write_form(folder / "form.xlsx", *rows, choices=choices)
    return folder


def faults_of(folder: Path) -> list[str]:
    """Return the sentences that building ends with; nothing may have been written."""
    with pytest.raises(CatalogueError) as caught:
        build_service(folder)
    assert not (folder / "compiled.json").exists()
    assert "kiosk catalogue build" in caught.value.next_step
    return caught.value.what.splitlines()


@pytest.mark.parametrize("folder", sorted(p.parent for p in CATALOGUE.glob("*/service.toml")))
def test_what_ships_is_up_to_date(folder: Path) -> None:
    """The compiled file beside a sample's sources is what they give."""
    assert (folder / "compiled.json").read_bytes() == compile_service(folder)


def test_a_service_says_what_its_papers_are_printed_on(tmp_path: Path) -> None:
    """What is usual stands nowhere, so that what was built before stays as it was."""
    folder = a_folder(tmp_path, QUESTION)
    usual = decode(compile_service(folder))
    assert (usual.receipt_on, usual.acknowledgement_on) == (PrintedOn.ROLL, PrintedOn.SHEETS)
    assert b"_on" not in compile_service(folder).replace(b"on_behalf", b"")
    told = f'receipt_on = "sheets"\nacknowledgement_on = "roll"\n{METADATA}'
    (folder / "service.toml").write_text(told, encoding="utf-8")
    other = decode(compile_service(folder))
    assert (other.receipt_on, other.acknowledgement_on) == (PrintedOn.SHEETS, PrintedOn.ROLL)


@pytest.mark.parametrize("value", ['"a4"', "true", '["roll"]'])
def test_a_printer_that_is_none_is_refused(tmp_path: Path, value: str) -> None:
    """The field is named, and what may stand there."""
    folder = a_folder(tmp_path, QUESTION)
    told = f"receipt_on = {value}\n{METADATA}"
    (folder / "service.toml").write_text(told, encoding="utf-8")
    (fault,) = faults_of(folder)
    assert "receipt_on can't be" in fault
    assert 'Write "roll" or "sheets"' in fault


def test_a_service_is_built_whole(tmp_path: Path) -> None:
    """Everything the two files say is in the service, in both languages."""
    folder = a_folder(
        tmp_path,
        {"type": "hidden", "name": "card_age"},
        QUESTION
        | {
            "required": True,
            f"required_message::{ZH}": "请填",
            f"required_message::{EN}": "Please",
            f"hint::{ZH}": "提示",
            f"hint::{EN}": "Hint",
            "appearance": "numbers",
            "constraint": "regex(., '[0-9]+')",
            f"constraint_message::{ZH}": "数字",
            f"constraint_message::{EN}": "Digits",
            "relevant": "${card_age} < 80",
        },
        {},
        QUESTION | {"type": "select_one yn", "name": "b", "relevant": "${a} != ''"},
    )
    result = build_service(folder)
    assert result.is_changed
    assert result.line == f"a_service: version {VERSION}, 2 questions in zh_CN, en: written."
    service = load_service(folder)
    assert service == result.service
    assert service.photo is PhotoNeed.WANTED
    _, first, second = service.questions
    zh, en = Language("zh_CN"), Language("en")
    assert (first.label.say(zh), first.label.say(en)) == ("甲", "A")
    assert (first.hint.say(en), first.required_message.say(zh)) == ("Hint", "请填")
    assert (first.is_required, second.is_required) == (True, False)
    assert first.appearance == "numbers"
    assert first.constraint is not None
    assert first.constraint.source == "regex(., '[0-9]+')"
    assert first.constraint_message.say(en) == "Digits"
    assert second.kind is QuestionType.SELECT_ONE
    assert [choice.label.say(zh) for choice in second.choices] == ["是"]


def written(file: Path) -> tuple[int, int, int]:
    """Return what writing a file changes; reading it changes more."""
    told = file.stat()
    return told.st_ino, told.st_mtime_ns, told.st_size


def test_building_again_changes_nothing(tmp_path: Path) -> None:
    """The same sources give the same bytes, and a file that is right is not touched."""
    folder = a_folder(tmp_path, QUESTION)
    first = build_service(folder)
    before = written(first.file)
    again = build_service(folder)
    assert not again.is_changed
    assert again.line.endswith(": up to date.")
    assert written(first.file) == before
    assert not list(folder.glob("*.new"))


def test_a_change_without_a_new_version_is_noted(tmp_path: Path) -> None:
    """Applications name the version they were made with, so a changed form wants a new one."""
    folder = a_folder(tmp_path, QUESTION)
    assert build_service(folder).notes == ()
    write_form(folder / "form.xlsx", QUESTION | {f"label::{EN}": "B"})
    (note,) = build_service(folder).notes
    assert f"still {VERSION}" in note
    write_form(folder / "form.xlsx", QUESTION | {f"label::{EN}": "C"})
    metadata = METADATA.replace(f'version = "{VERSION}"', 'version = "2"', 1)
    (folder / "service.toml").write_text(metadata, encoding="utf-8")
    assert build_service(folder).notes == ()


def test_many_choices_are_noted(tmp_path: Path) -> None:
    """More choices than fit on a screen are pages: allowed, and worth a look."""
    choices = tuple(CHOICE | {"name": f"c{number}"} for number in range(7))
    folder = a_folder(tmp_path, QUESTION | {"type": "select_one yn"}, choices=choices)
    result = build_service(folder)
    assert result.notes == ("a: 7 choices do not fit on one screen.",)
    assert result.line.endswith("\n  a: 7 choices do not fit on one screen.")


def _with(**cells: str) -> Cells:
    return QUESTION | dict(cells)


_IN = f"constraint_message::{EN}"
_MESSAGES: Cells = {f"constraint_message::{ZH}": "不", _IN: "no"}


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (
            [{"type": "geopoint", "name": "a"}],
            "row 2: the kiosk can't ask a question of type 'geop",
        ),
        ([{"type": "begin group", "name": "a"}], "row 2: the kiosk can't ask a question of type"),
        ([{"type": "text yn", "name": "a"}], "row 2: the kiosk can't ask a question of type"),
        ([_with(name="a b")], "row 2: 'a b' is no name"),
        ([_with(name="")], "row 2: the question has no name"),
        ([_with(name="photo")], "row 2: the name 'photo' is taken"),
        ([_with(name="card_age")], "row 2: the name 'card_age' is taken"),
        ([QUESTION, {}, QUESTION], "row 4: there is a question 'a' already"),
        ([{"type": "hidden", "name": "iq"}], "row 2: the kiosk does not know 'iq'"),
        (
            [QUESTION | {"type": "hidden", "name": "card_age"}],
            "row 2: a hidden question has no lab",
        ),
        ([{"type": "hidden", "name": "card_age"}], "sheet survey: there is no question"),
        ([], "sheet survey: there is no question"),
        ([_with(type="select_one nothing")], "row 2: there is no list 'nothing'"),
        ([QUESTION | {f"label::{EN}": None}], "row 2: label is missing in en"),
        ([QUESTION | {f"hint::{EN}": "only here"}], "row 2: hint is missing in zh_CN"),
        ([_with(label="no language")], "row 2: the kiosk does not know the column 'label'"),
        ([_with(**{"label::Français (fr)": "A"})], "the column 'label::Français (fr)'"),
        ([_with(calculation="1 + 1")], "row 2: the kiosk does not know the column 'calculation'"),
        ([_with(required="maybe")], "row 2: required can't be 'maybe'"),
        ([_with(relevant="${b} = 1")], "row 2: relevant: there is no earlier question 'b'"),
        ([_with(relevant="${a} = 1")], "row 2: relevant: there is no earlier question 'a'"),
        ([_with(relevant=". = 1")], "row 2: relevant: the point stands for the answer"),
        ([_with(relevant="concat('a', 'b')")], "row 2: relevant: there is no function 'concat'"),
        ([_with(constraint="regex(., '[')") | _MESSAGES], "row 2: constraint: the pattern '['"),
        ([_with(constraint=". > 1")], "row 2: there is a constraint and no constraint_message"),
        ([_with(appearance="multiline")], "row 2: the appearance 'multiline' is not known"),
        ([_with(type="integer", appearance="numbers")], "row 2: the appearance 'numbers'"),
        ([_with(type="note", required="yes")], "row 2: a note is not answered"),
        (
            [_with(type="note"), _with(name="b", relevant="${a} = 'x'")],
            "row 3: relevant: 'a' is a note",
        ),
        (
            [_with(type="select_one yn"), _with(name="b", relevant="${a} = 'ja'")],
            "row 3: relevant: 'ja' is no choice of 'a'",
        ),
        (
            [_with(type="select_one yn"), _with(name="b", relevant="not(selected(${a}, 'ja'))")],
            "row 3: relevant: 'ja' is no choice of 'a'",
        ),
        (
            [_with(type="select_one yn", constraint="'ja' != .") | _MESSAGES],
            "row 2: constraint: 'ja' is no choice of 'a'",
        ),
        ([_with(name=f"q{n}") for n in range(61)], "sheet survey: there are 61 questions"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, rows: list[Cells], sentence: str) -> None:
    """Whatever the kiosk can't ask is named with sheet, row and an advice, and nothing is built."""
    (fault,) = faults_of(a_folder(tmp_path, *rows))
    assert fault.startswith("a_service/form.xlsx, sheet survey")
    assert sentence in fault
    assert fault.endswith(".")
    assert fault.count(". ") >= 1  # what is wrong, and what to do


def test_wrong_choices_are_named(tmp_path: Path) -> None:
    """The other sheet has its rows too."""
    choices = (CHOICE, CHOICE | {"name": "no", f"label::{ZH}": None}, CHOICE | {"name": "a b"})
    faults = faults_of(a_folder(tmp_path, QUESTION, choices=choices))
    assert "sheet choices, row 3: label is missing in zh_CN" in faults[0]
    assert "sheet choices, row 4: a choice needs a list_name" in faults[1]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """An office puts everything right in one go."""
    folder = a_folder(tmp_path, _with(type="audio"), _with(name="2"), _with(name="b"))
    (folder / "service.toml").write_text(
        METADATA.replace("minutes = 6", "minutes = 0"), encoding="utf-8"
    )
    faults = faults_of(folder)
    assert [fault.partition(":")[0] for fault in faults] == [
        "a_service/form.xlsx, sheet survey, row 2",
        "a_service/form.xlsx, sheet survey, row 3",
        "a_service/service.toml",
    ]


def test_pyxform_has_the_last_word(tmp_path: Path) -> None:
    """What is no XLSForm is refused in pyxform's words, with the row it names."""
    twice = (CHOICE, CHOICE)
    (fault,) = faults_of(a_folder(tmp_path, _with(type="select_one yn"), choices=twice))
    assert fault.startswith("a_service/form.xlsx, row 3: On the 'choices' sheet")
    assert "http" not in fault


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04 torn"])
def test_a_file_that_is_no_workbook_is_named(tmp_path: Path, content: bytes) -> None:
    """A torn or foreign file has its sentence too."""
    folder = a_folder(tmp_path, QUESTION)
    (folder / "form.xlsx").write_bytes(content)
    (fault,) = faults_of(folder)
    assert fault.startswith("a_service/form.xlsx: it can't be read as a workbook")


def test_a_workbook_without_questions_sheet_is_named(tmp_path: Path) -> None:
    """A workbook of something else is no form, and an archive of something else no workbook."""
    folder = a_folder(tmp_path, QUESTION)
    workbook = openpyxl.Workbook()
    workbook.save(folder / "form.xlsx")
    (fault,) = faults_of(folder)
    assert fault.startswith("a_service/form.xlsx")
    with zipfile.ZipFile(folder / "form.xlsx", "w") as archive:
        archive.writestr("x", "y")
    (fault,) = faults_of(folder)
    assert fault.startswith("a_service/form.xlsx: ")
    (folder / "form.xlsx").unlink()
    (fault,) = faults_of(folder)
    assert "there is no workbook" in fault


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("minutes = 6", "", "minutes is missing"),
        ("minutes = 6", 'minutes = "6"', "minutes can't be '6'"),
        ("minutes = 6", "minutes = true", "minutes can't be True"),
        ("minutes = 6", "minuts = 6\nminutes = 6", "there is no field 'minuts'"),
        ('icon = "money"', 'icon = "../money"', "icon can't be"),
        ('photo = "wanted"', 'photo = "maybe"', "One of wanted, none"),
        ('languages = ["zh_CN", "en"]', "", "languages is no list"),
        ('languages = ["zh_CN", "en"]', 'languages = ["en", "en"]', "languages is no list"),
        ('languages = ["zh_CN", "en"]', "languages = [7]", "languages is no list"),
        ('en = "Free of charge"', "", "fee is missing in en"),
        ('en = "Free of charge"', 'en = " "', "fee is missing in en"),
        ('en = "Free of charge"', 'en = "x"\nfr = "y"', "fee speaks 'fr'"),
        ("[fee]", "[fees]", "there is no field 'fees'"),
        ('en = "Your ID card or social security card"', "", "bring, entry 1 is missing in en"),
        ("[[bring]]", "[bring]", "it can't be read"),
        ("minutes = 6", "minutes = ", "it can't be read"),
        ('["parent", "spouse"', '["cousin", "spouse"', "on_behalf is no list of relations"),
        ('["parent", "spouse"', '["spouse", "spouse"', "on_behalf is no list of relations"),
        ('on_behalf = ["parent"', 'bring_it = ["parent"', "on_behalf_proof without on_behalf"),
        ('least_identity = "vouched"', 'least_identity = "a word"', "vouched"),
        ('least_identity = "vouched"', 'least_identity = ["vouched"]', "vouched"),
    ],
)
def test_wrong_metadata_is_named(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    """What `service.toml` can't say is named with its field and an advice."""
    folder = a_folder(tmp_path, QUESTION)
    assert old in METADATA
    (folder / "service.toml").write_text(METADATA.replace(old, new), encoding="utf-8")
    faults = faults_of(folder)
    assert any(sentence in fault for fault in faults)
    assert all(fault.startswith("a_service/service.toml: ") for fault in faults)


def test_a_folder_with_an_impossible_name_is_refused(tmp_path: Path) -> None:
    """The folder's name becomes the service's id, which travels."""
    folder = a_folder(tmp_path, QUESTION).rename(tmp_path / "Old Age")
    assert "Rename it." in faults_of(folder)[0]


def test_a_read_only_folder_is_said(tmp_path: Path) -> None:
    """What can't be written is a sentence, and leaves the old file as it was."""
    folder = a_folder(tmp_path, QUESTION)
    (folder / "compiled.json").mkdir()
    with pytest.raises(CatalogueError, match="can't be written"):
        build_service(folder)


def test_the_whole_catalogue(tmp_path: Path) -> None:
    """One bad service does not keep the others from being built, and all are told of."""
    shutil.copytree(SAMPLE, tmp_path / "old_age_allowance")
    (tmp_path / "old_age_allowance" / "compiled.json").unlink()
    (tmp_path / "notes").mkdir()
    assert build_catalogue(tmp_path) == [
        f"old_age_allowance: version {VERSION}, 8 questions in zh_CN, en: written."
    ]
    a_folder(tmp_path, _with(type="audio"))
    with pytest.raises(CatalogueError) as caught:
        build_catalogue(tmp_path)
    first, second = caught.value.what.splitlines()
    assert first.startswith("a_service/form.xlsx, sheet survey, row 2: ")
    assert second.endswith(": up to date.")


def test_an_empty_or_missing_catalogue(tmp_path: Path) -> None:
    """Building nothing is said, since it is hardly what was meant."""
    with pytest.raises(CatalogueError, match="There is no service"):
        build_catalogue(tmp_path)
    with pytest.raises(CatalogueError, match="There is no catalogue"):
        build_catalogue(tmp_path / "nowhere")


def test_a_language_may_be_written_with_a_hyphen(tmp_path: Path) -> None:
    """`zh-CN`, as the rest of the world writes it, is the same language."""
    row: Cells = {"type": "text", "name": "a", "label::中文 (zh-CN)": "甲", "label::en": "A"}
    choice: Cells = {"list name": "x", "name": "y", "label::zh_CN": "是", "label::en": "Yes"}
    folder = a_folder(tmp_path, row, choices=(choice,))
    service = decode(compile_service(folder))
    assert service.questions[0].label.say(Language("zh_CN")) == "甲"
