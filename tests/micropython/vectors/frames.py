# SPDX-License-Identifier: MIT
"""Frames: random ones of every kind there and back; broken, foreign and random ones refused."""

from tests.micropython.canonical import text
from core import frames
from tests.micropython.dice import Dice

dice = Dice(9)
codec = frames.Codec(77, bytes(range(32)))


def amount():
    return dice.below(8001) * 10


def number():
    return dice.below(65536) << 16 | dice.below(65536)


def header(kind):
    return frames.Header(kind, 1 + dice.below(250), number(), number(), number())


def grant():
    entries = [frames.Grant(1 + unit, number(), number(), amount(), dice.below(8))
               for unit in range(dice.below(17))]
    return codec.grant(header(frames.GRANT), frames.GrantFrame(number(), number(), entries))


def revision():
    rows = tuple([frames.Row(1 + unit, amount(), dice.below(8), amount(), amount())
                  for unit in range(dice.below(17))])
    body = frames.Revision(number(), dice.below(250), dice.below(2) == 1,
                           dice.among(("equal", "minimum", "stop")), amount(), rows)
    return codec.revision(header(frames.REVISION), body, dice.below(2) == 1)


def report():
    vector = (amount(), amount(), amount())
    body = frames.Report(
        dice.below(250), number(), number(), amount(), dice.below(8), dice.below(12000), amount(),
        dice.below(8), vector, dice.below(9000), dice.below(40000), number(), dice.below(16),
        amount(), amount(), amount(), dice.below(8), vector, dice.below(7), dice.below(64),
        dice.below(10), dice.below(65536) << 14, 6000 + 1000 * dice.below(11))
    return codec.report(header(frames.REPORT), body)


for case in range(150):
    payload = (grant, revision, report)[case % 3]()
    print(case, text(payload))
    print(text(codec.decode(payload)))
    cut = payload[:dice.below(len(payload))]
    position = dice.below(len(payload))
    flipped = payload[:position] + bytes([payload[position] ^ 1 << dice.below(8)]) \
        + payload[position + 1:]
    print(text(codec.decode(cut)), text(codec.decode(flipped)),
          text(codec.decode(dice.content(dice.below(260)))))
print(text(codec.counts))
