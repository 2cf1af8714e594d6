"""How reading a travel document can go wrong in this folder; `reading` makes answers of it."""

from __future__ import annotations


class TravelTrouble(Exception):
    """Reading can't go on; the words are for a technician and hold nothing personal."""


class Malformed(TravelTrouble):
    """Bytes do not have the form that they have to have."""


class WrongKey(TravelTrouble):
    """The chip does not accept what was said to be printed in the document."""


class ChannelBroken(TravelTrouble):
    """An answer fails its check, or came without protection: the session is over."""


class Refused(TravelTrouble):
    """The chip said no; `status` is its status word."""

    def __init__(self, what: str, status: int) -> None:
        """Say what was asked for and what the chip answered."""
        super().__init__(f"{what}: {status:04X}")
        self.status = status


class OutOfTime(TravelTrouble):
    """What was being read is not worth waiting for any longer."""
