# SPDX-License-Identifier: MIT
"""The files that an owner's call wants, each after those that it imports itself.

They are loaded one by one before it: between two of them the sharing task has its turn, for flash
may be slow.
"""

# A call or a part of some calls, and its files and parts. One text: the pieces would take more.
_ROWS = """
@owner app.owner_place app.owner core.serial core.sharing.names
@notes core.sharing.reception app.events
@record core.group.record core.unit_name core.sharing.rare_bodies core.group.group
@follow core.sharing.lease core.sharing.follower
@keep core.sharing.keeping core.sharing.account core.sharing.ledger core.sharing.leader
@tell core.sharing.frames core.sharing.naming core.sharing.compare
@change core.group.limits core.group.proposal core.group.change core.group.revision
@group @revise @tell @ask
@revise @owner @notes @record @change @follow @keep core.sharing.proposing core.sharing.revising
@ask core.sharing.unsure core.sharing.owner_words
@state core.connector.state_words core.reason_words core.sharing.presence
@troubles @owner @state core.sharing.reception app.troubles
@words core.group.limits core.phrases core.finding_words
@findings core.finding_text_radio core.finding_text_group core.finding_text_unit
@pair @owner app.dice app.jobs app.pairing core.pairing.layouts @open
@open core.pairing.opening app.pairing_job core.pairing.listing
@crypt core.pairing.label_code core.pairing.x25519 core.pairing.elligator @agree
@agree core.pairing.agreement core.pairing.sealing core.pairing.trial
@set @owner core.connector.wiring core.group.limits core.settings core.settings_policy @setting
@wish @owner core.group.limits @record @follow core.sharing.frames @wishes
@wishes core.sharing.keeping core.sharing.wishes core.sharing.caps
@setting core.group.record core.group.record_check app.membership app.setting
status @troubles @words @findings app.unit_reason app.group_shown
members @troubles @words app.unit_reason app.group_shown
troubles @troubles @words @findings app.group_shown
events @owner @notes @words core.finding_text_event core.reason_words app.group_shown
tested @troubles app.events app.jobs app.self_test @words @findings app.group_shown
rename @owner @record @follow core.sharing.frames core.sharing.keeping core.sharing.naming
identify @owner @record @follow core.sharing.frames core.sharing.rare_frames app.finding
pair @pair core.unit_name app.pairing_shown
code @pair core.group.limits app.admitting @crypt core.unit_name app.pairing_shown
replace @pair core.unit_name
take_back @group core.sharing.taking_back
set @set
setting @set
cap @wish
wish @wish
soft_limit @wish
clear_fault @owner @record @follow core.sharing.frames core.sharing.fetching app.finding
self_test @troubles app.events app.jobs app.self_test
help_me app.group_shown
amppool_health @state device.health
limit @revise
enable @revise
fallback @revise
go_on_without @group
remove @group
hand_over @group
promote @group
lead_again @group
"""


def needs(name: str, inside=""):
    """The files of a call, one by one, as load() is given them. inside: what follows the
    bracket."""
    if name == "pair" and inside[:1] != ")":
        name = "code"
    begin = _ROWS.find("\n%s " % name)
    if begin < 0:
        return
    begin += len(name) + 2
    for word in _ROWS[begin:_ROWS.find("\n", begin)].split(" "):
        if word[0] == "@":
            for place in needs(word):
                yield place
        else:
            yield tuple(word.split("."))
