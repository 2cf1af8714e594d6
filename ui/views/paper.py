"""A paper: laid down and looked for, taken and judged, or decided; and what is still missing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from kiosk.catalogue.service import PaperForm, PaperWanted
from kiosk.flow.papers_wanted import belonging, paper_now
from kiosk.flow.session import Session, TextScale
from kiosk.flow.shown_state import ShownState
from kiosk.flow.world import World
from kiosk.ports.document_camera import WHOLE_PICTURE, Corners
from kiosk.shown_papers import PaperShown, TrustLevel
from kiosk.texts import Texts
from ui.views.bar import Bar
from ui.views.ladder import witness_view
from ui.views.staff import PinView


class PaperAct(StrEnum):
    """What a tile on the screen of a paper does."""

    WITHOUT = "without"
    ATTENDANT = "attendant"
    DONE = "done"
    CORNERS = "corners"
    TURN = "turn"
    ANEW = "anew"


@dataclass(frozen=True, slots=True)
class PaperTile:
    """One of the other ways on."""

    act: PaperAct
    title: str
    line: str


@dataclass(frozen=True, slots=True)
class PaperView:
    """What the screen of a paper says; `jpeg` is a page that was taken, None while looking."""

    title: str
    line: str
    caption: str
    problem: str
    starting: str
    """The caption while there is no live picture yet."""
    picture: str
    """Name of the picture for who can't see it."""
    jpeg: bytes | None = field(repr=False)
    is_looking: bool
    is_taken: bool
    tiles: tuple[PaperTile, ...]
    bar: Bar
    opens_at_s: float = 0.0
    """Monotonic seconds from which the shutter works without a live picture, too."""
    scale: TextScale = TextScale.NORMAL
    """How large words are: in large ones fewer of them leave room for the page."""


@dataclass(frozen=True, slots=True)
class CornersView:
    """The whole picture, with the four corners of the page to be dragged."""

    title: str
    line: str
    keys: str
    """How to do it without touching the glass."""
    jpeg: bytes | None = field(repr=False)
    corners: Corners
    names: tuple[str, str, str, str]
    """Of the corners, for who can't see them."""
    bar: Bar


def paper_view(session: Session, world: World, texts: Texts) -> PaperView:
    """Return what the screen of the paper says; without it is always a way."""
    return replace(_now(session, world, texts), scale=session.display.text_scale)


def _now(session: Session, world: World, texts: Texts) -> PaperView:
    papers, paper = session.papers, paper_now(session, world)
    assert paper is not None, "the screen of a paper has one"
    name = paper.name.say(session.display.language)
    if papers.page is not None:
        return _taken(session, texts, papers.page.jpeg)
    if papers.shown is not None:
        return _held(session, world, texts, paper, papers.shown)
    is_gone = session.camera_is_gone
    return PaperView(
        title=name,
        line=_line(session, texts, paper),
        caption="" if is_gone else _caption(session, texts),
        problem=texts.say("paper_step.gone") if is_gone else _problem(session, texts),
        starting="" if is_gone else texts.say("paper_step.starting"),
        picture=texts.say("paper_step.picture"),
        jpeg=None,
        is_looking=not is_gone,
        is_taken=False,
        tiles=_looking_tiles(session, world, texts, paper),
        bar=Bar(
            texts.say("bar.back"),
            "" if is_gone else texts.say("photo.shutter"),
            is_next_open=not session.is_taking_photo,
        ),
        opens_at_s=session.step_since_s + world.rules.advice_patience_s,
    )


def _line(session: Session, texts: Texts, paper: PaperWanted) -> str:
    papers, is_gone = session.papers, session.camera_is_gone
    if papers.front is not None:
        return texts.say("paper_step.kept_front" if is_gone else "paper_step.turn_over")
    if papers.pages:
        kept = "paper_step.kept" if is_gone else "paper_step.next_page"
        return texts.say(kept, n=len(papers.pages))
    why = paper.why.say(session.display.language)
    if is_gone:  # nobody lays anything under a camera that is not there
        return why
    lay = "paper_step.lay_card" if paper.form is PaperForm.CARD else "paper_step.lay"
    return texts.say(lay, why=why)


def _caption(session: Session, texts: Texts) -> str:
    advice = session.papers.advice
    if session.is_taking_photo:
        return texts.say("paper_step.taking")
    if advice is None and session.papers.is_same:
        return texts.say(f"paper_step.same.{_same(session.papers)}")
    return texts.say("paper_step.good" if advice is None else f"paper_step.advice.{advice}")


def _same(papers: ShownState) -> str:
    """Return what to do where the page that was taken last still lies there."""
    if papers.front is not None:
        return "turn"
    return "next" if papers.pages else "other"


def _problem(session: Session, texts: Texts) -> str:
    problem = session.papers.problem
    return "" if problem is None else texts.say(f"paper_step.not_cut.{problem}")


def _looking_tiles(
    session: Session, world: World, texts: Texts, paper: PaperWanted
) -> tuple[PaperTile, ...]:
    papers = session.papers
    if papers.front is not None:
        return (_tile(PaperAct.DONE, texts, "no_back"),)
    if papers.pages:
        return (_tile(PaperAct.DONE, texts, "done"),)
    words = "without" if paper.is_required else "without_optional"
    without = _tile(PaperAct.WITHOUT, texts, words)
    return (without, *_attendant(world, texts, paper))


