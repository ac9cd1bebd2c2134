# SPDX-License-Identifier: MIT
"""The way back from canonical.py: the tuple of a unit becomes a unit with the core's own objects.

Each object is made without its constructor, with the attributes that canonical.py tells and, for
the rest, those of a model, which all units made for one id share.
"""

from core.allocation.on_demand.admission import LOCK_MS
from core.allocation.usage import Usage
from core.connector.offer_history import OfferHistory
from core.sharing.account import Account
from core.sharing.follower import Follower
from core.sharing.frames import IN_FORCE, NO_SIGNAL, Report
from core.sharing.leader import Leader
from core.sharing.lease import LIVE, Lease
from core.sharing.ledger import Ledger
from core.sharing.member import Member

from host_tools.core_state import state_of, with_state
from host_tools.verify.exhaustive.canonical import SAID
from host_tools.verify.exhaustive.outlet import Outlet
from host_tools.verify.exhaustive.scale import (
    EPOCH, LEADER, NEVER_MS, NOW_MS, NUMBER, SEQUENCE, STEP_MS, TIMING, nonce)
from host_tools.verify.exhaustive.unit import Demand, Unit, new_model

_UNREAD = dict({name: 0 for name in Report._fields}, flags=IN_FORCE, min_ma=6000,
               signal=NO_SIGNAL)


class Maker:
    """Makes the units of one id from their tuples; what never changes is shared by all."""

    def __init__(self, unit):
        self.unit = unit
        self._model = new_model(unit).member
        if unit == LEADER:
            self._model.group.epoch = EPOCH

    def make(self, state) -> Unit:
        """The unit as it was, at NOW_MS."""
        outlet_state, follower_state, leader_state = state
        outlet = _outlet(outlet_state)
        model = self._model
        leader = None if leader_state is None else self._leader(leader_state)
        member = with_state(
            Member, state_of(model), nonce=nonce(self.unit), leader=leader, out=[],
            follower=self._follower(follower_state, outlet), epoch_max=EPOCH)
        return Unit(self.unit, member, outlet)

    def keep_accounts(self, leader, states):
        """Let a leader have these accounts and usages, the first for its own unit."""
        leader.ledger.accounts = []
        leader._usages = {}
        for model, (state, usage) in zip(self._model.leader.ledger.accounts, states):
            leader.ledger.accounts.append(_account(model, state))
            if usage is not None:
                leader._usages[model.tag] = _usage(usage)

    def _follower(self, state, outlet):
        lease_state, heard = state
        if heard is None:
            heard = (0, 0, 0, 0)
        elif heard > 0:
            heard = (EPOCH - 1, 0, nonce(LEADER) - 1, LEADER)
        else:
            heard = (EPOCH, SEQUENCE + heard, nonce(LEADER), LEADER)
        return with_state(
            Follower, state_of(self._model.follower), nonce=nonce(self.unit),
            lease=_lease(self._model.follower.lease, lease_state), demand=Demand(outlet),
            number=NUMBER, heard=heard, heard_ms=NOW_MS, snapshot=None, _state=None,
            _demand_at_ms=None, last_report_ms=NOW_MS, report_at_ms=NOW_MS + STEP_MS,
            _reported=None)

    def _leader(self, state):
        boot, greeting, times, told = state
        ring = [None] * len(self._model.leader.ledger._times)
        for age, sent in enumerate(times):
            ring[(SEQUENCE - age) % len(ring)] = NOW_MS + sent
        model = self._model.leader
        ledger = with_state(Ledger, state_of(model.ledger), _epoch=EPOCH, _nonce=nonce(LEADER),
                            _times=ring, _newest=SEQUENCE, accounts=[])
        return with_state(
            Leader, state_of(model), epoch=EPOCH, nonce=nonce(LEADER), sequence=SEQUENCE,
            ledger=ledger, boot_ms=NOW_MS + boot, _last_ms=NOW_MS,
            send_at_ms=NOW_MS + STEP_MS, dirty=False, _fall_ms=NEVER_MS, _greeting=greeting,
            _usages={}, _planned=None, quiet_ms=NOW_MS, _told_ms=NOW_MS + told)


def _after(span):
    return None if span is None else NOW_MS + span


def _outlet(state):
    outlet = Outlet.__new__(Outlet)
    want_ma, offered_ma, closed, stop, past, outside = state
    outlet.want_ma, outlet.offered_ma, outlet.closed = want_ma, offered_ma, closed
    outlet.stop_ms = NOW_MS + stop
    outlet.past = tuple([(NOW_MS + until, ma) for until, ma in outside])
    outlet.history = OfferHistory(
        TIMING.reaction_own_ms, (offered_ma, 0, 0, offered_ma),
        tuple([(NOW_MS + until, (ma, 0, 0, ma)) for until, ma in past]))
    return outlet


def _lease(model, state):
    boot, amount_ma, phases, end, ever, sent, drop, ended, stalled = state
    return with_state(
        Lease, state_of(model), quiet_ms=NOW_MS + boot + TIMING.reaction_own_ms,
        granted=(amount_ma, phases, NOW_MS + end, (amount_ma, phases, LIVE)),
        _ever=ever, _sent=[NOW_MS + at for _, at in sent], _next=NUMBER + 1,
        _drop_ms=_after(drop), _ended_ms=NOW_MS + end if ended else None,
        _stalled_until_ms=_after(stalled))


def _account(model, state):
    (said, received, boot, number, candidate, base_ma, base_phases, base_end, tails, sent,
     last_ma, last_phases, rise) = state
    unit = model.unit
    seen = ()
    if candidate is not None:
        boots, after = candidate
        seen = ((nonce(unit) + boots, None if after is None else SEQUENCE + after),)
    return with_state(
        Account, state_of(model), received_ms=_after(received),
        nonce=None if boot is None else nonce(unit) + boot,
        report=None if said is None else Report(**dict(_UNREAD, **dict(zip(SAID, said)))),
        number=0 if number is None else NUMBER + number,
        _seen=seen, base_ma=base_ma, base_phases=base_phases,
        _base_end_ms=NOW_MS + base_end, last_ma=last_ma, last_phases=last_phases,
        _tails=tuple([((ma, 0, 0), NOW_MS + end) for end, ma in tails]),
        _sent=tuple([(SEQUENCE + sequence, amount_ma, phases, NOW_MS + deadline)
                     for sequence, amount_ma, phases, deadline in sent]),
        _rise_at_ms=NOW_MS + rise)


def _usage(state):
    usage = Usage(NOW_MS)
    usage.active, since = state
    if usage.active:
        usage._switched_ms = NOW_MS
    elif since is not None:
        usage._switched_ms = NOW_MS - (0 if since == 0 else LOCK_MS)
    return usage
