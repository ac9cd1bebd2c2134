# SPDX-License-Identifier: MIT
"""What an owner asked for cannot be: the answer that says why, with a code for the page and a
sentence for whoever has no words of its own."""

from app.on_demand.refusals import told
from app.on_demand.web_json import filled
from core.on_demand.refusal_words import place


def answer(web, request, refused) -> tuple:
    """(status, head, pieces), or where the sentence is, to be loaded first. refused: (status,
    head, refusal, is its sentence loaded?)."""
    status, head, refusal, loaded = refused
    if not loaded:
        return 0, (place(refusal[0]),), (("app", "web_refused"), (status, head, refusal, True))
    return status, head, (filled('{"refused":{"code":%s,"args":%s,"text":%s,"field":%s}}',
                                 *told(web.place, refusal)),)
