"""Foreign pictures and codes, through the real worker: damaged files, hostile codes, any corners.

Every call has to end in an answer of the port. A worker that dies at a picture is no failure of the
program, if the next call is served again; each turn also kills it in the middle of its work.
"""

from __future__ import annotations

import io
import logging
import os
import random
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from time import monotonic

import segno
from PIL import Image as PillowImage

from devices.document_camera.drawn_desk import Scene, draw_scene
from devices.document_camera.worker_document_camera import (
    DocumentCameraConfig,
    WorkerDocumentCamera,
    open_document_camera,
)
from kiosk.ports.document_camera import (
    LONGEST_CODE,
    MOST_CODES,
    WHOLE_PICTURE,
    Corners,
    NotCut,
    Page,
    PageKind,
    PageStyle,
    Side,
    Still,
)
from tests.faults.dose import Batch, Harness, Part
from tests.support.printed_pages import FONT

CASES_A_TURN = 40
CUT_S = 10.0
RECOVERED_S = 30.0
CONFIG = DocumentCameraConfig("/nowhere/newest.jpg", FONT)
_log = logging.getLogger(__name__)


@dataclass
class _Camera:
    """The camera of a turn; with a planted bug it is not what it should be."""

    inner: WorkerDocumentCamera
    bug: str

    def cut(self, side: Side, style: PageStyle) -> Page | NotCut:
        if self.bug == "stays-dead" and self.inner._worker.pid is None:
            return NotCut.NOT_NOW
        page = self.inner.cut([side], style, CUT_S)
        if self.bug == "trusting" and page is NotCut.NO_STILL:
            raise IndexError("planted")
        return page


def hostile(chance: random.Random) -> bytes:
    """Return a file that claims to be a picture: damaged, strange, or with a hostile code in it."""
    made: Mapping[str, Callable[[random.Random], bytes]] = {
        "code": _with_code,
        "strange": _strange,
        "nonsense": lambda it: it.choice((b"", b"\xff\xd8\xff")) + it.randbytes(it.randrange(4000)),
    }
    kind = chance.choice(("damaged", "damaged", "code", "strange", "nonsense"))
    if kind != "damaged":
        return made[kind](chance)
    raw = bytearray(_with_code(chance) if chance.random() < 0.3 else _sample())
    for _ in range(chance.choice((1, 2, 8, 40))):
        at = chance.randrange(len(raw))
        # Tables and sizes are in the first few hundred bytes.
        at = at if chance.random() < 0.5 else min(at, chance.randrange(700))
        match chance.randrange(4):
            case 0:
                raw[at] = chance.choice((0, 0x7F, 0x80, 0xFF, chance.randrange(256)))
            case 1:
                del raw[at : at + chance.randrange(1, 60)]
            case 2:
                raw[at:at] = chance.randbytes(chance.randrange(1, 20))
            case _:
                del raw[max(200, at) :]
        raw = raw or bytearray(b"\0")
    return bytes(raw)


@cache
def _sample() -> bytes:
    return _jpeg(PillowImage.fromarray(draw_scene(Scene(), 480, 360).image[..., ::-1].copy()))


