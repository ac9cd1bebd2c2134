# SPDX-License-Identifier: MIT
"""Frames: random ones of every kind there and back; broken, foreign and random ones refused."""

from core.sharing import frames
from core.sharing.on_demand import digest, rare_bodies
from core.sharing.on_demand.frames import new_codec
from core.sharing.on_demand.rare_frame import rare_frame
from tests.micropython.canonical import text
from tests.micropython.dice import Dice

dice = Dice(9)
codec = new_codec(bytes(range(32)))


def amount():
    return dice.below(8001) * 10


def number():
    return dice.below(65536) << 16 | dice.below(65536)


def counter():
    return dice.below(40000) << 16 | dice.below(65536)  # some beyond what rule 3 allows


def header(kind):
    return frames.Header(kind, dice.below(250), counter(), number(), counter(), dice.content(4))


def grant():
    entries = [frames.Grant(1 + unit, number(), number(), amount(), dice.below(8))
               for unit in range(dice.below(17))]
    return codec.grant(header(frames.GRANT), frames.GrantFrame(
        counter(), number(), counter(), entries, dice.below(2) == 1))


def revision():
    rows = tuple([frames.Row(1 + unit, dice.content(6), amount(), dice.below(8), amount(),
                             amount(), 6000 + 1000 * dice.below(11))
                  for unit in range(dice.below(17))])
    body = frames.Revision(counter(), dice.below(250), dice.below(2) == 1,
                           dice.among(("equal", "minimum", "stop")), amount(), rows)
    print(text(digest.digest(body)))
    return rare_frame(codec, header(dice.among((frames.REVISION, frames.HELD))),
                      digest.revision_body(body, dice.below(2) == 1))


def hello():
    body = rare_bodies.Hello(dice.content(6), dice.below(8), amount(), 1000 * dice.below(81),
                              6000 + 1000 * dice.below(11), counter(), number())
    return rare_frame(codec, header(frames.HELLO), rare_bodies.hello_body(body))


def removed():
    return rare_frame(codec, header(frames.REMOVED), dice.content(4))


def report():
    vector = (amount(), amount(), amount())
    body = frames.Report(
        dice.below(250), number(), number(), amount(), dice.below(8), dice.below(12000), amount(),
        dice.below(8), vector, dice.below(9000), dice.below(40000), counter(), dice.below(4),
        amount(), amount(), amount(), dice.below(8), vector, dice.below(7), dice.below(64),
        dice.below(10), dice.below(65536) << 14, number(), dice.below(8), amount(),
        6000 + 1000 * dice.below(11), amount(), dice.below(128))
    return codec.report(header(frames.REPORT), body)


for case in range(150):
    payload = (grant, revision, report, hello, removed)[case % 5]()
    print(case, text(payload))
    print(text(codec.decode(payload)))
    cut = payload[:dice.below(len(payload))]
    position = dice.below(len(payload))
    flipped = payload[:position] + bytes([payload[position] ^ 1 << dice.below(8)]) \
        + payload[position + 1:]
    print(text(codec.decode(cut)), text(codec.decode(flipped)),
          text(codec.decode(dice.content(dice.below(260)))))
print(text(codec.counts))
