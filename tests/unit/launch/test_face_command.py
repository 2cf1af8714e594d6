"""`kiosk face-matcher`, its settings, and what a service has to say before faces are compared."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.catalogue.compiled import BadService, decode, encode
from kiosk.catalogue.face_rules import face_faults
from kiosk.catalogue.loader import Catalogue
from kiosk.domain import IdentityAssurance
from kiosk.errors import BadSetting, SettingsError
from kiosk.settings import FaceMatcherKind, Settings, load_settings
from launch.catalogue_build import build_service
from launch.cli import main
from launch.face_command import run_face_matcher
from launch.wanted_formats import known_formats, without_unknown_formats
from tests.support.builders import a_service
from tests.support.face_matchers import BAD, EXAMPLE, face_jpeg, saying
from tests.unit.launch.test_catalogue_build import METADATA, QUESTION, a_folder, faults_of

CONSENT = '\n[consent_comparison]\nzh_CN = "可以比对吗？"\nen = "May a program compare them?"\n'
PLAIN = METADATA.replace('least_identity = "vouched"\n', "")
"""The sample's, without a word about who is let in."""
FACE = 'least_identity = "card_and_face"\n'


def settings_file(folder: Path, command: tuple[str, ...], threshold: float = 0.6) -> Path:
    """Write settings that choose a program."""
    file, script = folder / "kiosk.toml", folder / "matcher"
    script.write_text(f"#!/bin/sh\nexec {shlex.join(command)}\n")
    script.chmod(0o700)
    file.write_text(
        f'[face_matcher]\nkind = "program"\ncommand = ["{script}"]\n'
        f"threshold = {threshold}\nlimit_s = 20\n"
    )
    return file


def test_the_example_tells_drawn_faces_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Name, threshold, a match and no match."""
    assert run_face_matcher(settings_file(tmp_path, EXAMPLE)) == 0
    name, same, other = capsys.readouterr().out.splitlines()
    assert "example, not for use" in name
    assert ", match" in same
    assert "no match" in other


def test_two_pictures_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They are compared, and nothing else is said of them."""
    for name in ("portrait", "photo"):
        (tmp_path / name).write_bytes(face_jpeg())
    file = settings_file(tmp_path, EXAMPLE)
    assert run_face_matcher(file, tmp_path / "portrait", tmp_path / "photo") == 0
    assert "score 1.000, match" in capsys.readouterr().out
    with pytest.raises(BadSetting, match="One picture"):
        run_face_matcher(file, portrait=tmp_path / "portrait")
    with pytest.raises(BadSetting, match="can't be read"):
        run_face_matcher(file, tmp_path / "portrait", tmp_path / "gone")


def test_one_that_finds_everybody_alike_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A program that lies so is no program to use."""
    assert run_face_matcher(settings_file(tmp_path, saying(1000))) == 1
    assert "everybody alike" in capsys.readouterr().out


@pytest.mark.parametrize("how", ["not there", "crashes", "refuses", "greets first"])
def test_what_is_wrong_with_a_program_is_said(
    how: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence, and status 1."""
    assert run_face_matcher(settings_file(tmp_path, BAD[how][0])) == 1
    assert ": " in capsys.readouterr().out


def test_it_is_off_unless_chosen(tmp_path: Path) -> None:
    """By default no program compares faces, and trying says what to set."""
    assert Settings().face_matcher.kind is FaceMatcherKind.NONE
    file = tmp_path / "kiosk.toml"
    file.write_text("")
    with pytest.raises(BadSetting, match="no face matcher"):
        run_face_matcher(file)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('kind = "program"\nthreshold = 0.5', "must name a program"),
        ('kind = "program"\ncommand = ["/m"]', "everybody would match"),
        ('kind = "simulated"', "everybody would match"),
        ('kind = "none"\ncommand = ["/m"]', "is for kind"),
        ('kind = "simulated"\nthreshold = 1.5', "threshold"),
    ],
)
def test_settings_that_can_not_be_are_named(text: str, wrong: str, tmp_path: Path) -> None:
    """A threshold that was never measured decides about nobody."""
    file = tmp_path / "kiosk.toml"
    file.write_text(f"[face_matcher]\n{text}\n")
    with pytest.raises(SettingsError, match=wrong):
        load_settings(file)


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (FACE, CONSENT, "the only way"),
        (FACE + 'beside_face = "card_read"\n', CONSENT, "nobody of the staff stands for it"),
        (FACE + 'beside_face = "card_and_attendant"\n', "", "nobody is asked about"),
        ('beside_face = "card_and_attendant"\n', CONSENT, "of use only beside a face"),
        ('beside_face = "somebody"\n', CONSENT, "beside_face can't be 'somebody'"),
        ('keeps_card_portrait = "yes"\n', "", "keeps_card_portrait can't be 'yes'"),
    ],
)
def test_a_face_is_never_the_only_way(
    before: str, after: str, sentence: str, tmp_path: Path
) -> None:
    """The build says it to the office, with what to write."""
    folder = a_folder(tmp_path, QUESTION)
    (folder / "service.toml").write_text(before + PLAIN + after, encoding="utf-8")
    (fault, *_) = faults_of(folder)
    assert sentence in fault


