"""What a paper desk of tests knows around it: the sample service, at an invented site."""

from __future__ import annotations

from dataclasses import replace

from kiosk.effects import Surroundings
from kiosk.texts import load_texts
from tests.support.builders import a_world
from tests.support.services import ASSETS, the_calendar, the_sample_service

TEXTS = load_texts(ASSETS / "locale")


def some_surroundings(**changes: object) -> Surroundings:
    """Return surroundings, some of it changed."""
    around = Surroundings(
        services=(the_sample_service(),),
        site=a_world().site,
        calendar=the_calendar(),
        timezone="Asia/Shanghai",
        query_url="",
        texts=TEXTS,
        simulated=(),
    )
    return replace(around, **changes)  # type: ignore[arg-type] # named by the caller
