# SPDX-License-Identifier: MIT
"""GET /api/troubles: what is not as it should be, and what the owner can do; last events."""

from app.on_demand import owner as _functions
from app.on_demand.web_json import HEAD, filled, listed

_TROUBLE = '{"code":%s,"args":%s,"what":%s,"do":%s,"since_ms":%s,"unit":%s}'


def answer(web, request, name) -> tuple:
    """(status, head, pieces)."""
    return 200, HEAD, _pieces((web.owner or _functions).troubles(web.place))


def _pieces(found):
    yield '{"troubles":['
    for piece in listed(_troubles(found)):
        yield piece
    yield '],"events":[]}'


def _troubles(found):
    for sentence in found:
        yield filled(_TROUBLE, "", [], sentence, [], None, None)
