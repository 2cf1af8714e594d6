"""`kiosk selftest camera`: what a booth's pictures tell, and the settings that fit them."""

from __future__ import annotations

import itertools
import json
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from devices.camera.calibration import Subject, flicker, look_over, propose, remarks, spread
from devices.camera.limits import Limits
from devices.desk_state import DeskState, FaceScene, SimulatedFace
from kiosk.photos import Findings
from kiosk.ports.camera import Frame, Look, NoPicture
from kiosk.settings import CameraKind, PhotoQualitySettings, Settings, parse_settings
from launch import selftest_camera
from launch.cli import main
from launch.selftest_camera import Gathered, gather, report


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    """Return settings with a simulated camera."""
    path = tmp_path / "kiosk.toml"
    path.write_text(
        f"[kiosk]\nstate_folder = '{tmp_path}'\n[camera]\nwidth_px = 640\nheight_px = 480\n"
    )
    return path


def selftest(settings_file: Path, *more: str) -> int:
    """Run the command."""
    arguments = ["selftest", "camera", "--settings", str(settings_file), "--pictures", "12"]
    return main([*arguments, *more])


def test_a_person_tells_the_limits_of_faces(
    settings_file: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """What is proposed can be put into the settings as it stands, and lets this person pass."""
    assert selftest(settings_file, "--subject", "person") == 0
    said = capfd.readouterr().out
    assert "12 pictures of 640 x 480" in said
    assert "simulated" in said
    table = said[said.index("[photo_quality]") :].split("\n\n")[0]
    proposed = tomllib.loads(table)["photo_quality"]
    assert {"sharpness_least", "uniformity_least", "eye_distance_least_px"} <= set(proposed)
    settings = parse_settings(table, Path(), "kiosk.toml")
    assert settings.photo_quality.sharpness_least == proposed["sharpness_least"]


def test_an_empty_booth_tells_of_the_wall(
    settings_file: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Nothing is proposed about faces, and somebody who sits there is noticed."""
    assert selftest(settings_file, "--json") == 1
    told = json.loads(capfd.readouterr().out)
    assert "not empty" in told["remarks"][0]
    assert told["proposed"] == {}
    DeskState(tmp_path).write(SimulatedFace(FaceScene.NOBODY))
    assert selftest(settings_file, "--json") == 0
    told = json.loads(capfd.readouterr().out)
    assert told["faces"] == 0
    assert set(told["proposed"]) == {"clutter_most"}
    assert told["measured"]["light"]["middle"] == pytest.approx(0.85, abs=0.02)


def test_nobody_there_tells_nothing_of_faces(
    settings_file: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Without a face on most pictures no limit is made up."""
    DeskState(tmp_path).write(SimulatedFace(FaceScene.NOBODY))
    assert selftest(settings_file, "--subject", "person", "--json") == 1
    assert json.loads(capfd.readouterr().out)["proposed"] == {}


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--subject", "cat"], "no subject 'cat'"),
        (["--low"], "no second camera"),
    ],
)
def test_what_cannot_be_done_is_said(
    settings_file: Path, capfd: pytest.CaptureFixture[str], more: list[str], says: str
) -> None:
    """In a sentence, with what to do."""
    assert selftest(settings_file, *more) == 2
    assert says in capfd.readouterr().err


