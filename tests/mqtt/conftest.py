# SPDX-License-Identifier: MIT
"""A broker, a fleet that speaks to it, and somebody who watches."""

import pytest

from tests.mqtt.broker import Broker, Watcher
from tests.mqtt.fleet import Fleet


@pytest.fixture
def broker(tmp_path):
    """A mosquitto that runs."""
    made = Broker(tmp_path).start()
    yield made
    made.stop()


@pytest.fixture
def watcher(broker):
    """Sees all that is published."""
    made = Watcher(broker.port)
    yield made
    made.close()


@pytest.fixture
def fleet(broker, watcher):
    """Three units, of which all has been published once."""
    made = Fleet(("127.0.0.1", broker.port))
    made.watchers.append(watcher)
    made.until(lambda: len(watcher.seen) == 10)  # three of each, and who they are
    yield made
    made.close()
