# SPDX-License-Identifier: MIT
"""GET /api/troubles: what is not as it should be, and what the owner can do; last events."""

from app.on_demand import troubles
from app.on_demand.web_facts import spoken
from app.on_demand.web_json import HEAD, filled, listed
from core.load import load
from core.on_demand.finding_words import event_words, words

_TROUBLE = '{"code":%s,"args":%s,"what":%s,"do":%s,"since_ms":%s,"unit":%s}'
_EVENT = '{"age_ms":%s,"code":%s,"args":%s,"text":%s}'
# Findings whose first value is a unit, and those whose second one is seconds.
_OF_UNIT = " missing never_heard fault double meter sensor signal_weak signal_too_weak " \
    "frames_lost output_above "
_SINCE = " missing never_heard leader_lost waits "


def answer(web, request, name) -> tuple:
    """(status, head, pieces)."""
    unit, now_ms = web.place.device.unit, web.clock_ms()
    return 200, HEAD, _pieces(unit, troubles.troubles(unit, now_ms), now_ms)


def _pieces(unit, found, now_ms):
    yield '{"troubles":['
    for piece in listed(_troubles(unit, found)):
        yield piece
    yield '],"events":['
    yield ()  # a board has no room for the words of both
    yield "core", "serial"
    yield "core", "sharing", "reception"
    yield "core", "sharing", "names"
    yield "app", "events"
    yield "core", "finding_text_event"
    for piece in listed(_events(unit, load("app", "events").events(unit, now_ms))):
        yield piece
    yield "]}"


def _troubles(unit, found):
    for code, args in found:
        what, to_do = words(code, args)
        named = " %s " % code
        yield filled(_TROUBLE, code, args, spoken(unit, what),
                     [spoken(unit, to_do)] if to_do else [],
                     1000 * args[1] if named in _SINCE else None,
                     args[0] or None if named in _OF_UNIT else None)


def _events(unit, events):
    for age_s, code, args in events:
        yield filled(_EVENT, 1000 * age_s, code, args, spoken(unit, event_words(code, args)))
