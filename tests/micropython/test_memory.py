# SPDX-License-Identifier: MIT
"""The core leaves room on a board."""

from host_tools.build import cache
from host_tools.bench import heap

_MOST_BYTES = 53 * 1024
_MOST_CHANGING_BYTES = 57 * 1024
_MOST_MODULES_BYTES = 73000  # drivers of every board among them; without their names
# Some names are not in here: settings, the prompt's. A board's tables of names hold 10, 20, 40 ...
# 320 of them: 630.
_MOST_NAMES = {"resident": 190, "start": 480}
_MOST_NAMES_BYTES = {"resident": 2600, "start": 6800}


def test_the_core_and_a_leader_of_six_fit_into_53_kilobytes():
    taken = heap.measure()
    print("heap taken, bytes: %s" % taken)
    assert 20000 < taken["core"] < taken["start"] < taken["running"] <= _MOST_BYTES
    assert taken["running"] < taken["changing"] <= _MOST_CHANGING_BYTES


def test_a_board_has_all_names_from_its_start_and_they_are_few():
    taken = heap.names()
    print("names and their bytes: %s" % taken)
    assert 100 < taken["resident"][0] < taken["start"][0]
    assert taken["start"] == taken["pages"] == taken["mqtt"]
    assert taken["all"][0] <= taken["start"][0] + 1  # a driver's path
    for when, most in _MOST_NAMES.items():
        assert taken[when][0] <= most and taken[when][1] <= _MOST_NAMES_BYTES[when], when


def test_every_module_of_the_firmware_is_weighed():
    firmware, rows = cache.firmware(), heap.modules()
    assert rows[-1][0] == heap.NAMES
    sizes = {module: size for module, size, _ in rows}
    assert sorted(sizes) == sorted(firmware.modules() + [heap.NAMES])
    assert all(0 < size < 20000 for module, size in sizes.items() if module != heap.NAMES), sizes
    assert sizes["core.sharing.leader"] > sizes["core.allocation.usage"]
    brief = {module for module, _, brief in rows if brief}
    assert {"core.on_demand.settings", "app.on_demand.console", "core.group.on_demand.proposal",
            "device.on_demand.device"} <= brief
    assert not brief & {"core.sharing.leader", "hal.pilot", "hal.radio", "device.device",
                        "device.supervisor"}
    assert sum(size for _, size, brief in rows[:-1] if not brief) <= _MOST_MODULES_BYTES
