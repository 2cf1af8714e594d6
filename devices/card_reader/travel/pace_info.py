"""What a chip offers for PACE: the SecurityInfos of EF.CardAccess (9.2). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from devices.card_reader.travel import tlv
from devices.card_reader.travel.key_agreement import Group, group
from devices.card_reader.travel.suites import Suite
from devices.card_reader.travel.trouble import Malformed

_PACE = bytes.fromhex("04007F0007020204")
_PK_ECDH = bytes.fromhex("04007F000702020102")
_BITS = 0x03
_SET, _SEQUENCE, _OID, _INTEGER = 0x31, 0x30, 0x06, 0x02
_VERSION = 2


class Mapping(IntEnum):
    """How the nonce becomes a generator, and in which kind of group: the protocol's number."""

    DH_GENERIC = 1
    ECDH_GENERIC = 2
    DH_INTEGRATED = 3
    ECDH_INTEGRATED = 4
    ECDH_CHIP_AUTHENTICATION = 6

    @property
    def is_integrated(self) -> bool:
        """Say whether both sides compute the generator from two nonces."""
        return self in (Mapping.DH_INTEGRATED, Mapping.ECDH_INTEGRATED)

    @property
    def is_on_a_curve(self) -> bool:
        """Say whether the group is one of points."""
        return self not in (Mapping.DH_GENERIC, Mapping.DH_INTEGRATED)


_BEST_FIRST = (
    Mapping.ECDH_CHIP_AUTHENTICATION,
    Mapping.ECDH_GENERIC,
    Mapping.ECDH_INTEGRATED,
    Mapping.DH_GENERIC,
    Mapping.DH_INTEGRATED,
)


@dataclass(frozen=True, slots=True)
class PaceInfo:
    """One way in that the chip offers and this program knows."""

    oid: bytes
    mapping: Mapping
    suite: Suite
    group_number: int

    def group(self) -> Group:
        """Return the group.

        Raises:
            Malformed: it is of the other kind than the mapping says, or none is known.
        """
        found = group(self.group_number)
        if found is None or (self.group_number >= 8) is not self.mapping.is_on_a_curve:
            raise Malformed(f"domain parameters {self.group_number} are not known")
        return found


def offers(card_access: bytes) -> tuple[PaceInfo, ...]:
    """Return what EF.CardAccess offers, the best first; what is not known here is left out.

    Raises:
        Malformed: it is no set of SecurityInfos.
    """
    found: list[PaceInfo] = []
    for info in tlv.items(tlv.only(card_access, _SET)):
        if info.tag == _SEQUENCE:
            offer = _offer(tlv.items(info.value))
            if offer is not None:
                found.append(offer)
    return tuple(sorted(found, key=lambda offer: _BEST_FIRST.index(offer.mapping)))


def chip_key(infos: bytes, group_number: int) -> bytes | None:
    """Return the chip's public key among SecurityInfos, for chip authentication (9.2.5).

    Args:
        infos: The content of EF.CardSecurity.
        group_number: The group that it has to be of.
    """
    try:
        for info in tlv.items(tlv.only(infos, _SET)):
            fields = tlv.items(info.value)
            if [it.tag for it in fields[:2]] != [_OID, _SEQUENCE] or fields[0].value != _PK_ECDH:
                continue
            algorithm, key = tlv.items(fields[1].value)[:2]
            named = tlv.items(algorithm.value)
            number = named[1].value if len(named) == 2 and named[1].tag == _INTEGER else b""
            if key.tag == _BITS and number == bytes([group_number]):
                return key.value[1:]
    except (Malformed, ValueError):
        return None
    return None


def _offer(fields: tuple[tlv.Item, ...]) -> PaceInfo | None:
    if [field.tag for field in fields[:3]] != [_OID, _INTEGER, _INTEGER]:
        return None
    oid = fields[0].value
    if len(oid) != len(_PACE) + 2 or not oid.startswith(_PACE):
        return None
    version, number = (int.from_bytes(field.value, "big") for field in fields[1:3])
    try:
        offer = PaceInfo(oid, Mapping(oid[-2]), Suite(oid[-1]), number)
        offer.group()
    except (ValueError, Malformed):
        return None
    return offer if version == _VERSION else None
