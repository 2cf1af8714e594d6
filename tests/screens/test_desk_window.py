"""The desk beside the kiosk: says words, shows how the simulated devices are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from devices.desk_state import DeskState, FaceScene, PaperState, SheetScene
from kiosk.domain import Language
from launch.desk import REFUSED, card_names, carry_out
from tests.screens.places import EN, TEXTS, ZH
from ui.desk_window import FACES, PAPERS, SHEETS, DeskPicture, DeskWindow

CARDS = (("zhang-guiying", "张桂英"), ("foreign-card", "外国的卡"))


class FakeDesk:
    """A desk that remembers the words that were said to it."""

    def __init__(self) -> None:
        """Begin with an empty reader and everything in order."""
        self.said: list[tuple[str, ...]] = []
        self.picture = DeskPicture(tray="ready")

    def do(self, words: Sequence[str]) -> str:
        """Remember the words."""
        self.said.append(tuple(words))
        return f"said {' '.join(words)}"


def a_window(qtbot: QtBot, desk: FakeDesk, language: Language = ZH) -> DeskWindow:
    """Return a shown desk."""
    window = DeskWindow(CARDS, desk.do, lambda: desk.picture, TEXTS[language])
    qtbot.addWidget(window)
    window.show()
    return window


def read(window: DeskWindow) -> str:
    """Return every word on the desk but those on buttons."""
    return "\n".join(label.text() for label in window.findChildren(QLabel))


@pytest.mark.parametrize(
    ("device", "word"),
    [
        ("card", "zhang-guiying"),
        ("card", "none"),
        ("card", "pull"),
        ("card", "unplug"),
        ("card", "plug"),
        *(("face", face) for face in FACES),
        *(("sheet", sheet) for sheet in SHEETS),
        *(("paper", paper) for paper in PAPERS),
        *(("tray", paper) for paper in PAPERS),
        ("network", "on"),
        ("network", "off"),
    ],
)
def test_every_button_says_its_words(qtbot: QtBot, device: str, word: str) -> None:
    """A button says what `kiosk desk` would, and shows the answer."""
    desk = FakeDesk()
    window = a_window(qtbot, desk)
    QTest.mouseClick(window.button(device, word), Qt.MouseButton.LeftButton)
    assert desk.said == [(device, word)]
    assert f"said {device} {word}" in read(window)


def test_every_word_is_understood(tmp_path: Path) -> None:
    """The desk has a button for every scene and state there is, and each is understood."""
    assert set(FACES) == set(FaceScene)
    assert set(SHEETS) == set(SheetScene)
    assert set(PAPERS) == set(PaperState)
    desk = DeskState(tmp_path)
    words = [
        *(("card", card) for card in (*card_names(), "none", "pull", "unplug", "plug")),
        *(("face", face) for face in FACES),
        *(("sheet", sheet) for sheet in SHEETS),
        *(("paper", paper) for paper in PAPERS),
        *(("tray", paper) for paper in PAPERS),
        *(("network", state) for state in ("on", "off")),
    ]
    for said in words:
        answer = carry_out(desk, said)
        assert not answer.startswith(REFUSED)


def test_the_desk_shows_how_the_devices_are(qtbot: QtBot) -> None:
    """Whoever else drives the devices, the desk shows it."""
    desk = FakeDesk()
    window = a_window(qtbot, desk)
    assert "没有卡" in read(window)
    assert window.button("network", "on").isChecked()
    desk.picture = replace(
        desk.picture,
        card="foreign-card",
        face="too_dark",
        sheet="glare",
        paper="out",
        tray="low",
        network_up=False,
        bell=True,
    )
    qtbot.waitUntil(lambda: "放着：外国的卡" in read(window), timeout=20_000)
    assert "铃在响" in read(window)
    checked = {b.accessibleName() for b in window.findChildren(QPushButton) if b.isChecked()}
    assert checked == {
        "读卡区: 外国的卡",
        "摄像头前: 太暗",
        "文件摄像头下: 反光",
        "打印机: 没纸",
        "A4 打印机: 快没纸",
        "网络: 断",
    }


def test_without_sheets_there_are_no_buttons_for_them(qtbot: QtBot) -> None:
    """A printer that is not there can't be emptied."""
    desk = FakeDesk()
    window = a_window(qtbot, desk)
    assert window.button("tray", "out").isVisible()
    desk.picture = replace(desk.picture, tray=None)
    qtbot.waitUntil(lambda: not window.button("tray", "out").isVisible())
    assert window.button("paper", "out").isVisible()


def test_a_refused_word_leaves_nothing_checked(qtbot: QtBot) -> None:
    """A button looks pressed only while the device is so."""
    desk = FakeDesk()
    window = a_window(qtbot, desk)
    button = window.button("paper", "out")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not button.isChecked()


def test_the_last_paper_is_shown_and_renewed(qtbot: QtBot, tmp_path: Path) -> None:
    """The newest paper is seen, also when it has the name of the one before."""
    desk = FakeDesk()
    window = a_window(qtbot, desk)
    assert window.paper.text() == "还没有打过"
    path = tmp_path / "last.png"
    for colour in ("#FF0000", "#0000FF"):
        image = QImage(40, 90, QImage.Format.Format_RGB32)
        image.fill(QColor(colour))
        image.save(str(tmp_path / "new.png"))
        (tmp_path / "new.png").replace(path)
        desk.picture = replace(desk.picture, last_paper=path)
        qtbot.waitUntil(partial(shows, window, QColor(colour)), timeout=20_000)


def test_a_paper_that_is_gone_is_no_bug(qtbot: QtBot, tmp_path: Path) -> None:
    """A file that vanishes while it is looked at changes nothing."""
    desk = FakeDesk()
    desk.picture = DeskPicture(last_paper=tmp_path / "gone.png")
    window = a_window(qtbot, desk)
    assert window.paper.text() == "还没有打过"


@pytest.mark.parametrize("language", [ZH, EN])
def test_every_button_has_a_name_of_its_own(qtbot: QtBot, language: Language) -> None:
    """A screen reader tells the network's "on" from everything else."""
    window = a_window(qtbot, FakeDesk(), language)
    names = [button.accessibleName() for button in window.findChildren(QPushButton)]
    assert all(names)
    assert len(set(names)) == len(names)


def shows(window: DeskWindow, colour: QColor) -> bool:
    """Say whether the paper has this colour in its middle."""
    picture = window.paper.pixmap()
    if picture.isNull():
        return False
    return QColor(picture.toImage().pixel(picture.width() // 2, picture.height() // 2)) == colour
