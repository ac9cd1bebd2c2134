# SPDX-License-Identifier: MIT
"""After the restart: does the unit run, and what does it say about itself?"""

import json

from host_tools.flash.errors import NotHealthy
from host_tools.flash.link import DeviceError

_CALL = "amppool_health()"
# A unit reports by itself a second after it runs. A chip needs some seconds until then, a slow
# one gets another try; one that did not is asked.
_RUN_S = (30, 120)


def wait(link, expected, show) -> dict:
    """Restarts the unit until it reports itself running and well; it runs when this returns.

    `expected`: sentences about settings that are still to be set, which are no illness. Raises
    NotHealthy, BoardLost, NotAnswering.
    """
    seen = ""
    report = None
    for span_s in _RUN_S:
        show("waiting for the unit", None)
        link.reset()
        seen = link.listen(span_s, _is_over)
        report = report_in(seen)
        if report is None:
            report = _ask(link)
            seen += report.pop("said", "") if report else ""
        if report and _well(report, expected):
            _leave_running(link, seen)
            return report
    raise NotHealthy(_why(report, expected, seen))


def report_in(text: str):
    """The report in what a device printed, or None."""
    for line in reversed(text.splitlines()):
        if line.startswith("{") and '"healthy"' in line:
            try:
                return json.loads(line)
            except ValueError:
                continue
    return None


def _has_report(text):
    return report_in(text) is not None and text.endswith("\n")


# Whoever ended at the prompt will not report any more.
def _is_over(text):
    return _has_report(text) or text.endswith(">>> ")


def _ask(link):
    try:
        link.interrupt()
        return report_in(link.run(_CALL))
    except DeviceError:  # stopped before main.py had got that far, or no such call
        return None


# A unit that reported by itself runs on; one that was asked had to be stopped for it.
def _leave_running(link, seen):
    if not _has_report(seen):
        link.reset()


def _well(report, expected):
    if not report.get("running", True):
        return False
    return bool(report.get("healthy")) or _illnesses(report, expected) == []


def _illnesses(report, expected):
    # Without a reason given, unhealthy is one by itself.
    errors = report.get("errors") or ["the unit says that it is not healthy"]
    return [error for error in errors if error not in expected]


def _why(report, expected, seen):
    if report and report.get("running", True):
        reason = "; ".join(_illnesses(report, expected))
    else:
        lines = [line.strip() for line in seen.splitlines() if line.strip()]
        errors = [line for line in lines if "Error" in line or "Exception" in line]
        reason = (errors or lines or ["it prints nothing"])[-1]
    return ("Everything is on the board and verified, but the unit does not run as it should: %s. "
            "It does not charge. Look at it with a serial terminal at 115200 baud." % reason)


