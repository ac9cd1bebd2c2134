// SPDX-License-Identifier: MIT
// What the page asks of its unit, and how it tells the unit what to do.
"use strict";

const PATIENCE_MS = 6000; // for one answer
const STALE_MS = 10000; // without an answer: what is shown is old
const ASK_MS = 1000;
const CALM_MS = 5000; // between two questions while the screen shows no figures that change
const RETRY_MAX_MS = 8000;
const BUSY_TRIES = 4;
const ONCE_S = 300; // what changes by its owner’s word alone is asked for so often

let live = null; // the newest /api/live
let heardAt = Date.now(); // when the unit last answered, by this browser's clock
let failures = 0;
let asking = null, timer = 0;
let waiting = Promise.resolve(); // a unit has little room: one request at a time
const data = {}, dataAt = {}; // other answers by their path, and when they came

const stale = () => Date.now() - heardAt > STALE_MS;

const pause = ms => new Promise(done => setTimeout(done, ms));

const request = (path, options) => waiting = waiting.then(() => patient(path, options));

// A unit that is busy says when to come again.
async function patient(path, options) {
  let answer;
  for (let i = 0; i < BUSY_TRIES; i++) {
    answer = await sent(path, options);
    if (answer.status !== 503) break;
    await pause(1000 * answer.wait);
  }
  return answer;
}

async function sent(path, options) {
  const stop = new AbortController(), bell = setTimeout(() => stop.abort(), PATIENCE_MS);
  try {
    const answer = await fetch("/api/" + path, { cache: "no-store", signal: stop.signal, ...options });
    return { status: answer.status, wait: answer.headers.get("Retry-After") || 2, body: await answer.json() };
  } catch {
    return { status: 0, body: {} };
  } finally {
    clearTimeout(bell);
  }
}

const get = path => request(path);
const post = (name, args) => request(name, {
  method: "POST",
  headers: { "X-AmpPool": "1", "Content-Type": "application/json", "X-AmpPool-Now": Math.floor(Date.now() / 1000) },
  body: JSON.stringify(args || {}),
});

// What the present screen needs: {path: seconds}.
function wanted() {
  const { wants = {} } = screen_();
  return typeof wants === "function" ? wants(route()[1]) : wants;
}

// Asks for the state of the group, and for what the present screen needs besides.
async function refresh() {
  const answer = await get("live");
  if (answer.status !== 200) return false;
  live = answer.body;
  heardAt = Date.now();
  for (const [path, seconds] of Object.entries(wanted())) {
    if (Date.now() - (dataAt[path] || 0) < seconds * 1000 - ASK_MS / 2) continue;
    const more = await get(path);
    if (more.status !== 200) return false;
    data[path] = more.body;
    dataAt[path] = Date.now();
  }
  return true;
}

// One round of asking; another one follows by itself. Not at all while nobody looks.
async function ask() {
  clearTimeout(timer);
  if (document.hidden) return;
  const began = Date.now();
  asking = asking || refresh().catch(() => false);
  const ok = await asking;
  asking = null;
  failures = ok ? 0 : failures + 1;
  render();
  clearTimeout(timer);
  // One that answers slowly is left alone for as long.
  timer = setTimeout(ask, ok ? Math.max(screen_().calm ? CALM_MS : ASK_MS, Date.now() - began) : Math.min(RETRY_MAX_MS, ASK_MS * 2 ** (failures - 1)));
}

// Asks anew, after something was done: what is known of these paths is old.
async function askAgain(...paths) {
  for (const path of paths) dataAt[path] = 0;
  if (asking) await asking;
  await ask();
}

const unitOf = n => live?.units.find(unit => unit.n === n);
const me = () => live.me;
const leads = () => me().role === "leader";

// The login secret never travels: only what it makes of the unit's challenge.
async function logIn(code) {
  const { status, body } = await get("login");
  if (status !== 200) return { status, body };
  const secret = sha256(ofText("login" + plainCode(code)));
  return post("login", { challenge: body.challenge, answer: toHex(hmac(secret, ofHex(body.challenge))) });
}
