// SPDX-License-Identifier: MIT
// A unit that does not lead: its own state, its leader, and what only the leader can do.
"use strict";

const ownUnit = () => live.units.find(unit => unit.me) || null;
const leaderLost = () => me().role === "follower" && (!live.leader || live.leader.heard_ms > 10000);
const leaderName = () => nameOf(live.leader ? live.leader.n : 1);

function drawOwn() {
  const unit = ownUnit(), role = me().role, lost = leaderLost(), on = unit && charges(unit);
  return h`<h1 class="vh">${title()}</h1><p class="st" role="status">${glyph(lost || role === "stopped" || role === "removed" ? "trouble" : on ? "charging" : "nocar")}
    <span>${spoken(ownSentence(lost))}</span></p>
    ${unit && h`${on && h`<div class="big"><p class="fig">${unit.estimate && "≈ "}${figure(drawnOf(unit))}</p><p class="q">${t("may_use", unit.offered_ma)}</p></div>`}
    ${!on && h`<div class="gap"></div>`}${state(shapeOf(unit), reason(unit))}${unitMeta(unit)}`}
    ${lost && drawLost()}${role === "stopped" && h`<div class="bs">${button("leadAgain", t("lead_again"), "p")}</div>${errorAt("lead")}`}
    ${groupless() && h`<p class="lead">${t("make_group")}</p>
      <div class="bs"><a class="b p" href="#setup/1">${t("set_up")}</a></div>`}
    ${drawActions(unit || me())}${role === "follower" && drawLeader()}`;
}

function ownSentence(lost) {
  const unit = ownUnit();
  if (lost && live.leader) return t("leader_lost_since", live.leader.heard_ms);
  if (me().role === "follower" && !lost) return t("follows", leaderName());
  return groupless() ? t("in_no_group") : lost ? t("leader_never") : reason(unit);
}

function drawLost() {
  const leader = leaderName();
  return h`<section class="sec"><h2>${t("what_to_do")}</h2><ol class="todo"><li><span>${t("lost_1", leader)}</span></li>
    <li><span>${t("lost_2")}</span></li></ol></section>
    <section class="sec box"><h2>${t("promote_title")}</h2><p class="q">${t("promote_text", leader)}</p><form data-do="promote">
    ${promise("old-off", h`<b>${t("has_no_power", live.leader ? live.leader.n : 1)}</b>`, t("is_off_until"))}
    ${!me().login && h`<div class="gap">${codeField("own-code", t("code_hint_own", title()))}</div>`}${errorAt("promote")}
    <div class="bs"><button class="b p">${t("promote", title())}</button></div></form></section>`;
}

acts.promote = async () => {
  if (!$("old-off").checked) return refuse("old-off", said("no", "promise", [live.leader ? live.leader.n : 1]));
  if ($("own-code") && !await logInAt("own-code", valueOf("own-code"))) return;
  if (await act("promote", { old_leader_has_no_power: true }, "promote", { old_leader_has_no_power: "old-off" }, true)) go("live");
};

function drawLeader() {
  const group = live.group;
  return h`<section class="sec"><h2>${t("on_leader_title")}</h2><p class="q">${t("on_leader", leaderName())}</p>
    ${group && h`<p class="meta"><span>${t("limit_of", group.limit_ma)}</span>${!group.enabled && h`<span>${t("sharing_off")}</span>`}</p>`}</section>`;
}
