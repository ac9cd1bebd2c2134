# SPDX-License-Identifier: MIT
"""Rule 13: whose leadership counts, how it moves, what an owner says; and the frames that are
seldom on the air. Functions on a core.member.Member, loaded when one of these happens.
"""

from core import frames, unsure
from core.group import row_of
from core.keeping import follow_cap
from core.serial import serial_text
from micropython import const

_PROMOTION = const(1000)  # a restart takes one epoch: no restarts of the old leader overtake it
_MOVES_MAX = const(3)
_OWNER_WRITES = const(2)  # proposed, and in force
STOPPED_TWO_LEADERS = const(1)


# --- the owner's words


def _not_leader(member):
    if member.lead is not None and member.lead["stopped"]:
        return "this unit has stopped leading: start it again first"
    return "this unit is not the leader: change the group on unit %d" % member.group.leader


def revise(member, now_ms, **changes):
    """See Member.revise()."""
    if member.leader is None:
        return _not_leader(member)
    error = member.leader.propose(now_ms, **changes)
    return error or _asked(member, now_ms)


def hand_over(member, now_ms, unit):
    """See Member.hand_over()."""
    if member.leader is None:
        return _not_leader(member)
    error = member.leader.hand_over(unit, now_ms)
    if error is None:
        member.budget.owner_asks(_OWNER_WRITES)
    return error


def without_power(member, now_ms, unit):
    """See Member.without_power()."""
    if member.leader is None:
        return _not_leader(member)
    return unsure.without_power(member.leader, unit, now_ms) or _asked(member, now_ms)


def go_on_without(member, now_ms, unit):
    """See Member.go_on_without()."""
    if member.leader is None:
        return _not_leader(member)
    return unsure.go_on_without(member.leader, unit, now_ms) or _asked(member, now_ms)


def _asked(member, now_ms):
    member.budget.owner_asks(_OWNER_WRITES)
    member.changed(now_ms)


def promote(member, now_ms, old_leader_has_no_power):
    """See Member.promote()."""
    from core.group_record import leading, revision_record
    from core.proposal import make, promoted, promotion_error
    group, timing = member.group, member.timing
    dead, heard_ms = group.leader, member.follower.heard_ms
    if member.leader is not None:
        if not member.leader.retired():
            return "this unit is the leader already"
        # It has stepped back, and the one that it handed over to was never heard.
        dead, heard_ms = group.revision.leader, member.leader.said_ms
    error = promotion_error(group, now_ms - heard_ms, timing.lease_ms + timing.grow_ms,
                            old_leader_has_no_power)
    if error:
        return error
    rows, old = promoted(group, group.unit, dead)
    newest = group.revision
    in_force = revision_record(group.confirmed or newest)
    lead = leading(in_force)
    lead["known"] = [revision_record(newest)]
    lead["words"] = [serial_text(row.serial) for row in old]
    lead["returns"] = [[v.hex() if type(v) is bytes else v for v in row] for row in old]
    member.budget.owner_asks(_OWNER_WRITES)
    member.begin_leading(lead, max(member.epoch_max, group.epoch) + _PROMOTION, now_ms)
    number = max(newest.number, member.number_max) + _PROMOTION
    member.leader.take(make(number, group.unit, newest.enabled, newest.fallback, newest.limit_ma,
                            rows), now_ms)
    return None


def lead_again(member, now_ms):
    """See Member.lead_again()."""
    if member.leader is not None or member.lead is None or not member.lead["stopped"]:
        return "this unit has not stopped leading"
    member.lead["stopped"] = 0
    member.moves = 0
    member.budget.owner_asks(_OWNER_WRITES)
    member.begin_leading(member.lead, member.epoch_max + 1, now_ms)
    return None


# --- two leaderships


def move_above(member, now_ms, epoch):
    """Somebody leads, or follows, a leadership of this unit's own name that is not this one: an
    older copy of its storage was in use. It moves above, as after a reboot, but not for ever."""
    leader = member.leader
    if member.moves >= _MOVES_MAX:
        stop(member, now_ms)
        return
    member.moves += 1
    member.begin_leading(leader.revisions.to_record(), max(epoch, leader.epoch) + 1, now_ms)


