# SPDX-License-Identifier: MIT
"""GET /api/selftest: how far the self-test of the group is, and what it has found.

Its steps are those of all units, then one of each unit (code "unit", its number).
"""

from app.on_demand import self_test
from app.on_demand.web_facts import spoken
from app.on_demand.web_json import HEAD, filled, listed
from core.on_demand.finding_words import words

_STEP = '{"code":%s,"state":%s,"args":%s,"text":%s}'
_STEPS = ("hear", "silent", "back")
_TEXTS = ("Hear every unit", "The leader is silent", "The leader comes back")
_FINDINGS = " no_report:1 no_rest:1 no_lease:2 "  # of which step; others are of the first


def answer(web, request, name) -> tuple:
    """(status, head, pieces)."""
    unit = web.place.device.unit
    said = self_test.tested(unit, web.clock_ms())
    if said is None:
        return 200, HEAD, ('{"running":false,"left_ms":null,"steps":[],"passed":null,"do":[],'
                           '"found":[]}',)
    age_s, more = said
    if age_s is None:
        phase = unit.tested.phase(web.clock_ms())
        return 200, HEAD, _pieces(unit, phase, more, ())
    return 200, HEAD, _pieces(unit, len(_STEPS), None, more)


def _pieces(unit, phase, left_s, findings):
    yield filled('{"running":%s,"left_ms":%s,"steps":[', left_s is not None,
                 None if left_s is None else 1000 * left_s)
    for piece in listed(_steps(unit, phase, findings)):
        yield piece
    yield filled('],"passed":%s,"do":%s,"found":%s}',
                 None if left_s is not None else not findings,
                 [spoken(unit, words(*finding)[1]) for finding in findings], list(findings))


def _steps(unit, phase, findings):
    bad = [_step_of(code) for code, _ in findings]
    for number in range(len(_STEPS)):
        state = "bad" if number in bad else "ok" if number < phase else (
            "now" if number == phase else "todo")
        yield filled(_STEP, _STEPS[number], state, [], _TEXTS[number])
    leader = unit.member.leader
    failed = [args[0] for code, args in findings if code != "interrupted"]
    for account in leader.ledger.accounts if leader is not None else ():
        state = "todo" if phase < len(_STEPS) else "bad" if account.unit in failed else "ok"
        yield filled(_STEP, "unit", state, [account.unit], "")


def _step_of(code):
    at = _FINDINGS.find(" %s:" % code)
    return 0 if at < 0 else int(_FINDINGS[at + len(code) + 2])
