# SPDX-License-Identifier: MIT
"""The unit's HTTP server: takes connections, bounds them, and tells those to come again for whom
there is no room.

Only this is resident. What reads a request, what answers it and what sends the answer is loaded
for it, file by file, with a turn for the other tasks between two of them. No answer is held whole.
A request that is slow, too long or none costs nothing but itself.

The same code runs on MicroPython's asyncio streams and on CPython's: whoever listens calls
`serve`.
"""

import asyncio
import gc

from core.connector.pilot_state import B, D
from core.load import NotLoaded, drop, let_go, load, missing
from micropython import const

_CONNECTIONS = const(2)
_WAITING = const(18)  # more that wait for their turn; those beyond are closed without a word
_WAITS = const(20)  # of _REST_S each: then they are told to come again
_SECONDS = const(10)
_STALE_MS = const(1000)  # who has not asked by then gives way to the next
_POINT_MS = const(60000)
_FREE_BYTES = const(8192)
_FILE_BYTES = const(1200)  # what a file takes, as a rule
_PIECE = const(128)  # the memory is in pieces as well
_REST_BYTES = const(4096)  # read of what is not wanted, or the answer would be lost with it
_REST_S = 0.1
_ACT = ("app", "web_act")
_REFUSAL = "HTTP/1.1 %d Refused\r\nConnection: close\r\nContent-Type: "
_BUSY = 'application/json\r\nContent-Length: 13\r\nRetry-After: 2\r\n\r\n{"busy":true}'
_EMPTY = "text/plain\r\nContent-Length: 0\r\n\r\n"


class Refused(Exception):
    """A request that cannot be: its argument is the status; 0 if there was none."""


class Login:
    """Of on_demand/web_login.py. secret: of this boot; sessions: [[token, when it was last used]];
    newest_ms: when the challenge of the last login was made; wrong: answers in a row, until_ms:
    none counts before. Here, for it would hold that file."""

    __slots__ = ("secret", "sessions", "newest_ms", "wrong", "until_ms")


