# SPDX-License-Identifier: MIT
"""Every refusal has a code that is in the table once, and every code of the table is refused."""

import ast
import re

import pytest
from core.on_demand import (
    refusal_text_group, refusal_text_pairing, refusal_text_unit, refusal_text_wish, refusal_words)

from host_tools import ROOT
from tests.tidy import sources

FILES = {"refusal_text_group": refusal_text_group, "refusal_text_pairing": refusal_text_pairing,
         "refusal_text_unit": refusal_text_unit, "refusal_text_wish": refusal_text_wish}
ROWS = [(name, row) for name, file in FILES.items()
        for row in file.TEXT.replace("\n ", " ").strip().split("\n")]
CODES = [row.split(" ")[0] for _, row in ROWS]
# Made of a word and a reason: core/pairing/on_demand/listing.py.
MADE = {"join_" + reason for reason in ("version", "not_set_up", "double", "other_group")}
# One value for each letter behind a number.
VALUES = {"": "x", "u": [1, 2], "s": "A0B1C2000001", "t": 1500, "m": 60001}


def test_every_code_is_there_once_in_the_file_where_it_is_looked_for():
    assert len(CODES) == len(set(CODES)) > 80
    for name, row in ROWS:
        assert refusal_words.place(row.split(" ")[0]) == ("core", name), row
    for known in (refusal_words._GROUP, refusal_words._PAIRING, refusal_words._WISH):
        assert set(known.split()) <= set(CODES)


@pytest.mark.parametrize("row", [row for _, row in ROWS], ids=lambda row: row.split(" ")[0])
def test_every_refusal_can_be_said(row):
    code, _, rest = row.partition(" ")
    field, _, sentence = rest.partition("|")
    fields = dict(re.findall(r"<(\d)(\w?)>", sentence))
    values = [VALUES[fields.get(str(at), "")] for at in range(10)]
    said, of = refusal_words.words((code, *values))
    assert "<" not in said and said and said[-1] != "." and "  " not in said
    assert of == ("x" if field == "0" else field or None)


def test_times_and_units_are_said_as_people_say_them():
    assert refusal_words.sentence(("promote_early", 30999, 31000, 1, None, 2)) == (
        "the leader, unit 1, was heard 30 s ago: hand_over(2) there, or take its power away and "
        "wait until it has been silent for 31 s")
    assert "for 2 min, after 6" in refusal_words.sentence(("pairing_closed", 60001, 6))
    assert refusal_words.sentence(("newer", [])).startswith("a unit may hold newer settings")
    assert refusal_words.sentence(("no such code", 1)) == "refused: no such code"
    assert refusal_words.sentence(None) is None


def tuples(source):
    """First texts of all tuples of a source."""
    return {node.elts[0].value for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Tuple) and node.elts and isinstance(node.elts[0], ast.Constant)
            and isinstance(node.elts[0].value, str)}


def test_every_code_is_used():
    used = set(MADE)
    for path in sources.below("firmware"):
        text = path.read_text()
        used |= {code for code in CODES if '"%s"' % code in text}
    assert set(CODES) - used == set()


def test_what_an_owner_is_refused_with_is_in_the_table():
    """Functions that refuse give tuples whose first text is a code."""
    seen = set()
    for name in ("app/on_demand/owner", "app/on_demand/pairing", "app/on_demand/admitting",
                 "app/on_demand/new_group", "app/on_demand/finding", "app/on_demand/self_test",
                 "app/on_demand/owner_settings", "app/on_demand/owner_place",
                 "app/on_demand/mqtt_command", "core/sharing/on_demand/names",
                 "core/sharing/on_demand/revising", "core/sharing/on_demand/proposing",
                 "core/sharing/on_demand/handing_over", "core/sharing/on_demand/without",
                 "core/sharing/on_demand/going_on", "core/sharing/on_demand/replacing",
                 "core/sharing/on_demand/promoting", "core/sharing/on_demand/taking_back",
                 "core/sharing/on_demand/caps",
                 "core/sharing/on_demand/naming", "core/group/on_demand/limits",
                 "core/pairing/on_demand/label_code", "core/pairing/on_demand/listing",
                 "core/on_demand/unit_name"):
        tree = ast.parse((ROOT / "firmware" / (name + ".py")).read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
                first = node.value.elts[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    seen.add(first.value)
    assert len(seen) > 40 and seen - set(CODES) == set()
    assert tuples("x = ('a', 1)") == {"a"}
