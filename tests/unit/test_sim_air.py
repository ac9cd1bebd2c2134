# SPDX-License-Identifier: MIT
"""The air loses, doubles and delays as told, for each link by itself, and the same for a seed."""

from host_tools.simulate.air import BROADCAST, Air
from host_tools.simulate.clock import Clock


class Sky:
    """An air with units 1 to 3 that write down what they hear."""

    def __init__(self, seed=1, **air):
        self.clock = Clock()
        values = {"loss": 0.0, "duplicate": 0.0, "delay_ms": (1, 10), **air}
        self.air = Air(self.clock, (1, 2, 3), values, seed)
        self.heard = []
        for unit in (1, 2, 3):
            self.air.join(unit, lambda frame, unit=unit: self.heard.append(
                (self.clock.now_ms, unit) + frame))

    def send(self, count, source=1, destination=BROADCAST):
        """Send numbered frames, one each ms; what was heard of them."""
        for number in range(count):
            self.clock.run(self.clock.now_ms + 1)
            self.air.send(source, destination, b"%d" % number)
        self.clock.run(self.clock.now_ms + 100000)
        return self.heard

    def share(self, unit, count=2000, **send):
        """Part of the frames that a unit hears."""
        self.heard.clear()
        return sum(heard[1] == unit for heard in self.send(count, **send)) / count


def test_a_broadcast_reaches_all_others_and_a_frame_its_destination():
    sky = Sky()
    assert {heard[1] for heard in sky.send(1)} == {2, 3}
    sky.heard.clear()
    assert [heard[1:] for heard in sky.send(1, source=2, destination=1)] == [(1, 2, b"0")]


def test_delays_are_independent_so_frames_overtake_each_other():
    sky = Sky(delay_ms=(5, 40))
    sky.send(200)
    second = [int(payload) for _, unit, _, payload in sky.heard if unit == 2]
    third = [int(payload) for _, unit, _, payload in sky.heard if unit == 3]
    assert sorted(second) == sorted(third) == list(range(200))
    assert second != sorted(second) and second != third
    delays = [at_ms - int(payload) - 1 for at_ms, _, _, payload in sky.heard]
    assert min(delays) == 5 and max(delays) == 40


def test_loss_and_duplicates_come_as_often_as_told():
    assert abs(Sky(loss=0.3).share(2) - 0.7) < 0.05
    assert abs(Sky(duplicate=0.2).share(3) - 1.2) < 0.05


def test_one_way_links_and_partitions():
    sky = Sky()
    sky.air.change((1,), (3,), {"loss": 1.0})
    assert sky.share(3) == 0 and sky.share(2) == 1
    assert sky.share(1, source=3) == 1
    sky.air.change(None, (1,), {"loss": 1.0})
    assert sky.share(1, source=3) == 0 and sky.share(1, source=2) == 0


def test_a_change_for_all_links_replaces_those_before_but_only_the_keys_it_names():
    sky = Sky()
    sky.air.change((1,), (3,), {"loss": 1.0, "delay_ms": (50, 50)})
    sky.air.change(None, None, {"loss": 0.0})
    sky.send(1)
    assert [at_ms for at_ms, unit, _, _ in sky.heard if unit == 3] == [51]


def test_the_same_seed_gives_the_same_air_and_another_seed_another():
    first, again, other = (Sky(seed, loss=0.5).send(50) for seed in (1, 1, 2))
    assert first == again != other


def test_listeners_hear_what_is_sent_even_if_it_is_lost():
    sky, sent = Sky(loss=1.0), []
    sky.air.listen(lambda *frame: sent.append(frame))
    sky.send(2, source=2, destination=1)
    assert sent == [(2, 1, b"0"), (2, 1, b"1")] and sky.heard == []
    assert sky.air.frames == 2 and sky.air.bytes == 2
