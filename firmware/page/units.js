// SPDX-License-Identifier: MIT
// All units of the group: its limit, its fallback, a change that waits, and who is in it.
"use strict";

function drawUnits() {
  const group = live.group;
  if (!group) return drawOwn();
  const next = group.limit_next_ma, waits = next !== null && next !== group.limit_ma;
  return h`<h1>${t("units")}</h1>${drawChange()}
    <section class="gap"><div class="act"><div><span class="q s">${t("limit")}</span>
    <div class="n">${figure(group.limit_ma, "A", 0)} ${waits && h`<span class="q s">${t("asked", next)}</span>`}</div>
    <p class="q s">${t("leader_lost")}: ${t("mode_" + group.fallback)}</p></div><a class="b" href="#limit">${t("change")}</a></div>
    ${toggle("sharing", group.enabled, t("sharing"))}${errorAt("sharing")}</section>
    <section class="sec"><h2 class="vh">${t("units")}</h2><ul class="list">${live.units.map(unit => h`<li id="unit-${unit.n}">
    <a class="row" href="#unit/${unit.n}"><span class="num">${unit.n}</span><div><h3>${nameOf(unit.n)}${
      isLeader(unit) && h` <span class="q thin">· ${t("leader")}</span>`}</h3><p class="meta">${
      h`<span>${t("most")} ${amps(unit.rating_ma, 0)}</span>`}<span class="mono">${tail(unit.serial)}</span>${
      unit.missing_ms !== null && h`<span>${t("not_heard_since", unit.missing_ms)}</span>`}</p></div>${glyph("forth")}</a></li>`)}</ul>
    <div class="bs">${button("addUnits", t("add_units"), "p")}
    <a class="b" href="#test">${t("self_test")}</a><a class="b" href="#sheet">${t("sheet")}</a></div>${errorAt("add")}</section>`;
}

const isLeader = unit => unit.n === (live.leader ? live.leader.n : leads() ? me().n : 0);

// A change that is asked for and not yet in force: what, by whom, for whom it waits, what can be done.
function drawChange() {
  const change = live.change;
  if (!change) return "";
  return h`<section class="wait" aria-labelledby="change-title"><p class="st">${glyph("busy")}<b id="change-title">${changeText()} ${waitsFor()}</b></p>
    <div class="in"><p class="s q">${change.by && t("asked_by", t("by_" + change.by), change.since_ms)} ${change.waits.length > 0 && t("until_then")}</p>
    ${change.waits.length > 0 && h`<div class="bs">${change.waits.map(n => [button("without", t("go_on_without", n), "", n), button("remove", t("has_no_power", n), "", n)])}
      ${button("takeBack", t("take_back"))}</div>`}${errorAt("change")}</div></section>`;
}

acts.sharing = async () => {
  const on = !live.group.enabled;
  const send = () => act("enable", { on }, asked ? "dialog" : "sharing", {}, true);
  if (on) return send();
  openDialog({ title: t("switch_off"), text: t("switch_off_text"), does: t("switch_off"), act: send });
};

acts.addUnits = async () => {
  if (await act("pair", {}, "add")) go("add");
};

acts.without = pressed => act("go_on_without", { unit: +pressed.dataset.n }, "change", {}, true);
acts.takeBack = () => act("take_back", {}, "change", {}, true);
