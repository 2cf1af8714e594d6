"""The sample catalogue's own words fit the screens, problems and all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from kiosk.catalogue.forms import Problem, ProblemKind
from kiosk.catalogue.loader import load_catalogue
from kiosk.catalogue.service import QuestionType, Service
from kiosk.domain import Language
from kiosk.flow.session import Session, Step, TextScale
from tests.screens import looking
from tests.screens.places import ASSETS, EN, ZH, a_session, a_world
from tests.screens.windows import PANELS, a_shell, settle

SERVICES = load_catalogue(ASSETS / "catalogue").services
TOLD = (
    Step.GUIDE,
    Step.FOR_WHOM,
    Step.CARD_NOTICE,
    Step.CONSENT_DATA,
    Step.CONSENT_PHOTO,
    Step.NOT_KEPT,
)


def situations(service: Service, language: Language) -> Iterator[tuple[str, Session]]:
    """Yield every screen that shows words of a service, each question with what may be wrong."""
    for step in TOLD:
        session = a_session(step, language, scale=TextScale.LARGEST)
        yield step, replace(session, service_id=service.service_id)
    for question in service.questions:
        if question.kind is QuestionType.HIDDEN:
            continue
        session = a_session(Step.QUESTION, language, scale=TextScale.LARGEST)
        asked = replace(session, service_id=service.service_id, question=question.name)
        yield question.name, asked
        for kind, words in (
            (ProblemKind.CONSTRAINT, question.constraint_message),
            (ProblemKind.REQUIRED, question.required_message),
        ):
            yield f"{question.name} {kind}", replace(asked, question_problem=Problem(kind, words))


@pytest.mark.parametrize("panel", list(PANELS))
@pytest.mark.parametrize("language", [ZH, EN])
@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.service_id)
def test_the_catalogues_words_fit(
    qtbot: QtBot, panel: str, language: Language, service: Service
) -> None:
    """At the largest text size, on every panel, nothing that the office wrote is cut."""
    shell = a_shell(qtbot, panel)
    complaints = []
    for name, session in situations(service, language):
        shell.show_session(session, a_world(services=SERVICES))
        settle()
        found = [
            *looking.cut_words(shell),
            *looking.outside(shell),
            *looking.overlapping(shell),
        ]
        complaints += [f"{name}: {complaint}" for complaint in found]
    assert "\n".join(complaints) == ""
