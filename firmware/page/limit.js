// SPDX-License-Identifier: MIT
// The limit of the circuit and what each unit may use without the leader, checked while typing.
"use strict";

const MIN_MA = 6000; // IEC 61851-1: the least that a pilot can offer
const STEP_MA = 100;
const MODES = ["equal", "minimum", "stop"];

// Fallback of each unit, mA, as firmware/core/group/on_demand/limits.py has it.
function fallbacks(mode, limit) {
  const count = live.units.length;
  let share = mode === "equal" ? Math.floor(limit / count / STEP_MA) * STEP_MA : mode === "minimum" && MIN_MA * count <= limit ? MIN_MA : 0;
  if (share < MIN_MA) share = 0;
  return live.units.map(unit => Math.min(share, unit.rating_ma));
}

// [least, greatest] limit, A: the leader says it, it knows each unit's nameplate.
function limitBounds() {
  const { low, high } = settingOf("limit_a") || {};
  return [low, high];
}

function limitFault(text) {
  const [low, high] = limitBounds(), value = /^\d+$/.test(text) ? +text : NaN;
  if (value > high) return said("no", "limit_high", [value, high]);
  return value >= low ? "" : said("no", "limit_low", [text || 0, low, live.units.length]);
}

function drawLimit(wizard) {
  const group = live.group, [low, high] = limitBounds(), count = live.units.length;
  const present = String((group ? group.limit_next_ma || group.limit_ma : me().rating_ma) / 1000);
  const text = view.limit === undefined ? present : view.limit, fault = high && limitFault(text);
  const mode = view.mode || group?.fallback;
  if (!view.errors.limit && fault) view.errors.limit = fault;
  return h`${!wizard && h`<a class="back" href="#units">${glyph("back")}${t("units")}</a>`}<h1>${t("limit_title")}</h1>
    <p class="lead">${t("limit_lead")}</p>${high && h`<form class="gap" data-do="saveLimit" data-wizard="${wizard ? 1 : ""}">
    <label for="limit">${t("limit")}</label>${stepper("limit", present, low, high, "A", false, "limit")}
    <p class="hint" id="limit-hint">${!view.errors.limit && t("limit_hint", count, low, count, high)}</p>${errorAt("limit")}
    ${group && drawFallbacks(mode, text, fault)}
    <div class="bs e">${wizard ? backTo(2) : h`<span></span>`}<button class="b p">${t(wizard ? "next" : "save")}</button></div></form>
    ${!wizard && group && drawSoftForm()}`}`;
}

function drawFallbacks(mode, text, fault) {
  const limit = +text * 1000, each = fault ? null : fallbacks(mode, limit);
  const shown_ = way => fault && way === "equal" ? "–" : amps(Math.max(...fallbacks(way, fault ? MIN_MA * live.units.length : limit)));
  return h`<fieldset class="sec near" id="fallback"><legend><h2>${t("leader_lost")}</h2></legend><p class="q">${t("leader_lost_lead")}</p>
    ${MODES.map(way => h`<label class="opt"><input type="radio" name="mode" id="mode-${way}" value="${way}" data-in="mode"
      ${way === mode ? raw("checked") : ""}><span>${t("mode_" + way)}</span><span>${shown_(way)}</span></label>`)}${errorAt("mode")}</fieldset>
    <table class="sec near"><caption class="vh">${t("fallback")}</caption><thead><tr><th scope="col">${t("unit")}</th><th class="r" scope="col">${t("most")}</th>
    <th class="r" scope="col">${t("fallback")}</th></tr></thead><tbody>${live.units.map((unit, i) => h`<tr><td><span class="num">${unit.n}</span> ${nameOf(unit.n)}</td>
    <td class="r">${amps(unit.rating_ma, 0)}</td><td class="r">${each ? amps(each[i]) : "–"}</td></tr>`)}</tbody>
    <tfoot><tr><td><b>${t("together")}</b></td><td></td><td class="r"><b>${each ? amps(each.reduce((a, b) => a + b, 0)) : "–"}</b></td></tr></tfoot></table>`;
}

inputs.limit = field => {
  view.limit = field.value.trim();
  delete view.errors.limit;
  render();
};
inputs.mode = field => {
  view.mode = field.value;
  render();
};

acts.saveLimit = async form => {
  const text = valueOf("limit"), fault = limitFault(text), group = live.group, mode = view.mode, { wizard } = form.dataset;
  if (fault) return refuse("limit", fault);
  const present = group ? group.limit_next_ma || group.limit_ma : 0;
  if (+text * 1000 !== present && !await act("limit", { amps: +text }, "limit", { amps: "limit" })) return;
  if (group && mode && mode !== group.fallback && !await act("fallback", { mode }, "mode", { mode: "mode" })) return;
  if (wizard) return go("setup/4");
  toast(t("done_"));
  go("units");
};
