# SPDX-License-Identifier: MIT
"""The live table: units, the circuit against its limit, and what happened last."""

from rich import box
from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from host_tools.fleet.journal import amperes, clock

_STATES = {"A": "no vehicle", "B": "connected", "C": "charging", "D": "charging",
           "E": "pilot short", "F": "stopped"}
_STATE_STYLES = {"A": "dim", "B": "cyan", "C": "bold green", "D": "bold green"}
_LEASE_STYLES = {"live": "green", "fallback": "yellow", "none": "dim"}
_BAR_CELLS = 44
_LOG_LINES_MIN = 3


def state_text(pilot_state: str) -> str:
    """Pilot state with words: 'C2 charging'."""
    return "%s %s" % (pilot_state, _STATES.get(pilot_state[:1], "unknown"))


def _units(rows):
    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False)
    for title in ("Unit", "Role", "State"):
        table.add_column(title, no_wrap=True)
    table.add_column("Offered", justify="right", no_wrap=True)
    table.add_column("Measured", justify="right", no_wrap=True)
    table.add_column("Lease", no_wrap=True)
    table.add_column("Reason", ratio=1, no_wrap=True, overflow="ellipsis")
    for row in rows:
        table.add_row(
            str(row["id"]), row["role"],
            Text(state_text(row["pilot_state"]),
                 _STATE_STYLES.get(row["pilot_state"][:1], "bold red")),
            _amount(row["offered_ma"]), _amount(row["measured_ma"]),
            Text(row["lease"], _LEASE_STYLES.get(row["lease"], "")), row["reason"])
    return table


def _amount(amount_ma):
    return Text("%s A" % amperes(amount_ma), "" if amount_ma else "dim")


def bar(drawn_ma: int, possible_ma: int, limit_ma: int) -> Text:
    """One phase: full blocks are drawn, shaded ones could still be drawn at this moment."""
    scale = max(limit_ma, 1)
    drawn = min(_BAR_CELLS, drawn_ma * _BAR_CELLS // scale)
    possible = min(_BAR_CELLS, possible_ma * _BAR_CELLS // scale)
    over = possible_ma > limit_ma
    text = Text()
    text.append("█" * drawn, "red" if over else "green")
    text.append("▒" * (possible - drawn), "red" if over else "yellow")
    text.append("░" * (_BAR_CELLS - max(drawn, possible)), "dim")
    text.append(" %5s drawn, %5s possible, limit %s A" % (
        amperes(drawn_ma), amperes(possible_ma), amperes(limit_ma)),
        "bold red" if over else "bold")
    return text


def used_phases(units) -> list:
    """Indexes of the circuit's phases that any of the scenario's units is wired to."""
    return sorted({index for unit in units for index in unit.wiring})


def possible_total_ma(rows) -> tuple:
    """Sum of what all vehicles may draw, for each phase of the circuit."""
    return tuple(sum(row["possible"][index] for row in rows) for index in range(3))


def _circuit(rows, phases, drawn_ma, limit_ma):
    possible_ma = possible_total_ma(rows)
    lines = []
    for index in phases:
        line = Text("L%d " % (index + 1))
        line.append_text(bar(drawn_ma[index], possible_ma[index], limit_ma))
        lines.append(line)
    return Panel(Group(*lines), title="Circuit", title_align="left", box=box.ROUNDED)


def _log(lines, count):
    shown = [Text.assemble((clock(at_ms).rjust(6), "dim"), "  ", text)
             for at_ms, text in lines[-count:]]
    shown += [Text("")] * (count - len(shown))
    return Panel(Group(*shown), title="Events", title_align="left", box=box.ROUNDED)


def screen(picture, phases, lines, speed, height, pages=""):
    """Everything, for a terminal of `height` lines. picture: as of Fleet.picture(); pages: where
    the units' pages are."""
    now_ms, rows, drawn_ma, limit_ma = picture
    log_lines = max(_LOG_LINES_MIN, min(10, height - len(rows) - len(phases) - 12))
    title = Text.assemble(("AmpPool", "bold"), "  %d virtual units, time " % len(rows),
                          (clock(now_ms), "bold"),
                          "" if speed == 1 else ", %g times as fast" % speed,
                          ("   Ctrl-C ends", "dim"))
    return Group(title, Text(pages, "cyan"), _units(rows),
                 _circuit(rows, phases, drawn_ma, limit_ma), _log(lines, log_lines))
