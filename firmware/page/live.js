// SPDX-License-Identifier: MIT
// The first screen: is all well, how much, who is missing, and why a current is what it is.
"use strict";

const PHASES = [0, 1, 2];

function drawLive() {
  if (!leads()) return drawOwn();
  const group = live.group, units = live.units, held = units.filter(unit => unit.missing_ms !== null && unit.held_ma);
  return h`<h1 class="vh">${t("live")}</h1><div class="live"><section class="now">
    ${topSentence()}${drawTotal(group, units)}
    ${view.why && h`<p class="box s gap" id="why">${t("possible_is")}</p>`}
    <p class="key"><span>${t("in_use")}</span><span class="k2">${t("allowed")}</span>${
      held.length > 0 && h`<span class="k3">${t("held")}</span>`}<span class="k4">${t("free")}</span></p>
    ${held.map(unit => h`<p class="gap">${t("held_for", unit.held_ma, unit.n)}</p>`)}
    ${drawSoft()}${changeLine()}${!group.enabled && h`<p class="gap"><a class="b" href="#setup/${units.length > 1 ? 3 : 2}">${t("finish_setup")}</a></p>`}</section>
    <section class="sec units"><header><h2>${t("units")}</h2></header><ul class="list">${units.map(unitRow)}</ul></section>
    ${drawHistory()}</div>`;
}

// The state in a sentence, without figures that change: the one live region.
function topSentence() {
  const units = live.units, count = units.filter(charges).length, gone = units.filter(unit => unit.missing_ms !== null);
  const broken = units.filter(unit => shapeOf(unit) === "trouble");
  let text = count ? many("cars_charging", count) : t("none_charges");
  if (!live.group.enabled) text = t("sharing_off");
  text += " " + (gone.length ? many("are_missing", gone.length, listed(gone.map(unit => nameOf(unit.n))))
    : broken.length ? t("has_stopped", listed(broken.map(unit => nameOf(unit.n)))) : t("all_heard"));
  const shape = gone.length || broken.length ? "trouble" : count ? "charging" : "nocar";
  return h`<p class="st" role="status">${glyph(shape)}<span>${spoken(text)}</span></p>`;
}

function drawTotal(group, units) {
  const wired = PHASES.filter(phase => group.phases >> phase & 1);
  const fullest = wired.reduce((best, phase) => group.drawn_ma[phase] > group.drawn_ma[best] ? phase : best, wired[0]);
  const next = group.limit_next_ma;
  return h`<div class="hero"><div><p class="fig">${figure(group.drawn_ma[fullest])}</p>
    <p class="q lb">${wired.length > 1 ? t("in_use_on", "L" + (fullest + 1)) : t("in_use")}</p></div>
    <dl><dt><button type="button" class="why" data-do="why" aria-expanded="${String(!!view.why)}">${t("possible")}</button></dt>
    <dd>${amps(Math.max(...wired.map(phase => group.possible_ma[phase])))}</dd>
    <dt>${t("limit")}</dt><dd>${amps(group.limit_ma, 0)}</dd>${
      next !== null && next !== group.limit_ma && h`<dt>${t("asked", next)}</dt>`}</dl></div>
    ${wired.length > 1 ? h`<div class="ph">${wired.map(phase => h`<b>L${phase + 1}</b>${barOf(units, group, phase)}<span class="r">${
      amps(group.drawn_ma[phase])}</span>`)}</div>` : barOf(units, group, wired[0])}`;
}

function unitRow(unit) {
  const on = charges(unit), drawn = drawnOf(unit), idle = shapeOf(unit) === "nocar";
  return h`<li id="row-${unit.n}"><a class="row" href="#unit/${unit.n}"><span class="num">${unit.n}</span><h3>${nameOf(unit.n)}</h3>${
    drawn === null || idle ? h`<div class="q">–</div>` : h`<div class="n ${on ? "" : "q"}">${on && unit.estimate && "≈ "}${figure(drawn)}</div>`}
    <div class="w ${idle ? "id" : ""}">${state(shapeOf(unit), reason(unit))}
    <p class="meta">${on && h`<span>${t("may_use", unit.offered_ma)}</span>`}${
      unit.missing_ms !== null && unit.held_ma > 0 && h`<span>${t("is_held", unit.held_ma)}</span>`}${
      unit.energy_wh > 0 && h`<span>${unit.estimate && "≈ "}${energy(unit.energy_wh)}</span>`}${
      unit.me && leads() ? h`<span>${t("leader")}</span>` : signalOf(unit.missing_ms === null ? unit.signal : null)}</p></div></a></li>`;
}

const changeText = () => live.change.asked.map(([key, before_, after_]) =>
  said("change", key === "enabled" ? key + "_" + after_ : key, [before_, after_], live.change.text)).join(" ");
const waitsFor = () => live.change.waits.length ? t("waits_for", live.change.waits) : t("is_agreed");

function changeLine() {
  return live.change && h`<p class="gap"><a class="lk" href="#units">${changeText()} ${waitsFor()}</a></p>`;
}

acts.why = () => {
  view.why = !view.why;
  render();
};
