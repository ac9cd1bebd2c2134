# SPDX-License-Identifier: MIT
"""A unit's state as a plain tuple: equal tuples, equal future. maker.py makes it a unit again.

Times become spans from now, counters become distances from the newest, boots become "this one" or
"an earlier one". A time so long ago that nothing asks for its distance any more becomes the oldest
that matters. Each function names what it reads of an object; all else that the object's class
declares in `__slots__` must be as the model has it, unless _UNREAD says that nothing asks for it:
so an attribute that the core has got, and that changes, stops the search until it has its place.
A test plays random walks with and without this file and compares all that units say and offer.
"""

import functools

from core.allocation.usage import LOCK_MS, Usage
from core.connector.offer_history import OfferHistory
from core.group.revision import Revisions
from core.sharing.account import Account
from core.sharing.follower import Follower
from core.sharing.frames import Codec
from core.sharing.leader import Leader
from core.sharing.member import Member

from host_tools.verify.exhaustive.scale import (
    EPOCH, FALLBACK_MA, LEADER, NEVER_MS, NOW_MS, NUMBER, SEQUENCE, STEP_MS, TIMING, UNITS, nonce)
from host_tools.verify.exhaustive.unit import new_model

# What is made anew before it is read again, or is never read where nobody looks on and the group
# stays as it is.
_UNREAD = {
    Member: ("counts", "store_at_ms", "_held_at_ms", "epoch_max", "_said",
             "naming_ms", "blink_ms"),  # nobody has a name; the LED
    Codec: ("counts",),
    Follower: ("demand", "heard_ms", "snapshot", "_demand_at_ms", "last_report_ms", "_reported"),
    Leader: ("_last_ms", "dirty", "_fall_ms", "_planned", "revision_until_ms", "said_ms"),
    Revisions: ("proposed_ms",),  # of one that is proposed
    Account: ("last_phases", "air", "past"),  # 1 with any amount; shown to people alone
    Usage: ("idle_ms", "_round_ms"),  # of units that ask for nothing
    OfferHistory: ("offer_ma",),  # the outlet's
}
_REACT, _LEASE, _GROW = TIMING.reaction_ms, TIMING.lease_ms, TIMING.grow_ms
_LEDGER = TIMING.lease_x_ms + TIMING.react_x_ms
ECHOES = (_LEASE + _GROW - _LEDGER) // STEP_MS + 1  # who echoes an older frame is due for ever
# What is read of a report after it was believed. The rest could only make the leader speak early,
# and it speaks in every step.
SAID = ("ask_ma", "spare_ma", "cap_ma", "phases", "priority", "energy", "revision")

model = functools.cache(new_model)  # never stepped again
_NOT_YET = object()  # of an attribute that was not set
_HISTORY, _USAGE = OfferHistory(TIMING.reaction_own_ms), Usage(NOW_MS)


@functools.cache
def _others(cls, slots, names) -> tuple:
    known = names + _UNREAD.get(cls, ())
    return tuple([name for name in slots if name not in known])


def told(thing, other, *names) -> tuple:
    """These attributes of an object of the core. Raises RuntimeError if any that is neither one
    of them nor _UNREAD is not what the other, the model's, has."""
    cls = type(thing)
    for name in _others(cls, cls.__slots__, names):
        has, wanted = getattr(thing, name, _NOT_YET), getattr(other, name, _NOT_YET)
        if has is wanted or has == wanted:
            continue
        if type(has) is not type(wanted) or not getattr(type(has), "__slots__", ()):
            raise RuntimeError("exhaustive/canonical.py does not tell %s of %s, which has become "
                               "%r and not %r" % (name, cls.__name__, has, wanted))
        told(has, wanted)
    return tuple([getattr(thing, name) for name in names])


