"""Driving simulated devices from outside: a control socket in the running kiosk, and the command
that talks to it.

One line of words each way. The socket has mode 0600, so only the kiosk's own user can lay cards;
what the words mean is decided in the
kiosk, which writes the desk's state for the simulators to read.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from devices.desk_state import (
    DeskState,
    FaceScene,
    PaperState,
    SheetScene,
    SimulatedBell,
    SimulatedCard,
    SimulatedFace,
    SimulatedNetwork,
    SimulatedPaper,
    SimulatedSheet,
    SimulatedTray,
)
from kiosk.errors import KioskError
from kiosk.settings import load_settings
from launch.places import CARDS

SOCKET = "control.sock"
LONGEST_LINE = 1024
TIMEOUT_S = 5.0
REFUSED = "No:"
"""How an answer begins when nothing was done."""

HELP = (
    "Say: card NAME|none|pull|unplug|plug, face SCENE, sheet SCENE, paper STATE, tray STATE,"
    " network on|off, or show."
)
_log = logging.getLogger(__name__)


class DeskRefused(KioskError):
    """The desk can't do that."""

    code = "E-DESK-01"
    advice = "Run `kiosk desk show` to see what there is."


def card_names() -> tuple[str, ...]:
    """Return the names of the sample cards."""
    return tuple(sorted(path.stem for path in CARDS.glob("*.toml")))


def carry_out(desk: DeskState, words: Sequence[str]) -> str:
    """Do what the words say and return a sentence about it; unknown words are answered with
    help.
    """
    acts: Mapping[str, Callable[[DeskState, str], str]] = {
        "card": _card,
        "face": _face,
        "sheet": _sheet,
        "paper": _paper,
        "tray": _tray,
        "network": _network,
    }
    match list(words):
        case ["show"]:
            return _show(desk)
        case [device, state] if device in acts:
            return acts[device](desk, state)
        case _:
            return f"{REFUSED} not understood. {HELP}"


def _card(desk: DeskState, state: str) -> str:
    lying = desk.read(SimulatedCard)
    match state:
        case "none":
            desk.write(replace(lying, card=None, pulled_mid_read=False))
            return "The card is taken away."
        case "pull":
            desk.write(replace(lying, pulled_mid_read=True))
            return "The card will be pulled in the middle of the next reading."
        case "unplug" | "plug":
            desk.write(replace(lying, reader_connected=state == "plug"))
            return f"The reader is {'unplugged' if state == 'unplug' else 'plugged in'}."
        case name if name in card_names():
            desk.write(SimulatedCard(card=name))
            return f"The card {name} lies on the reader."
        case name:
            return f"{REFUSED} there is no card {name!r}. There are: {', '.join(card_names())}."


def _face(desk: DeskState, state: str) -> str:
    if state not in set(FaceScene):
        return f"{REFUSED} the camera can see: {', '.join(FaceScene)}."
    desk.write(replace(desk.read(SimulatedFace), scene=FaceScene(state)))
    return f"The camera sees: {state}."


def _sheet(desk: DeskState, state: str) -> str:
    if state not in set(SheetScene):
        return f"{REFUSED} the document camera can see: {', '.join(SheetScene)}."
    desk.write(SimulatedSheet(SheetScene(state)))
    return f"The document camera sees: {state}."


def _paper(desk: DeskState, state: str) -> str:
    if state not in set(PaperState):
        return f"{REFUSED} the paper can be: {', '.join(PaperState)}."
    desk.write(SimulatedPaper(PaperState(state)))
    return f"The paper is: {state}."


def _tray(desk: DeskState, state: str) -> str:
    if state not in set(PaperState):
        return f"{REFUSED} the tray of the A4 printer can be: {', '.join(PaperState)}."
    desk.write(SimulatedTray(PaperState(state)))
    return f"The tray of the A4 printer is: {state}."


def _network(desk: DeskState, state: str) -> str:
    if state not in {"on", "off"}:
        return f"{REFUSED} the network can be on or off."
    desk.write(SimulatedNetwork(up=state == "on"))
    return f"The network is {state}."


def _show(desk: DeskState) -> str:
    card = desk.read(SimulatedCard)
    network = "on" if desk.read(SimulatedNetwork).up else "off"
    speaker = desk.read(SimulatedBell)
    bell = "ringing" if speaker.ringing else "silent"
    said = f"; said last: {speaker.said}" if speaker.said else ""
    return (
        f"reader {'plugged in' if card.reader_connected else 'unplugged'};"
        f" card {card.card or 'none'}; face {desk.read(SimulatedFace).scene};"
        f" sheet {desk.read(SimulatedSheet).scene};"
        f" paper {desk.read(SimulatedPaper).state}; tray {desk.read(SimulatedTray).state};"
        f" network {network}; bell {bell}{said}."
        f" Cards: {', '.join(card_names())}."
    )


class DeskSocket:
    """Listens for `kiosk desk` as long as the kiosk runs; a thread of its own."""

    def __init__(self, desk: DeskState) -> None:
        """Drive `desk`."""
        self._desk = desk
        self._path = desk.folder / SOCKET
        self._listener: socket.socket | None = None
        self._thread = threading.Thread(target=self._serve, name="desk-socket", daemon=True)

    def start(self) -> None:
        """Begin to listen.

        Raises:
            OSError: The socket can't be made.
        """
        self._desk.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)  # the socket is never there with a wider mode, not even briefly
        try:
            listener.bind(str(self._path))
        finally:
            os.umask(before)
        listener.listen()
        self._listener = listener
        self._thread.start()

    def stop(self) -> None:
        """End listening and take the socket away."""
        if self._listener is None:
            return
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(TIMEOUT_S)
        self._path.unlink(missing_ok=True)

    def _serve(self) -> None:
        assert self._listener is not None, "start() made it"
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return  # stop() closed it
            with client:
                try:
                    client.settimeout(TIMEOUT_S)
                    words = client.recv(LONGEST_LINE).decode("utf-8", "replace").split()
                    client.sendall(carry_out(self._desk, words).encode())
                except OSError as error:
                    _log.warning("DESK_CLIENT_LOST why=%s", error.strerror)


def send_to_desk(settings_file: Path | None, words: Sequence[str]) -> str:
    """Send words to the running kiosk and return its answer.

    Raises:
        DeskRefused: No kiosk with simulated devices runs on this state folder, or not as this user.
    """
    folder = load_settings(settings_file).kiosk.state_folder / "desk"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(TIMEOUT_S)
        try:
            client.connect(str(folder / SOCKET))
            client.sendall(" ".join(words).encode() + b"\n")
            client.shutdown(socket.SHUT_WR)
            answer = b""
            while piece := client.recv(4096):
                answer += piece
        except OSError as error:
            raise DeskRefused(
                f"No kiosk with simulated devices can be reached at {folder}: {error.strerror}.",
                "Start `kiosk run` first, as the same user and with the same --settings.",
            ) from error
    return answer.decode("utf-8", "replace")
