# SPDX-License-Identifier: MIT
"""The same without a terminal: a line now and then, and the summary at the end."""

from host_tools.fleet.journal import amperes, clock
from host_tools.fleet.view import possible_total_ma


def line(picture, phases) -> str:
    """State of the fleet in one line: totals, then state, draw and offer of each unit."""
    now_ms, rows, drawn_ma, limit_ma = picture
    possible_ma = possible_total_ma(rows)
    totals = ", ".join("L%d %s drawn %s possible" % (
        index + 1, amperes(drawn_ma[index]), amperes(possible_ma[index]))
        for index in phases)
    units = "  ".join("%d:%s %s/%s%s" % (
        row["id"], row["pilot_state"], amperes(row["measured_ma"]), amperes(row["offered_ma"]),
        "" if row["lease"] == "live" else " " + row["lease"]) for row in rows)
    return "%s  %s of %s A | %s" % (clock(now_ms), totals, amperes(limit_ma), units)


def summary(now_ms, limit_ma, vehicles, totals) -> str:
    """What a person wants to know at the end. totals: as in summary.json; vehicles: stays."""
    over_ms = totals["over_limit_ms"]
    if over_ms:
        verdict = "The circuit rule was BROKEN for %d ms, by up to %s A." % (
            over_ms, amperes(totals["over_limit_peak_ma"]))
    else:
        verdict = ("The circuit rule held: at no time could the vehicles together draw more than "
                   "the limit, now %s A." % amperes(limit_ma))
    energy = sum(totals["delivered_wh"])
    return "\n".join([
        "Simulated %s." % clock(now_ms), verdict,
        "%d vehicles came, %.2f kWh delivered, %.1f %% of what a perfect controller could." % (
            sum(vehicle.plug_ms <= now_ms for vehicle in vehicles), energy / 1000,
            100 * totals["utilisation"]),
        "%d contactor cycles, %d frames on the air." % (
            totals["contactor_cycles"], totals["frames"])])
