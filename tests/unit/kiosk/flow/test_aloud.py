"""Number and code are read aloud for who asks twice, and for nobody who leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import Language
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.aloud import is_offered, sayable
from kiosk.flow.aloud_effects import FallSilent, SpellAloud, Spelt
from kiosk.flow.aloud_events import AloudAsked, AloudClosed, SilenceAsked, SpellAsked
from kiosk.flow.session import Overlay, ReceiptState, Step, TextScale
from kiosk.ports.card_reader import Presence
from kiosk.ports.printer import PrinterState
from tests.support.builders import a_sealed, a_status, a_world
from tests.support.walk import Walk

NUMBER = SpellAloud(Spelt.NUMBER, a_sealed().number_groups)
WARNING = ef.SayAloud("aloud.warning")
CODE = SpellAloud(Spelt.CODE, (a_sealed().query_code[:3], a_sealed().query_code[3:]))


def a_walk(*, has_voice: bool = True) -> Walk:
    """Return a machine with a voice, or without."""
    return Walk(replace(a_world(), has_voice=has_voice))


def without_paper(*, has_voice: bool = True) -> Walk:
    """Return a visit whose receipt did not come out, its card on the reader."""
    walk = a_walk(has_voice=has_voice).to(Step.RECEIVED)
    walk.on(ev.CardSeen, Presence.PRESENT)
    walk.answer(ev.ReceiptFailed, PrinterState.PAPER_OUT, a_sealed().app_id)
    return walk


def speaking() -> Walk:
    """Return a visit in which the number is being read aloud."""
    walk = without_paper()
    walk.on(AloudAsked)
    assert walk.on(SpellAsked, 0) == (NUMBER,)
    return walk


def test_the_first_touch_warns_the_second_speaks() -> None:
    """The number by one touch, the code by another, each as often as wanted."""
    walk = without_paper()
    assert walk.on(AloudAsked) == (WARNING,)
    assert walk.overlay == Overlay.ALOUD
    assert walk.on(SpellAsked, 0) == (NUMBER,)
    assert walk.on(SpellAsked, 0) == (NUMBER,)
    assert walk.on(SpellAsked, 1) == (CODE,)
    assert walk.now().spelt == 1
    assert walk.on(SpellAsked, 2) == ()
    assert walk.on(SilenceAsked) == (FallSilent(),)
    assert walk.overlay == Overlay.ALOUD
    assert walk.on(AloudClosed) == (FallSilent(),)
    assert (walk.step, walk.overlay) == (Step.RECEIVED, Overlay.NONE)


def test_nothing_is_said_without_the_warning() -> None:
    """A touch that comes from nowhere, or from the page before, says nothing."""
    walk = without_paper()
    assert walk.on(SpellAsked, 0) == ()
    assert walk.on(SilenceAsked) == ()
    assert (walk.overlay, walk.now().spelt) == (Overlay.NONE, None)


@pytest.mark.parametrize(
    ("receipt", "is_there"),
    [
        (ReceiptState.NOT_PRINTED, True),
        (ReceiptState.PRINTING, False),
        (ReceiptState.PRINTED, False),
        (ReceiptState.UNCONFIRMED, True),
        (ReceiptState.FAILED, True),
    ],
)
def test_who_has_the_paper_is_not_offered_it(receipt: ReceiptState, *, is_there: bool) -> None:
    """Who has none is, and who does not know."""
    walk = without_paper()
    walk.session = replace(walk.now(), receipt=receipt)
    assert is_offered(walk.now(), walk.world) is is_there
    walk.on(AloudAsked)
    assert (walk.overlay == Overlay.ALOUD) is is_there


def test_without_a_voice_there_is_no_button() -> None:
    """And none is opened; one that fails meanwhile says nothing more."""
    walk = without_paper(has_voice=False)
    assert not is_offered(walk.now(), walk.world)
    walk.on(AloudAsked)
    assert walk.overlay == Overlay.NONE
    walk = speaking()
    walk.world = replace(walk.world, has_voice=False)
    assert walk.on(SpellAsked, 0) == ()


LEAVING: dict[str, Callable[[Walk], object]] = {
    "closed": lambda walk: walk.on(AloudClosed),
    "the card is taken": lambda walk: walk.on(ev.CardSeen, Presence.ABSENT),
    "stopped": lambda walk: walk.on(ev.StopAsked),
    "help": lambda walk: walk.on(ev.HelpAsked),
    "staff": lambda walk: (walk.on(ev.HelpAsked), walk.on(ev.StaffDoorOpened)),
    "idle": lambda walk: walk.wait(200),
    "another language": lambda walk: walk.on(ev.LanguageChosen, Language("en")),
    "broken": lambda walk: walk.on(ev.Broke),
    "helped": lambda walk: walk.on(ev.HelperJoined),
}


@pytest.mark.parametrize("how", LEAVING)
def test_whatever_leads_away_is_silence_at_once(how: str) -> None:
    """The voice ends once, with the first event that leaves, and nothing of it stays."""
    walk = speaking()
    walk.world = replace(walk.world, duty=walk.world.staff[0])
    walk.done.clear()
    LEAVING[how](walk)
    silences = [it for it in walk.done if isinstance(it, FallSilent | SpellAloud)]
    assert silences == [FallSilent()]
    assert walk.now().spelt is None


def test_silence_comes_before_what_is_said_next() -> None:
    """A sentence of the page that follows is not cut off."""
    walk = speaking()
    walk.session = replace(walk.now(), card_presence=Presence.CANT_TELL)
    walk.on(ev.StopAsked)
    assert walk.last[0] == FallSilent()


def test_a_larger_text_and_a_late_word_of_the_printer_do_not_interrupt() -> None:
    """The page is the same."""
    walk = speaking()
    walk.on(ev.TextScaleChosen, TextScale.LARGEST)
    walk.answer(ev.ReceiptUnconfirmed, a_sealed().app_id)
    walk.on(ev.CardSeen, Presence.PRESENT)
    assert walk.all(FallSilent) == []
    assert walk.now().spelt == 0


def test_a_card_taken_closes_the_page() -> None:
    """Its owner goes: the page that says numbers does not stay for the next."""
    walk = speaking()
    walk.on(ev.CardSeen, Presence.ABSENT)
    assert walk.overlay != Overlay.ALOUD


def test_the_numbers_of_before_are_read_and_no_codes() -> None:
    """On the progress page each application has its own touch."""
    walk = a_walk().to_status()
    walk.on(ev.StatusByCardChosen)
    other = replace(a_status(), number_groups=("3702", "0002", "11"))
    walk.session = replace(walk.now(), step=Step.STATUS_SHOWN, status_items=(a_status(), other))
    walk.on(AloudAsked)
    assert [it.what for it in sayable(walk.now())] == [Spelt.NUMBER, Spelt.NUMBER]
    assert walk.on(SpellAsked, 1) == (SpellAloud(Spelt.NUMBER, ("3702", "0002", "11")),)


def test_nothing_private_is_in_what_a_log_could_hold() -> None:
    """Number and code are left out of how the order describes itself."""
    assert "3702" not in repr(NUMBER)
    assert a_sealed().query_code[:3] not in repr(CODE)


TOUCHES: tuple[tuple[Callable[..., ev.Event], tuple[object, ...]], ...] = (
    (AloudAsked, ()),
    (SpellAsked, (0,)),
    (SpellAsked, (1,)),
    (SilenceAsked, ()),
    (AloudClosed, ()),
    (ev.HelpAsked, ()),
    (ev.HelpAnswered, ()),
    (ev.Continued, ()),
    (ev.WentBack, ()),
    (ev.StopAsked, ()),
    (ev.StopConfirmed, ()),
    (ev.StatusAsked, ("s-9",)),
    (ev.LanguageChosen, (Language("en"),)),
    (ev.CardSeen, (Presence.ABSENT,)),
    (ev.CardSeen, (Presence.PRESENT,)),
    (ev.StaffDoorOpened, ()),
    (ev.StaffDoorClosed, ()),
)


@given(st.lists(st.sampled_from(TOUCHES), max_size=25))
def test_in_any_order_a_voice_is_heard_on_its_page_alone(
    touches: list[tuple[Callable[..., ev.Event], tuple[object, ...]]],
) -> None:
    """Whoever listens to the orders knows of a voice only while the page lies open."""
    walk, is_heard = without_paper(), False
    for kind, told in touches:
        for effect in walk.on(kind, *told):
            match effect:
                case SpellAloud():
                    is_heard = True
                case FallSilent():
                    is_heard = False
                case ef.SayAloud("aloud.warning"):
                    is_heard = True
                case ef.SayAloud() | ef.RingBell():
                    assert not is_heard
        is_open = walk.overlay == Overlay.ALOUD and walk.now().staff is None
        assert is_open or not is_heard


def test_a_paper_of_somebody_before_is_told_over_it() -> None:
    """It must not be taken for one's own; the voice ends."""
    walk = speaking()
    walk.on(ev.ReceiptPrinted, "s-0")
    assert walk.overlay == Overlay.LATE_PAPER
    assert walk.last[0] == FallSilent()
