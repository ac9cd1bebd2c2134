# SPDX-License-Identifier: MIT
"""Every virtual unit serves its page and its APIs, by the firmware's own server.

It runs in the fleet's one thread, between two steps of the simulation: so what an owner asks for
is done to the unit as it is at that moment, as on a board. A unit without power answers nobody,
and after a boot nobody is logged in.
"""

import asyncio
import errno

from app.web import Web
from core.load import NotLoaded, load
from host_tools import ROOT
from host_tools.build.page import page as built
from host_tools.simulate.place import Place

HOST = "127.0.0.1"
FIRST_PORT = 8080
PAGE = ROOT / ".build" / "page.html.gz"
_BUFFER_BYTES = 4096  # read of a connection before the unit takes it
_LINGER_S = 2  # for a client to take the end of its answer
_BOOT_S = 3  # a unit that starts has no answer yet: whoever asks waits so long
_STEP_S = 0.02


class VirtualOwner:
    """In the place of the owner's functions that want a board's own files: what is in these lies
    in the store of a virtual unit. server: its UnitServer, None: of one that keeps no settings."""

    def __init__(self, server=None):
        self._server = server

    def clear_fault(self, place, unit=None):
        """There is no start that has found anything."""
        if unit in (None, place.device.unit.member.group.unit):
            return place.device.unit.connector.clear_fault()
        return load("app", "owner_unit").clear_fault(place, unit)

    def factory_reset(self, place, by="cable"):
        """Forget group and settings."""
        leader = getattr(place.device.unit.member, "leader", None)
        if leader is not None and len(leader.ledger.accounts) > 1:
            return "members", len(leader.ledger.accounts)
        self._server.forget()
        return None


class _Writer:
    """A StreamWriter whose end waits for nobody for long."""

    def __init__(self, writer):
        self._writer = writer
        self.write, self.drain, self.close = writer.write, writer.drain, writer.close

    async def wait_closed(self):
        """What has not been taken by then is dropped."""
        try:
            await asyncio.wait_for(self._writer.wait_closed(), _LINGER_S)
        finally:
            self._writer.transport.abort()


class UnitServer:
    """The server of one node of the simulation. port: where it listens, None before; broker: its
    settings for MQTT, or none."""

    def __init__(self, node, settings, page=None, mqtt=()):
        self.node, self.port, self.broker = node, None, dict(mqtt)
        self._settings, self._page = settings, page
        self._place = Place(node)
        self._boot, self._web, self._server = None, None, None

    async def listen(self, port: int):
        """Listen on this port, or on the next one that is free."""
        for candidate in [*range(port, min(port + 200, 65536)), 0]:
            try:
                self._server = await asyncio.start_server(self._serve, HOST, candidate,
                                                          limit=_BUFFER_BYTES)
                break
            except OSError as error:
                if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                    raise
        self.port = self._server.sockets[0].getsockname()[1]

    def close(self):
        """Listen no more."""
        if self._server is not None:
            self._server.close()

    @property
    def address(self) -> str:
        """Of its page."""
        return "http://%s:%d/" % (HOST, self.port)

    @property
    def web(self) -> "Web | None":
        """The app.web.Web of this boot; None while the unit has no power."""
        node = self.node
        if not node.running:
            self.hang_up("no power")
            return None
        if self._boot != node.boots:
            self.hang_up("a new start")
            self._boot = node.boots
            hal = node.program.hal
            self._web = Web(self._place, hal.clock.now_ms, hal.identity, self.settings,
                            self._page)
            self._web.owner = VirtualOwner(self)
            node.program.web = self._web
            load("app", "mqtt_link").begin(self._web, self.settings())
        return self._web

    def step(self):
        """To be called about once a second."""
        try:
            if self.web is not None:
                self.web.step()
        except NotLoaded:
            pass  # the next minute is kept again

    def turn(self):
        """To be called about ten times a second: MQTT goes on."""
        web = self.web
        if web is not None and web.mqtt is not None:
            web.mqtt.step(web.clock_ms())

    def hang_up(self, why):
        """There is no connection without power: the broker then says so to all."""
        mqtt = None if self._web is None else self._web.mqtt
        if mqtt is not None and mqtt.client is not None:
            mqtt.client.end(why)

    async def _serve(self, reader, writer):
        for _ in range(int(_BOOT_S / _STEP_S)):
            if self.node.running or not self.node.board.powered:
                break
            await asyncio.sleep(_STEP_S)
        web = self.web
        if web is None:
            writer.transport.abort()
            return
        await web.serve(reader, _Writer(writer))

    def settings(self) -> dict:
        """What is stored, as far as a page shows it."""
        return {**self._settings, **self.broker, **self.node.program.hal.stored_settings()}

    def forget(self):
        """The unit is as on its first day."""
        self.node.board.store.clear()
        self.node.reboot(0, 0)


def settings_of(scenario, spec, blank=False) -> dict:
    """What a unit's page shows as its settings."""
    if blank:
        return {}
    return {"role": spec.role, "region": spec.region, "breaker_a": spec.breaker_a,
            "phases": spec.phases, "priority": spec.priority, "min_a": spec.min_a,
            "limit_a": scenario.limit_ma // 1000, "fallback": scenario.fallback, "enabled": True,
            "transport": scenario.transport}


def page_file():
    """The page as it is now, in a file of its own. Raises BuildError."""
    data = built()
    if not PAGE.is_file() or PAGE.read_bytes() != data:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_bytes(data)
    return PAGE


class Servers:
    """One server for each unit; the leader has the first port. mqtt: (numeric host, port) of a
    broker, or None."""

    def __init__(self, simulation, blank=False, page=None, mqtt=None):
        broker = {} if mqtt is None else {"mqtt_broker": mqtt[0], "mqtt_port": mqtt[1]}
        leader_first = sorted(simulation.nodes.values(),
                              key=lambda node: (node.board.spec.role != "leader", node.id))
        self.units = [UnitServer(node, settings_of(simulation.scenario, node.board.spec, blank),
                                 page, broker) for node in leader_first]

    async def listen(self, port=FIRST_PORT):
        """Listen on this port and the next ones; what is taken is left out."""
        for unit in self.units:
            await unit.listen(port)
            port = unit.port + 1

    def close(self):
        """Listen no more."""
        for unit in self.units:
            unit.close()
            unit.hang_up("the fleet ends")

    def step(self):
        """To be called about once a second."""
        for unit in self.units:
            unit.step()

    def turn(self):
        """To be called about ten times a second."""
        for unit in self.units:
            unit.turn()

    def addresses(self, wanted) -> str:
        """Where the pages are, for people. wanted: the port that the first one was to have."""
        first, others = self.units[0], self.units[1:]
        text = "page of unit %d: %s" % (first.node.id, first.address)
        if others:
            text += "   others: %s" % ", ".join(
                "%d on port %d" % (unit.node.id, unit.port) for unit in others)
        if first.port != wanted:
            text += "   (port %d is taken)" % wanted
        return text
