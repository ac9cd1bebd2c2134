# SPDX-License-Identifier: MIT
"""Board files: reads and checks boards/*.json, and says what a device gets of one.

The schema says which fields there are; the rules here say which pins may do what. A board that
breaks a rule is refused, because on a wrong pin a contactor closes while the chip starts.
"""

import json
from collections import namedtuple
from pathlib import Path

import jsonschema

from host_tools import ROOT
from host_tools.chips import CHIPS, MODULES

FOLDER = ROOT / "boards"
# One use of one pin. way: "out", "in" or "adc"; pull: needs the chip's own pull resistor.
Use = namedtuple("Use", ("field", "pin", "way", "pull"))
# For people and for the flasher only: the device has no use for it.
_HOST_ONLY = ("$schema", "name", "image", "source", "tried", "unverified", "reasons")
# A wrong level on these while the chip starts means current, so no reason helps.
_CRITICAL = ("pilot.pwm_pin", "pilot.adc_pin", "contactor.pins")


class BoardError(Exception):
    """A board file that cannot be used; the text names it and every reason, a line each."""


def ids(folder: Path = FOLDER) -> list:
    """Names of all boards. Needs nothing but the standard library's view of the folder."""
    return sorted(path.stem for path in folder.glob("*.json") if path.stem != "schema")


def load(board_id: str, folder: Path = FOLDER) -> dict:
    """One checked board. Raises BoardError."""
    path = folder / (board_id + ".json")
    try:
        board = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BoardError("There is no board %s. Known are %s."
                         % (board_id, ", ".join(ids(folder)))) from None
    except ValueError as error:
        raise BoardError("%s is not JSON: %s" % (path.name, error)) from None
    found = errors(board)
    if not found and board["id"] != board_id:
        found = ["id is %s: must be the file's name, %s" % (board["id"], board_id)]
    if found:
        raise BoardError("%s cannot be used:\n%s"
                         % (path.name, "\n".join("  " + error for error in found)))
    return board


def load_all(folder: Path = FOLDER) -> list:
    """All boards, by name. Raises BoardError for the first that cannot be used."""
    return [load(board_id, folder) for board_id in ids(folder)]


def errors(board: dict) -> list:
    """What is wrong with a board, one sentence each; empty if it can be used."""
    schema = json.loads((FOLDER / "schema.json").read_text(encoding="utf-8"))
    checker = jsonschema.Draft202012Validator(schema)
    found = [_schema_sentence(error) for error in checker.iter_errors(board)]
    if found:
        return sorted(found)
    return _shape_errors(board) + _pin_errors(board) + _level_errors(board)


def uses(board: dict) -> list:
    """Every use of a pin that a board file names."""
    found = _pilot_uses(board["pilot"]) + _contactor_uses(board["contactor"])
    found += _rcm_uses(board["rcm"])
    if board["proximity"]:
        found.append(Use("proximity.adc_pin", board["proximity"]["adc_pin"], "adc", False))
    if board["temperature"]:
        bus = board["temperature"]["kind"] == "ds18b20"
        found.append(Use("temperature.pin", board["temperature"]["pin"], "out" if bus else "adc",
                         False))
    if board["led"]:
        found += [Use("led.pins." + name, pin, "out", False)
                  for name, pin in sorted(board["led"]["pins"].items())]
    if board["button"]:
        found.append(Use("button.pin", board["button"]["pin"], "in", True))
    if board["meter"]:
        found += [Use("meter.pins", pin, "adc", False) for pin in board["meter"]["pins"]]
    if board["rs485"]:
        found += [Use("rs485." + name, board["rs485"][name], way, False)
                  for name, way in (("rx_pin", "in"), ("tx_pin", "out"), ("dir_pin", "out"))]
    return found + [Use("safe", pin, "out", False) for pin, _ in board["safe"]]


