"""The pictures of reading aloud, and of a machine without a voice or a printer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kiosk.flow.session import Overlay, ReceiptState, Session
from kiosk.flow.world import World


def aloud_sessions(no_paper: Session, world: World) -> Iterator[tuple[str, Session, World]]:
    """Yield the pages of a resident without a paper: names, sessions, worlds."""
    asked = replace(no_paper, overlay=Overlay.ALOUD)
    mute = replace(world, has_voice=False)
    yield "over-aloud", asked, world
    yield "over-aloud-said", replace(asked, spelt=0), world
    yield "over-aloud-broken", replace(asked, spelt=0), mute
    never = replace(no_paper, receipt=ReceiptState.NOT_PRINTED, printer_state=None)
    yield "received-no-printer", never, replace(mute, has_printer=False)
