# SPDX-License-Identifier: MIT
"""The frames that are seldom on the air: revisions, newcomers, who was removed, two leaders.
Functions on a core.sharing.member.Member; a board loads this file when such a frame comes or goes.
"""

from core.sharing import frames
from core.sharing.on_demand.rare_bodies import Hello, hello_body, revision_body


def on_rare(member, now_ms, header, body):
    """A frame that is no report and not simply another leader's. True as of Member.on_frame()."""
    leader = member.leader
    own = header.tag == member.follower.tag
    if header.kind == frames.HELD or header.kind == frames.HELLO:
        if leader is not None and not own:
            if header.kind == frames.HELLO:
                from core.sharing.on_demand.strangers import hello
                hello(leader, header.tag, body, header.epoch, now_ms)
            else:
                from core.sharing.on_demand.unsure import hears_held
                hears_held(leader, body[0], body[1], header.tag)
            from core.sharing.on_demand.leadership import settle
            settle(member, now_ms)
        return False
    # A leader's frame under this unit's own name, or serial.
    member.epoch_max = max(member.epoch_max, header.epoch)
    if leader is None or header.epoch < leader.epoch or (own and header.epoch == leader.epoch
                                                         and header.nonce == member.nonce):
        member.counts["old"] += 1
    elif own:
        from core.sharing.on_demand.leadership import move_above
        move_above(member, now_ms, header.epoch)
    else:
        from core.sharing.on_demand.leadership import stop
        stop(member, now_ms)
    return False


def forget_group(member, now_ms):
    """The leader says that this unit was removed: it forgets the group, its key too. A newcomer
    has nothing to forget: it goes on waiting."""
    if member.group.member and member.leader is None:
        member.removed = True
        member.follower.lease.forget(now_ms)
        member.group.remove()
        member.changed(now_ms)


def send_rare(member, now_ms, body):
    """As the leader: a revision, or the tag of a unit that was removed."""
    kind, data = frames.REMOVED, body
    if type(body) is not bytes:
        kind, data = frames.REVISION, revision_body(body[0], body[1])
    header = member.leader.header(kind, now_ms)
    if member.codec is not None:
        member.out.append((0, member.codec.rare(header, data)))
    member.take(header, body, now_ms)


def send_held(member, now_ms):
    """To a leader that does not seem to hold it: the newest revision that storage holds."""
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
    header = member.follower.hello_header(now_ms)
    group = member.group
    config = group.config
    said = Hello(config.serial, config.wired, config.rating_ma, config.nameplate_ma,
                 config.min_ma, group.stored_number, group.stored_digest)
    member.out.append((group.leader, member.codec.rare(header, hello_body(said))))
