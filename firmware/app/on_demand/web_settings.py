# SPDX-License-Identifier: MIT
"""GET /api/settings: the table of settings with the present values, but no secret's."""

from app.on_demand.web_json import HEAD, filled, listed
from core.on_demand.settings import table

_ROW = '{"key":%s,"kind":%s,"value":%s,"low":%s,"high":%s,"choices":%s,"unit":%s,"text":%s}'


def answer(web, request, name) -> tuple:
    """(status, head, pieces)."""
    return 200, HEAD, _pieces(web.settings())


def _pieces(given):
    yield '{"settings":['
    for piece in listed(_rows(given)):
        yield piece
    yield "]}"


def _rows(given):
    for row in table():
        value = given.get(row.key, row.default)
        bounded = row.kind in ("int", "text", "secret")
        yield filled(_ROW, row.key, row.kind, bool(value) if row.kind == "secret" else value,
                     row.low if bounded else None, row.high if bounded else None,
                     list(row.choices), row.unit, row.text)
