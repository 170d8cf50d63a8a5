"""ECDSA on the curves P-256 and P-384 (FIPS 186-5, SEC 1), only to check public values."""

from dataclasses import dataclass

Point = tuple[int, int] | None
"""A point by its coordinates; None is the neutral element."""

Jacobian = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve y² = x³ - 3x + b over the integers modulo p, with a base point of prime order."""

    p: int
    b: int
    order: int
    base: tuple[int, int]

    @property
    def size(self) -> int:
        """Return how many bytes a coordinate takes."""
        return (self.p.bit_length() + 7) // 8

    def holds(self, point: tuple[int, int]) -> bool:
        """Return whether a point lies on the curve."""
        x, y = point
        return 0 <= x < self.p and 0 <= y < self.p and (y * y - (x * x * x - 3 * x + self.b)) % self.p == 0


P256 = Curve(
    p=2**256 - 2**224 + 2**192 + 2**96 - 1,
    b=0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    order=0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    base=(
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    ),
)
P384 = Curve(
    p=2**384 - 2**128 - 2**96 + 2**32 - 1,
    b=0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
    order=0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    base=(
        0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
        0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
    ),
)


def decoded_point(curve: Curve, raw: bytes) -> tuple[int, int] | None:
    """Return the point that an uncompressed encoding holds (SEC 1, 2.3.4), or None for none."""
    size = curve.size
    if len(raw) != 1 + 2 * size or raw[:1] != b"\x04":
        return None
    point = int.from_bytes(raw[1 : 1 + size]), int.from_bytes(raw[1 + size :])
    return point if curve.holds(point) else None


def is_signed(curve: Curve, public: tuple[int, int], digest: bytes, signature: tuple[int, int]) -> bool:
    """Return whether a signature (r, s) over a digest is that of a public key on the curve."""
    r, s = signature
    if not (0 < r < curve.order and 0 < s < curve.order and curve.holds(public)):
        return False
    number = int.from_bytes(digest)
    number >>= max(0, 8 * len(digest) - curve.order.bit_length())
    inverse = pow(s, -1, curve.order)
    first = _times(curve, number * inverse % curve.order, curve.base)
    second = _times(curve, r * inverse % curve.order, public)
    point = _affine(curve, _add(curve, first, second))
    return point is not None and point[0] % curve.order == r


def _affine(curve: Curve, point: Jacobian) -> Point:
    x, y, z = point
    if z == 0:
        return None
    inverse = pow(z, -1, curve.p)
    return x * inverse * inverse % curve.p, y * inverse * inverse * inverse % curve.p


def _times(curve: Curve, scalar: int, point: tuple[int, int]) -> Jacobian:
    found, step = (0, 1, 0), (*point, 1)
    while scalar:
        if scalar & 1:
            found = _add(curve, found, step)
        step = _doubled(curve, step)
        scalar >>= 1
    return found


def _doubled(curve: Curve, point: Jacobian) -> Jacobian:
    x, y, z = point
    p = curve.p
    if z == 0 or y == 0:
        return (0, 1, 0)
    slope = 3 * (x - z * z) * (x + z * z) % p
    middle = 4 * x * y * y % p
    made = (slope * slope - 2 * middle) % p
    return made, (slope * (middle - made) - 8 * y**4) % p, 2 * y * z % p


def _add(curve: Curve, one: Jacobian, other: Jacobian) -> Jacobian:
    if one[2] == 0:
        return other
    if other[2] == 0:
        return one
    p = curve.p
    z1, z2 = one[2] * one[2] % p, other[2] * other[2] % p
    u1, u2 = one[0] * z2 % p, other[0] * z1 % p
    s1, s2 = one[1] * other[2] * z2 % p, other[1] * one[2] * z1 % p
    width, rise = (u2 - u1) % p, (s2 - s1) % p
    if width == 0:
        return _doubled(curve, one) if rise == 0 else (0, 1, 0)
    square = width * width % p
    cube = square * width % p
    middle = u1 * square % p
    x = (rise * rise - cube - 2 * middle) % p
    return x, (rise * (middle - x) - s1 * cube) % p, one[2] * other[2] * width % p
