# SPDX-License-Identifier: MIT
"""A unit's state as a plain tuple: equal tuples, equal future. maker.py makes it a unit again.

Times become spans from now, counters become distances from the newest, boots become "this one" or
"an earlier one". A time so long ago that nothing asks for its distance any more becomes the oldest
that matters; what is made anew before it is read again is left out. Every attribute of the core's
objects is named in _KNOWN: one that is added stops the search until it has its place here. A test
plays random walks with and without this file and compares all that units say and offer.
"""

from core.allocation.usage import LOCK_MS
from core.sharing.follower import Follower
from core.sharing.leader import Leader
from core.sharing.account import Account
from core.sharing.ledger import Ledger
from core.sharing.lease import Lease
from core.sharing.member import Member
from core.connector.offer_history import OfferHistory
from core.allocation.usage import Usage

from host_tools.core_state import state_of
from host_tools.verify.exhaustive.scale import (
    EPOCH, FALLBACK_MA, LEADER, NEVER_MS, NOW_MS, NUMBER, SEQUENCE, STEP_MS, TIMING, UNITS, nonce)

_KNOWN = {
    Member: "timing nonce codec key counts follower group leader lead out free_writes writes_ms "
            "dirty lazy store_at_ms _held_at_ms tries unstored_leader epoch_max number_max moves "
            "role _said",
    Follower: "group nonce lease demand _use _timing tag _number heard heard_ms behind "
              "snapshot _state _demand_at_ms _last_report_ms report_at_ms _reported",
    Lease: "_timing quiet_ms _granted _ever _sent _next _drop_ms _ended_ms _stalled_until_ms",
    Leader: "unit serial tag epoch nonce sequence _timing revisions ledger boot_ms _last_ms "
            "_send_at_ms _dirty _fall_ms _greeting _usages _planned others heard_number strangers "
            "said_ms handing_over stored declined proposed _revision_until_ms _unheard_ms",
    Ledger: "_timing _epoch _nonce _leader _times _newest accounts",
    Account: "_timing unit serial tag facts fallback_ma wired report received_ms nonce number "
             "_seen base_ma base_phases _base_end_ms _aside_ma _tails _sent last_ma last_phases "
             "_rise_at_ms",
    Usage: "active _switched_ms idle_ms turn_ms _round_ms",
    OfferHistory: "offer_ma _reaction_ms _past",
}
_KNOWN = {cls: frozenset(names.split()) for cls, names in _KNOWN.items()}
_REACT, _LEASE, _GROW = TIMING.reaction_ms, TIMING.lease_ms, TIMING.grow_ms
_LEDGER = TIMING.lease_x_ms + TIMING.react_x_ms
ECHOES = (_LEASE + _GROW - _LEDGER) // STEP_MS + 1  # who echoes an older frame is due for ever
# What is read of a report after it was believed. The rest could only make the leader speak early,
# and it speaks in every step.
SAID = ("ask_ma", "spare_ma", "cap_ma", "phases", "priority", "energy", "revision")


def vars_of(thing) -> dict:
    """Attributes of an object of the core. Raises RuntimeError if one is new here."""
    held = state_of(thing)
    if held.keys() != _KNOWN[type(thing)]:
        raise RuntimeError("exhaustive/canonical.py does not know %s of %s" % (
            sorted(held.keys() ^ _KNOWN[type(thing)]), type(thing).__name__))
    return held


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
    history = outlet.history
    vars_of(history)
    now_ms = names.now_ms
    past = tuple([(until - now_ms, ma[3]) for until, ma in history._past
                  if not names.over(until + _REACT)])
    outside = tuple([(until - now_ms, ma) for until, ma in outlet.past
                     if not names.over(until) and ma > outlet.offered_ma])
    stop = names.ago(outlet.stop_ms) if outlet.closed and not outlet.offered_ma else 0
    return (outlet.want_ma, outlet.offered_ma, outlet.closed, stop, past, outside)


