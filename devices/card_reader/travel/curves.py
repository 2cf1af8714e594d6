"""Points of the elliptic curves of PACE, added and multiplied: what `cryptography` does not offer.

It has these curves' Diffie-Hellman, but neither another generator than theirs nor the sum of two
points, and of the Brainpool curves of 192, 224 and 320 bits nothing at all. PACE needs all three.
Why this is not constant in time, and need not be: docs/decisions/0048. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from devices.card_reader.travel.trouble import Malformed

Point = tuple[int, int]
"""A point other than the one at infinity."""

_Jacobian = tuple[int, int, int]
_INFINITY: _Jacobian = (1, 1, 0)


@dataclass(frozen=True, slots=True)
class Curve:
    """y^2 = x^3 + ax + b over a prime field, with a generator of prime order; cofactor 1."""

    name: str
    p: int
    a: int
    b: int
    generator: Point
    order: int

    @property
    def width(self) -> int:
        """The length of a coordinate in bytes."""
        return (self.p.bit_length() + 7) // 8

    def holds(self, point: Point) -> bool:
        """Say whether a point is on the curve."""
        x, y = point
        is_inside = 0 <= x < self.p and 0 <= y < self.p
        return is_inside and (y * y - (x * x + self.a) * x - self.b) % self.p == 0

    def encode(self, point: Point) -> bytes:
        """Return the uncompressed form (BSI TR-03111, 3.2.1)."""
        x, y = point
        return b"\x04" + x.to_bytes(self.width, "big") + y.to_bytes(self.width, "big")

    def decode(self, raw: bytes) -> Point:
        """Return the point written in uncompressed form.

        Raises:
            Malformed: it is not on this curve; a chip could ask for the key with such a point.
        """
        if len(raw) != 1 + 2 * self.width or raw[0] != 4:
            raise Malformed("a point of another form")
        x = int.from_bytes(raw[1 : 1 + self.width], "big")
        y = int.from_bytes(raw[1 + self.width :], "big")
        if not self.holds((x, y)):
            raise Malformed("a point beside the curve")
        return x, y

    def multiply(self, scalar: int, point: Point) -> Point:
        """Return `scalar` times a point.

        Raises:
            Malformed: that is the point at infinity, which no honest exchange comes to.
        """
        total = _INFINITY
        addend = (*point, 1)
        for bit in f"{scalar % self.order:b}":
            total = self._double(total)
            if bit == "1":
                total = self._add(total, addend)
        return self._affine(total)

    def add(self, one: Point, other: Point) -> Point:
        """Return the sum of two points.

        Raises:
            Malformed: it is the point at infinity.
        """
        return self._affine(self._add((*one, 1), (*other, 1)))

    def point_for(self, number: int) -> Point:
        """Return the point that stands for a number: the encoding of appendix B.

        Raises:
            Malformed: the curve has none for it (p = 1 mod 4, or a number that gives no point).
        """
        p, a, b = self.p, self.a, self.b
        if p % 4 != 3:
            raise Malformed(f"{self.name} has no integrated mapping")
        alpha = -number * number % p
        below = (alpha + alpha * alpha) % p
        if not below:
            raise Malformed("a number without a point")
        x2 = -b * pow(a, -1, p) * (1 + pow(below, -1, p)) % p
        x3 = alpha * x2 % p
        h2 = (pow(x2, 3, p) + a * x2 + b) % p
        root = pow(h2, p - 1 - (p + 1) // 4, p)
        if root * root * h2 % p == 1:
            return x2, root * h2 % p
        return x3, root * pow(number, 3, p) * h2 % p

    def _affine(self, point: _Jacobian) -> Point:
        x, y, z = point
        if not z:
            raise Malformed("the point at infinity")
        inverse = pow(z, -1, self.p)
        square = inverse * inverse % self.p
        return x * square % self.p, y * square * inverse % self.p

    def _double(self, point: _Jacobian) -> _Jacobian:
        x, y, z = point
        p = self.p
        if not z or not y:
            return _INFINITY
        yy = y * y % p
        s = 4 * x * yy % p
        m = (3 * x * x + self.a * pow(z, 4, p)) % p
        x2 = (m * m - 2 * s) % p
        return x2, (m * (s - x2) - 8 * yy * yy) % p, 2 * y * z % p

    def _add(self, one: _Jacobian, other: _Jacobian) -> _Jacobian:
        if not one[2]:
            return other
        if not other[2]:
            return one
        p = self.p
        x1, y1, z1 = one
        x2, y2, z2 = other
        zz1, zz2 = z1 * z1 % p, z2 * z2 % p
        u1, u2 = x1 * zz2 % p, x2 * zz1 % p
        s1, s2 = y1 * zz2 * z2 % p, y2 * zz1 * z1 % p
        h, r = (u2 - u1) % p, (s2 - s1) % p
        if not h:
            return _INFINITY if r else self._double(one)
        hh = h * h % p
        hhh, v = h * hh % p, u1 * hh % p
        x3 = (r * r - hhh - 2 * v) % p
        return x3, (r * (v - x3) - s1 * hhh) % p, h * z1 * z2 % p
