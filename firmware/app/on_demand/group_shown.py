# SPDX-License-Identifier: MIT
"""The group as its owner reads it at the prompt: lines of at most 80 characters."""

from core.load import load

_WIDTH = 79


def amps(ma: int) -> str:
    """Tenths of an ampere."""
    return "%d.%d A" % (ma // 1000, ma // 100 % 10)


def members(place):
    """Two lines for each unit: who and where it is, what it has and why."""
    rows = load("app", "owner_told").members(place)
    if not rows:
        print("Only a leader knows its units: this one leads no group now.")
        return
    words, finding = load("core", "reason_words"), load("core", "finding_words")
    for row in rows:
        missing_ms = row["missing_ms"]
        print("unit %-3d %-24s serial %s  %s" % (
            row["unit"], row["name"], row["serial"], "heard" if missing_ms is None
            else "missing for " + finding.time_text(missing_ms // 1000)))
        if row["state"]:
            wrapped("%s, %s offered, %s granted: %s" % (
                row["state"], amps(row["offered_ma"]), amps(row["granted_ma"]),
                words.words(row["reason"])), "    ")
        _signals(row)


def _signals(row):
    parts = []
    for key, text in (("here", "heard here"), ("there", "hears this unit")):
        if row["signal_" + key] is not None:
            parts.append("%s at -%d dBm (%s)" % (text, row["signal_" + key],
                                                 row["grade_" + key].replace("_", " ")))
    if row["lost"]:
        parts.append("%d reports lost in a minute" % row["lost"])
    if parts:
        wrapped(", ".join(parts), "    ")


def troubles(place):
    """Each finding: what is wrong, and below it what to do."""
    found = load("app", "owner_told").troubles(place)
    show(place, found)
    if not found:
        print("No troubles.")


def show(place, findings):
    """Findings as text."""
    words, speak = load("core", "finding_words"), speaker(place)
    for code, args in findings:
        what, to_do = words.words(code, args)
        wrapped("- " + _sentence(speak(what)), "  ")
        if to_do:
            wrapped("  " + _sentence(speak(to_do)), "  ")


def events(place):
    """What has happened, the newest first."""
    words, speak = load("core", "finding_words"), speaker(place)
    for seconds, code, args in load("app", "owner_told").events(place):
        wrapped("%8s ago: %s" % (words.time_text(seconds),
                                 speak(words.event_words(code, args))), " " * 14)


def tested(place):
    """The result of the last self-test, or how long it still takes."""
    said = load("app", "owner_told").tested(place)
    if said is None:
        print("No self-test since the start.")
    elif said[0] is None:
        print("The self-test goes on for another %d s: tested() shows it then." % said[1])
    else:
        ago = load("core", "finding_words").time_text(said[0])
        print("Self-test %s ago: %s" % (ago, "%d findings" % len(said[1]) if said[1]
                                        else "passed."))
        show(place, said[1])


def speaker(place):
    """A function that puts names into a sentence."""
    unit = place.device.unit
    if unit.errors:
        return lambda sentence: sentence
    names = load("core", "sharing", "names")
    return lambda sentence: names.spoken(unit.member, sentence)


def _sentence(text):
    return text[:1].upper() + text[1:] + ("" if text[-1:] in ")?" else ".")


def wrapped(text, indent):
    """Print it in lines of at most 79 characters, all but the first one indented."""
    line = indent if text[:1] not in " -" else ""
    begun = False
    for word in text.split(" "):
        if begun and len(line) + 1 + len(word) > _WIDTH:
            print(line)
            line, begun = indent, False
        line += (" " if begun else "") + word
        begun = True
    print(line)