def test_without_a_camera_there_is_nothing_to_test(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The settings say so, and so does the command."""
    path = tmp_path / "kiosk.toml"
    path.write_text(f'[camera]\nkind = "{CameraKind.NONE}"\n')
    assert selftest(path) == 2
    assert "choose no camera" in capfd.readouterr().err


def told(**changes: float) -> Iterator[str]:
    """Yield the report on a booth where these measures are other than usual."""
    usual = look_over(np.full((90, 160, 3), 180, np.uint8)) | changes
    values = {name: [value] * 12 for name, value in usual.items()}
    yield from report(
        Gathered(640, 480, "yunet", pictures=12, values=values), Subject.GREY, Limits()
    )


def test_a_booth_is_mended_before_its_limits_are() -> None:
    """Uneven, coloured or missing light is named; good light is not."""
    assert not any("light" in line for line in told())
    assert any("uneven" in line for line in told(middle_uneven=0.4))
    assert any("white" in line for line in told(middle_cast=12))
    assert any("dark" in line for line in told(middle_light=0.1))


def test_a_surface_is_measured() -> None:
    """Light, its slope and its colour, each by itself."""
    plain = np.full((90, 160, 3), 128, np.uint8)
    slope = plain.copy()
    slope[:, :] = np.linspace(60, 200, 160, dtype=np.uint8)[None, :, None]
    blue = plain.copy()
    blue[..., 0] = 190
    assert look_over(plain)["uneven"] == pytest.approx(0)
    assert look_over(plain)["cast"] < 1
    assert look_over(slope)["uneven"] > 0.5
    assert look_over(blue)["cast"] > 20


def test_a_flickering_lamp_is_noticed() -> None:
    """From picture to picture, whatever is before the camera."""
    assert flicker([0.5] * 20) == 0
    values = {"uneven": spread([0.0]), "cast": spread([0.0]), "light": spread([0.5])}
    assert remarks(Subject.EMPTY, values, flicker([0.5] * 20)) == []
    (said,) = remarks(Subject.EMPTY, values, flicker([0.4, 0.6] * 10))
    assert "flickers" in said


def test_a_detector_that_misses_people_proposes_nothing() -> None:
    """And the report says why, and what to do."""
    gathered = Gathered(
        640, 480, "cascade", False, 12, 12, 1.0, {"light": [0.5] * 12}
    )  # as it is gathered
    gathered.values |= {"uneven": [0.0] * 12, "cast": [0.0] * 12}
    lines = list(report(gathered, Subject.PERSON, Limits()))
    assert any("dark skin" in line and "detector_model" in line for line in lines)
    assert "[photo_quality]" not in lines


def test_too_few_pictures_are_said() -> None:
    """With what to look at."""
    (said,) = report(Gathered(pictures=3), Subject.EMPTY, Limits())
    assert "Only 3 pictures" in said


def test_what_is_proposed_is_what_the_settings_take() -> None:
    """However bad the booth: the table can be put into the file as it stands."""
    for value in (0.0, 0.5, 1.0, 1e4):
        measures = "illumination overexposed underexposed uniformity sharpness motion"
        names = [*measures.split(), "eye_distance", "colour", "clutter"]
        share = min(value, 1.0)
        spreads = {name: spread([share]) for name in names[:6]}
        spreads |= {name: spread([value]) for name in names[6:]}
        found = propose(Subject.PERSON, spreads, Limits())
        assert len(found) == len(names)
        table = "\n".join(f"{it.setting} = {it.proposed}" for it in found)
        parse_settings(f"[photo_quality]\n{table}\n", Path(), "kiosk.toml")


class Seen:
    """A camera whose answers are given."""

    def __init__(self, answers: Iterable[Look | NoPicture]) -> None:
        self._answers = iter(answers)

    def look(self, timeout_s: float, photo_format: str = "") -> Look | NoPicture:
        """Return the next answer."""
        return next(self._answers)


def a_look(**measures: float) -> Look:
    """Return a picture full of edges, with a face where there are measures."""
    noise = np.random.default_rng(0).integers(0, 255, (24, 32, 3), np.uint8).tobytes()
    box = (1, 1, 4, 4) if measures else None
    return Look(Frame(noise, 32, 24, 1), Findings((), box, tuple(measures.items())))


def test_a_person_s_limits_come_from_faces_alone() -> None:
    """Pictures in which the face was missed say nothing of the wall behind a head."""
    answers = [a_look(clutter=0.5, light=0.1), a_look()] * 6
    gathered = gather(cast("Any", Seen(answers)), 12, Subject.PERSON)
    assert (gathered.pictures, gathered.faces) == (12, 6)
    assert gathered.values["clutter"] == [0.5] * 6
    lines = list(report(gathered, Subject.PERSON, Limits()))
    assert "clutter_most = 1.0" in lines
    missed = gather(cast("Any", Seen([a_look()] * 12)), 12, Subject.PERSON)
    assert any("less than half" in line for line in report(missed, Subject.PERSON, Limits()))


def test_a_camera_that_falters_after_long_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is for the next picture, not for all of them."""
    seconds = itertools.count(0.0, 10.0)
    monkeypatch.setattr(selftest_camera, "monotonic", lambda: next(seconds))
    well: list[Look | NoPicture] = [a_look()] * 6
    answers = [*well, NoPicture.LOST, *well]
    assert gather(cast("Any", Seen(answers)), 12, Subject.EMPTY).pictures == 12
    never = gather(cast("Any", Seen(itertools.repeat(NoPicture.MISSING))), 12, Subject.EMPTY)
    assert never.pictures == 0


def test_limits_and_settings_are_the_same() -> None:
    """Each limit is a setting with the same default."""
    settings = asdict(PhotoQualitySettings())
    assert asdict(Limits()) == {it.name: settings[it.name] for it in fields(Limits)}
    assert set(settings) - {it.name for it in fields(Limits)} == {"told"}
    assert propose(Subject.GREY, {}, Limits()) == []
    assert Settings().photo_quality.sharpness_least == Limits().sharpness_least


def test_a_camera_that_shows_nothing_is_said_so() -> None:
    """And what to look at, with no figure of nothing."""
    (line,) = report(Gathered(), Subject.EMPTY, Limits())
    assert line == "No picture came within 30 s. Check the cable and [camera] source."


def test_what_is_looked_for_is_said_before_a_long_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A wrong name is answered at once by those that are there, not after half a minute."""
    file = tmp_path / "kiosk.toml"
    file.write_text(
        f"[kiosk]\nstate_folder = '{tmp_path}'\n[camera]\nkind = 'opencv'\nsource = '/dev/video9'\n"
    )
    seen: list[str] = []

    def gathered(*_: object) -> Gathered:
        seen.append(capfd.readouterr().out)
        return Gathered()

    monkeypatch.setattr(selftest_camera, "gather", gathered)
    monkeypatch.setattr(selftest_camera, "plugged_in", lambda: (Path("/dev/v4l/by-path/usb-one"),))
    assert selftest(file) == 1
    assert "plugged in: /dev/v4l/by-path/usb-one" in seen[0]
    assert "name it by one of these" in seen[0]
    assert "No picture came" in capfd.readouterr().out
