# SPDX-License-Identifier: MIT
"""Board files: those that are there are sound, and every way to get a pin wrong is refused."""

import copy
import json

import pytest

from host_tools import boards, chips

_ESP32_PINS = [pin for pin in range(40) if pin not in chips.CHIPS["esp32"].missing]


METER = {"kind": "ct", "pins": [34], "ma_per_mv_x10": 909, "offset_mv": 1650, "floor_ma": 700}
RS485 = {"uart": 1, "rx_pin": 36, "tx_pin": 18, "dir_pin": 19}


def changed(board_id="minimal_esp32", **changes):
    """A board with some fields replaced; 'pilot__adc_pin' reaches into a part."""
    board = copy.deepcopy(boards.load(board_id))
    for key, value in changes.items():
        place = board
        *parts, last = key.split("__")
        for part in parts:
            place = place[part]
        place[last] = value
    return board


def refusal(board_id="minimal_esp32", **changes):
    """The one sentence with which a change is refused."""
    [sentence] = boards.errors(changed(board_id, **changes))
    return sentence


@pytest.mark.parametrize("board_id", boards.ids())
def test_every_board_file_is_sound(board_id):
    board = boards.load(board_id)
    assert boards.errors(board) == []
    assert board["tried"] and board["source"]


def test_the_boards_that_are_promised_are_there():
    assert set(boards.ids()) >= {"smartevse_v30", "smartevse_v31", "esp32evse_devkitc",
                                 "minimal_esp32", "generic_s3", "oulware_wbox", "bench"}


@pytest.mark.parametrize("pin", _ESP32_PINS)
def test_a_contactor_goes_on_no_pin_that_moves_by_itself(pin):
    bad = {0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 33, 34, 35, 36, 37, 38, 39}
    reasons = {str(pin): "A reason that does not help here.", "0": "The BOOT button of the board."}
    found = boards.errors(changed(contactor__pins=[pin], reasons=reasons if pin in (
        0, 2, 5, 12, 15) else {"0": reasons["0"]}))
    assert bool(found) == (pin in bad), found


@pytest.mark.parametrize("pin", _ESP32_PINS)
def test_the_pilot_is_read_through_adc1_alone(pin):
    found = boards.errors(changed(pilot__adc_pin=pin))
    assert (found == []) == (pin in (34, 35, 36, 37, 38, 39))  # 32 and 33 are in use there


@pytest.mark.parametrize("changes, words", [
    ({"pilot__adc_pin": 25}, "ADC2 cannot be read while the radio is on"),
    ({"pilot__adc_pin": 18}, "no analog input"),
    ({"pilot__pwm_pin": 5}, "a strapping pin, never for pilot or contactor"),
    ({"pilot__pwm_pin": 36}, "an input only"),
    ({"pilot__pwm_pin": 9}, "belongs to the flash"),
    ({"pilot__pwm_pin": 1}, "serial prompt"),
    ({"pilot__pwm_pin": 32}, "GPIO32, which is pilot.pwm_pin already"),
    ({"pilot__pwm_pin": 28}, "has no such pin"),
    ({"pilot__pwm_pin": 45}, "has no such pin"),
    ({"contactor__pins": [14]}, "changes by itself while the chip starts"),
    ({"contactor__pins": [32, 32]}, "contactor.pins already"),
    ({"contactor__active_level": 0}, "nothing holds it open while the pin floats"),
    ({"contactor__pull": "external_up"}, "nothing holds it open while the pin floats"),
    ({"reasons": {}}, "needs its reason"),
    ({"reasons": {"0": "The BOOT button.", "4": "Not used at all."}}, "GPIO4 is not used"),
    ({"button": {"pin": 34, "active_level": 0}, "reasons": {}}, "no pull resistor"),
    ({"safe": [[2, 0]]}, "needs its reason"),
    ({"safe": [[35, 0]], "pilot__adc_pin": 36}, "an input only"),
    ({"contactor": None}, "only a bench pilot goes without one"),
    ({"cable_a": None}, "a tethered one has cable_a"),
    ({"connector": "socket"}, "a socket has proximity"),
    ({"mcu": "esp32s3"}, "image: must hold exactly the one for esp32s3"),
    ({"module": "s3"}, "module s3 has no esp32"),
    ({"module": "any"}, "both or none are any"),
    ({"pilot__clip_mv": 2200}, "which the ADC clips"),
    ({"pilot__offset_mv": 1000}, "no diode check"),
    ({"pilot__disconnect_pin": 18}, "come together"),
    ({"meter": dict(METER, pins=[25])}, "ADC2 cannot be read while the radio is on"),
    ({"meter": dict(METER, pins=[18])}, "no analog input"),
    ({"meter": dict(METER, pins=[35])}, "GPIO35, which is pilot.adc_pin already"),
    ({"meter": dict(METER, pins=[34, 34, 36]), "phases": 3}, "which is meter.pins already"),
    ({"meter": dict(METER, pins=[34, 36])}, "meter.pins: must be one"),
    ({"meter": dict(METER, pins=[34, 36]), "phases": 3}, "one for each of 3 phases"),
    ({"meter": dict(METER, ma_per_mv_x10=100)}, "the ADC has room for 1400 mV"),
    ({"rs485": dict(RS485, tx_pin=36, rx_pin=39)}, "an input only"),
    ({"rs485": dict(RS485, dir_pin=32)}, "GPIO32, which is contactor.pins already"),
    ({"rs485": dict(RS485, tx_pin=1)}, "serial prompt"),
    ({"rs485": dict(RS485, rx_pin=9)}, "belongs to the flash"),
    ({"rs485": dict(RS485, uart=2), "mcu": "esp32s2"}, "the esp32s2 has 0 and 1 alone"),
    ({"rcm": {"trip_pin": 18, "active_level": 1, "pull": "up", "test_pin": 19}}, "come together"),
])
def test_what_is_wrong_is_said(changes, words):
    found = boards.errors(changed(**changes))
    assert any(words in sentence for sentence in found), found


