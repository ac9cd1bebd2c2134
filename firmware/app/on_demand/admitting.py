# SPDX-License-Identifier: MIT
"""Which unit may join the group of a leader that pairs, and its becoming a member (rule 12).

job: the pairing_job.Pairing of the leader.
"""

from core.group.group import row_of
from core.group.on_demand.limits import GroupUnit, check_group, free_number
from core.load import load
from core.on_demand.serial import serial_text
from core.sharing.frames import Row
from core.units import OFFER_MIN_MA, UNITS_MAX


def admit(job, serial, code, now_ms):
    """Let a unit join: with the code of its label, or (None) one that has the group's key already.
    None, or a refusal."""
    error = _no_room(job, serial)
    if error:
        return error
    if code is not None:
        error = job.side.give(serial, code, now_ms)
    elif job.hello(serial, now_ms) is None:
        error = "key_not_heard", serial_text(serial)
    else:
        job.want(serial)
    job.unit.jobs.at_ms = now_ms
    return error


# Is there room for one more, before its owner has typed anything in vain?
def _no_room(job, serial):
    leader = job.unit.member.leader
    if leader is None:
        return ("leads_no_more",)
    newest = leader.revisions.newest()
    if serial is not None and row_of(newest, serial) is not None:
        return None  # it was reset: it has its row, and what waits for it needs its key
    if leader.unsure():
        return ("agreeing",)
    if leader.handing_over is not None:
        return "handing_over", leader.handing_over[0]
    if job.replaces is not None:
        return None
    if len(newest.members) >= UNITS_MAX:
        return "group_full", UNITS_MAX
    units = [GroupUnit(row.unit, "leader" if row.unit == newest.leader else "follower",
                       row.nameplate_ma, row.rating_ma, row.min_ma) for row in newest.members]
    # The smallest that there is: what is refused with it is refused with any. Its nameplate is
    # not known, and is no bound yet.
    units.append(GroupUnit(_free_number(leader), "follower", newest.limit_ma, OFFER_MIN_MA,
                           OFFER_MIN_MA))
    error = check_group(newest.limit_ma, units, newest.fallback)
    return ("no_room",) + error[1:] if error and error[0][:9] == "limit_low" else error


def take(job, said, now_ms):
    """Make a member of a unit that is heard, by a revision. said: its Hello. What cannot be is
    kept for its owner to read."""
    member = job.unit.member
    leader = member.leader
    replaces = job.wanted[said.serial]
    row = Row(replaces[0] if replaces else _free_number(leader), said.serial, 0, said.wired,
              said.rating_ma, said.nameplate_ma, said.min_ma)
    if replaces:
        words = load("core", "sharing", "replacing")
        error = words.replace(member, replaces[0], row, now_ms, replaces[1])
    else:  # without all that an owner can say: it is large
        writes = load("core", "sharing", "writes")
        rows = list(leader.revisions.newest().members) + [row]
        error = load("core", "sharing", "proposing").propose(leader, now_ms, members=rows)
        if error is None:
            writes.owner_changes(member, now_ms)
    del job.wanted[said.serial]
    job.said[said.serial] = error


# Also not one that comes back when it is heard.
def _free_number(leader):
    rows = leader.revisions.newest().members + leader.revisions.returns
    return free_number([row.unit for row in rows])
