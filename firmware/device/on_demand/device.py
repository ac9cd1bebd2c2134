# SPDX-License-Identifier: MIT
"""The making of the unit on a chip, and what becomes of a change that waited for its start."""

import gc
import os
import sys

import machine
from core.load import WAY, let_go, load
from device.serving import OPEN_MS

_PAGE = "page.html.gz"


def begin(device, supervisor, radio):
    """What a device.device.Device has before it is built."""
    device._supervisor = supervisor
    device._radio = radio
    device.hardware = device.unit = device.last_run = device.watch = device.serving = None
    device.about = {}  # who it is, for the host
    device.running = False
    device.late_stops = device.timer_restarts = 0
    device._loaded = 0  # how many modules are
    device._resident = 0  # how many stay
    device._timer = None
    device._stepped_ms = None
    device._late = 0
    device._error = None
    device._proposed = False  # a change of the group, not stored yet
    device._deaf_ms = None  # since when the radio wants the board to start again


def build(device, stored, last_run, hardware, unit, prompt, web, serving):
    """All that takes memory. stored: stored.Stored; last_run, hardware, unit, prompt, web,
    serving: the classes, which stay loaded. Raises whatever a broken board file or chip raises."""
    errors = device._supervisor.errors + stored.errors
    device.last_run = last_run(machine)
    device.hardware = hardware(stored.board, device._radio, stored.values)
    _attach(device)  # from here on people can ask it
    errors += load("hal", "board").self_test(device.hardware)
    if device.last_run.locked:
        errors.append("three watchdog resets within 10 minutes: call clear_fault()")
    _relax()
    setup = load("app", "setup").Setup(stored.given, stored.facts, device.hardware.serial, errors)
    _relax()
    device.unit = unit(stored.given, stored.facts, device.hardware, setup=setup)
    if device.last_run.welded:
        load("core", "connector", "protection").weld(device.unit.connector.protection)
    device.unit.relieve = device.relieve
    device._prompt = prompt(device._answer)
    _change_group(device)
    if device.unit.member.leader is None:  # who leads stores its epoch at the start
        load("hal", "store").find_room(device.hardware.store)
    _relax()
    device.about = load("device", "identity").about(stored.given)
    _relax()
    _serve(device, stored, web, serving)
    if WAY in sys.modules:
        sys.modules[WAY].room = device.has_room


def _serve(device, stored, web, serving):
    hardware = device.hardware
    now_ms = hardware.clock.now_ms()
    # Nothing that is made here may hold this file: so no function of it.
    server = web(device._supervisor, hardware.clock.now_ms, hardware.identity,
                 hardware.stored_settings, "/" + _PAGE, hardware.heap_free)
    device.unit.web = server
    if not device.unit.errors:
        load("app", "history").begin(server)
        _relax()
    if stored.values.get("mqtt_broker"):
        load("app", "mqtt_link").begin(server, stored.values)
    open_ms = OPEN_MS if hardware.power_returned() else 0
    device.serving = serving(server, not stored.values, now_ms + open_ms)


# Memory is short: what was needed so far is let go of.
def _relax():
    let_go()
    gc.collect()


# The vehicle of a bench board stays connected meanwhile.
def _attach(device):
    supervisor, bench = device._supervisor, device.hardware.bench
    supervisor.device = device
    if supervisor.vehicle and bench is not None:
        load("hal", "bench").connect(bench, *supervisor.vehicle)


# What was changed at the prompt becomes a proposed revision, if this unit leads.
def _change_group(device):
    files = load("device", "files")
    unfit = []
    changes = files.read_table(files.GROUP_CHANGE, unfit)
    if not unfit and (not changes or device.unit.errors):
        return
    member = device.unit.member
    error = unfit[0] if unfit else None
    if member.leader is None:
        error = error or "dropped, because this unit does not lead a group (any more)"
    if error is None:
        newest = member.leader.revisions.newest()
        waiting = load("core", "group", "waiting")
        changes = waiting.still_new(newest, waiting.readable(changes))
        if changes:
            error = load("core", "sharing", "revising").revise(
                member, device.hardware.clock.now_ms(), **waiting.changes(newest, changes))
            error = error and load("core", "refusal_words").sentence(error)
        # It is forgotten here when it is stored as a proposal, not before.
        device._proposed = error is None
    print("Group change: %s" % (error or "proposed to all units"))
    if error:  # what cannot be must not be tried at every start
        os.remove(files.GROUP_CHANGE)


def forget_change(device):
    """What was changed at the prompt is stored as a proposal now."""
    path = load("device", "files").GROUP_CHANGE
    device._proposed = False
    os.remove(path)
