// SPDX-License-Identifier: MIT
// A softer limit of the group, for a time: who asked, until when, and how one is set or ended.
"use strict";

const SOFT_HOURS_MAX = 24;
const HOUR_S = 3600;

function drawSoft() {
  const { soft, limit_ma } = live.group;
  return soft && soft.ma < limit_ma && h`<section class="wait" id="soft"><p class="st">${glyph("paused")}<span>${
    t("soft_is", soft.ma, limit_ma, -soft.left_ms, t("by_" + soft.by))}</span></p><div class="bs">${button("endSoft", t("end"))}</div>${errorAt("soft")}</section>`;
}

function drawSoftForm() {
  const most = live.group.limit_ma / 1000;
  return h`<form class="sec" data-do="saveSoft"><h2>${t("soft_title")}</h2><p class="q">${t("soft_lead")}</p>${drawSoft()}
    ${numberRow("soft_a", Math.ceil(most / 2), 0, most, "A", t("max_a_hint", 0, most))}
    ${numberRow("soft_h", 1, 1, SOFT_HOURS_MAX, t("hours"), "")}
    <div class="bs"><button class="b">${t("soft_set")}</button></div></form>`;
}

acts.endSoft = () => act("soft_limit", { amps: null }, "soft", {}, true);
acts.saveSoft = () => {
  const numbers = numbersOf("soft_a", "soft_h");
  return numbers && act("soft_limit", { amps: numbers.soft_a, ttl_s: HOUR_S * numbers.soft_h }, "soft_a", {}, true);
};
