# SPDX-License-Identifier: MIT
"""X25519 and Elligator 2 against the vectors of their RFCs and slow arithmetic of points."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.pairing.on_demand.elligator import point_of
from core.pairing.on_demand.x25519 import P, power, x25519
from tests.unit.pairing_bench import at_once

A = 486662
BASE = (9).to_bytes(32, "little")
# RFC 7748, section 5.2: scalar, u, result.
VECTORS = [
    ("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
     "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
     "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"),
    ("4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
     "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
     "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"),
]
ONCE = "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"
THOUSANDTH = "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51"
# RFC 9380, J.4.2 (curve25519_XMD:SHA-512_ELL2_NU_): u[0], Q.x.
MAPPED = [
    ("608d892b641f0328523802a6603427c26e55e6f27e71a91a478148d45b5093cd",
     "51125222da5e763d97f3c10fcc92ea6860b9ccbbd2eb1285728f566721c1e65b"),
    ("46f5b22494bfeaa7f232cc8d054be68561af50230234d7d1d63d1d9abeca8da5",
     "7d56d1e08cb0ccb92baf069c18c49bb5a0dcd927eff8dcf75ca921ef7f3e6eeb"),
    ("235fe40c443766ce7e18111c33862d66c3b33267efa50d50f9e8e5d252a40aaa",
     "3fbe66b9c9883d79e8407150e7c2a1c8680bee496c62fabe4619a72b3cabe90f"),
    ("001e92a544463bda9bd04ddbe3d6eed248f82de32f522669efc5ddce95f46f5b",
     "227e0bb89de700385d19ec40e857db6e6a3e634b1c32962f370d26f84ff19683"),
    ("1a68a1af9f663592291af987203393f707305c7bac9c8d63d6a729bdc553dc19",
     "3bcd651ee54d5f7b6013898aab251ee8ecc0688166fce6e9548d38472f6bd196"),
]
# Points of low order, on the curve and on its twist, and other ways to write them.
LOW_ORDER = [0, 1, 325606250916557431795983626356110631294008115727848805560023387167927233504,
             39382357235489614581723060781553021112529911719440698176882885853963445705823,
             P - 1, P, P + 1]
numbers = st.integers(0, P - 1)
texts = st.binary(min_size=32, max_size=32)


def is_square(number):
    return pow(number, (P - 1) // 2, P) in (0, 1)


def root(number):
    """A square root, by the formula for P = 5 modulo 8."""
    found = pow(number, (P + 3) // 8, P)
    if found * found % P != number % P:
        found = found * pow(2, (P - 1) // 4, P) % P
    return found if found * found % P == number % P else None


def right_side(u, factor=1):
    """factor * v**2 of a point; factor 1: the curve, 2: its twist."""
    return (u ** 3 + A * u ** 2 + u) * pow(factor, -1, P) % P


def added(one, other, factor):
    """Sum of two points of factor * v**2 = u**3 + A u**2 + u. None: the one at infinity."""
    if one is None or other is None:
        return one or other
    if one[0] == other[0] and (one[1] + other[1]) % P == 0:
        return None
    if one == other:
        slope = (3 * one[0] ** 2 + 2 * A * one[0] + 1) * pow(2 * factor * one[1], -1, P)
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, P)
    u = (factor * slope ** 2 - A - one[0] - other[0]) % P
    return u, (slope * (one[0] - u) - one[1]) % P


def multiple(scalar: bytes, point: bytes) -> bytes:
    """X25519, slowly and in another way."""
    times = int.from_bytes(scalar, "little") & (2 ** 255 - 8) | 2 ** 254
    u = int.from_bytes(point, "little") % 2 ** 255 % P
    factor = 1 if is_square(right_side(u)) else 2
    step, total = (u, root(right_side(u, factor))), None
    while times:
        if times & 1:
            total = added(total, step, factor)
        step = added(step, step, factor)
        times >>= 1
    return (total[0] if total else 0).to_bytes(32, "little")


def mapped(number):
    """Elligator 2 from its definition."""
    u = -A * pow(1 + 2 * number ** 2, -1, P) % P
    return u if is_square(right_side(u)) else (-A - u) % P


@pytest.mark.parametrize("scalar, point, result", VECTORS)
def test_x25519_gives_what_the_rfc_gives(scalar, point, result):
    assert at_once(x25519(bytes.fromhex(scalar), bytes.fromhex(point))).hex() == result


def iterated(count):
    scalar = point = BASE
    for _ in range(count):
        scalar, point = at_once(x25519(scalar, point)), scalar
    return scalar.hex()


def test_one_iteration_gives_what_the_rfc_gives():
    assert iterated(1) == ONCE


@pytest.mark.long
def test_a_thousand_iterations_give_what_the_rfc_gives():
    assert iterated(1000) == THOUSANDTH


@settings(max_examples=20)
@given(texts, texts)
def test_x25519_is_the_multiple_of_a_point_of_the_curve_or_its_twist(scalar, point):
    assert at_once(x25519(scalar, point)) == multiple(scalar, point)


@settings(max_examples=10)
@given(texts, texts)
def test_two_sides_come_to_the_same_number(one, other):
    ours = at_once(x25519(one, at_once(x25519(other, BASE))))
    assert ours == at_once(x25519(other, at_once(x25519(one, BASE)))) != bytes(32)


@pytest.mark.parametrize("u", LOW_ORDER)
def test_a_point_of_low_order_gives_zeros_whatever_the_secret(u):
    for top in (0, 2 ** 255):
        point = (u | top).to_bytes(32, "little")
        for scalar in (BASE, bytes(range(32)), bytes([255] * 32)):
            assert at_once(x25519(scalar, point)) == bytes(32)


@pytest.mark.parametrize("number, u", MAPPED)
def test_elligator_gives_what_the_rfc_gives(number, u):
    assert at_once(point_of(int(number, 16))) == int(u, 16)


@given(numbers)
def test_elligator_gives_a_point_of_the_curve_and_the_one_that_is_defined(number):
    u = at_once(point_of(number))
    assert is_square(right_side(u)) and u == mapped(number) == at_once(point_of(P - number))


@pytest.mark.parametrize("number", [0, 1, P - 1, 2, P // 2])
def test_elligator_has_no_number_that_it_cannot_map(number):
    assert at_once(point_of(number)) == mapped(number)


@given(numbers)
def test_the_powers_are_the_inverse_and_legendres_symbol(number):
    assert at_once(power(number, P - 2)) == pow(number, P - 2, P)
    assert at_once(power(number, P >> 1)) == pow(number, (P - 1) // 2, P)


def test_the_work_is_cut_in_slices_that_do_not_depend_on_the_secret():
    counts = {sum(1 for _ in x25519(bytes([fill] * 32), BASE)) for fill in (0, 1, 85, 255)}
    assert counts == {128 + 17} and sum(1 for _ in point_of(5)) == 2 * 17
