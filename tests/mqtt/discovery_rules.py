# SPDX-License-Identifier: MIT
"""What Home Assistant wants of a message by which it finds a device, each rule with its name: read
in its versions 2025.4 and 2026.11, and tried where something passes but does not do what is meant.
"""

# Abbreviations and names at the top that both versions take.
_TOP = {"dev", "o", "stat_t", "avty", "avty_mode", "cmps"}
_DEVICE = {"ids", "name", "mf", "mdl", "sn", "sw", "hw", "cu", "via_device"}
_ENTITY = {"p", "name", "uniq_id", "val_tpl", "dev_cla", "unit_of_meas", "stat_cla", "ent_cat",
           "ic", "mode", "min", "max", "cmd_t", "avty", "ops", "sug_dsp_prc"}
_UNITS = {"current": "A", "power": "W", "energy": "kWh", "duration": "min", "temperature": "°C",
          "signal_strength": "dBm", "enum": None}
_BINARY = {"plug", "battery_charging", "problem", "connectivity"}
_PLATFORMS = {"sensor", "binary_sensor", "number", "switch", "button"}


def there(message) -> dict:
    """The entities of a message, without those that it takes away: they have a platform only."""
    return {key: entity for key, entity in message["cmps"].items() if set(entity) != {"p"}}


def _entities(message):
    return list(there(message).values())


def no_unknown_key_at_the_top(message):
    assert set(message) == _TOP


def an_origin_with_a_name(message):
    assert message["o"]["name"]


def no_child_devices_and_no_unknown_key_of_the_device(message):
    assert set(message["dev"]) <= _DEVICE and message["dev"]["ids"]


def a_configuration_address_has_a_scheme(message):
    assert message["dev"].get("cu", "http://").startswith("http")


def payloads_of_availability_are_its_own_words(message):
    for entry in message["avty"]:
        assert set(entry) == {"t"}
    assert not {"pl_avail", "pl_not_avail"} & set(message)
    for entity in _entities(message):
        assert all(set(entry) == {"t"} for entry in entity.get("avty", ()))


def all_of_its_topics_must_say_online(message):
    assert message["avty_mode"] == "all"


def a_unique_id_for_each_entity(message):
    ids = [entity["uniq_id"] for entity in _entities(message)]
    assert len(set(ids)) == len(ids) and all(ids)


def only_known_platforms_and_keys(message):
    for entity in message["cmps"].values():
        assert entity["p"] in _PLATFORMS and set(entity) <= _ENTITY, entity


def options_only_of_an_enum_without_a_unit_and_never_empty(message):
    for entity in _entities(message):
        assert ("ops" in entity) == (entity.get("dev_cla") == "enum")
        if "ops" in entity:
            assert entity["ops"] and not {"unit_of_meas", "stat_cla"} & set(entity)


def the_unit_fits_the_device_class(message):
    for entity in _entities(message):
        kind = entity.get("dev_cla")
        if entity["p"] == "binary_sensor":
            assert kind in _BINARY and "unit_of_meas" not in entity
        elif kind is not None:
            assert entity.get("unit_of_meas") == _UNITS[kind]
        else:
            assert "unit_of_meas" not in entity


def energy_is_total_increasing(message):
    for entity in _entities(message):
        if entity.get("dev_cla") == "energy":
            assert entity["stat_cla"] == "total_increasing"


def no_sensor_is_a_setting(message):
    for entity in _entities(message):
        if entity["p"] in ("sensor", "binary_sensor"):
            assert entity.get("ent_cat") in (None, "diagnostic")


def a_number_has_bounds_in_order_and_a_command(message):
    for entity in _entities(message):
        assert ("min" in entity) == ("max" in entity) == (entity["p"] == "number")
        assert ("cmd_t" in entity) == (entity["p"] in ("number", "switch", "button"))
        if entity["p"] == "number":
            assert entity["min"] < entity["max"]


def a_precision_is_of_a_sensor_only(message):
    for entity in _entities(message):
        assert entity["p"] == "sensor" or "sug_dsp_prc" not in entity


def what_is_computed_leaves_out_what_is_no_number(message):
    """A template that fails is a line in its log each time."""
    for key, entity in there(message).items():
        if "val_tpl" in entity and "/" in entity["val_tpl"]:
            assert entity["val_tpl"].endswith(" if value_json.%s is number}}" % key)


def no_name_that_one_of_them_drops(message):
    for entity in _entities(message):
        assert not {"obj_id", "object_id", "def_ent_id"} & set(entity)


RULES = [rule for name, rule in list(globals().items())
         if callable(rule) and name[0] != "_" and name != "there"]
