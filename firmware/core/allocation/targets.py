# SPDX-License-Identifier: MIT
"""What each unit would get if all were at rest (design, section 4): the targets of a round.

The allocator's answer for those that ask, and for the one of the others whose turn it is. A unit
that may rise by itself takes part up to its fallback, which is kept for it; one without a word
gets nothing, and its usage is forgotten.
"""

from core.allocation.allocator import Demand, allocate
from core.allocation.usage import Usage
from core.load import load
from core.units import OFFER_MIN_MA, STEP_MA


def targets_of(accounts, revisions, usages, now_ms, limit_ma):
    """[(amount_ma, phases wanted)] by account. usages: {tag: Usage} of those that ask, noted;
    limit_ma: what is shared per phase."""
    rest_ma = [limit_ma] * 3
    all_may = revisions.pending is None and revisions.in_force.enabled
    targets = []
    demands = []
    places = []  # of the demands
    idle = []  # those that ask for nothing and were offered nothing
    turn = -1
    for account in accounts:
        tag, report, phases = account.tag, account.report, account.wired
        due = account.due(now_ms)
        if due:
            for p in (0, 1, 2):
                if phases >> p & 1:
                    rest_ma[p] -= account.fallback_ma
        if report is not None:
            phases = report.phases & phases or phases
        want_ma = 0
        if not account.reachable(now_ms) or not (all_may or account.serial in revisions.chargers):
            usages.pop(tag, None)  # a lost lease ends every lock
        elif due:
            want_ma = _within(account.fallback_ma, report)
        elif report.ask_ma or report.spare_ma:
            if tag not in usages:
                usages[tag] = Usage(now_ms)
            usage = usages[tag]
            offered = report.offered_ma > report.min_ma - STEP_MA  # it reads back a little lower
            if usage.rests(now_ms, report.ask_ma > 0, offered):
                turn = len(places)
            elif not report.ask_ma and not account.last_ma:
                idle.append((usage, len(places)))
            places.append(len(targets))
            demands.append(_demand(report, account.unit, phases, usage, now_ms))
        targets.append((want_ma, phases))
    if turn >= 0 or idle:
        load("core", "allocation", "turns").take_turn(turn, idle, demands, now_ms)
    kept = min(rest_ma) < limit_ma  # for units that are missing
    allocated = _allocated(accounts, rest_ma, demands, places, now_ms)
    for i, demand, (_, amount_ma) in zip(places, demands, allocated):
        asked_ma = 0 if kept and not amount_ma else demand.ask_ma  # such a pause locks nobody
        usages[accounts[i].tag].note(now_ms, asked_ma, amount_ma)
        targets[i] = amount_ma, demand.phases
    return targets


def _within(fallback_ma, report):
    want_ma = min(max(report.ask_ma, report.spare_ma), report.cap_ma, fallback_ma)
    return 0 if want_ma < OFFER_MIN_MA else want_ma // STEP_MA * STEP_MA


def _allocated(accounts, rest_ma, demands, places, now_ms):
    for p in (0, 1, 2):
        rest_ma[p] = max(0, rest_ma[p])
    allocated = allocate(rest_ma, demands)
    waiting = []
    for demand, i in zip(demands, places):
        if not accounts[i].last_ma:
            waiting.append(demand)
    if waiting:
        if load("core", "allocation", "overdraw").leaves_overdraw(
                accounts, rest_ma, demands, waiting, dict(allocated), now_ms):
            allocated = allocate(rest_ma, demands)
    return allocated


def _demand(report, unit, phases, usage, now_ms):
    return Demand(unit, report.ask_ma, report.spare_ma, report.cap_ma, phases, report.priority,
                  report.energy, usage.active, usage.since_ms(now_ms), report.min_ma)
