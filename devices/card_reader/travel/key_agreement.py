"""The groups of PACE as one thing: elements are bytes, as they cross the line. Pure.

A curve and a group of residues differ in how elements are written and joined, and in nothing that
the protocol sees.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from devices.card_reader.travel.curves import Curve
from devices.card_reader.travel.standard_groups import CURVES, MODP_GROUPS
from devices.card_reader.travel.trouble import Malformed


class Group(ABC):
    """A group with a generator; every element that comes in is checked to belong to it."""

    order: int
    generator: bytes
    element_tag: int
    """The tag of an element inside a public key data object (9.4.4, 9.4.5)."""

    @property
    @abstractmethod
    def field_prime(self) -> int:
        """The prime of the field that the group is made from."""

    @abstractmethod
    def multiply(self, private: int, element: bytes) -> bytes:
        """Return `private` times an element; raises `Malformed` for one that is none."""

    @abstractmethod
    def join(self, one: bytes, other: bytes) -> bytes:
        """Return the group's operation on two elements; raises `Malformed` for one that is none."""

    @abstractmethod
    def secret(self, element: bytes) -> bytes:
        """Return the part of an agreed element that keys are derived from (9.7.2)."""

    @abstractmethod
    def element_for(self, number: int) -> bytes:
        """Return the element that a pseudo-random number is mapped to (4.4.3.3.2)."""


class CurveGroup(Group):
    """A group of points."""

    element_tag = 0x86

    def __init__(self, curve: Curve, number: int = 0) -> None:
        """Take a curve's own generator; `number` is that of the standardized parameters."""
        self.number = number
        self._curve = curve
        self.order = curve.order
        self.generator = curve.encode(curve.generator)

    @property
    def field_prime(self) -> int:
        """The prime of the coordinates."""
        return self._curve.p

    def multiply(self, private: int, element: bytes) -> bytes:
        """Return a multiple of a point."""
        return self._curve.encode(self._curve.multiply(private, self._curve.decode(element)))

    def join(self, one: bytes, other: bytes) -> bytes:
        """Return the sum of two points."""
        curve = self._curve
        return curve.encode(curve.add(curve.decode(one), curve.decode(other)))

    def secret(self, element: bytes) -> bytes:
        """Return the x-coordinate."""
        return element[1 : 1 + self._curve.width]

    def element_for(self, number: int) -> bytes:
        """Return the point of appendix B."""
        return self._curve.encode(self._curve.point_for(number))


class ModpGroup(Group):
    """A subgroup of prime order among the residues modulo a prime."""

    element_tag = 0x84

    def __init__(self, prime: int, generator: int, order: int) -> None:
        """Take the parameters of RFC 5114."""
        self._prime = prime
        self._width = (prime.bit_length() + 7) // 8
        self.order = order
        self.generator = self._encode(generator)

    @property
    def field_prime(self) -> int:
        """The modulus."""
        return self._prime

    def multiply(self, private: int, element: bytes) -> bytes:
        """Return a power of a residue."""
        return self._encode(pow(self._decode(element), private, self._prime))

    def join(self, one: bytes, other: bytes) -> bytes:
        """Return the product of two residues."""
        return self._encode(self._decode(one) * self._decode(other) % self._prime)

    def secret(self, element: bytes) -> bytes:
        """Return the whole residue."""
        return element

    def element_for(self, number: int) -> bytes:
        """Return the number raised into the subgroup."""
        mapped = pow(number, (self._prime - 1) // self.order, self._prime)
        if mapped <= 1:
            raise Malformed("a number that maps to no generator")
        return self._encode(mapped)

    def _encode(self, residue: int) -> bytes:
        return residue.to_bytes(self._width, "big")

    def _decode(self, raw: bytes) -> int:
        """Return a residue of the subgroup, and never one that gives the key away."""
        residue = int.from_bytes(raw, "big")
        is_inside = len(raw) <= self._width and 1 < residue < self._prime - 1
        if not is_inside or pow(residue, self.order, self._prime) != 1:
            raise Malformed("a number beside the group")
        return residue


def group(number: int) -> Group | None:
    """Return the standardized group with this number, or None when there is none."""
    if number in CURVES:
        return CurveGroup(CURVES[number], number)
    if number in MODP_GROUPS:
        return ModpGroup(*MODP_GROUPS[number])
    return None
