# SPDX-License-Identifier: MIT
"""A leader tells the sessions of another unit, fetched over the radio when somebody asks."""

import asyncio
import json
import sys

import pytest
from app.on_demand import session_store, web_send
from core.on_demand import session_record
from core.on_demand.session_record import KEPT, Record
from core.sharing import frames
from core.sharing.on_demand import fetching

from tests.unit.web_bench import Answer, Bench, Reader, Writer, group

HEAD = "GET /api/sessions?unit=%d HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def kept(bench, count, first=1):
    """So many sessions are in a unit's store since long."""
    store = bench.node.board.store
    for number in range(first, first + count):
        name = session_store.BLOCKS[session_record.block_of(number)]
        store[name] = session_record.put(store.get(name, b""), Record(
            number, 1700000000 + 1000 * number, 60 * number, number, 10 * number, 6000, 1,
            number % 2 == 0))


class Clocked:
    """asyncio for the server: it sleeps by the clock of a simulation."""

    def __init__(self, simulation):
        self._simulation = simulation

    async def sleep(self, seconds):
        """Until so much has been simulated."""
        end_ms = self._simulation.now_ms + 1000 * seconds
        await asyncio.sleep(0)
        while self._simulation.now_ms < end_ms:
            await asyncio.sleep(0)


def fetched(bench, *units, step_ms=50, on_step=lambda: None, **writer):
    """The Answers to requests that come together, while the simulation goes on."""
    async def play():
        writers = [Writer(**writer) for _ in units]
        tasks = [asyncio.create_task(bench.web.serve(Reader((HEAD % unit).encode()), one))
                 for unit, one in zip(units, writers)]
        while not all(task.done() for task in tasks):
            on_step()
            bench.simulation.advance(bench.simulation.now_ms + step_ms)
            for _ in range(20):
                await asyncio.sleep(0)
        return [Answer(one.sent) for one in writers]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(web_send, "asyncio", Clocked(bench.simulation))
        patch.setitem(sys.modules, web_send.__name__, web_send)
        found = asyncio.run(play())
    return found[0] if len(found) == 1 else found


def world(count=0, **more):
    """(Bench of the leader, Bench of unit 2, which has kept so many sessions)."""
    simulation = group(3, 60, vehicles=[{"unit": 1, "max_a": 16}], **more)
    bench, other = Bench(simulation), Bench(simulation, unit=2)
    kept(other, count)
    return bench, other


@pytest.mark.parametrize("count", (0, 1, 8, 9, 33, KEPT))
def test_all_sessions_of_a_member_come_the_newest_first(count):
    bench, _ = world(count)
    said = fetched(bench, 2).json
    assert [one["number"] for one in said["sessions"]] == list(range(count, 0, -1))
    assert all(one["energy_wh"] == one["number"] and one["ended"] == "unplugged"
               and one["estimate"] == (one["number"] % 2 == 0) for one in said["sessions"])
    assert (said["total_wh"], said["heard"]) == (10 * count, True)
    assert bench.node.program.member.sessions is None


def test_of_more_than_are_kept_the_last_ones_come():
    bench, _ = world(KEPT + 50)
    said = fetched(bench, 2).json
    assert [one["number"] for one in said["sessions"]] == list(range(KEPT + 50, 50, -1))


def test_with_frames_that_are_lost_all_come_too():
    bench, _ = world(40, air={"loss": 0.3})
    said = fetched(bench, 2).json
    assert [one["number"] for one in said["sessions"]] == list(range(40, 0, -1))
    assert said["heard"] is True


