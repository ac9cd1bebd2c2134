# SPDX-License-Identifier: MIT
"""Why something that an owner asks for cannot be: the English.

A refusal is a tuple: a code, then plain values. Its entry in one of the files refusal_text_*.py is
the name of the value that was given and does not fit (0: the first of the values says it), or
nothing, then a bar, then a sentence without a full stop that says what is wrong, what is allowed,
and which unit to go to. Amperes in a refusal are whole numbers, or text where they have a
fraction; times are ms. The files are several, because a board that runs has no room for all in one
piece.
"""

from core.load import load
from core.on_demand.phrases import entry, filled, units_text


def words(refusal: tuple) -> tuple:
    """(sentence, name of the value that does not fit, or None)."""
    line = entry(_texts(refusal[0]), refusal[0])
    if line is None:
        return "refused: %s" % refusal[0], None
    field, _, told = line.partition("|")
    if field == "0":
        field = refusal[1]
    return filled(told, refusal[1:], _KINDS), field or None


def place(code: str) -> tuple:
    """The file that has the sentence of this code, as load() is given it."""
    marked = " %s " % code
    if marked in _GROUP:
        return "core", "refusal_text_group"
    if marked in _PAIRING:
        return "core", "refusal_text_pairing"
    if marked in _WISH:
        return "core", "refusal_text_wish"
    return "core", "refusal_text_unit"


# Of that file.
def _texts(code):
    marked = " %s " % code
    if marked in _GROUP:
        return load("core", "refusal_text_group").TEXT
    if marked in _PAIRING:
        return load("core", "refusal_text_pairing").TEXT
    if marked in _WISH:
        return load("core", "refusal_text_wish").TEXT
    return load("core", "refusal_text_unit").TEXT


def sentence(refusal):
    """The sentence alone; None for None."""
    return None if refusal is None else words(refusal)[0]


def _serial(serial):
    return "" if serial is None else " (serial %s)" % serial


def _seconds(span_ms):
    return "%d s" % (span_ms // 1000)


def _minutes(span_ms):
    return "%d min" % -(-span_ms // 60000)


def _units(units):
    return units_text(units) or "a unit"


# What is in which file; all else is in that of the unit.
_GROUP = " role limit_low limit_low_min limit_high limit_one limit_step fallback group_size " \
    "id_range id_twice no_leader leaders not_in_group remove_leader replace_leader " \
    "hand_over_leader hand_over_to nobody_else handing_over change_waits change_soon agreeing " \
    "newer held not_waited_for none_waited_for stays other_leader serial_there nothing_waits " \
    "members "
_PAIRING = " code_text code_letter code_length code_check pair_kind serial_form being_paired " \
    "pairing_closed not_heard none_heard join_version join_not_set_up join_double " \
    "join_other_group key_not_heard group_full no_room not_set_up follower_alone removed "
_WISH = " cap cap_kind changes_kind soft_limit no_value clear_there "
_KINDS = (("u", _units), ("s", _serial), ("t", _seconds), ("m", _minutes))