def safe_levels(board: dict) -> dict:
    """What boot.py drives first, as {"CONTACTOR": ((pin, level), ...), "PILOT", "OTHERS"}.

    Contactor open, pilot steady +12 V, RCM not tested, pilot connected, RS485 listening, and the
    file's own list.
    """
    contactor, pilot, rcm = board["contactor"], board["pilot"], board["rcm"]
    levels = {"CONTACTOR": (), "PILOT": (), "OTHERS": ()}
    if contactor:
        levels["CONTACTOR"] = tuple((pin, 1 - contactor["active_level"])
                                    for pin in contactor["pins"])
    others = []
    if pilot["kind"] == "circuit":
        levels["PILOT"] = ((pilot["pwm_pin"], 0 if pilot["invert"] else 1),)
        if pilot["disconnect_pin"] is not None:
            others.append((pilot["disconnect_pin"], 1 - pilot["disconnect_level"]))
    if rcm and rcm["test_pin"] is not None:
        others.append((rcm["test_pin"], 1 - rcm["test_level"]))
    if board["rs485"]:
        others.append((board["rs485"]["dir_pin"], 0))
    levels["OTHERS"] = tuple(others + [tuple(entry) for entry in board["safe"]])
    return levels


def device_form(board: dict) -> bytes:
    """/board.json as the device gets it: the facts without the prose, always the same bytes."""
    facts = {key: value for key, value in board.items() if key not in _HOST_ONLY}
    return json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()


def _pilot_uses(pilot):
    if pilot["kind"] == "bench":
        return []
    found = [Use("pilot.pwm_pin", pilot["pwm_pin"], "out", False),
             Use("pilot.adc_pin", pilot["adc_pin"], "adc", False)]
    if pilot["disconnect_pin"] is not None:
        found.append(Use("pilot.disconnect_pin", pilot["disconnect_pin"], "out", False))
    return found


def _contactor_uses(contactor):
    if not contactor:
        return []
    found = [Use("contactor.pins", pin, "out", False) for pin in contactor["pins"]]
    feedback = contactor["feedback"]
    if feedback:
        found.append(Use("contactor.feedback.pin", feedback["pin"], "in",
                         feedback["pull"] != "none"))
    return found


def _rcm_uses(rcm):
    if not rcm:
        return []
    found = [Use("rcm.trip_pin", rcm["trip_pin"], "in", rcm["pull"] != "none")]
    if rcm["test_pin"] is not None:
        found.append(Use("rcm.test_pin", rcm["test_pin"], "out", False))
    return found


def _schema_sentence(error):
    place = ".".join(str(part) for part in error.absolute_path) or "the file"
    # Of several shapes the one that fits best says what is meant.
    best = jsonschema.exceptions.best_match([error])
    return "%s: %s" % (place, best.message if len(best.message) < 200 else error.validator)


def _shape_errors(board):
    found = []
    pilot, contactor, rcm = board["pilot"], board["contactor"], board["rcm"]
    if pilot["kind"] == "bench" and contactor:
        found.append("pilot is a bench pilot beside contactor pins: a vehicle made up at the "
                     "prompt must never close a real contactor")
    if pilot["kind"] == "circuit" and not contactor:
        found.append("contactor is missing: only a bench pilot goes without one")
    if (board["mcu"] == "any") != (board["module"] == "any"):
        found.append("mcu and module: both or none are any")
    if board["mcu"] == "any" and uses(board):
        found.append("mcu is any: only a board without pins fits every chip")
    if board["mcu"] != "any" and sorted(board["image"]) != [board["mcu"]]:
        found.append("image: must hold exactly the one for %s" % board["mcu"])
    if board["mcu"] != "any" and MODULES.get(board["module"], ("",))[0] != board["mcu"]:
        found.append("module %s has no %s" % (board["module"], board["mcu"]))
    tethered = board["connector"] == "tethered"
    if tethered != (board["cable_a"] is not None) or tethered == bool(board["proximity"]):
        found.append("connector is %s: a tethered one has cable_a and no proximity, a socket has "
                     "proximity and no cable_a" % board["connector"])
    if board["meter"] and len(board["meter"]["pins"]) not in (1, board["phases"]):
        found.append("meter.pins: must be %s" % ("one" if board["phases"] == 1
                                                 else "one, or one for each of 3 phases"))
    if board["rs485"] and board["rs485"]["uart"] == 2 and board["mcu"] in ("esp32s2", "esp32c3"):
        found.append("rs485.uart is 2: the %s has 0 and 1 alone" % board["mcu"])
    if rcm and (rcm["test_pin"] is not None) != ("test_level" in rcm):
        found.append("rcm: test_pin, test_level, test_ms and clear_ms come together")
    return found


