"""The screens for travel documents: what touching and typing on them sends."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from kiosk.flow.document_events import (
    DocumentChosen,
    DocumentTyped,
    WayChosen,
    WithoutChipChosen,
)
from kiosk.flow.document_try import DocumentPart, DocumentTry, DocumentWay
from kiosk.flow.events import Continued, PhotoDeclined
from kiosk.flow.session import Session, Step
from tests.screens.document_situations import DOCUMENT_SITUATIONS, KEY, typed
from tests.screens.places import ZH, a_session, moment
from tests.screens.test_touch import Window
from ui.widgets.progress import Progress

AT = moment()


def seen(name: str) -> Session:
    """Return a situation in Chinese."""
    step, changes = DOCUMENT_SITUATIONS[name]
    return a_session(step, ZH, **changes)


def test_the_card_page_leads_to_documents(qtbot: QtBot) -> None:
    """One tile more, beside the way to somebody."""
    window = Window(qtbot, a_session(Step.CARD, ZH, person=None, identity=None))
    window.touch("带的是护照或通行证？")
    assert window.sent == [DocumentChosen(AT)]


def test_each_way_is_a_tile(qtbot: QtBot) -> None:
    """Touching one is enough."""
    window = Window(qtbot, seen("document way"))
    for title in ("给镜头看", "自己按", "按读取号码"):
        window.touch(title)
    assert window.sent == [WayChosen(AT, way) for way in DocumentWay]


def test_letters_and_digits_are_typed_on_keys_of_our_own(qtbot: QtBot) -> None:
    """And sent as they stand, by Next."""
    window = Window(qtbot, seen("document number"))
    for key in "L8Z02":
        window.touch(key)
    window.touch("下一步")
    assert window.sent == [DocumentTyped(AT, "L8Z02")]


def test_what_was_typed_before_is_there_to_be_put_right(qtbot: QtBot) -> None:
    """A date as a date, a number as a number; nothing of it stays on the hidden page."""
    for part, told in (
        (DocumentPart.BIRTH, "1974-08-12"),
        (DocumentPart.NUMBER, "L898902C3"),
    ):
        known = typed(part, birth="1974-08-12", number="L898902C3")
        window = Window(qtbot, a_session(Step.DOCUMENT_TYPED, ZH, **known))
        window.touch("下一步")
        assert window.sent == [DocumentTyped(AT, told)]
        window.show(a_session(Step.REVIEW, ZH))
        page = window.shell.screen_now
        assert not page.type_text("1")
        window.show(a_session(Step.DOCUMENT_TYPED, ZH, **typed(part)))
        window.touch("下一步")
        assert len(window.sent) == 1


def test_a_wrong_key_leads_back_and_without_the_chip_on(qtbot: QtBot) -> None:
    """Both are there at once, and nothing else moves."""
    window = Window(qtbot, seen("document wrong key"))
    window.touch("再对照一遍")
    window.touch("不读芯片，接着办")
    assert window.sent == [Continued(AT), WithoutChipChosen(AT)]


def test_rather_typing_is_always_open_beside_the_camera(qtbot: QtBot) -> None:
    """A camera is no gate."""
    window = Window(qtbot, seen("document picture unsure"))
    assert window.says("有几个字没看清。请斜一斜，别反光，再试一次。")
    window.touch("还是自己按")
    assert window.sent == [PhotoDeclined(AT)]


def test_the_bar_fills_while_the_chip_is_read_and_never_to_the_end(qtbot: QtBot) -> None:
    """It says that something goes on, and promises nothing."""
    window = Window(qtbot, seen("document being read"))
    bar = window.shell.screen_now.findChildren(Progress)[0]
    assert bar.isVisible()
    shares = []
    for waited_s in (0.0, 3.0, 60.0, 6000.0):
        later = type(AT)(AT.at, AT.monotonic_s + waited_s)
        window.shell.kit.now = lambda: later  # noqa: B023
        shares.append(bar.share)
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    assert shares[-1] < 0.96
    document = DocumentTry(number=KEY.document_number, key=KEY)
    window.show(a_session(Step.DOCUMENT_READ, ZH, person=None, identity=None, document=document))
    assert not bar.isVisible()