def test_the_one_that_goes_on_is_the_first_and_the_member_learns_the_time():
    simulation = group(2, 60)
    bench, other = Bench(simulation), Bench(simulation, unit=2)
    kept(other, 2)
    for _ in range(300):
        other.web.step()
        bench.later(1)
    bench.web.calendar_s = 1800000000
    said = fetched(bench, 2).json
    first, *rest = said["sessions"]
    assert (first["number"], first["ended"]) == (0, "goes_on")
    assert first["start_age_ms"] // 1000 == first["length_s"] >= 299
    assert first["energy_wh"] > 100 and said["total_wh"] == 20, "of it nothing is stored yet"
    now_s = 1800000000 + bench.hal.clock.now_ms() // 1000
    assert [one["start_age_ms"] // 1000 - now_s for one in rest] == pytest.approx(
        [-1700002000, -1700001000], abs=3)
    assert abs(other.web.calendar_s + other.hal.clock.now_ms() // 1000 - now_s) <= 1


def test_a_unit_that_is_missing_is_said_to_be_so_at_once():
    bench = Bench(group(3, 60, events=[{"at_s": 30, "do": "power", "unit": 2, "on": False}]))
    answer = fetched(bench, 2)
    assert answer.status == 409
    assert answer.json["refused"]["code"] == "sessions_silent"
    assert answer.json["refused"]["args"] == [2]
    assert bench.ask("/api/sessions?unit=9").status == 404


def test_of_a_unit_that_falls_silent_meanwhile_comes_what_came():
    bench, other = world(150)

    def after_some():
        fetch = bench.node.program.member.sessions
        if fetch is not None and fetch.wanted and fetch.wanted < 130:
            other.node.program.member.codec._inner = bytes(64)  # nobody understands it any more

    said = fetched(bench, 2, on_step=after_some).json
    numbers = [one["number"] for one in said["sessions"]]
    assert said["heard"] is False and 8 <= len(numbers) < 150
    assert numbers == list(range(150, 150 - len(numbers), -1))
    assert bench.node.program.member.sessions is None


def test_two_who_ask_at_once_both_get_all():
    bench, _ = world(30)
    kept(Bench(bench.simulation, unit=3), 12)
    two, three, again = fetched(bench, 2, 3, 2)
    assert len(two.json["sessions"]) == len(again.json["sessions"]) == 30
    assert len(three.json["sessions"]) == 12


def test_whoever_left_in_the_middle_keeps_the_next_one_waiting_for_a_moment_only():
    bench, _ = world(5)
    member = bench.node.program.member
    member.sessions = fetching.Fetch(b"tagg", bench.hal.clock.now_ms() + 1000)
    assert len(fetched(bench, 2).json["sessions"]) == 5


def test_a_follower_tells_of_itself_alone():
    bench, other = world(3)
    refused = fetched(other, 3)
    assert refused.status == 409 and refused.json["refused"]["code"] == "role"
    assert len(other.ask("/api/sessions?unit=2").json["sessions"]) == 3


# --- who is listened to


def heard(bench, header_change=None, **said_change):
    """What the leader takes of a frame of unit 2, changed in this way."""
    member = bench.node.program.member
    account = [a for a in member.leader.ledger.accounts if a.unit == 2][0]
    member.sessions = fetch = fetching.Fetch(account.tag, 1 << 40)
    said = {"number": 0, "next": 5, "records": bytes(24)}
    said.update(said_change)
    header = frames.Header(frames.SESSIONS, 2, member.leader.epoch, account.nonce, account.number,
                           account.tag)
    fetching.hears(member, header._replace(**header_change or {}),
                   fetching.Sessions(**said))
    member.sessions = None
    return fetch.came, fetch.wanted


def test_only_the_unit_that_was_asked_is_listened_to_in_its_present_boot():
    bench, _ = world()
    account = [a for a in bench.node.program.member.leader.ledger.accounts if a.unit == 2][0]
    other = [a for a in bench.node.program.member.leader.ledger.accounts if a.unit == 3][0]
    assert heard(bench) == ([bytes(24)], 5)
    for change in ({"tag": other.tag}, {"tag": b"none"}, {"nonce": account.nonce + 1},
                   {"epoch": 0}, {"sequence": account.number - 1}):
        assert heard(bench, change) == ([], 0), change
    assert heard(bench, number=9) == ([], 0), "nobody asked for that one"


def test_a_unit_that_says_no_less_is_done():
    bench, _ = world()
    assert heard(bench, next=0) == ([bytes(24)], None)
    assert heard(bench, records=b"") == ([b""], None)
    member = bench.node.program.member
    fetch = fetching.Fetch(b"tagg", 0)
    fetch.wanted = 7
    member.sessions = None
    account = [a for a in member.leader.ledger.accounts if a.unit == 2][0]
    fetch.tag = account.tag
    member.sessions = fetch
    header = frames.Header(frames.SESSIONS, 2, member.leader.epoch, account.nonce, account.number,
                           account.tag)
    fetching.hears(member, header, fetching.Sessions(7, 7, bytes(24)))
    assert fetch.wanted is None


def test_what_nobody_takes_is_bounded():
    bench, _ = world()
    member = bench.node.program.member
    account = [a for a in member.leader.ledger.accounts if a.unit == 2][0]
    member.sessions = fetch = fetching.Fetch(account.tag, 1 << 40)
    header = frames.Header(frames.SESSIONS, 2, member.leader.epoch, account.nonce, account.number,
                           account.tag)
    for number in range(100, 0, -1):
        fetching.hears(member, header, fetching.Sessions(fetch.wanted, number, bytes(24)))
    assert len(fetch.came) == 8


def test_asking_changes_nothing_of_the_sharing():
    bench, _ = world(KEPT)
    for _ in range(5):
        fetched(bench, 2)
    bench.later(10)
    assert bench.simulation.violations() == []
    assert json.dumps(bench.ask("/api/live").json["units"][1]["missing_ms"]) == "null"
