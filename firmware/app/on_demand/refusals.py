# SPDX-License-Identifier: MIT
"""A refusal of an owner's function in words, the same for prompt, page and MQTT."""

from core.load import load
from core.on_demand.refusal_words import words


def is_refusal(done) -> bool:
    """Is what a function of owner.py gave a refusal?"""
    return type(done) is tuple


def told(place, refusal: tuple) -> tuple:
    """(code, arguments, sentence, name of the value that does not fit, or None). place: where the
    unit is; units in the sentence have their names."""
    sentence, field = words(refusal)
    unit = None if place.device is None else place.device.unit
    if unit is not None and not unit.errors and "unit " in sentence:
        sentence = load("core", "sharing", "names").spoken(unit.member, sentence)
    return refusal[0], list(refusal[1:]), sentence[:400], field


def print_refusal(place, refusal: tuple):
    """At the prompt."""
    print("Refused: %s." % told(place, refusal)[2])
