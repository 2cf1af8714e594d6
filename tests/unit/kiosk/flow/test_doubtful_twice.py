"""A number that does not fit, for two people: it is one person's, however often it is typed."""

from __future__ import annotations

import pytest

from kiosk.domain import IdentityAssurance
from tests.unit.kiosk.flow.test_two_people import TwoPeople


@pytest.mark.parametrize(
    "least", [IdentityAssurance.TYPED_AND_ATTENDANT, IdentityAssurance.ATTENDANT_ALONE]
)
def test_the_same_doubtful_number_is_not_taken_for_both(least: IdentityAssurance) -> None:
    """The applicant insisted on it; for the other person it is asked for again."""
    machine = TwoPeople()
    machine.begin(least)
    machine.bring_two_cards(other=2, who=2)
    machine.bring_voucher(other=2, who=0)  # what is sealed is checked on the way
