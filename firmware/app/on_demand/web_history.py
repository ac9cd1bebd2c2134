# SPDX-License-Identifier: MIT
"""GET /api/history: what each unit used in the last 4 hours, a point a minute, oldest first."""

from app.on_demand.web_json import HEAD, filled
from core.load import load


def answer(web, request, name) -> tuple:
    """(status, head, pieces)."""
    return 200, HEAD, _pieces(web)


def _pieces(web):
    leader = web.place.device.unit.member.leader
    yield filled('{"step_s":60,"limit_ma":%s,"points":[',
                 None if leader is None else leader.revisions.in_force.limit_ma)
    comma = ""
    for point in load("app", "history").points(web):
        yield comma + str(list(point))
        comma = ","
    yield "]}"