def _jpeg(image: PillowImage.Image, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", **options)
    return file.getvalue()


def _with_code(chance: random.Random) -> bytes:
    """Return a picture of a QR code that says something it should not, or is damaged."""
    says: bytes | str = chance.choice(
        (
            chance.randbytes(chance.randrange(1, 300)),
            "javascript:alert(1)//" + "\u202e" * 20,
            "\x1b]0;owned\x07" * 4,
            "file:///etc/passwd\0" * 3,
            "A" * chance.randrange(1, 1800),
            "养老\U0001f600" * 40,
        )
    )
    code = segno.make(says, micro=False, error="l")
    file = io.BytesIO()
    code.save(file, kind="png", scale=4)
    file.seek(0)
    with PillowImage.open(file) as opened:
        image = opened.convert("RGB")
    for _ in range(chance.choice((0, 0, 30))):
        at = chance.randrange(image.width), chance.randrange(image.height)
        image.paste(chance.choice(((0, 0, 0), (255, 255, 255))), (*at, at[0] + 6, at[1] + 6))
    return _jpeg(image)


def _strange(chance: random.Random) -> bytes:
    """Return a sound picture of a kind that is seldom met."""
    match chance.randrange(5):
        case 0:
            return _jpeg(PillowImage.new("CMYK", (300, 200), (10, 20, 30, 40)))
        case 1:
            return _jpeg(PillowImage.new("L", (chance.randrange(1, 200), 900), 120))
        case 2:
            with PillowImage.open(io.BytesIO(_sample())) as opened:
                return _jpeg(opened, progressive=True, exif=chance.randbytes(200))
        case 3:  # claims to be huge
            raw = bytearray(_sample())
            at = raw.index(b"\xff\xc0")
            raw[at + 5 : at + 9] = chance.randbytes(4)
            return bytes(raw)
        case _:
            file = io.BytesIO()
            PillowImage.new("RGB", (64, 64)).save(file, chance.choice(("PNG", "GIF", "TIFF")))
            return file.getvalue()


def turn(chance: random.Random, bug: str, cases: int) -> tuple[Part, list[str]]:
    """Give one worker so many pictures; return what was counted and what was wrong."""
    part, problems = Part(), []
    camera = _Camera(open_document_camera(CONFIG), bug)
    killed_at = chance.randrange(cases)
    try:
        for number in range(cases):
            pid = camera.inner._worker.pid
            if number == killed_at and pid is not None:
                os.kill(pid, chance.choice((signal.SIGSEGV, signal.SIGKILL)))
            raw, style = hostile(chance), _style(chance)
            try:
                answer = camera.cut(Side(_still(raw), _corners(chance), chance.randrange(4)), style)
            except Exception as error:  # noqa: BLE001 - that is what is looked for
                problems.append(f"case {number}: {type(error).__name__}: {error}")
                continue
            is_asked_for = number == killed_at
            part.figures.update({"pictures": 1, _name(answer, is_asked_for=is_asked_for): 1})
            problems += [f"case {number}: {it}" for it in _wrong(answer, style)]
            if answer is NotCut.NOT_NOW and not _is_served_again(camera):
                problems.append(f"case {number}: no picture is served any more")
                break
    finally:
        camera.inner.close()
    return part, problems


def _is_served_again(camera: _Camera) -> bool:
    until_s = monotonic() + (RECOVERED_S if not camera.bug else 2.0)
    while monotonic() < until_s:
        if isinstance(camera.cut(Side(_still(_sample()), WHOLE_PICTURE), PageStyle()), Page):
            return True
    return False


def _wrong(answer: Page | NotCut, style: PageStyle) -> list[str]:
    if not isinstance(answer, Page):
        return []
    found = []
    if len(answer.jpeg) > style.max_bytes:
        found.append("beyond its budget")
    if len(answer.codes) > MOST_CODES:
        found.append("too many codes")
    found += [
        "a code that can't be shown"
        for code in answer.codes
        if len(code.text) > LONGEST_CODE or not code.text.isprintable()
    ]
    return found


def _name(answer: Page | NotCut, *, is_asked_for: bool) -> str:
    if isinstance(answer, Page):
        return "with codes" if answer.codes else "cut"
    if answer is NotCut.NOT_NOW:
        return "kills recovered from" if is_asked_for else "deaths at a picture recovered from"
    return "refused"


def _still(raw: bytes) -> Still:
    return Still(raw, 480, 360, None, simulated=False)


def _corners(chance: random.Random) -> Corners:
    if chance.random() < 0.6:
        return WHOLE_PICTURE
    first, second, third, fourth = ((chance.random(), chance.random()) for _ in range(4))
    return first, second, third, fourth


def _style(chance: random.Random) -> PageStyle:
    return PageStyle(
        chance.choice(list(PageKind)),
        chance.random() < 0.5,
        chance.choice((20_000, 400_000)),
        chance.choice(("", "仅供办理 2026", "\U0010ffff\u202e\x00", "x" * 120)),
    )


def take_turns(batch: Batch) -> Part:
    """Give turns, each with a worker of its own."""
    result = Part()
    logging.getLogger("devices.worker").setLevel(logging.CRITICAL)
    for number in batch.cases:
        chance = random.Random(f"{batch.seed}/{number}")
        part, problems = turn(chance, batch.bug, CASES_A_TURN)
        result.add(part)
        result.find(number, *problems)
    return result


HARNESS = Harness(
    name="papers-fuzz",
    about="pictures and codes that are damaged, strange or hostile, and workers that die at them",
    unit="turns of 40 pictures",
    dose=250,
    batch=5,
    give=take_turns,
    bugs=("trusting", "stays-dead"),
)