def _attendant(world: World, texts: Texts, paper: PaperWanted) -> tuple[PaperTile, ...]:
    if world.duty is None or paper.is_own:
        return ()
    return (_tile(PaperAct.ATTENDANT, texts, "attendant", world.duty.name),)


def _tile(act: PaperAct, texts: Texts, words: str, name: str = "") -> PaperTile:
    title = texts.say(f"paper_step.tile.{words}")
    return PaperTile(act, title, texts.say(f"paper_step.tile.{words}_line", name=name))


def _taken(session: Session, texts: Texts, jpeg: bytes) -> PaperView:
    papers = session.papers
    assert papers.page is not None
    advice = papers.page.findings.advice
    line = f"paper_step.taken.{advice[0]}" if advice else "paper_step.taken_line"
    return PaperView(
        title=texts.say("paper_step.taken_title"),
        line=texts.say(line),
        caption=texts.say("paper_step.cutting") if papers.asked is not None else "",
        problem=_problem(session, texts),
        starting="",
        picture=texts.say("paper_step.taken_picture"),
        jpeg=jpeg,
        is_looking=False,
        is_taken=True,
        tiles=(
            _tile(PaperAct.CORNERS, texts, "corners"),
            _tile(PaperAct.TURN, texts, "turn"),
        ),
        bar=Bar(
            texts.say("photo.again"), texts.say("photo.keep"), is_next_open=papers.asked is None
        ),
    )


def _held(
    session: Session, world: World, texts: Texts, paper: PaperWanted, shown: PaperShown
) -> PaperView:
    words = "anew" if shown.is_shown else "after_all"
    is_seen = shown.level in {TrustLevel.A, TrustLevel.B}
    return PaperView(
        title=paper.name.say(session.display.language),
        line=told_of(shown, texts),
        caption="",
        problem="",
        starting="",
        picture=texts.say("paper_step.taken_picture"),
        jpeg=shown.pages[-1].jpeg if shown.pages else None,
        is_looking=False,
        is_taken=False,
        tiles=(
            _tile(PaperAct.ANEW, texts, words),
            *(() if is_seen else _attendant(world, texts, paper)),
        ),
        bar=Bar(texts.say("bar.back"), texts.say("bar.next")),
    )


def told_of(shown: PaperShown, texts: Texts) -> str:
    """Return in a few words what became of a paper."""
    if shown.level is None:
        return texts.say("paper_step.told.missing" if shown.is_open else "paper_step.told.left_out")
    name = "" if shown.seen_by is None else shown.seen_by.name
    pages = texts.say("paper_step.told.pages", n=len(shown.pages)) if shown.pages else ""
    level = texts.say(f"paper_step.told.level_{shown.level}", name=name)
    said = f"{pages}{texts.say('paper_step.told.and')}{level}" if pages else level
    return said + (texts.say("paper_step.told.bring") if shown.is_open else "")


def corners_view(session: Session, world: World, texts: Texts) -> CornersView:
    """Return the whole picture, with where the corners are now."""
    del world
    side = session.papers.aimed
    places = ("upper_left", "upper_right", "lower_right", "lower_left")
    one, two, three, four = (texts.say(f"paper_step.corner.{place}") for place in places)
    return CornersView(
        title=texts.say("paper_step.corners_title"),
        line=texts.say("paper_step.corners_line"),
        keys=texts.say("paper_step.corners_keys"),
        jpeg=None if side is None else side.still.jpeg,
        corners=WHOLE_PICTURE if side is None else side.corners,
        names=(one, two, three, four),
        bar=Bar(texts.say("bar.back"), texts.say("paper_step.corners_done")),
    )


def paper_seen_view(session: Session, world: World, texts: Texts) -> PinView:
    """Return what somebody on duty confirms of the original with their own PIN."""
    paper, view = paper_now(session, world), witness_view(session, world, texts)
    if world.duty is None or paper is None:
        return view
    name = paper.name.say(session.display.language)
    is_checked = session.is_witness_checked
    hint = view.hint if is_checked else texts.say("paper_step.seen_hint", paper=name)
    return PinView(
        title=texts.say("paper_step.seen_title", name=world.duty.name),
        hint=hint,
        problem=view.problem,
        erase=view.erase,
        bar=Bar(view.bar.back, "" if is_checked else texts.say("paper_step.seen_confirm")),
    )


def to_bring(session: Session, world: World) -> tuple[str, ...]:
    """Return the names of the papers that the office still waits for, once it is sealed."""
    return names_of(session.papers.open, session, world)


def paper_rows(session: Session, world: World, texts: Texts) -> list[tuple[str, str, str]]:
    """Return for the review: the id, the name and what became of each paper."""
    shown = belonging(session, world)
    names = names_of(shown, session, world)
    return [(it.paper_id, name, told_of(it, texts)) for it, name in zip(shown, names, strict=True)]


def names_of(papers: tuple[PaperShown, ...], session: Session, world: World) -> tuple[str, ...]:
    """Return what papers are called, in the language of the screen."""
    service = world.service(session.service_id)
    found = () if service is None else tuple(service.paper(it.paper_id) for it in papers)
    return tuple("" if it is None else it.name.say(session.display.language) for it in found)
