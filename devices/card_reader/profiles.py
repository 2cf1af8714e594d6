"""The kinds of contact card that are known, in the order in which they are tried.

Those that are selected by a name of their own come first; a path exists on many cards.
"""

from __future__ import annotations

from devices.card_reader import social_security_card
from devices.card_reader.card_profile import CardProfile
from devices.card_reader.national import belgian, estonian, health_taiwan, mykad, thai

PROFILES: tuple[CardProfile, ...] = (
    social_security_card.PROFILE,
    thai.PROFILE,
    mykad.PROFILE,
    health_taiwan.PROFILE,
    belgian.PROFILE,
    estonian.PROFILE_2018,
    estonian.PROFILE_OLDER,
)
