# SPDX-License-Identifier: MIT
"""What an owner can want of a group, each as somebody does it who knows the firmware's words.

A wish is a function of the Owner that asks for it once: None when it is done, the sentence of a
refusal, WAIT while whoever must be asked cannot be reached, GONE when there is nothing to ask for
any more. The owner gives his word that a unit has no power only while that is true: it has
none, or was reset.
"""

WAIT, GONE = object(), object()


def of_group(name: str, value):
    """limit, enable or fallback, as owner.py has them."""
    return lambda owner: owner.on_leader(name, value)


def remove(unit: int, no_power: bool = False):
    """A unit leaves. no_power: with the owner's word, if it is true when he is asked for it."""
    def ask(owner):
        if unit == owner.leader.id:
            return GONE  # it leads, whatever the owner thought would
        if not owner.leader.running:
            return WAIT
        number = owner.number(unit)
        if number is None:
            return GONE
        return owner.on_leader("remove", number, no_power and owner.is_safe(unit))
    return ask


def no_power(unit: int):
    """The owner's word for a unit that leaves and is waited for."""
    def ask(owner):
        if not owner.is_safe(unit):
            return GONE
        if not owner.leader.running:
            return WAIT
        number = owner.number(unit)
        if number is None or owner.is_named(unit):
            return GONE
        return owner.on_leader("remove", number, True)
    return ask


def go_on_without(unit: int):
    """A change does not wait for a unit."""
    return _of_unit(unit, lambda owner, number: owner.on_leader("go_on_without", number))


def rename(unit: int, name: str):
    """A unit gets another name."""
    return _of_unit(unit, lambda owner, number: owner.on_leader("rename", number, name))


# The leader is asked for something of a unit, as long as that is in the group.
def _of_unit(unit, asked):
    def ask(owner):
        if not owner.leader.running:
            return WAIT
        number = owner.number(unit)
        return GONE if number is None else asked(owner, number)
    return ask


def steer(unit: int, what: str, value, ttl_s, stays: bool):
    """Somebody wishes something of a unit, or of the group: an owner at his page, or a program,
    which asks once."""
    def ask(owner, number):
        by = "page" if stays else "mqtt"
        if what == "soft_limit":
            done = owner.on_leader("soft_limit", value, ttl_s, by)
        else:
            asked = value > 0 if what == "pause" and value is not None else value
            done = owner.on_leader("wish", number, {what: asked}, by, ttl_s)
        return GONE if type(done) is str else done
    return _of_unit(unit, ask)


def hand_over(unit: int):
    """Another unit is to lead, and the leader gives it that."""
    def ask(owner):
        if unit == owner.leader.id:
            return GONE
        if not owner.leader.running:
            return WAIT
        error = owner.on_leader("hand_over", owner.number(unit) or unit)
        if error is None:
            owner.heads_for(unit)
        return error
    return ask


def promote(unit: int):
    """A unit takes over from a leader that has no power, or was reset."""
    def ask(owner):
        if unit == owner.leader.id or not owner.is_safe(owner.leader.id):
            return GONE  # or the owner's word would be wrong by now
        error = owner.on(unit, "promote", True)
        if error is None:
            owner.heads_for(unit)
        return error
    return ask


def lead_again(unit: int):
    """A leader that has stopped beside another one is started again."""
    return lambda owner: owner.on(unit, "lead_again")


def factory_reset(unit: int):
    """At its cable: it forgets its group, and what it was set to since."""
    return lambda owner: owner.reset(unit)
