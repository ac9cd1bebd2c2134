# SPDX-License-Identifier: MIT
"""A unit without valid settings offers nothing, sends nothing, and says why (design 8)."""

from core import reasons
from core.on_demand import reason_words
from core.sharing.member import Member
from core.sharing.on_demand.refusing_member import RefusingMember
from tests.rules import a_member

WORDS = ["breaker_a is 41: must be one of 15, 20, 30, 40, 50, 60"]


def test_it_offers_nothing_and_says_why():
    unit = RefusingMember(0b111, WORDS)
    assert tuple(unit.offer(5)) == (0, 0b111, reasons.NO_SETTINGS, False)
    assert reason_words.words(reasons.NO_SETTINGS) == "settings missing or invalid: not charging"
    assert unit.errors == WORDS and unit.lease_state(5) == "none"


def test_nothing_that_happens_makes_it_do_anything():
    unit = RefusingMember(1, WORDS)
    other = a_member(1)
    other.tick(0)
    other.on_stored(True, 0)
    other.tick(1000)
    [(_, payload)] = other.frames_to_send()
    unit.on_frame(1, payload, 0)
    unit.on_connector(None, 0)
    unit.tick(10 ** 9)
    assert unit.frames_to_send() == [] and unit.record_to_store(10 ** 9) is None
    assert unit.offer(10 ** 9).amount_ma == 0
    assert unit.next_deadline_ms() == unit.offer_until_ms(0) > 10 ** 15


def test_it_has_every_part_of_a_members_face_that_the_unit_calls():
    face = ("on_frame", "tick", "next_deadline_ms", "frames_to_send", "on_connector", "offer",
            "offer_until_ms", "has_lease", "lease_state", "record_to_store")
    assert all(callable(getattr(cls, name)) for cls in (Member, RefusingMember) for name in face)
    assert RefusingMember(1, []).leader is None and RefusingMember(1, []).counts == {}
