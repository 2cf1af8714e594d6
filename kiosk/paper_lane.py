"""What the camera's lane does for papers: look, tell what changed, take a page, cut it anew.

Both cameras are looked through on the one lane, and may be one device: before either opens, the
other is closed. Pictures are held in memory only, and forgotten when nobody wants them any more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from kiosk import diagnosis, page_check
from kiosk.clock import Clock
from kiosk.device_lanes import TAKE_TIMEOUT_S, CameraRounds, Post
from kiosk.domain import Language
from kiosk.flow import events as ev
from kiosk.flow.paper_answers import PageCut, PageSeen, PageTaken
from kiosk.flow.paper_effects import CutPage, TakePage
from kiosk.flow.session import Session
from kiosk.flow.world import World
from kiosk.lanes import FOREVER_S
from kiosk.ports.camera import Camera, CameraMount, NoPicture
from kiosk.ports.document_camera import (
    LONGEST_WATERMARK,
    WHOLE_PICTURE,
    Corners,
    DocumentCamera,
    NotCut,
    PageAdvice,
    PaperFound,
    PaperLook,
    Side,
    Upright,
)
from kiosk.readiness import PortReport
from kiosk.texts import Texts

LOOK_TIMEOUT_S = 4.0
"""Five megapixels are looked through: a slow machine needs its time for the first."""
CUT_TIMEOUT_S = 12.0
ADVICE_HOLD_S = 0.7  # advice that changes faster can't be read, let alone followed
TELL_AGAIN_S = 2.0  # what is still so is told again: the visit may not have been ready for it
STILL_S = 1.2
"""So long a page has to lie still before it is taken by itself."""
_STILL_SHARE = 0.012
"""Of the picture: corners that move less lie still."""
_OTHER_SHARE = 0.06
"""Corners that moved more belong to something that was laid down anew."""

Looked = Callable[[PaperLook | NoPicture], None]


class PageRounds:
    """Looks at papers while one is to be shown, and only then; belongs to the camera's lane.

    `want` may be called from any thread.
    """

    def __init__(
        self, post: Post, on_look: Looked, clock: Clock, open_camera: Callable[[], DocumentCamera]
    ) -> None:
        """Tell what is seen to `post` and pictures to `on_look`; nothing is opened yet."""
        self._post = post
        self._on_look = on_look
        self._clock = clock
        self._open_camera = open_camera
        self._camera: DocumentCamera | None = None
        self.is_wanted = False
        self._told: tuple[PageAdvice | None, bool, bool] | None = None
        self._told_at_s = 0.0
        self._lies: Corners | None = None
        self._lies_since_s = 0.0
        self._taken: Corners | None = None
        """Where the page lay that was taken last: it is not taken by itself again."""
        self._whose = ""

    def want(self, *, is_on: bool, whose: str = "") -> None:
        """Switch looking on or off from the next round on; `whose` is the visit that looks, and
        what another one has laid down says nothing about its pages.
        """
        if is_on and whose != self._whose:
            self._whose, self._taken = whose, None
        self.is_wanted = is_on

    def round(self) -> float:
        """Look once; return the seconds until the next round."""
        if not self.is_wanted:
            self.close()
            return FOREVER_S
        answer = self._opened().look(LOOK_TIMEOUT_S)
        self._on_look(answer)
        match answer:
            case PaperLook(_, found):
                self._seen(found)
                return 0.0
            case NoPicture.STARTING:
                return 0.05
            case NoPicture.MISSING | NoPicture.LOST | NoPicture.TOO_LARGE:
                self._told = None
                self._post(ev.CameraGone(self._clock.now()))
                return 0.5

    def make_if_awaited(
        self, order: TakePage | CutPage, watermark: str, session_now: Callable[[], Session]
    ) -> None:
        """Make a page and tell it, unless nobody waits for it any more when its turn comes: what
        lies there then is not what it was to be of.
        """
        session = session_now()
        is_given_up = isinstance(order, TakePage) and order.order != session.pictures_ordered
        if session.session_id == order.session_id and not is_given_up:
            self._post(self.perform(order, watermark))

    def perform(self, order: TakePage | CutPage, watermark: str) -> ev.Event:
        """Take a page, or cut one anew, and write the watermark across it."""
        if isinstance(order, TakePage):
            return self._take(order, watermark)
        return self._cut(order, watermark)

    def look_briefly(self, texts: Texts) -> PortReport:
        """Report on the camera."""
        return diagnosis.of_document_camera(self._opened(), texts)

    def test(self, texts: Texts) -> PortReport:
        """Report on what it sees now, measured; the picture is forgotten at once."""
        return page_check.of_test(self._opened(), texts)

    def close(self) -> None:
        """Switch the camera off and forget what it saw."""
        if self._camera is not None:
            self._camera.close()
            self._camera = None
        self._told = None
        self._lies = None

    def _take(self, order: TakePage, watermark: str) -> ev.Event:
        """Take a picture and cut the page out of it; one that lies upside down is turned."""
        still = self._opened().take(TAKE_TIMEOUT_S)
        if isinstance(still, NoPicture):
            return ev.PhotoFailed(self._clock.now(), order.session_id, order.order)
        corners = WHOLE_PICTURE if still.found is None else still.found.corners
        if order.session_id == self._whose:
            self._taken = corners
        side = Side(still, corners)
        front = () if order.front is None else (order.front,)
        style = replace(order.style, watermark=watermark)
        page = self._opened().cut((*front, side), style, CUT_TIMEOUT_S)
        is_turned = not isinstance(page, NotCut) and page.findings.upright is Upright.UPSIDE_DOWN
        if is_turned and not front:
            side = replace(side, quarter_turns=2)
            page = self._opened().cut((side,), style, CUT_TIMEOUT_S)
        return PageTaken(self._clock.now(), order.session_id, side, page, order.order)

    def _cut(self, order: CutPage, watermark: str) -> ev.Event:
        """Cut a page anew, as it was dragged or turned; needs no camera."""
        front = () if order.front is None else (order.front,)
        style = replace(order.style, watermark=watermark)
        page = self._opened().cut((*front, order.side), style, CUT_TIMEOUT_S)
        return PageCut(self._clock.now(), order.session_id, order.side, page)

    def _opened(self) -> DocumentCamera:
        if self._camera is None:
            self._camera = self._open_camera()
        return self._camera

    def _seen(self, found: PaperFound | None) -> None:
        now_s = self._clock.now().monotonic_s
        corners = None if found is None else found.corners
        if corners is None or self._lies is None or _moved(corners, self._lies) > _STILL_SHARE:
            self._lies, self._lies_since_s = corners, now_s
        if self._taken is not None and (
            corners is None or _moved(corners, self._taken) > _OTHER_SHARE
        ):
            self._taken = None
        advice = _advice(found)
        is_still = advice is None and self._taken is None and now_s - self._lies_since_s >= STILL_S
        told = (advice, is_still, self._taken is not None)
        since_s = now_s - self._told_at_s
        if told == self._told and since_s < TELL_AGAIN_S:
            return
        if self._told is not None and since_s < ADVICE_HOLD_S and not is_still:
            return
        self._told, self._told_at_s = told, now_s
        self._post(PageSeen(self._clock.now(), *told))


class LensRounds:
    """The rounds of the camera's lane: faces or papers, never both."""

    def __init__(self, faces: CameraRounds, papers: PageRounds) -> None:
        """Go round with these."""
        self._faces = faces
        self._papers = papers

    def want(
        self,
        lens: CameraMount | None,
        *,
        papers: bool,
        photo_format: str = "",
        whose: str = "",
    ) -> None:
        """Look at a face, at papers of the visit `whose`, or at nothing, from the next round on;
        from any thread.
        """
        if not papers:  # off before on: at no moment both are wanted
            self._papers.want(is_on=False)
        self._faces.want(lens, photo_format)
        if papers:
            self._papers.want(is_on=True, whose=whose)

    def report(self, camera: Camera, texts: Texts) -> tuple[PortReport, ...]:
        """Look briefly through both, one after the other, and report on them. What is wanted is
        opened again by the next round.
        """
        self._papers.close()
        faces = diagnosis.of_camera_briefly(camera, texts)
        camera.close()
        papers = self._papers.look_briefly(texts)
        self._papers.close()
        return faces, papers

    def round(self, camera: Camera) -> float:
        """Close the one, then look through the other; return the seconds until the next round."""
        if self._papers.is_wanted:
            self._faces.round(camera)
            return self._papers.round()
        self._papers.round()
        return self._faces.round(camera)

    def for_faces(self, camera: Camera) -> Camera:
        """Return the camera for faces for a look outside of the rounds, which come after what waits
        on the lane: one that is shared may still be held for papers that nobody wants any more.
        """
        if not self._papers.is_wanted:
            self._papers.close()
        return camera

    def close(self, camera: Camera) -> None:
        """Close both."""
        self._papers.close()
        camera.close()


def watermark(order: TakePage | CutPage, world: World, texts: Mapping[Language, Texts]) -> str:
    """Return what is written across a page: what for and when, in the language of the office."""
    language = world.rules.languages[0]
    service = world.service(order.service_id)
    name = "" if service is None else service.name.say(language)
    words = texts[language].say("paper_step.watermark", service=name, day=world.today.isoformat())
    return words[:LONGEST_WATERMARK]


def _advice(found: PaperFound | None) -> PageAdvice | None:
    if found is None:
        return PageAdvice.NO_PAPER
    if found.others:
        return PageAdvice.SEVERAL_PAPERS
    return None if found.is_whole else PageAdvice.NOT_WHOLE


def _moved(one: Corners, other: Corners) -> float:
    """Return by how much the corner that moved most did, as a share of the picture."""
    return max(max(abs(a[0] - b[0]), abs(a[1] - b[1])) for a, b in zip(one, other, strict=True))
