# SPDX-License-Identifier: MIT
"""firmware/app/MQTT.md is what is published and taken."""

import json
import re

from app.on_demand.mqtt_command import _KEYS
from host_tools import ROOT
from tests.mqtt.discovery_rules import there
from tests.mqtt.test_published import state
from tests.web.test_readme import alike

PAGE = (ROOT / "firmware/app/MQTT.md").read_text()


def test_the_state_is_as_the_page_says(fleet):
    example = json.loads(re.search(r"<!-- state -->\n((?:    .*\n)*)", PAGE)[1])
    alike(example, state(fleet, 2))


def test_every_topic_of_the_page_is_published_or_taken(fleet, watcher):
    watcher.say("amppool/A0B1C2000002/set/max_a", "nonsense")
    fleet.until(lambda: "amppool/A0B1C2000002/refused" in watcher.seen, 20)
    kinds = {re.sub("A0B1C200000[12]", "SERIAL", topic).replace("amppool/", "BASE/", 1)
             for topic in watcher.seen if "A0B1C2000003" not in topic}
    kinds = {kind.replace("set/max_a", "set/KEY") for kind in kinds}
    kinds = {kind if kind.startswith("BASE") else kind.replace("BASE/", "amppool/")
             for kind in kinds}
    assert kinds == set(re.findall(r"^\| `((?:BASE|homeassistant)/\S+)` \|", PAGE, re.MULTILINE))


def test_every_key_of_the_page_can_be_set():
    table = PAGE[PAGE.index("| Key |"):]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(_KEYS)


def test_every_entity_is_in_the_table(fleet, watcher):
    table = PAGE[PAGE.index("| Entity |"):PAGE.index("A leader that is lost")]
    words = re.sub(r"[\[\]]", "", table)
    for topic, payload in watcher.seen.items():
        if topic.startswith("homeassistant/device"):
            for entity in there(json.loads(payload)).values():
                name = entity["name"].replace("Group ", "")
                assert name.replace("Current ", "") in words, name
