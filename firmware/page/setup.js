// SPDX-License-Identifier: MIT
// The wizard. Each step's state is the unit's: a reload or another phone goes on where it was.
"use strict";

const STEPS = ["this_unit", "units", "limit", "step_on", "self_test"];
const SETUP_WANTS = [{}, { pairing: 1 }, { settings: ONCE_S }, { troubles: 5 }, { selftest: 1 }];
// Breakers that exist in a region, and the part of each that may be used for hours, in tenths:
// firmware/core/connector/on_demand/wiring.py.
const BREAKERS = { us: [[15, 20, 30, 40, 50, 60], 8], iec: [[10, 13, 16, 20, 25, 32, 40, 50, 63], 10] };
const PHASE_ORDERS = ["L1", "L2", "L3", "L1L2L3", "L2L3L1", "L3L1L2"];

function drawSetup(argument) {
  const n = Math.max(1, Math.min(STEPS.length, +argument || 1));
  const body = [drawThisUnit, drawPairing, drawLimit, drawSwitchOn, drawSelfTest][n - 1](true);
  return h`<div><ol class="steps">${STEPS.map((step_, i) =>
    h`<li class="${i < n - 1 ? "done" : ""}" ${i === n - 1 ? raw('aria-current="step"') : ""}><span class="vh">${t(step_)}</span></li>`)}</ol>
    <p class="q s stepn">${t("step_of", n, STEPS.length)} · ${t(STEPS[n - 1])}</p></div><div id="step-${n}">${body}</div>`;
}

const backTo = n => h`<a class="b" href="#setup/${n}">${t("back")}</a>`;

// --- this unit

const settingOf = key => data.settings?.settings.find(row => row.key === key);

function drawThisUnit(wizard) {
  const unit = me(), region = view.region || unit.region || "", breaker = view.breaker || unit.breaker_a || "";
  const [sizes, tenths] = BREAKERS[region] || [[]], most = sizes.includes(+breaker) && +breaker * tenths / 10;
  return h`${!wizard && h`<a class="back" href="#live">${glyph("back")}${t("back")}</a>`}
    <h1>${t("this_unit")}</h1>
    <form class="gap" data-do="saveUnit" data-wizard="${wizard ? 1 : ""}">
    ${(wizard || leads()) && textField("name", t("name"), unit.name, raw("maxlength=24"))}
    <div class="gap">${choice("region", [["", t("choose")], ["iec", t("region_iec")], ["us", t("region_us")]], region, t("region"))}</div>
    <div class="gap">${choice("breaker", [["", t("choose")], ...sizes.map(a => [a, a + NBSP + "A"])], breaker, t("own_breaker"))}
    <p class="hint">${most ? t("charges_at_most", most * 1000) : t("own_breaker_hint")}</p></div>
    <div class="gap">${choice("phases", [["", t("choose")], ...PHASE_ORDERS.map(order => [order, order.match(/../g).join(" ")])],
      view.phases || unit.phases || "", t("phases"))}<p class="hint">${t("phases_hint")}</p></div>
    ${errorAt("unit")}<div class="bs e">${wizard && groupless() ? button("joinOther", t("join_other")) : h`<span></span>`}<button class="b p">${t(wizard ? "next" : "save")}</button></div></form>
    ${!wizard && drawLinks()}`;
}

inputs.wiring = field => {
  view[field.id] = field.value;
  delete view.errors[field.id];
  render();
};

const groupless = () => ["alone", "blank", "removed"].includes(me().role);

// Whoever begins a group leads it; one that joins another leader's waits for that.
acts.joinOther = () => saveUnit(false, "follower");
acts.saveUnit = form => saveUnit(form.dataset.wizard, "leader");

async function saveUnit(wizard, role) {
  const unit = me(), name = $("name") ? valueOf("name") : unit.name, changes = {};
  for (const id of ["region", "breaker", "phases"]) if (!valueOf(id)) return refuse(id, t("choose_" + id));
  if (valueOf("region") !== unit.region) changes.region = valueOf("region");
  if (+valueOf("breaker") !== unit.breaker_a) changes.breaker_a = +valueOf("breaker");
  if (valueOf("phases") !== unit.phases) changes.phases = valueOf("phases");
  if (groupless() && (wizard || role === "follower")) changes.role = role;
  const fields = { breaker_a: "breaker" };
  const set = Object.keys(changes).length ? await act("set", { changes }, "unit", fields) : {};
  if (!set) return;
  const begins = wizard && !live.pairing?.left_ms;
  if (begins && !await act("pair", {}, "unit")) return;
  if (name !== unit.name && me().n && !await act("rename", { unit: me().n, name }, "name", fields)) return;
  if (!wizard) {
    toast(t(set.restart ? "check_restart_now" : "done_"));
    return go("live");
  }
  go("setup/2");
}

// --- switch on

function drawSwitchOn() {
  const group = live.group, foreign = data.troubles?.troubles.find(found => found.code === "foreign");
  const count = live.units.length, limit = group ? group.limit_next_ma || group.limit_ma : me().rating_ma;
  return h`<h1>${t("switch_on_title")}</h1><p class="lead">${t("units_share", count, limit)}</p>
    ${drawChange()}${foreign && h`<section class="box gap"><p>${said("found", "foreign", foreign.args, foreign.what)}</p>
    <fieldset class="gap"><legend>${t("foreign_question")}</legend>
    <label class="opt"><input type="radio" name="foreign" id="foreign-no"><span>${t("foreign_no")}</span></label>
    <label class="opt"><input type="radio" name="foreign" id="foreign-yes"><span>${t("foreign_yes")}</span></label></fieldset>${errorAt("foreign")}</section>`}
    ${errorAt("on")}<div class="bs e">${backTo(3)}${group?.enabled ? h`<a class="b p" href="#setup/5">${t("next")}</a>`
      : button("switchOn", t("switch_on"), "p")}</div>`;
}

acts.switchOn = async () => {
  if ($("foreign-yes")?.checked) return refuse("foreign", t("foreign_add_first"));
  if ($("foreign-no") && !$("foreign-no").checked) return refuse("foreign", t("foreign_question"));
  if (!await act("enable", { on: true }, "on")) return;
  if (live.units.length === 1) return go("live");
  go("setup/5");
  // The units agree on it first: for some seconds, or until one that is missing comes.
  while (live.change && location.hash === "#setup/5") await pause(ASK_MS);
  if (location.hash === "#setup/5") await act("self_test", {}, "test");
};
