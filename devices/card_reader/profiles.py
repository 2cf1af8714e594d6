"""The kinds of contact card that are known, in the order in which they are tried."""

from __future__ import annotations

from devices.card_reader import social_security_card
from devices.card_reader.card_profile import CardProfile

PROFILES: tuple[CardProfile, ...] = (social_security_card.PROFILE,)
