"""Knowing a screen again by its telling pieces."""

from __future__ import annotations

import time

import numpy as np
import pytest

from benchmarks import pictures
from benchmarks.pictures import NothingToSee, Picture, known, largest_area, settled, whole
from benchmarks.screen import HEIGHT, WIDTH, Area, Screen

TEAL = 0x084C57


class FakeScreen(Screen):
    """A screen that shows a picture; each further look may find the next one."""

    def __init__(self, *shown: Picture) -> None:
        self._shown = list(shown)

    def show(self, picture: Picture) -> None:
        """Show this from now on."""
        self._shown = [picture]

    def pixels(self, area: Area) -> bytes:
        """Return what is shown there."""
        picture = self._shown[0] if len(self._shown) == 1 else self._shown.pop(0)
        cut = picture[area.y : area.y + area.height, area.x : area.x + area.width]
        return cut.astype("<u4").tobytes()


def blank(colour: int = 0) -> Picture:
    """Return an empty screen."""
    return np.full((HEIGHT, WIDTH), colour, dtype=np.uint32)


def written(seed: int, colour: int = 0xFBF8F3) -> Picture:
    """Return a screen with something like writing all over it."""
    picture = blank(colour)
    dots = np.random.default_rng(seed).random((HEIGHT // 4, WIDTH // 4)) < 0.2
    picture[np.kron(dots, np.ones((4, 4), dtype=bool))] = 0x16202A
    return picture


def test_a_picture_is_known_again_and_no_other_taken_for_it() -> None:
    """All pieces have to be there."""
    home = written(1)
    it = known(home, unlike=[blank()])
    screen = FakeScreen(blank())
    assert not it.is_shown(screen)
    screen.show(written(2))
    assert not it.is_shown(screen)
    half = home.copy()
    half[HEIGHT // 2 :] = 0
    screen.show(half)
    assert not it.is_shown(screen)
    screen.show(home)
    assert it.is_shown(screen)


def test_the_clock_may_tell_another_time() -> None:
    """What is at the top of the screen does not count."""
    home, later = written(1), written(1)
    later[: round(HEIGHT * pictures.HEADER_PART) - 1] = 0
    assert known(home).is_shown(FakeScreen(later))


def test_what_both_pictures_share_tells_nothing() -> None:
    """The next screen is known by what is new on it, not by the bar that both have."""
    home, after = written(1), written(1)
    after[HEIGHT // 4 : HEIGHT // 2] = written(3)[HEIGHT // 4 : HEIGHT // 2]
    pieces = known(after, unlike=[home]).pieces
    assert pieces
    assert all(not piece.is_shown(FakeScreen(home)) for piece in pieces)


def test_a_plain_picture_can_not_be_known() -> None:
    """Else an empty screen would pass for a finished one."""
    with pytest.raises(NothingToSee):
        known(blank(0xFFFFFF))


def test_a_picture_has_settled_when_it_stops_changing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the screen before nor what is half painted is taken for the picture."""
    monkeypatch.setattr(pictures, "_SETTLE_PAUSE_S", 0.0)
    before, half, home = blank(), written(1), written(2)
    screen = FakeScreen(before, before, before, before, before, before, half, half, home)
    assert np.array_equal(settled(screen, before), home)


def test_what_never_comes_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that shows something else ends the run instead of hanging it."""
    monkeypatch.setattr(pictures, "TIMEOUT_S", 0.0)
    screen = FakeScreen(blank())
    with pytest.raises(NothingToSee):
        known(written(1)).await_shown(screen, time.perf_counter())
    with pytest.raises(NothingToSee):
        settled(screen, blank())


def test_the_tallest_surface_of_a_colour_is_found() -> None:
    """Thin lines of the same colour elsewhere are not taken for it."""
    picture = blank(0xFFFFFF)
    picture[300:500, 40:900] = TEAL
    picture[350:400, 200:600] = 0xFFFFFF  # words on it
    picture[990:994, 660:1260] = TEAL
    assert largest_area(picture, TEAL) == Area(40, 300, 860, 200)
    assert largest_area(picture, TEAL).centre == (470, 400)
    with pytest.raises(NothingToSee):
        largest_area(picture, 0x123456)


def test_the_whole_screen_is_rows_by_columns() -> None:
    """As large as the screen is."""
    assert whole(FakeScreen(blank(7))).shape == (HEIGHT, WIDTH)