def test_a_comparison_needs_a_photo(tmp_path: Path) -> None:
    """There is nothing to compare else."""
    folder = a_folder(tmp_path, QUESTION)
    told = PLAIN.replace('photo = "wanted"', 'photo = "none"') + CONSENT
    (folder / "service.toml").write_text(told, encoding="utf-8")
    assert "a photo that is not taken" in faults_of(folder)[0]


def test_a_service_with_another_way_is_built_and_a_kiosk_refuses_one_without(
    tmp_path: Path,
) -> None:
    """What was compiled by hand is looked at as well."""
    folder = a_folder(tmp_path, QUESTION)
    beside = 'beside_face = "typed_and_attendant"\nkeeps_card_portrait = true\n'
    (folder / "service.toml").write_text(FACE + beside + PLAIN + CONSENT, encoding="utf-8")
    service = build_service(folder).service
    assert service.beside_face is IdentityAssurance.TYPED_AND_ATTENDANT
    assert service.keeps_card_portrait
    assert service.consent_comparison
    assert list(face_faults(service)) == []
    taken = {it for it in IdentityAssurance if service.accepts(it)}
    assert IdentityAssurance.CARD_READ not in taken
    assert taken >= {
        IdentityAssurance.CARD_AND_ATTENDANT,
        IdentityAssurance.CARD_AND_FACE,
        IdentityAssurance.TYPED_AND_ATTENDANT,
    }
    tampered = encode(service).replace(b' "beside_face": "typed_and_attendant",\n', b"")
    with pytest.raises(BadService, match="the only way"):
        decode(tampered)


def test_a_service_may_want_a_format_of_its_own(tmp_path: Path) -> None:
    """It is looked for among those that there are, and survives being compiled."""
    folder = a_folder(tmp_path, QUESTION)
    file = folder / "service.toml"
    for said, sentence in (
        ('photo_format = "cn.holiday"', "there is no format 'cn.holiday'; there are: cn.exit"),
        ("photo_format = 7", "photo_format can't be 7"),
    ):
        file.write_text(f"{said}\n{PLAIN}", encoding="utf-8")
        assert sentence in faults_of(folder)[0]
    without = PLAIN.replace('photo = "wanted"', 'photo = "none"')
    file.write_text('photo_format = "icao.travel"\n' + without, encoding="utf-8")
    assert "photo_format is of a photo that is not taken" in faults_of(folder)[0]
    file.write_text('photo_format = "icao.travel"\n' + PLAIN, encoding="utf-8")
    assert build_service(folder).service.photo_format == "icao.travel"
    own = tmp_path / "own.toml"
    own.write_text('[[format]]\nid = "cn.holiday"\nlike = "cn.id_card"\n')
    file.write_text('photo_format = "cn.holiday"\n' + PLAIN, encoding="utf-8")
    assert build_service(folder, known_formats(own)).service.photo_format == "cn.holiday"


def test_a_kiosk_leaves_out_a_service_whose_photo_it_cannot_take() -> None:
    """The others are offered, and the doctor says which is not and what to do."""
    good, bad = a_service(), replace(a_service(service_id="holiday"), photo_format="cn.holiday")
    found = without_unknown_formats(Catalogue((good, bad), release=3), known_formats())
    assert (found.services, found.release) == ((good,), 3)
    (problem,) = found.problems
    assert "holiday can't be offered: photo_format: there is no format 'cn.holiday'" in str(problem)
    assert "formats_file" in str(problem)
    assert without_unknown_formats(found, ()).services == (good,)


def test_a_service_may_want_a_photo_of_its_own(tmp_path: Path) -> None:
    """It survives being compiled; nothing said means that one from before will do."""
    folder = a_folder(tmp_path, QUESTION)
    (folder / "service.toml").write_text('fresh_photo = "no"\n' + PLAIN, encoding="utf-8")
    assert "fresh_photo can't be 'no'" in faults_of(folder)[0]
    for said, is_fresh in (("", False), ("fresh_photo = true\n", True)):
        (folder / "service.toml").write_text(said + PLAIN, encoding="utf-8")
        assert build_service(folder).service.fresh_photo is is_fresh


def test_formats_of_one_s_own_are_named_to_the_build(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """With the command as an office gives it; a file that can't be is said in a sentence."""
    catalogue = tmp_path / "catalogue"
    catalogue.mkdir()
    folder = a_folder(catalogue, QUESTION)
    (folder / "service.toml").write_text('photo_format = "cn.holiday"\n' + PLAIN, encoding="utf-8")
    own = tmp_path / "own.toml"
    own.write_text('[[format]]\nid = "cn.holiday"\nlike = "cn.id_card"\n')
    command = ["catalogue", "build", "--folder", str(catalogue)]
    assert main(command) == 2
    assert "name your own file of formats with --formats" in capfd.readouterr().err
    assert main([*command, "--formats", str(own)]) == 0
    own.write_text("[[format]]\nid = 7\n")
    assert main([*command, "--formats", str(own)]) == 2
    assert "The photo formats in" in capfd.readouterr().err
