# SPDX-License-Identifier: MIT
"""A picture of a run: stacked currents of the units against the limit, one panel for each phase.

What is drawn is filled, what the vehicles may draw is a line above it, the limit that binds a
bold one above all. Below, what each unit goes by; on top, what happened when.
"""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.lines import Line2D  # noqa: E402
from matplotlib.patches import Patch  # noqa: E402

from host_tools.simulate.trace import COLUMNS  # noqa: E402

_COLORS = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#bbbbbb", "#000000")
_LEASE_COLORS = {"live": "#9fd39f", "fallback": "#f0b64a", "none": "#e3e3e3"}
_DRAWN = COLUMNS.index("drawn_l1_ma")
_POSSIBLE = COLUMNS.index("possible_l1_ma")
_LEASE = COLUMNS.index("lease")
_LARGER_LIMIT_MS = 16000  # rule 12


def draw(result, path):
    """Write the picture of a Result with a trace to `path` (PNG)."""
    units = sorted({row[1] for row in result.trace})
    phases = sorted({phase for unit in result.scenario.units for phase in unit.wiring})
    times, columns = _columns(result.trace, units)
    heights = [3.0] * len(phases) + [0.22 * len(units) + 0.2]
    figure, axes = plt.subplots(len(heights), 1, sharex=True, squeeze=False,
                                figsize=(13, 1.6 + sum(heights)), layout="constrained",
                                gridspec_kw={"height_ratios": heights})
    axes = axes[:, 0]
    for axis, phase in zip(axes, phases):
        _draw_phase(axis, times, columns, units, phase, result)
    _draw_leases(axes[-1], times, columns, units)
    _draw_events(axes, result.scenario)
    axes[-1].set_xlabel("time, s")
    axes[-1].set_xlim(0, result.summary["duration_s"])
    figure.suptitle(_title(result.summary), fontsize=12)
    figure.legend(handles=_legend(units), loc="outside lower center", ncols=len(units) + 5,
                  frameon=False, fontsize=9)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _columns(trace, units):
    """Times in s, and for each time the newest row of each unit."""
    newest, times, columns = {}, [], {unit: [] for unit in units}
    for row in trace:
        at_s = row[0] / 1000
        newest[row[1]] = row
        if len(newest) < len(units):
            continue
        if times and times[-1] == at_s:
            for unit in units:
                columns[unit][-1] = newest[unit]
        else:
            times.append(at_s)
            for unit in units:
                columns[unit].append(newest[unit])
    return times, columns


def _draw_phase(axis, times, columns, units, phase, result):
    layers = [[row[_DRAWN + phase] / 1000 for row in columns[unit]] for unit in units]
    axis.stackplot(times, layers, colors=[_color(i) for i in range(len(units))], step="post",
                   linewidth=0)
    possible = [sum(columns[unit][i][_POSSIBLE + phase] for unit in units) / 1000
                for i in range(len(times))]
    axis.step(times, possible, where="post", color="black", linewidth=0.8)
    limit_s, limit_a = _limit_line(result)
    axis.step(limit_s, limit_a, where="post", color="#cc0000", linewidth=2)
    axis.set_ylim(0, 1.12 * max(limit_a + possible))
    axis.set_ylabel(f"L{phase + 1}, A")
    axis.grid(axis="y", color="#dddddd", linewidth=0.6)
    axis.set_axisbelow(True)


def _limit_line(result):
    """The limit that binds: a larger one stays for 16 s after a smaller one is in force."""
    times, limits = [0.0], [result.limits[0][1] / 1000]
    for at_ms, limit_ma in result.limits[1:]:
        later_ms = _LARGER_LIMIT_MS if limit_ma / 1000 < limits[-1] else 0
        times.append((at_ms + later_ms) / 1000)
        limits.append(limit_ma / 1000)
    return times + [result.summary["duration_s"]], limits + [limits[-1]]


def _draw_leases(axis, times, columns, units):
    for index, unit in enumerate(units):
        begun, lease = times[0], columns[unit][0][_LEASE]
        for at_s, row in zip(times + [times[-1]], columns[unit] + [None]):
            if row is None or row[_LEASE] != lease:
                axis.broken_barh([(begun, at_s - begun)], (index - 0.4, 0.8),
                                 facecolors=_LEASE_COLORS[lease])
                begun, lease = at_s, row and row[_LEASE]
    axis.set_yticks(range(len(units)), [str(unit) for unit in units], fontsize=8)
    axis.set_ylabel("unit")
    axis.invert_yaxis()


def _draw_events(axes, scenario):
    happened = {}
    for event in scenario.events:
        happened.setdefault(event.at_ms, []).append(_words(event))
    for index, (at_ms, words) in enumerate(sorted(happened.items())):
        for axis in axes:
            axis.axvline(at_ms / 1000, color="#555555", linewidth=0.7, linestyle=":")
        axes[0].annotate("\n".join(dict.fromkeys(words)), (at_ms / 1000, 1),
                         xycoords=("data", "axes fraction"), xytext=(2, 2 + 11 * (index % 3)),
                         textcoords="offset points", fontsize=7, color="#333333")


def _words(event):
    unit = "all" if event.unit is None else f"unit {event.unit}"
    if event.do == "air":
        loss = event.air.get("loss")
        where = " some links" if event.sources or event.targets else ""
        return f"air{where}" + ("" if loss is None else f" loss {loss:.0%}")
    if event.do == "limit":
        return f"limit {event.limit_ma / 1000:g} A"
    if event.do == "reboot":
        return f"{unit} {'hangs' if event.hang_ms else 'reboots'}"
    if event.do == "power":
        return f"{unit} power {'on' if event.on else 'off'}"
    if event.do == "fault":
        return f"{unit} {event.fault}{'' if event.on else ' cleared'}"
    return f"sharing {'on' if event.on else 'off'}"


def _title(summary):
    over_ms = summary["over_limit_ms"]
    verdict = f"circuit rule BROKEN for {over_ms} ms" if over_ms else "circuit rule held"
    return (f"{summary['name']}, seed {summary['seed']}: {verdict}, "
            f"utilisation {summary['utilisation']:.3f}")


def _color(index):
    return _COLORS[index % len(_COLORS)]


def _legend(units):
    handles = [Patch(color=_color(i), label=f"unit {unit}") for i, unit in enumerate(units)]
    handles.append(Line2D([], [], color="#cc0000", linewidth=2, label="limit"))
    handles.append(Line2D([], [], color="black", linewidth=0.8, label="vehicles may draw"))
    return handles + [Patch(color=color, label=lease) for lease, color in _LEASE_COLORS.items()]
