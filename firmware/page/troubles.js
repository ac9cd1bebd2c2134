// SPDX-License-Identifier: MIT
// What is not as it should be, what it means, what to do; and where to look if nothing is said.
"use strict";

function drawTroubles() {
  const { troubles = [], events = [] } = data.troubles || {}, count = troubles.length;
  return h`<h1>${!data.troubles ? t("troubles") : count ? many("things_need_you", count) : t("nothing_needs_you")}</h1>
    <div class="two"><div>${me().errors.map(error => h`<article class="find"><h2>${glyph("trouble")}<span>${error}</span></h2></article>`)}
    ${troubles.map(drawFinding)}${drawChecks()}</div>
    <section class="sec"><header><h2>${t("last_events")}</h2></header>${events.length ? h`<table class="ev"><caption class="vh">${t("last_events")}</caption>
    <tbody>${events.map(event => h`<tr><th scope="row">${clock(event.age_ms)}</th><td>${said("event", event.code, event.args, event.text)}</td></tr>`)}</tbody></table>`
      : h`<p class="q">–</p>`}
    <div class="bs"><a class="b" href="/api/diagnosis" download="amppool-${tail(me().serial)}.txt">${t("diagnosis")}</a></div>
    <p class="hint">${t("diagnosis_hint")}</p></section></div>`;
}

function drawFinding(found, i) {
  const lines = said("todo", kindOf(found), found.args, found.do[0]).split(" / ");
  return h`<article class="find" id="found-${found.code}-${found.unit || 0}-${i}"><h2>${glyph("trouble")}<span>${said("found", found.code, found.args, found.what)}</span></h2>
    <div class="in">${found.since_ms !== null && h`<p class="q s">${t("since", found.since_ms)}</p>`}
    ${lines.length > 1 ? h`<ol class="todo">${lines.map(line => h`<li><span>${line}</span></li>`)}</ol>` : h`<p class="gap">${lines}</p>`}<div class="bs">${findingButtons(found)}</div>${errorAt("finding-" + i)}</div></article>`;
}

const kindOf = found => found.code === "never_heard" ? "missing" : found.code;
const ANYBODYS = ["two_leaders", "leader_lost", "fault"]; // not only of a leader

// What can be done about a finding from here, at most two buttons.
function findingButtons(found) {
  const n = found.unit, unit = n && unitOf(n);
  const toUnit = unit && leads() && h`<a class="b" href="#unit/${n}">${nameOf(n)}</a>`;
  const link = (hash, text) => h`<a class="b" href="#${hash}">${text}</a>`;
  switch (leads() || ANYBODYS.includes(found.code) ? kindOf(found) : "") {
    case "missing": return [button("remove", t("has_no_power", n), "", n), toUnit];
    case "waits": return link("units", t("change"));
    case "signal_weak": case "signal_too_weak": case "frames_lost": return link("test", t("self_test"));
    case "stranger": return button("addUnits", t("add_units"));
    case "two_leaders": return button("leadAgain", t("lead_again"));
    case "leader_lost": return link("live", t("what_to_do"));
    case "fault": return unit?.me ? button("clearFault", t("do_clearFault"), "", n) : toUnit;
    default: return toUnit;
  }
}

// The first things to look at, in the order of how often they help.
function drawChecks() {
  const units = live.units, gone = units.filter(unit => unit.missing_ms !== null).length;
  const worst = Math.min(...units.filter(unit => !unit.me && unit.missing_ms === null).map(unit => grade(unit.signal)));
  const lost = units.reduce((sum, unit) => sum + unit.lost, 0), leader = leads();
  const row = (id, text, answer, href) => h`<li id="check-${id}">${href ? h`<a class="go" href="${href}"><span><b>${text}</b><br><small class="q">${answer}</small></span>${glyph("forth")}</a>`
    : h`<div class="go"><span><b>${text}</b><br><small class="q">${answer}</small></span></div>`}</li>`;
  const remove = leader ? "#units" : "", there = t("on_leader_title");
  return h`<section class="sec"><header><h2>${t("checks")}</h2></header><ul class="list">
    ${row("power", t("check_power"), leader ? t("check_power_now", units.length - gone, units.length) : ownSentence(leaderLost()), "#live")}
    ${row("signal", t("check_signal"), worst < 5 ? t("check_signal_now", t("signal_" + worst)) : there, leader && "#test")}
    ${row("channel", t("check_channel"), leader ? t("check_channel_now", lost) : there, leader && "#test")}
    ${row("restart", t("check_restart"), t("check_restart_now"))}
    ${row("breakers", t("check_breakers"), t(leader ? "limit" : "own_settings"), leader ? "#limit" : "#own")}
    ${row("replace", t("check_replace"), leader ? t("units") : there, remove)}</ul></section>`;
}

acts.leadAgain = () => act("lead_again", {}, "actions", {}, true);
