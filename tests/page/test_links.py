# SPDX-License-Identifier: MIT
"""A unit's home Wi-Fi and its MQTT broker, as its owner sets them on its page: a mosquitto takes
the connection, and the page says so."""

import pytest

from tests.mqtt.broker import Broker
from tests.page.browser import shot
from tests.page.test_refused import error
from tests.page.test_units import says, text

SAVE = "[data-do=saveLinks] .p"
SECRET = "a secret of 6 words"


@pytest.fixture
def broker(tmp_path):
    """A mosquitto that wants a password."""
    made = Broker(tmp_path, SECRET).start()
    yield made
    made.stop()


def save(page, **values):
    """Types settings and saves them."""
    for key, value in values.items():
        page.fill("#" + key, value)
    page.click(SAVE)


@pytest.mark.parametrize("lang, off, refuses, connected", [
    ("en", "Off.", "refuses this user or password", "Connected since"),
    ("nl", "Uit.", "weigert deze gebruiker", "Verbonden sinds")])
def test_a_broker_is_set_and_connects(fleet, owner, broker, lang, off, refuses, connected):
    group = fleet(units=2, vehicles=((2, 16),), speed=1)  # what is published takes its time
    page = owner(group, "own", lang=lang)
    says(page, off, "#mqtt")
    save(page, mqtt_broker="nas.local")
    assert "192.168.1.9" in error(page, "mqtt_broker")
    page.wait_for_function("() => document.activeElement.id === 'mqtt_broker'")
    save(page, mqtt_broker="127.0.0.1", mqtt_port="70000")
    assert "65535" in error(page, "mqtt_port")
    assert text(page, "#mqtt") == off  # all or nothing
    save(page, mqtt_port=str(broker.port))
    says(page, refuses, "#mqtt")
    shot(page, "mqtt-refused-" + lang)
    save(page, mqtt_user="evse", mqtt_password=SECRET)
    says(page, connected, "#mqtt")
    shot(page, "mqtt-connected-" + lang)
    assert page.query_selector("[data-do=saveLinks] .st") is None  # nothing waits for a start
    page.wait_for_function("() => !document.getElementById('mqtt_password').value")
    assert text(page, "#mqtt_password-hint")
    assert SECRET not in page.request.get(group.url() + "api/settings").text()
    page.reload()
    page.wait_for_selector("#mqtt_user")
    assert page.input_value("#mqtt_broker") == "127.0.0.1"
    save(page, mqtt_broker="")
    says(page, off, "#mqtt")


def test_only_the_leader_connects_and_a_home_network_counts_after_the_next_start(fleet, owner):
    group = fleet(units=2, vehicles=())
    page = owner(group, "own", n=2)
    says(page, "Its leader connects, Unit 1.", "#mqtt")
    save(page, wifi_ssid="home", wifi_password="short")
    assert "8 to 63" in error(page, "wifi_password")
    assert page.input_value("#wifi_ssid") == "home"
    save(page, wifi_password="long enough")
    says(page, "Counts after the next start.")
    stored = group.do(group.server(2).settings)
    assert (stored["wifi_ssid"], stored["wifi_password"]) == ("home", "long enough")
    save(page, wifi_ssid="cabin")  # another network has another password
    group.until(lambda: group.server(2).settings()["wifi_ssid"] == "cabin")
    assert group.do(group.server(2).settings)["wifi_password"] == ""
