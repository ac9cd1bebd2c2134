// SPDX-License-Identifier: MIT
// The last sessions of every unit with their energy, by day, and as a file.
"use strict";

const SESSIONS_FRESH_MS = 30000;
let sessions = {}; // by unit: {list, total, at}

// Units are asked one after the other: their leader fetches them over the radio.
async function fetchSessions() {
  if (fetchSessions.busy) return;
  fetchSessions.busy = true;
  for (const unit of live.units) {
    const old = sessions[unit.n];
    if (old && Date.now() - old.at < SESSIONS_FRESH_MS) continue;
    const { status, body } = await get("sessions?unit=" + unit.n);
    sessions[unit.n] = { ...(status === 200 ? body : old || { sessions: null }), at: Date.now() };
    if (route()[0] === "sessions") render();
  }
  fetchSessions.busy = false;
}

function allSessions() {
  const rows = [];
  for (const unit of live.units) {
    for (const session of sessions[unit.n]?.sessions || []) rows.push({ ...session, n: unit.n });
  }
  const age = session => session.start_age_ms === null ? Infinity : session.start_age_ms;
  return rows.sort((a, b) => age(a) - age(b) || b.number - a.number);
}

function drawSessions() {
  fetchSessions();
  const rows = allSessions(), total = rows.reduce((sum, session) => sum + session.energy_wh, 0);
  const silent = live.units.filter(unit => sessions[unit.n] && (!sessions[unit.n].sessions || sessions[unit.n].heard === false));
  return h`<div class="hd"><h1>${t("sessions")}</h1><button type="button" class="txt lk" data-do="csv">${t("save_csv")}</button></div>
    <div class="big"><p class="fig">${kwh(total)}<i>kWh</i></p></div><p class="q">${many("in_sessions", rows.length)}</p>
    ${silent.length > 0 && state("missing", t("sessions_silent", silent.map(unit => unit.n)))}
    ${byDay(rows).map(([day_, list]) => h`<section class="sec near"><h2>${day_}</h2><ul class="list">${list.map(sessionRow)}</ul></section>`)}`;
}

function byDay(rows) {
  const days = new Map();
  for (const session of rows) {
    const key = session.start_age_ms === null ? t("time_unknown") : capital(day(new Date(heardAt - session.start_age_ms)));
    days.set(key, [...days.get(key) || [], session]);
  }
  return [...days];
}

const sessionRow = session => h`<li><div class="row ses"><span class="q">${session.start_age_ms === null ? "–" : hours(new Date(heardAt - session.start_age_ms))}</span>
  <div><h3>${nameOf(session.n)}</h3><p class="q s">${length(session.length_s * 1000)} · ${said("ended", session.ended, [], session.ended)}</p></div>
  <div class="fr"><div class="n">${session.estimate && "≈ "}${kwh(session.energy_wh)}<i>kWh</i></div>${session.estimate && h`<small class="q">${t("estimate")}</small>`}</div></div></li>`;

// ISO 8601 times, a comma between fields, names in quotes: a spreadsheet takes it.
acts.csv = () => {
  const quoted = text => `"${text.replace(/"/g, "").replace(/^[=+@-]/, " $&")}"`;
  const lines = allSessions().map(session => [session.n, quoted(nameOf(session.n)), session.number,
    session.start_age_ms === null ? "" : new Date(heardAt - session.start_age_ms).toISOString().slice(0, 19) + "Z",
    session.length_s, session.energy_wh, session.estimate ? 1 : 0, session.highest_ma, quoted(session.ended)].join(","));
  const text = ["unit,name,session,start,length_s,energy_wh,estimate,highest_ma,ended", ...lines].join("\r\n") + "\r\n";
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = "amppool-sessions.csv";
  link.click();
  URL.revokeObjectURL(link.href);
};
