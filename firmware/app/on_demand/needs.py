# SPDX-License-Identifier: MIT
"""The files that an owner's call wants, each after those that it imports itself: for what is to be
known of it and done, and no more. What a change of the group wants further, until it is stored and
told, the sharing task loads in its own turns.

They are loaded one by one before it: between two of them the sharing task has its turn, for flash
may be slow.
"""

# A call, or a part of some calls, and its files and parts; after > what its words at the prompt
# want besides. One text: the pieces would take more.
_ROWS = """
@asked app.events app.owner_place
@write core.sharing.writes
@limits core.group.amounts core.group.limits
@change core.group.acknowledged core.group.change core.sharing.digest core.group.revision
@begin @change @accounts core.sharing.change_waits core.sharing.new_revision @write
@accounts core.serial core.sharing.account core.sharing.ledger
@propose @limits core.group.proposal @begin core.sharing.proposing
@revise @propose core.sharing.revising
@group @revise @asked app.owner_group
@words core.sharing.without @asked app.owner_change
@waits core.group.acknowledged core.sharing.change_waits
@names core.serial core.sharing.names
@frame @names core.sharing.said core.unit_name core.sharing.rare_bodies core.sharing.rare_frame
@wish core.group.amounts core.serial core.sharing.wishes @write core.sharing.caps @wishes
@wishes app.owner_place app.owner_units
@told core.connector.state_words @names core.sharing.presence core.sharing.reception @troubles
@troubles app.troubles app.owner_place
@finding core.reason_words core.group.amounts core.phrases core.finding_words app.group_shown
@texts core.finding_text_radio core.finding_text_group core.finding_text_unit
@shown @finding @texts
@pair app.jobs core.serial app.pairing core.pairing.layouts app.dice core.pairing.opening @open
@open app.pairing_job core.pairing.listing app.owner_place app.owner_pairing
@crypt core.pairing.label_code core.pairing.x25519 core.pairing.elligator @agree
@agree core.pairing.agreement core.pairing.sealing core.pairing.trial
@lead core.serial core.group.record core.group.recorded core.sharing.digest @propose @names @keep
@keep core.group.group core.group.stored core.sharing.lease core.sharing.own_cap @promote
@promote core.sharing.leader core.sharing.leading core.sharing.promoting @asked app.owner_change
@set core.connector.wiring @limits core.settings core.settings_policy @now app.setting @unit
@now core.serial app.membership_now
@unit app.owner_place app.owner_unit
limit @group
enable @group
fallback @group
remove @revise @asked app.owner_change
gone @revise @words
go_on_without @propose core.sharing.compare core.sharing.unsure @going
@going core.sharing.without core.sharing.going_on @asked app.owner_change
take_back @propose core.sharing.taking_back @asked app.owner_change
hand_over @waits @write core.sharing.handing_over @asked app.owner_change
promote @lead
lead_again @lead
rename core.unit_name @names @write core.sharing.naming app.owner_place app.owner_units
identify @frame core.sharing.rare_frames app.finding app.owner_place app.owner_units
cap @wish
wish @wish
soft_limit @wish
pair @pair
code @pair @limits app.admitting @crypt
replace @pair
close_pairing app.jobs core.serial app.pairing app.owner_place app.owner_pairing
set @set
setting @set
clear_fault @frame core.sharing.fetching app.finding @unit
self_test app.events app.jobs @told app.self_test app.owner_unit
factory_reset @unit
status @told app.owner_told app.unit_reason
members @told app.owner_told app.unit_reason
troubles @told app.owner_told
events app.events app.owner_place app.owner_told @names
tested app.events app.jobs @told app.self_test app.owner_told
>status @shown app.live_shown
>members @finding
>remove core.sharing.without
>troubles @shown
>events @finding core.finding_text_event
>tested @shown
>pair core.unit_name app.pairing_shown
>code core.unit_name app.pairing_shown
>setting app.live_shown
>clear_fault app.live_shown
>help_me app.group_shown app.live_shown
>amppool_health core.connector.state_words core.sharing.presence app.live_shown device.health
>bench_vehicle app.live_shown
>watch app.live_shown
"""


def needs(name: str, typed=None) -> list:
    """The files of a call, as load() is given them. typed: what follows the bracket, if it is made
    at the prompt."""
    if typed is None:
        return _files(name, [])
    if name == "pair" and typed[:1] != ")":
        name = "code"
    return _files(">" + name, _files(name, []))


def _files(name, found):
    begin = _ROWS.find("\n%s " % name) + 1
    for word in _ROWS[begin:_ROWS.find("\n", begin)].split(" ")[1:] if begin else ():
        if word[0] == "@":
            _files(word, found)
        else:
            found.append(tuple(word.split(".")))
    return found