class Names:
    """How things are called. `boots`: units that have booted in the step that is over."""

    def __init__(self, boots, now_ms=NOW_MS + STEP_MS):
        self.now_ms = now_ms
        self._nonce = {unit: nonce(unit) + (unit in boots) for unit in UNITS}
        # Everybody speaks once in each step; after a boot the first number is 1.
        self._number = {unit: -1 if unit in boots else -NUMBER - 1 for unit in UNITS}
        self._epoch = EPOCH + (LEADER in boots)
        self._sequence = -1 if LEADER in boots else -SEQUENCE - 1

    def ago(self, at_ms, lasts_ms=0):
        """A time as a span from now; None stays None. What it begins lasts so long: once that is
        over in the next step, it is over for ever, and no older time is told apart."""
        return None if at_ms is None else max(at_ms - self.now_ms, STEP_MS - lasts_ms)

    def over(self, end_ms) -> bool:
        """Will this time have come in the next step?"""
        return end_ms <= self.now_ms + STEP_MS

    def boot(self, unit, its_nonce):
        """0: the present boot of the unit, -1: an earlier one, None: none."""
        return None if its_nonce is None else max(its_nonce - self._nonce[unit], -1)

    def number(self, unit, number) -> int:
        """Number of a report of the present boot: 0 is its newest, -1 the one before."""
        return number + self._number[unit]

    def leads(self, epoch) -> bool:
        """Is this the epoch of the present leadership?"""
        return epoch == self._epoch

    def sequence(self, sequence) -> int:
        """Sequence of a frame of the present leadership: 0 is its newest."""
        return sequence + self._sequence


class SameNames(Names):
    """Within a step nothing is renamed yet; a boot in this step is boot 1."""

    def __init__(self):
        super().__init__((), NOW_MS)
        self._number = {unit: -NUMBER for unit in UNITS}
        self._sequence = -SEQUENCE


def outlet_tuple(outlet, names):
    """The outlet; what the vehicle may draw from outside in the same form as the history."""
    offers, = told(outlet.history, _HISTORY, "_past")
    now_ms = names.now_ms
    past = tuple([(until - now_ms, ma[3]) for until, ma in offers
                  if not names.over(until + _REACT)])
    outside = tuple([(until - now_ms, ma) for until, ma in outlet.past
                     if not names.over(until) and ma > outlet.offered_ma])
    stop = names.ago(outlet.stop_ms) if outlet.closed and not outlet.offered_ma else 0
    return (outlet.want_ma, outlet.offered_ma, outlet.closed, stop, past, outside)


def _lease_tuple(lease, unit, names):
    quiet_ms, granted, ever, reports, number, drop_ms, ended_ms, stalled_ms = told(
        lease, model(unit).member.follower.lease, "quiet_ms", "granted", "_ever", "_sent",
        "_next", "_drop_ms", "_ended_ms", "_stalled_until_ms")
    amount_ma, phases, end_ms, _ = granted
    first = number - len(reports)
    sent = tuple([(names.number(unit, first + i), at_ms - names.now_ms)
                  for i, at_ms in enumerate(reports) if not names.over(at_ms + _LEASE)])
    if stalled_ms is not None and names.over(stalled_ms):
        stalled_ms = None
    ended = ended_ms == end_ms
    if ended:  # all that is left of the amount is the rest level, and then the fallback
        amount_ma = 0 if names.over(end_ms + _GROW) else min(amount_ma, FALLBACK_MA)
    boot_ms = quiet_ms - TIMING.reaction_own_ms
    return (names.ago(boot_ms, _REACT), amount_ma, phases, names.ago(end_ms, _GROW),
            ever, sent, names.ago(drop_ms, NEVER_MS), ended,
            names.ago(stalled_ms))


def _follower_tuple(follower, unit, names):
    """The follower's part of a member; what storage holds never changes here."""
    its_nonce, lease, heard, number, report_at_ms, _ = told(
        follower, model(unit).member.follower, "nonce", "lease", "heard", "number",
        "report_at_ms", "group")
    epoch, sequence, _, leader = heard
    heard = None
    if leader:  # of an earlier leadership nothing is on its way any more
        heard = names.sequence(sequence) if names.leads(epoch) else 1
    if names.boot(unit, its_nonce) or names.number(unit, number) or \
            report_at_ms != names.now_ms + STEP_MS:
        raise RuntimeError("a unit has not reported exactly once in this step")
    return (_lease_tuple(lease, unit, names), heard)


def _said(report):
    """What is read of a report after it was believed."""
    if report is None:
        return None
    return tuple([getattr(report, name) for name in SAID])


def _at_most(amount_ma, end, over):
    """What an amount comes to that sinks to the fallback when its time is over."""
    if end <= over:
        return min(amount_ma, FALLBACK_MA), over
    return amount_ma, over if amount_ma <= FALLBACK_MA else end


def _sent_tuple(sent, names):
    """Amounts on their way, without those that a later one covers."""
    kept = []
    for sequence, amount_ma, phases, deadline_ms in reversed(sent):
        amount_ma, end = _at_most(amount_ma, names.ago(deadline_ms), STEP_MS)
        if not [later for later in kept if later[1] >= amount_ma and later[3] >= end]:
            kept.append((names.sequence(sequence), amount_ma, phases, end))
    return tuple(reversed(kept))


