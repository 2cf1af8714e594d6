"""What is said where two faces could not be compared: nothing that this service does not let."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain import Identity, IdentityAssurance
from tests.screens.faces import FACES
from tests.screens.places import EN, NOW, SERVICE, TEXTS, a_session, a_world
from ui.views.face_check import face_check_view

READ = Identity(IdentityAssurance.CARD_READ, NOW)


@pytest.mark.parametrize("why", ["too_often", "no_program"])
def test_going_on_without_it_is_said_only_where_it_is_let(why: str) -> None:
    """A service may want somebody's look instead; then Next is not there either."""
    step, changes = FACES[f"not compared {why}"]
    session = a_session(step, EN, **changes | {"identity": READ})
    face = IdentityAssurance.CARD_AND_FACE
    beside = IdentityAssurance.CARD_AND_ATTENDANT
    owed = replace(SERVICE, least_identity=face, beside_face=beside)
    for service, is_let in ((SERVICE, True), (owed, False)):
        view = face_check_view(session, replace(a_world(), services=(service,)), TEXTS[EN])
        assert ("go on" in view.lines[0]) is is_let
        assert (view.bar.next != "") is is_let
        assert is_let or "Somebody on duty can look instead." in view.lines[0]