@pytest.mark.parametrize("changes, place", [
    ({"nameplate_a": 81}, "nameplate_a"), ({"nameplate_a": "32"}, "nameplate_a"),
    ({"phases": 2}, "phases"), ({"colour": "red"}, "the file"), ({"tried": ""}, "tried"),
    ({"contactor__pull": "internal"}, "contactor.pull"),
    ({"contactor__pins": []}, "contactor.pins"),
    ({"pilot__kind": "magic"}, "pilot"), ({"safe": [[4]]}, "safe.0"),
    ({"image": {}}, "image"), ({"contactor__active_level": None}, "contactor.active_level"),
    ({"meter": dict(METER, kind="sdm120")}, "meter.kind"),
    ({"meter": dict(METER, pins=[])}, "meter.pins"),
    ({"meter": dict(METER, ma_per_mv_x10=0)}, "meter.ma_per_mv_x10"),
    ({"rs485": dict(RS485, uart=0)}, "rs485.uart"), ({"led": {"kind": "single", "pins": {},
                                                "active_level": 1}}, "led"),
])
def test_the_schema_refuses_and_names_the_place(changes, place):
    assert refusal(**changes).startswith(place + ":")


def test_a_board_with_meters_of_every_kind_is_sound():
    assert boards.errors(changed(meter=METER, rs485=RS485)) == []
    assert boards.errors(changed(meter=dict(METER, pins=[34, 36, 39]), phases=3)) == []


def test_an_image_is_pinned_over_https():
    pin = dict(boards.load("minimal_esp32")["image"]["esp32"])
    for change in ({"url": pin["url"].replace("https", "http")}, {"sha256": "00"},
                   {"version": "latest"}):
        assert refusal(image={"esp32": dict(pin, **change)}).startswith("image.esp32.")


def test_a_bench_pilot_beside_a_contactor_is_refused():
    found = boards.errors(changed(pilot={"kind": "bench"}))
    assert any("must never close a real contactor" in sentence for sentence in found)


def test_a_board_for_every_chip_has_no_pins():
    assert "without pins" in refusal("bench", button={"pin": 13, "active_level": 0})


def test_where_modules_differ_their_flash_pins_do():
    free = changed("smartevse_v30", contactor__pins=[16])
    assert boards.errors(free) == []
    for module in ("wrover", "mini1"):
        assert any("flash or the PSRAM" in sentence
                   for sentence in boards.errors(dict(free, module=module)))


def test_boot_gets_the_levels_that_open_and_idle():
    oulware = boards.load("oulware_wbox")
    assert boards.safe_levels(oulware) == {
        "CONTACTOR": ((16, 0),), "PILOT": ((33, 1),),
        "OTHERS": ((5, 0), (17, 0), (18, 0), (19, 0), (22, 0))}
    turned = changed("smartevse_v30", contactor__active_level=0, pilot__invert=True,
                     pilot__disconnect_level=0)
    assert boards.safe_levels(turned) == {
        "CONTACTOR": ((32, 1), (27, 1)), "PILOT": ((19, 0),), "OTHERS": ((15, 1), (22, 0))}
    assert set(boards.safe_levels(boards.load("bench")).values()) == {()}


def test_every_output_of_a_contactor_or_pilot_has_its_safe_level():
    for board in boards.load_all():
        driven = [pin for levels in boards.safe_levels(board).values() for pin, _ in levels]
        assert len(driven) == len(set(driven))
        outputs = {use.pin for use in boards.uses(board) if use.way == "out"
                   and use.field.startswith(("contactor", "pilot", "rcm", "rs485.dir", "safe"))}
        assert outputs == set(driven)


def test_the_device_gets_facts_and_no_prose():
    facts = json.loads(boards.device_form(boards.load("oulware_wbox")))
    assert facts["contactor"]["pins"] == [16] and facts["id"] == "oulware_wbox"
    assert not {"source", "image", "reasons", "tried", "unverified"} & set(facts)


def test_loading_says_what_is_wrong(tmp_path):
    (tmp_path / "schema.json").write_text("{}")
    (tmp_path / "torn.json").write_text("{")
    (tmp_path / "other.json").write_text(json.dumps(boards.load("bench")))
    (tmp_path / "wrong.json").write_text(json.dumps(changed(contactor__pins=[12])))
    for board_id, words in (("none", "There is no board none. Known are other, torn, wrong"),
                            ("torn", "torn.json is not JSON"),
                            ("other", "must be the file's name"),
                            ("wrong", "GPIO12: a strapping pin")):
        with pytest.raises(boards.BoardError, match=words):
            boards.load(board_id, tmp_path)


@pytest.mark.parametrize("text, key", [
    ("ESP32-D0WD-V3 (revision v3.0)", "esp32"), ("ESP32-U4WDH (revision v3.1)", "esp32"),
    ("ESP32-PICO-V3-02", "esp32"), ("Generic ESP32 module with ESP32", "esp32"),
    ("ESP32-S3 (QFN56) (revision v0.2)", "esp32s3"), ("ESP32-S2", "esp32s2"),
    ("Generic ESP32S3 module with Octal-SPIRAM with ESP32S3", "esp32s3"),
    ("ESP32-C3 (QFN32)", "esp32c3"), ("ESP32-C6 (QFN40)", ""), ("ESP32-P4", ""), ("ESP8266", ""),
    ("", ""),
])
def test_chips_are_told_apart(text, key):
    assert chips.known(text) == key
