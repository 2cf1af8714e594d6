"""The rungs below the chip, to be drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from kiosk.domain import Identity, IdentityAssurance, Person, StaffMember
from kiosk.flow.session import Session, Step
from kiosk.flow.world import World
from kiosk.photos import Photo
from kiosk.ports.camera import Look
from kiosk.ports.card_reader import UnreadableReason

Drawn = tuple[str, Session, World, Look | None]
"""Its name, the session, and what goes with it."""


def ladder(
    visit: Session,
    world: World,
    alone: World,
    person: Person,
    seen_by: tuple[StaffMember, datetime],
    pictures: tuple[Look, Photo],
) -> Iterator[Drawn]:
    """Yield the rungs below the chip: name, session, world, and what the camera sees."""
    volunteer, at = seen_by
    failed = replace(visit, step=Step.CARD, card_problem=UnreadableReason.DAMAGED, failed_reads=2)
    yield ("ladder-lay", failed, world, None)
    other = replace(visit, step=Step.OTHER_WAY)
    yield ("ladder-other-way", other, world, None)
    yield ("ladder-other-way-alone", other, alone, None)
    yield ("ladder-number", replace(visit, step=Step.TYPED_NUMBER), world, None)
    tried = replace(visit, step=Step.TYPED_NUMBER, tried_number="990101194503150034")
    yield ("ladder-number-check", tried, world, None)
    typed = replace(visit, person=replace(person, full_name="", address=""))
    side = replace(typed, step=Step.CARD_PICTURE)
    look, photo = pictures
    yield ("ladder-front", side, world, look)
    yield ("ladder-taken", replace(side, card_picture=photo), world, None)
    yield ("ladder-no-camera", replace(side, camera_is_gone=True), world, None)
    witness = replace(typed, step=Step.WITNESS)
    yield ("ladder-witness", witness, world, None)
    yield ("ladder-witness-alone", witness, alone, None)
    seen = Identity(IdentityAssurance.TYPED_AND_ATTENDANT, at, volunteer, failed_reads=2)
    yield ("ladder-review", replace(typed, step=Step.REVIEW, identity=seen), world, None)
