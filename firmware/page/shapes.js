// SPDX-License-Identifier: MIT
// Glyphs of the states, signal bars and the bar of the circuit.
"use strict";

const SHAPES = {
  charging: '<circle cx="8" cy="8" r="6" fill="currentColor"/>',
  ready: '<circle cx="8" cy="8" r="6"/><circle cx="8" cy="8" r="2" fill="currentColor"/>',
  nocar: '<circle cx="8" cy="8" r="6"/>',
  paused: '<path d="M5 3v10M11 3v10" stroke-width="3"/>',
  missing: '<circle cx="8" cy="8" r="6" stroke-dasharray="3.2 3.1"/>',
  trouble: '<path d="M8 2 1.5 13.5h13zM8 6.5v3M8 11v1" stroke-linejoin="round" stroke-width="1.7"/>',
  fallback: '<circle cx="8" cy="8" r="6"/><path d="M2 8a6 6 0 0 0 12 0z" fill="currentColor"/>',
  done: '<path d="m2.5 8.5 3.5 4 7.5-9"/>',
  cross: '<path d="m3.5 3.5 9 9m0-9-9 9"/>',
  back: '<path d="M10 3 5 8l5 5"/>',
  forth: '<path d="m6 3 5 5-5 5"/>',
  busy: '<circle cx="8" cy="8" r="6" stroke-opacity=".3"/><path d="M8 2a6 6 0 0 1 6 6"/>',
  brand: '<circle cx="8" cy="8" r="7"/><path d="M1 8a7 7 0 0 0 14 0z" fill="currentColor"/>',
};
const COLOURS = { charging: "acc", fallback: "acc", done: "acc", busy: "acc", missing: "sig", trouble: "sig" };

const glyph = (name, colour = COLOURS[name] || "q") =>
  raw(`<svg class="g ${colour}${name === "busy" ? " turns" : ""}" viewBox="0 0 16 16" aria-hidden="true">${SHAPES[name]}</svg>`);

const state = (name, text) => h`<p class="st">${glyph(name)}<span>${text}</span></p>`;

const bars = signal => raw(`<span class="bars" aria-hidden="true">${[1, 2, 3, 4].map(i =>
  `<i style="height:${3 * i + 1}px"${i <= grade(signal) ? ' class="f"' : ""}></i>`).join("")}</span>`);
const signalOf = signal => h`<span>${bars(signal)}<span class="vh">${t("signal")} </span>${t("signal_" + grade(signal))}</span>`;

const figure = (value, unit = "A", digits = 1) =>
  h`${value === null ? "–" : decimals(value / 1000, digits)}<i>${unit}</i>`;

// The shape of what a unit does.
function shapeOf(unit) {
  const why = unit.why?.[0];
  if (unit.missing_ms !== null) return "missing";
  if (why >= 32 && why <= 42 || unit.state === "F" || [18, 27, 49, 53].includes(why)) return "trouble";
  if (why === 2 || why === 3) return "fallback";
  if (why === 55 || why === 56) return "paused";
  if (unit.state[0] === "A" || why === 16) return "nocar";
  if (charges(unit)) return "charging";
  return "ready";
}

const charges = unit => unit.missing_ms === null && unit.offered_ma > 0 && /^[CD]/.test(unit.state);

// What a unit draws on its fullest phase, mA; null where that is not known.
const drawnOf = unit => unit.missing_ms !== null ? null : Math.max(...unit.drawn_ma.map(ma => ma || 0));

function reason(unit) {
  if (unit.missing_ms !== null) return t("not_heard_since", unit.missing_ms);
  const why = unit.why?.[0];
  return said("why", why === 60 && !charges(unit) ? 21 : why, [], unit.text); // less is shared: it may wait for that
}

const onPhase = (unit, phase) => unit.phases >> phase & 1;

// What there is on one phase of the circuit: full width is the limit in force.
function barOf(units, group, phase) {
  const width = ma => raw(`width:${Math.min(100, ma / group.limit_ma * 100).toFixed(2)}%`);
  const drawing = units.filter(unit => charges(unit) && unit.drawn_ma[phase]);
  const drawn = drawing.reduce((sum, unit) => sum + unit.drawn_ma[phase], 0);
  const held = units.filter(unit => unit.missing_ms !== null && unit.held_ma && onPhase(unit, phase));
  const spare = group.possible_ma[phase] - group.held_ma[phase] - drawn;
  return h`<div class="bar" aria-hidden="true">${drawing.map((unit, i) =>
    h`<span class="${i % 2 ? "even" : ""}" style="${width(unit.drawn_ma[phase])}">${unit.n}</span>`)}${
    spare > 0 && h`<span class="may" style="${width(spare)}"></span>`}${
    held.map(unit => h`<span class="held" style="${width(unit.held_ma)}"><b>${unit.n}</b></span>`)}</div>`;
}
