// SPDX-License-Identifier: MIT
// What is wished of a unit, as its leader keeps it: its owner's limits, which stay, and what a
// program has asked for, which ends with the vehicle or its time.
"use strict";

// [key, value, is it the owner's?, ms that are left or null] of one key.
const wishOf = (unit, key, owners) => (unit.wishes || []).find(wish => wish[0] === key && wish[2] === owners);

// [key, least, greatest, measure, the owner's value, the value in force or null]
function limitsOf(unit) {
  const high = Math.floor(unit.rating_ma / 1000);
  return [["max_a", 6, high, "A", high, unit.cap_a === 0 ? null : unit.cap_a || high], ["min_a", 6, Math.min(16, high), "A", 6, unit.min_a],
    ["priority", 0, 9, "", 0, unit.priority]].map(([key, low, most, measure, free, now]) => {
    const own = wishOf(unit, key, true), others = wishOf(unit, key, false);
    return [key, low, most, measure, own ? own[1] : others || now === null ? free : now, now];
  });
}

const measured = (value, measure) => value + (measure && NBSP + measure);

function drawLimits(unit) {
  return h`${drawAsked(unit)}${toggle("allowed", !wishOf(unit, "pause", true), t("charging_allowed"), unit.n)}${errorAt("allowed")}
    <form data-do="saveLimits" data-n="${unit.n}">${limitsOf(unit).map(([key, low, most, measure, value, now]) =>
      numberRow(key, value, low, most, measure, h`${t(key + "_hint", low, most)}${now !== null && now !== value && ` ${t("now_is", measured(now, measure))}`}`))}
    <div class="bs"><button class="b p">${t("save")}</button></div></form>`;
}

const until = left_ms => left_ms === null ? t("until_unplugged") : t("until", -left_ms);

// What programs have asked for: one button ends all of it.
function drawAsked(unit) {
  const asked_ = (unit.wishes || []).filter(wish => !wish[2]);
  return asked_.length > 0 && h`<section class="wait"><h2>${t("by_programs")}</h2>${asked_.map(([key, value, , left_ms]) =>
    h`<p>${t(key)}${key !== "pause" && " " + measured(value, key === "priority" ? "" : "A")}, ${until(left_ms)}.</p>`)}
    <div class="bs">${button("endAsked", t("end"), "", unit.n)}</div>${errorAt("asked")}</section>`;
}

// What its owner says replaces what was asked for: what was set before, or nothing.
acts.endAsked = pressed => {
  const unit = unitOf(+pressed.dataset.n), changes = {};
  for (const [key, , owners] of unit.wishes) if (!owners) changes[key] = wishOf(unit, key, true)?.[1] || null;
  return act("wish", { unit: unit.n, changes }, "asked", {}, true);
};

acts.allowed = pressed => {
  const unit = unitOf(+pressed.dataset.n);
  return act("wish", { unit: unit.n, changes: { pause: !wishOf(unit, "pause", true) } }, "allowed", {}, true);
};

acts.saveLimits = async form => {
  const unit = unitOf(+form.dataset.n), changes = {}, numbers = numbersOf("max_a", "min_a", "priority");
  if (!numbers) return;
  for (const [key, , most, , value] of limitsOf(unit)) {
    if (numbers[key] !== value) changes[key] = key === "max_a" && numbers[key] === most ? null : numbers[key];
  }
  if (Object.keys(changes).length && !await act("wish", { unit: unit.n, changes }, "max_a")) return;
  toast(t("done_"));
};
