# SPDX-License-Identifier: MIT
"""What a unit's leader asks it for beside its reports: its sessions, how the present one is, or to
try again after a fault."""

from core.load import load
from core.sharing.on_demand.fetching import CLEAR, NOW
from core.sharing.on_demand.rare_bodies import Asked


def answer(unit, now_ms: int):
    """Answer Member.sessions. unit: an app.unit.Unit. Raises NotLoaded: then it is tried again."""
    member, web = unit.member, unit.web
    asked = member.sessions
    if type(asked) is not Asked:  # it led a moment ago, and did the asking itself
        member.sessions = None
        return
    if web is not None and asked.now_s:
        web.calendar_s = asked.now_s - now_ms // 1000
    if asked.number == CLEAR:
        (unit.connector if web is None else web).clear_fault()
        member.sessions = None
        return
    if asked.number == NOW:
        said = load("app", "session_now")
    else:
        said = load("app", "sessions_said")
    member.sessions = None
    said.say(unit, asked.number, now_ms)