class Web:
    """Of one unit and one boot. place: where it is (owner.py); clock_ms(): ever growing;
    identity(): (label code, name of the board, version); settings(): the stored ones, a dict;
    page: path of the page, compressed, or None; free(): bytes that Python has left, or None where
    there are always enough.

    owner: what it has of the functions of owner.py goes in their place, or None. login: a Login,
    or None. facts, said: of on_demand/web_facts.py, or None, and texts by their reasons. badge: of
    on_demand/web_badge.py, or None. history: of on_demand/history.py, or None. asked_ms:
    when somebody who is logged in last asked. session: of on_demand/session.py while a vehicle is
    there, or None; total: of session_store.py, or None; calendar_s: seconds of the calendar when
    clock_ms() was 0, or None. mqtt: of on_demand/mqtt.py where a broker is set, or None. counts:
    requests that were told to come again, those refused, those that failed.
    """

    __slots__ = ("place", "clock_ms", "identity", "settings", "page", "free", "owner", "login",
                 "facts", "said", "badge", "history", "asked_ms", "begun_ms", "counts", "session",
                 "total", "calendar_s", "mqtt", "acts", "_noted_ms", "_open", "_waiting")

    def __init__(self, place, clock_ms, identity, settings, page, free=None):
        self.place = place
        self.clock_ms = clock_ms
        self.identity = identity
        self.settings = settings
        self.page = page
        self.free = free
        self.owner = self.login = self.facts = self.history = self.asked_ms = None
        self.said, self.badge = {}, None
        self.begun_ms = self._noted_ms = clock_ms()
        self.session = self.total = self.calendar_s = self.mqtt = None
        # An owner's call goes on: it wants all the room that there is. None: it is just over.
        self.acts = False
        self.counts = [0, 0, 0]
        self._open = []  # [task, since ms, has it asked?] of each connection
        self._waiting = 0

    def step(self):
        """To be called about once a second: keeps what was used. Raises NotLoaded."""
        unit, session = self.place.device.unit, self.session
        if self.acts is None:
            self.acts = False
            let_go()
            gc.collect()  # what Python took of the system goes back
        if self.acts:
            return
        if session is not None:
            if session.step(self.clock_ms(), self.calendar_s):
                self.session = self.total = None
        elif B <= unit.connector.state <= D:
            rare = load("app", "session")
            self.session = rare.begin(unit, self.clock_ms(),
                                      load("app", "web_facts").facts(self)[1])
        if self.clock_ms() - self._noted_ms >= _POINT_MS:
            self._noted_ms += _POINT_MS
            load("app", "history").note(self)

    def clear_fault(self):
        """The unit's leader lets it try again after a latched fault. Raises NotLoaded."""
        (self.owner or load("app", "owner_unit")).clear_fault(self.place)

    async def serve(self, reader, writer):
        """One connection, from its first byte to its end. Raises nothing."""
        entry = [asyncio.current_task(), self.clock_ms(), False]
        job = None
        if len(self._open) < _CONNECTIONS or self._make_room():
            self._open.append(entry)
            job = self._answer(reader, writer, entry)
        elif self._waiting < _WAITING and not self._short():
            self._waiting += 1
            job = self._wait(reader, writer, entry)
        try:
            if job is not None:
                await asyncio.wait_for(job, _SECONDS)
        except asyncio.CancelledError:
            pass  # it gave way to another
        except Exception:  # too slow, gone, or an error: that must not end the unit
            self.counts[2] += 1
        finally:
            if entry in self._open:
                self._open.remove(entry)
            elif job is not None:
                self._waiting -= 1
            try:
                writer.close()
                await writer.wait_closed()
            except Exception:
                pass  # it is gone

    # Of those that have not asked for anything yet the oldest goes: whoever only holds connections
    # keeps nobody out.
    def _make_room(self):
        for entry in self._open:
            if not entry[2] and self.clock_ms() - entry[1] >= _STALE_MS:
                entry[2] = True
                self._open.remove(entry)
                self._waiting += 1  # counted there until it is closed
                entry[0].cancel()
                return True
        return False

    async def _wait(self, reader, writer, entry):
        for _ in range(_WAITS):
            await asyncio.sleep(_REST_S)
            if len(self._open) < _CONNECTIONS:
                self._waiting -= 1
                self._open.append(entry)
                entry[1] = self.clock_ms()
                await self._answer(reader, writer, entry)
                return
        await self._refuse(reader, writer, 503)

    async def _answer(self, reader, writer, entry):
        try:
            if self.acts or self._short():
                raise MemoryError
            rare = load("app", "web_send")  # before anything is done: it must be told
            # No name for the request: an owner's call wants the room.
            answer = await self._find(await load("app", "web_request").read(reader), entry)
        except Refused as error:
            if error.args[0]:
                await self._refuse(reader, writer, error.args[0])
        except (NotLoaded, MemoryError):
            await self._refuse(reader, writer, 503)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            self.counts[2] += 1  # a mistake of ours: whoever asked is told, the unit goes on
            await self._refuse(reader, writer, 500)
        else:
            if not await rare.send(writer, *answer):
                await self._refuse(reader, writer, 503)

    # What was loaded before goes first; whoever asks comes last.
    def _short(self, files=0):
        wanted = _FREE_BYTES + _FILE_BYTES * files
        if self.free is None or self.free() >= wanted:
            return False
        let_go()
        gc.collect()
        return self.free() < _FREE_BYTES

    # What a route wants is loaded one by one: in one turn it would keep the sharing task, and
    # with slow flash the pilot path, waiting for too long. Status 0: what was loaded says what is
    # needed further, and which file goes on.
    async def _find(self, request, entry):
        entry[2] = True
        status, needs, pieces, acting = 0, (), (("app", "web_routes"), ""), None
        try:
            while not status:
                place, name = pieces
                if place == _ACT:
                    if self.acts:
                        raise MemoryError
                    acting, self.acts = load("app", "web_act"), True
                    request = None  # what was asked is in name by now
                    needs = await acting.begin(self, name)
                if acting is None and needs:
                    self._short(missing(needs))  # where it is, each file says so when it is loaded
                for needed in needs:
                    await asyncio.sleep(0)
                    if acting:
                        acting.spare(self)
                    load(*needed)
                await asyncio.sleep(0)
                # No name for the file: whoever has one would keep it beside the next.
                status, needs, pieces = (acting if place == _ACT else _file(place)).answer(
                    self, request, name)
                if place == _ACT:
                    acting.over()
                elif not status and pieces[0] != place:
                    drop(*place)  # it has done its part
            # The first piece is made before anything is sent: what fails in it has a clear answer.
            pieces = iter(pieces)
            return status, needs, next(pieces, ""), pieces
        finally:
            if acting:
                self.acts = None

    def others(self) -> bool:
        """Is something else than one request in the middle of its work?"""
        asked = [entry for entry in self._open if entry[2]]
        return len(asked) > 1 or self.mqtt is not None and self.mqtt.job is not None

    async def _refuse(self, reader, writer, status):
        self.counts[status != 503] += 1
        writer.write((_REFUSAL % status + (_BUSY if status == 503 else _EMPTY)).encode())
        await writer.drain()
        left = _REST_BYTES
        while left > 0:
            try:
                data = await asyncio.wait_for(reader.read(_PIECE), _REST_S)
            except asyncio.TimeoutError:
                return
            if not data:
                return
            left -= len(data)


def _file(place):
    return load(*place)
