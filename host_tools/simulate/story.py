# SPDX-License-Identifier: MIT
"""Plays a scenario's vehicles and events on the boards, nodes, air and owner of a simulation."""

from host_tools.simulate.clock import STORY
from host_tools.simulate.troubles import TROUBLES
from host_tools.simulate.vehicle import Vehicle

_SETTLING = ("limit", "air", "power")


class Story:
    """Schedules everything at the start. `vehicles`: (spec, Vehicle) in the scenario's order."""

    def __init__(self, simulation, scenario):
        self._simulation, self._scenario = simulation, scenario
        self.vehicles = [None] * len(scenario.vehicles)
        clock = simulation.clock
        for event in scenario.events:
            clock.at(event.at_ms, STORY, self._happen, event)
        for index, spec in enumerate(scenario.vehicles):
            clock.at(spec.plug_ms, STORY, self._plug, index)
            if spec.unplug_ms < scenario.duration_ms:
                clock.at(spec.unplug_ms, STORY, self._unplug, spec)
            for at_ms, _ in spec.profile:
                if spec.plug_ms + spec.ready_after_ms < at_ms < spec.unplug_ms:
                    clock.at(at_ms, STORY, self._profile, spec)

    def delivered_wh(self) -> list:
        """Energy of each vehicle so far, in the scenario's order."""
        return [round(vehicle.delivered_wh(), 1) if vehicle else 0.0
                for vehicle in self.vehicles]

    def _plug(self, index):
        spec, simulation = self._scenario.vehicles[index], self._simulation
        board = simulation.nodes[spec.unit].board
        if board.vehicle is not None:  # the one before leaves in the same ms
            board.unplug()
        vehicle = Vehicle(simulation.clock, spec, board, len(board.wiring),
                          self._scenario.volts)
        self.vehicles[index] = vehicle
        board.plug(vehicle)
        ready_ms = spec.plug_ms + spec.ready_after_ms
        if ready_ms < spec.unplug_ms:
            self._settle("plug", spec.unit, spec.plug_ms, ready_ms)

    def _unplug(self, spec):
        board = self._simulation.nodes[spec.unit].board
        if board.vehicle is not None and board.vehicle.spec is spec:
            board.unplug()
            self._settle("unplug", spec.unit, spec.unplug_ms, spec.unplug_ms)

    def _profile(self, spec):
        now_ms = self._simulation.clock.now_ms
        self._settle("profile", spec.unit, now_ms, now_ms)

    def _happen(self, event):
        own = getattr(self, "_do_" + event.do, None)
        if own is None:
            own = getattr(self._simulation.dealings, event.do)
        own(event)
        if event.do in _SETTLING:
            self._settle(event.do, event.unit, event.at_ms, event.at_ms)

    def _settle(self, kind, unit, at_ms, from_ms):
        self._simulation.settling.happened(kind, unit, at_ms, from_ms)

    def _nodes(self, event):
        nodes = self._simulation.nodes
        return list(nodes.values()) if event.unit is None else [nodes[event.unit]]

    def _do_air(self, event):
        self._simulation.air.change(event.sources, event.targets, event.air)

    def _do_reboot(self, event):
        for node in self._nodes(event):
            node.reboot(event.down_ms, event.hang_ms)

    def _do_power(self, event):
        for node in self._nodes(event):
            node.set_power(event.on)

    def _do_fault(self, event):
        board = self._simulation.nodes[event.unit].board
        every = sorted(board.faults) + sorted(board.troubles.now)
        for fault in [event.fault] if event.fault else every:
            if fault not in TROUBLES:
                board.set_fault(fault, event.on)
            elif event.on:
                board.troubles.begin(fault, event.options)
            else:
                board.troubles.end(fault)

    def _do_channel(self, event):
        self._simulation.router.move(event.channel)

    def _do_client(self, event):
        self._simulation.air.channels.client(event.unit, event.on)

    def _do_older_copy(self, event):
        options = event.options
        self._simulation.nodes[event.unit].board.flash.lose(
            options["key"], options["writes"], options["back_s"])
        self._simulation.judges.forgets()

    def _do_stall(self, event):
        self._simulation.nodes[event.unit].stalls.plan(event.options)
