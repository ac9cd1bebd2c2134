# SPDX-License-Identifier: MIT
"""Pairing on MicroPython: the vectors of the RFCs, a whole pairing, and what it costs a board."""

import re

from host_tools.bench import pairing
from host_tools.bench.agreeing import Pairing
from host_tools.micropython import wasm
from tests.micropython import compare
from tests.unit import test_pairing_curve as curve
from tests.unit import test_pairing_sealing as sealing

_MOST_LEADER_BYTES = 14000
_MOST_UNIT_BYTES = 11000
_MOST_SLICE_TURNS = 1200  # of 4 us at 160 MHz: 5 ms
_MOST_SLICE_GARBAGE_BYTES = 4500
_TRIES = 4  # where others use the machine, a slice may take longer, but not each time
_AT_ONCE = """
from binascii import unhexlify
from core.load import load
def at_once(slices):
    try:
        while True:
            next(slices)
    except StopIteration as end:
        return end.value
x25519 = load("core", "pairing", "x25519").x25519
point_of = load("core", "pairing", "elligator").point_of
hmac = load("core", "pairing", "sealing").keyed_hash
"""
_STRANGERS = """
import micropython
from core.load import load
opening = load("core", "pairing", "opening")
label_code = load("core", "pairing", "label_code")
leader = opening.new_opening(opening.Leader(b"leader", 1, 7), (0, None), 0, bytes, None)
begin = load("core", "pairing", "layouts").made(2, bytes(8), b"unit 1", b"once", 0, 60)

def letter(number):
    return bytes([0xE0 | number >> 12, 0x80 | number >> 6 & 63, 0x80 | number & 63])

def strangers(first, last):
    for i in range(first, last):
        name = b"".join([letter(0x3400 + i * 8 + j) for j in range(8)])
        leader.on_message(begin + bytes([24]) + name + b"\\x00\\x00", 60, i)
        if len(leader.found(i)[0][1]) != 8:
            raise ValueError(leader.found(i))
        if label_code.bits_of(str(name[:3], "utf-8") * 13)[0] is not None:
            raise ValueError(name)
"""
_PAIRING = """
from host_tools.bench.agreeing import Pairing
pairing = Pairing()
pairing.run(lambda name, side, now_ms: side.step(now_ms))
for name in ("leader", "unit"):
    for payload in pairing.heard[name]:
        print(name, payload.hex())
"""


def on_micropython(lines):
    """What each expression is there."""
    shown = "\n".join("print(%s)" % line for line in lines)
    return wasm.run([_AT_ONCE, *shown.splitlines()]).splitlines()


def test_the_vectors_of_the_rfcs_are_right_on_micropython():
    asked, right = [], []
    for scalar, point, result in curve.VECTORS + [(curve.BASE.hex(), curve.BASE.hex(),
                                                   curve.ONCE)]:
        asked.append("at_once(x25519(unhexlify('%s'), unhexlify('%s'))).hex()" % (scalar, point))
        right.append(result)
    for u in curve.LOW_ORDER:
        asked.append("at_once(x25519(bytes(range(32)), (%d).to_bytes(32, 'little'))).hex()" % u)
        right.append(bytes(32).hex())
    for number, u in curve.MAPPED:
        asked.append("at_once(point_of(%d))" % int(number, 16))
        right.append(str(int(u, 16)))
    for key, data, result in sealing.VECTORS:
        asked.append("hmac(%r, %r).hex()" % (key, data))
        right.append(result)
    assert on_micropython(asked) == right and len(right) == 21


def test_the_sums_of_random_points_are_the_same_on_micropython():
    printed = compare.program(_AT_ONCE + """
from tests.micropython.dice import Dice
dice = Dice(5)
for case in range(40):
    scalar, point = dice.content(32), dice.content(32)
    print(case, at_once(x25519(scalar, point)).hex(), hmac(scalar, point).hex())
    print(at_once(point_of(int.from_bytes(scalar, "little") % ((1 << 255) - 19))))
""")
    assert printed.count("\n") == 80


def test_a_pairing_on_micropython_is_the_same_to_the_last_byte():
    pair = Pairing()
    pair.run(lambda name, side, now_ms: side.step(now_ms))
    ours = ["%s %s" % (name, payload.hex()) for name in ("leader", "unit")
            for payload in pair.heard[name]]
    theirs = wasm.run([_PAIRING], wasm.helpers("host_tools/bench/agreeing.py"),
                      heap_bytes=4 << 20).splitlines()
    assert theirs == ours and len(ours) >= 6


# MicroPython keeps every letter for ever that a loop has taken out of a text.
def test_what_a_stranger_says_is_not_kept_for_ever():
    shown = wasm.run([_STRANGERS, "strangers(0, 50)", "micropython.qstr_info()",
                      "strangers(50, 1000)", "micropython.qstr_info()"], heap_bytes=4 << 20)
    before, after = [int(count) for count in re.findall(r"n_qstr=(\d+)", shown)]
    assert after - before < 5


def test_a_pairing_takes_little_for_a_moment_and_is_cut_in_small_slices():
    for _ in range(_TRIES):
        cost = pairing.measure()
        print("a pairing: %s" % cost)
        if max(cost[side]["longest_turns"] for side in ("leader", "unit")) <= _MOST_SLICE_TURNS:
            break
    for side, most in (("leader", _MOST_LEADER_BYTES), ("unit", _MOST_UNIT_BYTES)):
        assert 3000 < cost[side]["heap"] <= most
        assert 300 < cost[side]["slices"] < 400
        assert 5 < cost[side]["longest_turns"] <= _MOST_SLICE_TURNS
        assert cost[side]["turns"] <= cost[side]["slices"] * cost[side]["longest_turns"]
    assert 1000 < cost["garbage_slice"] <= _MOST_SLICE_GARBAGE_BYTES
    assert cost["garbage_slice"] < cost["garbage"]