def _lease_tuple(lease, unit, names):
    held = vars_of(lease)
    amount_ma, phases, end_ms, _ = held["_granted"]
    first = held["_next"] - len(held["_sent"])
    sent = tuple([(names.number(unit, first + i), at_ms - names.now_ms)
                  for i, at_ms in enumerate(held["_sent"]) if not names.over(at_ms + _LEASE)])
    stalled_ms = held["_stalled_until_ms"]
    if stalled_ms is not None and names.over(stalled_ms):
        stalled_ms = None
    ended = held["_ended_ms"] == end_ms
    if ended:  # all that is left of the amount is the rest level, and then the fallback
        amount_ma = 0 if names.over(end_ms + _GROW) else min(amount_ma, FALLBACK_MA)
    boot_ms = held["quiet_ms"] - TIMING.reaction_own_ms
    return (names.ago(boot_ms, _REACT), amount_ma, phases, names.ago(end_ms, _GROW),
            held["_ever"], sent, names.ago(held["_drop_ms"], NEVER_MS), ended,
            names.ago(stalled_ms))


def follower_tuple(follower, names):
    """The follower's part of a member; what storage holds never changes here."""
    held = vars_of(follower)
    epoch, sequence, _, leader = held["heard"]
    heard = None
    if leader:  # of an earlier leadership nothing is on its way any more
        heard = names.sequence(sequence) if names.leads(epoch) else 1
    unit = held["group"].unit
    if names.number(unit, held["_number"]) or held["behind"] or \
            held["report_at_ms"] != names.now_ms + STEP_MS:
        raise RuntimeError("a unit has not reported exactly once in this step")
    return (_lease_tuple(held["lease"], unit, names), heard)


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
    held = vars_of(account)
    unit, now_ms = account.unit, names.now_ms
    boot = names.boot(unit, held["nonce"])
    candidate = None  # of boots before the newest that was seen nothing is on its way any more
    for seen, after in held["_seen"]:
        seen = names.boot(unit, seen)
        if seen >= 0 and (candidate is None or seen > candidate[0]):
            candidate = seen, None if after is None else names.sequence(after)
    tails = {}
    for (ma, *_), end_ms in held["_tails"]:
        if not names.over(end_ms):
            tails[end_ms - now_ms] = max(ma, tails.get(end_ms - now_ms, 0))
    base_end = names.ago(held["_base_end_ms"], TIMING.react_x_ms)
    base_ma, base_end = _at_most(held["base_ma"], base_end, STEP_MS - TIMING.react_x_ms)
    number = max(names.number(unit, held["number"]), -ECHOES) if boot == 0 else None
    return (_said(held["report"]), names.ago(held["received_ms"], _LEASE), boot, number, candidate,
            base_ma, held["base_phases"], base_end, tuple(sorted(tails.items())),
            _sent_tuple(held["_sent"], names), held["last_ma"], int(held["last_ma"] > 0),
            max(held["_rise_at_ms"] - now_ms, _LEDGER))  # less: due for ever


def _usage_tuple(usage, now_ms):
    """Whoever is on stays on: all minimums always fit. Whoever is off may be held off."""
    if usage is None:
        return None
    if vars_of(usage)["turn_ms"]:  # the vehicles here always ask for something
        raise RuntimeError("a unit that asks has a turn of those that do not")
    if usage.active or usage._switched_ms is None:
        return (usage.active, None)
    return (False, 0 if usage.since_ms(now_ms) < LOCK_MS else 1)


def _leader_tuple(leader, names):
    held = vars_of(leader)
    ledger = vars_of(held["ledger"])
    now_ms = names.now_ms
    if names.sequence(leader.sequence) or held["_send_at_ms"] > now_ms + STEP_MS or not (
            held["stored"] and held["handing_over"] is None and not held["others"]):
        raise RuntimeError("the leader has not sent exactly one frame in this step")
    times = []
    for age in range(min(ECHOES, leader.sequence)):
        sent_ms = ledger["_times"][(leader.sequence - age) % len(ledger["_times"])]
        if sent_ms is None:
            break
        times.append(sent_ms - now_ms)
    return names.ago(held["boot_ms"], _LEDGER), held["_greeting"], tuple(times)


def accounts_of(leader, names) -> list:
    """What the leader keeps of each unit: (account, usage)."""
    usages = leader._usages
    return [(account_tuple(account, names), _usage_tuple(usages.get(account.unit), names.now_ms))
            for account in leader.ledger.accounts]


def tuple_of(unit, names) -> tuple:
    """A unit between two steps, the leader without its accounts."""
    member = unit.member
    held = vars_of(member)
    if held["dirty"] or held["lazy"] or held["out"] or held["unstored_leader"]:
        raise RuntimeError("unit %d has not finished its step" % unit.unit)
    leader = held["leader"]
    return (outlet_tuple(unit.outlet, names), follower_tuple(held["follower"], names),
            None if leader is None else _leader_tuple(leader, names))
