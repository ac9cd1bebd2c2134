# SPDX-License-Identifier: MIT
"""Drills: a unit joins a group as flash.sh lets it, while the leader's power is off and on."""

import json

from core.group.on_demand import waiting
from core.group.on_demand.joining import made
from core.group.on_demand.record import revision_record
from core.sharing.on_demand.change_waits import waiting_units
from host_tools.flash.group import to_go_on
from host_tools.records import row
from tests.drills.scenes import in_force, revise, settled

ADD = {"add": revision_record(settled(1, 40000).leader().revisions.in_force._replace(
    members=(row(3),)))[-1]}


def join(w):
    """The leader's board is off; it gets what it is to propose, the newcomer gets the key."""
    new = w.newcomer()
    new.die()
    new.record, error = made(to_go_on(json.loads(json.dumps(w.node(1).record))), new.config, {})
    assert error is None
    return new


def lead_again(w):
    """What device.on_demand.device does with the stored change."""
    w.node(1).boot()
    newest = w.leader().revisions.newest()
    change = waiting.still_new(newest, waiting.readable(ADD))
    if change:
        revise(w, **waiting.changes(newest, change))


def test_a_unit_that_joins_by_cable_shares_and_nobody_is_ever_above_the_limit():
    w = settled(2, 40000, wants=(48000, 48000))
    w.node(1).die()
    new = join(w)
    w.run(30)
    lead_again(w)
    new.want_ma = 48000
    new.boot()
    in_force(w, 2)
    w.run(40)
    assert w.offers() == [13400, 13300, 13300]
    assert [each.unit for each in w.leader().revisions.in_force.members] == [1, 2, 3]


def test_a_newcomer_that_is_never_switched_on_is_waited_for_by_name_and_takes_nothing():
    w = settled(2, 40000, wants=(48000, 48000))
    w.node(1).die()
    join(w)
    lead_again(w)
    w.run(60)
    assert waiting_units(w.leader()) == [3] and w.offers()[2] == 0
    assert sum(w.offers()) > 39000, "the others charge on"


def test_the_same_change_is_not_proposed_again_after_the_next_start():
    w = settled(2, 40000)
    w.node(1).die()
    new = join(w)
    lead_again(w)
    new.boot()
    in_force(w, 2)
    w.node(1).die()
    w.run(5)
    lead_again(w)
    w.run(20)
    assert w.leader().revisions.pending is None and w.leader().revisions.in_force.number == 2