def account_tuple(account, names):
    """What the leader keeps of one unit; the same for each."""
    unit, now_ms = account.unit, names.now_ms
    (report, received_ms, its_nonce, number, boots_seen, base_ma, base_phases, base_end_ms, tails_,
     sent, last_ma, rise_at_ms) = told(
        account, model(LEADER).member.leader.ledger.account(account.tag), "report", "received_ms",
        "nonce", "number", "_seen", "base_ma", "base_phases", "_base_end_ms", "_tails", "_sent",
        "last_ma", "_rise_at_ms")
    boot = names.boot(unit, its_nonce)
    candidate = None  # of boots before the newest that was seen nothing is on its way any more
    for seen, after in boots_seen:
        seen = names.boot(unit, seen)
        if seen >= 0 and (candidate is None or seen > candidate[0]):
            candidate = seen, None if after is None else names.sequence(after)
    tails = {}
    for (ma, *_), end_ms in tails_:
        if not names.over(end_ms):
            tails[end_ms - now_ms] = max(ma, tails.get(end_ms - now_ms, 0))
    base_end = names.ago(base_end_ms, TIMING.react_x_ms)
    base_ma, base_end = _at_most(base_ma, base_end, STEP_MS - TIMING.react_x_ms)
    number = max(names.number(unit, number), -ECHOES) if boot == 0 else None
    return (_said(report), names.ago(received_ms, _LEASE), boot, number, candidate,
            base_ma, base_phases, base_end, tuple(sorted(tails.items())),
            _sent_tuple(sent, names), last_ma, int(last_ma > 0),
            max(rise_at_ms - now_ms, _LEDGER))  # less: due for ever


def _usage_tuple(usage, now_ms):
    """Whoever is on stays on: all minimums always fit. Whoever is off may be held off."""
    if usage is None:
        return None
    # No turn_ms: the vehicles here always ask for something.
    active, switched_ms = told(usage, _USAGE, "active", "_switched_ms")
    if active or switched_ms is None:
        return (active, None)
    return (False, 0 if usage.since_ms(now_ms) < LOCK_MS else 1)


def _leader_tuple(leader, names):
    like = model(LEADER).member.leader
    (epoch, its_nonce, sequence, ledger, boot_ms, send_at_ms, greeting, _, quiet_ms,
     told_ms) = told(
         leader, like, "epoch", "nonce", "sequence", "ledger", "boot_ms", "send_at_ms",
         "_greeting", "_usages", "quiet_ms", "_told_ms")
    ledger_epoch, ledger_nonce, left_ms, newest, _ = told(
        ledger, like.ledger, "_epoch", "_nonce", "_times", "_newest", "accounts")
    now_ms = names.now_ms
    if names.sequence(sequence) or newest != sequence or send_at_ms > now_ms + STEP_MS or not (
            names.leads(epoch) and epoch == ledger_epoch and its_nonce == ledger_nonce):
        raise RuntimeError("the leader has not sent exactly one frame in this step")
    if quiet_ms > now_ms + STEP_MS:  # over, it never counts again
        raise RuntimeError("the leader is kept quiet, as only a self-test does")
    times = []
    for age in range(min(ECHOES, sequence)):
        sent_ms = left_ms[(sequence - age) % len(left_ms)]
        if sent_ms is None:
            break
        times.append(sent_ms - now_ms)
    return (names.ago(boot_ms, _LEDGER), greeting, tuple(times),
            names.ago(told_ms, TIMING.period_ms))  # no revision is sent before that is over


def accounts_of(leader, names) -> list:
    """What the leader keeps of each unit: (account, usage)."""
    usages = leader._usages
    return [(account_tuple(account, names), _usage_tuple(usages.get(account.tag), names.now_ms))
            for account in leader.ledger.accounts]


def tuple_of(unit, names) -> tuple:
    """A unit between two steps, the leader without its accounts."""
    like = model(unit.unit).member
    its_nonce, group, follower, leader = told(
        unit.member, like, "nonce", "group", "follower", "leader")
    if names.boot(unit.unit, its_nonce):
        raise RuntimeError("unit %d is not the one that has booted" % unit.unit)
    epoch, = told(group, like.group, "epoch")
    if epoch != (like.group if leader is None else leader).epoch:
        raise RuntimeError("unit %d has not stored its epoch" % unit.unit)
    return (outlet_tuple(unit.outlet, names), _follower_tuple(follower, unit.unit, names),
            None if leader is None else _leader_tuple(leader, names))