def stop(member, now_ms):
    """Stop leading, until the owner starts it again: two leaders would outbid each other."""
    member.lead = member.leader.revisions.to_record()
    member.lead["stopped"] = STOPPED_TWO_LEADERS
    member.leader = None
    member.follower.cap(None, now_ms)
    member.changed(now_ms)


def on_rare(member, now_ms, header, body):
    """A frame that is no report and not simply another leader's. True as of Member.on_frame()."""
    leader = member.leader
    own = header.tag == member.follower.tag
    if header.kind == frames.HELD or header.kind == frames.HELLO:
        if leader is not None and not own:
            if header.kind == frames.HELLO:
                unsure.hello(leader, header.tag, body, header.epoch, now_ms)
            else:
                unsure.hears_held(leader, body[0], body[1], header.tag)
            settle(member, now_ms)
        return False
    # A leader's frame under this unit's own name, or serial.
    member.epoch_max = max(member.epoch_max, header.epoch)
    if leader is None or header.epoch < leader.epoch or (own and header.epoch == leader.epoch
                                                         and header.nonce == member.nonce):
        member.counts["old"] += 1
    elif own:
        move_above(member, now_ms, header.epoch)
    else:
        stop(member, now_ms)
    return False


def settle(member, now_ms):
    """An unsure leader goes on as far as it can; what it may use itself follows."""
    leader = member.leader
    if leader is None:
        return
    if not unsure.settle(leader, leader.serial, now_ms):
        newest = unsure.newest_of(leader)
        member.group.hear(newest, False, now_ms)
        member.follow(newest.leader, None, member.group.epoch, now_ms)
        member.follower.names(newest.leader, member.group.epoch)
    elif leader.proposed:
        member.changed(now_ms)
    follow_cap(member, now_ms)


def take_over(member, now_ms, revision):
    """A revision in force names this unit as the leader: the old one has stepped back."""
    from core.group_record import leading, revision_record
    group = member.group
    own = row_of(revision, member.group.config.serial)
    if (own is None or own.unit != revision.leader or group.leader == group.unit
            or not group.in_force() or group.revision != revision):
        return
    member.begin_leading(leading(revision_record(revision)),
                         max(member.epoch_max, group.epoch) + 1, now_ms)


def forget_group(member, now_ms):
    """The leader says that this unit was removed: it forgets the group, its key too. A newcomer
    has nothing to forget: it goes on waiting."""
    if member.group.member and member.leader is None:
        member.removed = True
        member.follower.lease.forget(now_ms)
        member.group.remove()
        member.changed(now_ms)


# --- frames that are seldom on the air


def send_rare(member, now_ms, body):
    """As the leader: a revision, or the tag of a unit that was removed."""
    from core.group_frames import revision_body
    kind, data = frames.REMOVED, body
    if type(body) is not bytes:
        kind, data = frames.REVISION, revision_body(body[0], body[1])
    header = member.leader.header(kind, now_ms)
    if member.codec is not None:
        member.out.append((0, member.codec.rare(header, data)))
    member.take(header, body, now_ms)


def send_held(member, now_ms):
    """To a leader that does not seem to hold it: the newest revision that storage holds."""
    from core.group_frames import revision_body
    group = member.group
    member.follower.behind = False
    if member.codec is None or group.revision is None or group.stored_number != group.number():
        return
    header, _ = member.follower.report(now_ms)
    header = frames.Header(frames.HELD, header.sender, header.epoch, header.nonce,
                           header.sequence, header.tag)
    held, in_force = group.revision, group.in_force()
    if group.confirmed is not None and not in_force:
        member.out.append((0, member.codec.rare(header, revision_body(group.confirmed, True))))
    member.out.append((0, member.codec.rare(header, revision_body(held, in_force))))


def send_hello(member, now_ms):
    """While no revision names this unit: who it is."""
    from core.group_frames import Hello, hello_body
    header = member.follower.hello_header(now_ms)
    group = member.group
    config = group.config
    said = Hello(config.serial, config.wired, config.rating_ma, config.nameplate_ma,
                 config.min_ma, group.stored_number, group.stored_digest)
    member.out.append((group.leader, member.codec.rare(header, hello_body(said))))
