"""What the pictures show of something else in the same visit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kiosk.catalogue.service import Service, Words
from kiosk.domain import Language
from kiosk.flow.earlier import Earlier
from kiosk.flow.session import ReceiptState, Session, Step
from kiosk.flow.world import World

_MORE = (
    (
        "travel_card",
        "card_reader",
        "老年公交卡",
        "65岁起免费乘车",
        "Travel card",
        "Free from 65 on",
    ),
    ("meals", "home", "助餐补贴", "社区食堂吃饭便宜些", "Meal allowance", "At community canteens"),
)


def another_sessions(received: Session, world: World) -> Iterator[tuple[str, Session, World]]:
    """Yield name, session and world of every picture."""
    several = replace(world, services=(*world.services, *_services(world.services[0])))
    earlier = Earlier((received.service_id,))
    asked = replace(received, step=Step.ANOTHER, earlier=earlier)
    yield "another", asked, several
    yield "another-printing", replace(asked, receipt=ReceiptState.PRINTING), several


def _services(like: Service) -> Iterator[Service]:
    for service_id, icon, *said in _MORE:
        yield replace(
            like,
            service_id=service_id,
            icon=icon,
            name=_words(said[0], said[2]),
            tagline=_words(said[1], said[3]),
        )


def _words(chinese: str, english: str) -> Words:
    return Words(((Language("zh_CN"), chinese), (Language("en"), english)))
