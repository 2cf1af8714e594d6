"""What somebody with a passport does, touch by touch; for tests in which anything goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kiosk.flow import document_events as de
from kiosk.flow import events as ev
from kiosk.flow.document_try import DocumentWay


def document_story(
    way: DocumentWay, *, is_right: bool
) -> Iterator[tuple[Callable[..., ev.Event], *tuple[object, ...]]]:
    """Yield them: type what is in it, or show it; with a wrong digit, do without the chip."""
    yield (de.DocumentChosen,)
    yield de.WayChosen, way
    yield (ev.ShutterPressed,)
    for text in ("L898902C3", "6" if is_right else "5", "1974-08-12", "2032-04-15"):
        yield de.DocumentTyped, text
    if not is_right:
        yield (de.WithoutChipChosen,)