def _level_errors(board):
    found = []
    contactor, pilot = board["contactor"], board["pilot"]
    if contactor:
        off = 1 - contactor["active_level"]
        if contactor["pull"] == ("external_down", "external_up")[1 - off]:
            found.append("contactor.pull is %s, but %d is the level that closes it: nothing "
                         "holds it open while the pin floats" % (contactor["pull"], 1 - off))
    found += _meter_errors(board["meter"], board["nameplate_a"])
    if pilot["kind"] == "bench":
        return found
    if (pilot["disconnect_pin"] is None) != (pilot["disconnect_level"] is None):
        found.append("pilot: disconnect_pin and disconnect_level come together")
    gain, offset_mv = pilot["gain_mv_per_v_x10"], pilot["offset_mv"]
    if offset_mv + 9 * gain // 10 >= pilot["clip_mv"]:
        found.append("pilot: +9 V reads %d mV, which the ADC clips at %d mV"
                     % (offset_mv + 9 * gain // 10, pilot["clip_mv"]))
    if offset_mv - 12 * gain // 10 < 0:
        found.append("pilot: -12 V would be below 0 V at the pin: no diode check is possible")
    return found


# The hal takes no reading of 100 mV or less, nor of 3050 mV or more.
def _meter_errors(meter, nameplate_a):
    if not meter:
        return []
    peak_mv = nameplate_a * 1000 * 10 * 1414 // (meter["ma_per_mv_x10"] * 1000)
    room_mv = min(meter["offset_mv"] - 100, 3050 - meter["offset_mv"])
    if peak_mv >= room_mv:
        return ["meter: %d A swing %d mV around offset_mv, the ADC has room for %d mV"
                % (nameplate_a, peak_mv, room_mv)]
    return []


def _pin_errors(board):
    if board["mcu"] == "any" or board["module"] not in MODULES:
        return []
    chip, flash = CHIPS[board["mcu"]], MODULES[board["module"]][1]
    found = []
    first = {}
    for use in uses(board):
        if use.pin in first:
            found.append("%s is GPIO%d, which is %s already" % (use.field, use.pin,
                                                               first[use.pin]))
        first.setdefault(use.pin, use.field)
        found += ["%s is GPIO%d: %s" % (use.field, use.pin, why)
                  for why in _pin_faults(use, chip, flash, board["reasons"])]
    unused = sorted(set(board["reasons"]) - {str(use.pin) for use in uses(board)})
    return found + ["reasons: GPIO%s is not used" % pin for pin in unused]


def _pin_faults(use, chip, flash, reasons):
    faults = []
    critical = use.field in _CRITICAL
    if use.pin >= chip.count or use.pin in chip.missing:
        return ["the %s has no such pin" % chip.name]
    if use.pin in flash:
        faults.append("it belongs to the flash or the PSRAM of the module")
    if use.pin in chip.console:
        faults.append("it belongs to the serial prompt or the USB port")
    if use.way == "adc" and use.pin in chip.adc2:
        faults.append("ADC2 cannot be read while the radio is on")
    elif use.way == "adc" and use.pin not in chip.adc1:
        faults.append("it has no analog input")
    if use.way == "out" and use.pin in chip.input_only:
        faults.append("it is an input only")
    if use.pull and use.pin in chip.input_only:
        faults.append("it has no pull resistor inside")
    if critical and use.way == "out" and use.pin in chip.restless:
        faults.append("it changes by itself while the chip starts")
    if use.pin in chip.strapping and critical:
        faults.append("a strapping pin, never for pilot or contactor")
    elif use.pin in chip.strapping and str(use.pin) not in reasons:
        faults.append("a strapping pin needs its reason in reasons")
    return faults
