# SPDX-License-Identifier: MIT
"""What was typed while the unit runs: calls that stop nothing are answered, charging goes on."""

import json

from core.load import NotLoaded


def answer(calls, place, line: str):
    """calls: the file with the calls, and their names in LIVE; place: what they are given; line:
    what was typed. The refusal that is still to be printed, or None."""
    name, bracket, inside = line.partition("(")
    if name not in calls.LIVE or not bracket or inside[-1:] != ")":
        print("Refused: while the unit runs there are %s. For all else press Ctrl-C first: "
              "that stops charging." % ", ".join([known + "()" for known in calls.LIVE]))
        return None
    # An error of what was typed must not end the unit.
    try:
        return calls.call(place, name, _values(inside[:-1].strip()))
    except NotLoaded as error:
        print("Refused: %s." % error)
    except Exception as error:
        print("Refused: %r" % error)
    return None


# Values alone: an expression could take for ever, or reach what only Ctrl-C gives.
def _values(text):
    told, quote, plain = "", "", ""
    for character in text:
        if quote:
            if character == quote:
                quote, character = "", '"'
            elif character == '"':
                character = '\\"'  # in a text between single quotes
            told += character
        elif character in "'\"":
            told += _words(plain) + '"'
            quote, plain = character, ""
        else:
            plain += character
    try:
        return json.loads("[%s]" % (told + _words(plain)))
    except ValueError:
        raise ValueError("between the brackets: texts, numbers, True or False")


def _words(text):
    for python, other in (("True", "true"), ("False", "false"), ("None", "null")):
        text = text.replace(python, other)
    return text
