# SPDX-License-Identifier: MIT
"""A change that waits for a leader's next start: read with care, and units that come."""

import pytest

from core.group.on_demand import proposal, waiting
from core.group.on_demand.record import revision_record
from host_tools.records import row
from tests.rules import a_revision

REVISION = a_revision(2, limit_ma=32000)
COMES = revision_record(REVISION._replace(members=(row(7),)))[-1][0]


@pytest.mark.parametrize("stored, readable", [
    (None, {}), ([1], {}), ("x", {}), ({}, {}), ({"add": 3}, {}), ({"add": [3]}, {}),
    ({"limit_ma": True}, {}), ({"limit_ma": 1, "enabled": 1, "fallback": 2, "colour": 3},
                               {"limit_ma": 1}),
    ({"add": [COMES]}, {"add": [COMES]}), ({"add": [COMES[:6], COMES]}, {"add": [COMES]}),
    ({"add": [[*COMES[:3], 0, *COMES[4:]]]}, {}), ({"members": [COMES]}, {})])
def test_only_what_can_be_a_change_is_read(stored, readable):
    assert waiting.readable(stored) == readable


def test_what_is_so_already_is_no_change():
    change = {"limit_ma": 32000, "enabled": REVISION.enabled, "fallback": "stop",
              "add": [COMES, *revision_record(REVISION)[-1]]}
    assert waiting.still_new(REVISION, change) == {"fallback": "stop", "add": [COMES]}
    assert waiting.still_new(REVISION, {"limit_ma": 32000}) == {}


def test_units_that_come_are_behind_those_that_are_there():
    asked = waiting.changes(REVISION, {"limit_ma": 40000, "add": [COMES]})
    revision, error = proposal.changed(REVISION, 0, **asked)
    assert error is None and revision.limit_ma == 40000
    assert [each.serial for each in revision.members[-1:]] == [row(7).serial]
    assert set(REVISION.members) >= {each._replace(fallback_ma=before.fallback_ma) for each, before
                                     in zip(revision.members, REVISION.members)}


def test_what_a_file_says_of_a_fallback_counts_for_nothing():
    forged = [*COMES[:2], 32000, *COMES[3:]]
    joined = waiting.joined(REVISION.members, [row(7)._replace(fallback_ma=32000)])
    assert joined[-1].fallback_ma == 0
    asked = waiting.changes(REVISION, {"add": [forged]})
    assert asked["members"][-1].fallback_ma == 0


def test_a_number_that_was_taken_meanwhile_gives_way_to_a_free_one():
    other = row(7)._replace(unit=1)
    assert [each.unit for each in waiting.joined(REVISION.members, [other])] == [1, 2, 3]
    assert waiting.free_number([1, 2, 4]) == 3 and waiting.free_number([]) == 1


def test_a_unit_never_comes_twice():
    assert len(waiting.joined(REVISION.members, [row(7), row(7), REVISION.members[0]])) == 3
