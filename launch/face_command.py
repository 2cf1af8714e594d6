"""`kiosk face-matcher`: whether the program that compares faces starts, answers, and in what time.

Without pictures it compares drawn faces, which are nobody's. What it says of two pictures of yours
is shown and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import monotonic

from kiosk.domain import ComparisonOutcome, FaceComparison, WhyNotCompared
from kiosk.errors import BadSetting
from kiosk.face_lane import judged
from kiosk.ports.face_matcher import FaceMatcher, MatcherName, NotCompared
from kiosk.settings import FaceMatcherKind, FaceMatcherSettings, load_settings
from launch.devices_chosen import open_matcher

_LARGEST_BYTES = 1 << 20
_WHY = {
    WhyNotCompared.NO_PROGRAM: "the program can't be started",
    WhyNotCompared.TOO_OFTEN: "it was asked too often",
    WhyNotCompared.TOO_SLOW: "it did not answer in time",
    WhyNotCompared.BROKE_OFF: "it ended without an answer",
    WhyNotCompared.GARBLED: "what it said is no answer (docs/reference/face-matcher.md)",
    WhyNotCompared.PORTRAIT_UNUSABLE: "it finds no face in the portrait",
    WhyNotCompared.PHOTO_UNUSABLE: "it finds no face in the photo",
    WhyNotCompared.REFUSED: "it would not compare them",
}


def run_face_matcher(
    settings_file: Path | None, portrait: Path | None = None, photo: Path | None = None
) -> int:
    """Try the face matcher of the settings; return 0 if it gave a score each time.

    Raises:
        SettingsError: The settings choose none, or a picture can't be read.
    """
    settings = load_settings(settings_file)
    chosen = settings.face_matcher
    if chosen.kind is FaceMatcherKind.NONE:
        raise BadSetting(
            "The settings choose no face matcher.",
            'Set kind = "program", command and threshold in [face_matcher].',
        )
    if (portrait is None) is not (photo is None):
        raise BadSetting("One picture can't be compared.", "Give --portrait and --photo.")
    if portrait is not None and photo is not None:
        pairs = [("your two pictures", _read(portrait), _read(photo))]
    else:
        pairs = list(_drawn())
    matcher = open_matcher(settings)
    assert matcher is not None
    try:
        return _try(matcher, chosen, pairs)
    finally:
        matcher.close()


def _try(
    matcher: FaceMatcher, chosen: FaceMatcherSettings, pairs: list[tuple[str, bytes, bytes]]
) -> int:
    name = matcher.name(chosen.limit_s)
    if isinstance(name, NotCompared):
        print(f"No name: {_WHY[name.why]}.")
        return 1
    print(f"It is {_called(name)}; from {chosen.threshold:.3f} on, two faces match.")
    scores = []
    for what, portrait, photo in pairs:
        began_s = monotonic()
        answer = matcher.compare(portrait, photo, chosen.limit_s)
        told = judged(answer, chosen.threshold, 1)
        print(f"{what}: {_told(told)} ({monotonic() - began_s:.1f} s)")
        scores.append(told.score)
    if len(scores) > 1 and scores[0] is not None and len(set(scores)) == 1:
        print("It scores everybody alike: don't use it.")
        return 1
    return 0 if all(score is not None for score in scores) else 1


def _called(name: MatcherName) -> str:
    return f"{name.name} {name.version}"


def _told(told: FaceComparison) -> str:
    if told.score is None:
        return "no score" if told.why_not is None else f"no score: {_WHY[told.why_not]}"
    is_match = told.outcome is ComparisonOutcome.MATCH
    return f"score {told.score:.3f}, {'match' if is_match else 'no match'}"


def _drawn() -> Iterator[tuple[str, bytes, bytes]]:
    import cv2

    from devices.camera.drawn_face import Sitter, draw_sitter

    def portrait(sitter: Sitter) -> bytes:
        picture = draw_sitter(sitter, 1280, 720)
        return cv2.imencode(".jpg", picture[40:700, 372:908])[1].tobytes()

    one, again, other = Sitter(), Sitter(light=1.05, roll_deg=2), Sitter(skin=0.1)
    yield "one drawn face, twice", portrait(one), portrait(again)
    yield "two drawn faces", portrait(one), portrait(other)


def _read(file: Path) -> bytes:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise BadSetting(f"{file} can't be read: {error.strerror}.", "Give a JPEG file.") from error
    if len(data) > _LARGEST_BYTES:
        raise BadSetting(f"{file} is larger than any picture here.", "Give at most 1 MiB.")
    return data
