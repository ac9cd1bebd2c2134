// SPDX-License-Identifier: MIT
// The frame around the screens: which one is shown, and what happens when something is pressed.
"use strict";

const SAY_MS = 10000; // the sentence on top is read aloud no more often
let shown = ""; // the hash that is on the screen
let sentence = "", sentenceAt = 0;

// {name: {wants: {path: seconds} or argument -> that, draw: argument -> Html, plain: no pages in the
//  frame, wide: as wide as the window, after: what is drawn by itself, calm: asks less often}}
const SCREENS = {
  live: { wants: () => leads() ? { history: 60 } : {}, draw: drawLive, wide: true, after: drawChart },
  units: { wants: {}, draw: drawUnits },
  unit: { draw: drawUnit, under: "units" },
  limit: { wants: { settings: ONCE_S }, draw: () => drawLimit(false), under: "units", calm: 1 },
  add: { wants: { pairing: 1 }, draw: () => drawPairing(false), under: "units" },
  test: { wants: { selftest: 1 }, draw: () => drawSelfTest(false), under: "units" },
  own: { wants: { settings: 5 }, draw: () => drawThisUnit(false), under: "live", calm: 1 },
  sessions: { draw: drawSessions, calm: 1 },
  troubles: { wants: { troubles: 5 }, draw: drawTroubles, wide: true, calm: 1 },
  setup: { wants: n => SETUP_WANTS[n - 1] || {}, draw: drawSetup, plain: "set_up" },
  login: { draw: drawLogIn, plain: "", calm: 1 },
  sheet: { draw: drawSheet, plain: "sheet", wide: true, calm: 1 },
};

function route() {
  const [name, argument] = location.hash.slice(1).split("/");
  if (SCREENS[name]) return [name, argument];
  return live?.me.role === "blank" && !me().breaker_a ? ["setup", "1"] : ["live"];
}

const screen_ = () => SCREENS[route()[0]];

const pages = () => leads() ? ["live", "units", "sessions", "troubles"] : ["live", "sessions", "troubles"];
const pageName = page => t(page === "live" && !leads() ? "this_unit" : page);

function title() {
  const unit = me();
  if (screen_().plain) return t(screen_().plain);
  return unit.name || "AmpPool " + tail(unit.serial);
}

function drawTop() {
  const present = route()[0], on = screen_().under || present, other = LANGUAGES[(column() + 1) % LANGUAGES.length];
  const open = live.troubles;
  return h`<a class="brand" href="#${pages()[0]}">${raw(glyph("brand", "acc").text)}<span>${title()}</span></a>
    ${screen_().plain === undefined && h`<nav aria-label="${t("pages")}">${pages().map(page =>
      h`<a href="#${page}" ${page === on ? raw('aria-current="page"') : ""}>${pageName(page)}${
        page === "troubles" && open > 0 && h`<b>${open}<span class="vh"> ${t("open")}</span></b>`}</a>`)}</nav>`}
    <div class="tools"><button type="button" data-do="language" data-to="${other}" lang="${other}">${
      other.toUpperCase()}<span class="vh"> ${LANGUAGE_NAMES[other]}</span></button>
    ${present !== "login" && (me().login ? h`<button type="button" data-do="logOut">${t("log_out")}</button>`
      : h`<a href="#login" data-do="logInFirst">${t("log_in")}</a>`)}</div>`;
}

const drawStrip = () => stale() && h`<div class="strip" role="alert">${glyph("trouble")}<span><b>${
  t("no_answer", Date.now() - heardAt)}</b> ${t("old_figures", 0)}</span></div>`;

const drawFoot = () => h`<span>AmpPool ${me().version} · <span class="mono">${tail(me().serial)}</span></span>`;

function render() {
  if (!live) {
    paint($("main"), failures ? h`<h1>${t("no_contact")}</h1>` : "");
    return;
  }
  const [, argument] = route(), screen = screen_(), main = $("main");
  document.documentElement.lang = lang;
  document.title = title() + " · AmpPool";
  $("skip").textContent = t("to_content");
  paint($("strip"), drawStrip());
  paint($("top"), drawTop());
  paint($("foot"), screen.draw === drawSheet ? "" : drawFoot());
  main.className = (screen.wide ? "wide" : "") + (stale() ? " stale" : "");
  paint(main, screen.draw(argument));
  paintDialog();
  if (screen.after) screen.after();
}

// The one live region: read aloud when it changes, at most every 10 s.
function spoken(text) {
  if (text !== sentence && Date.now() - sentenceAt > SAY_MS || shown !== spoken.on) {
    sentence = text;
    sentenceAt = Date.now();
    spoken.on = shown;
  }
  return sentence;
}

function focusTitle() {
  const heading = $("main").querySelector("h1");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus();
}

// Another screen: its title has the focus.
function enter(first) {
  if (label()) return;
  shown = location.hash;
  view = { errors: {} };
  closeDialog();
  $("main").textContent = "";
  render();
  if (before?.hash === shown) {
    typeAgain(before.values);
    before = null;
    render();
  }
  scrollTo(0, 0);
  if (!first) focusTitle();
  askAgain(...Object.keys(wanted()));
}

// A label's QR code opens the page with serial and code in the fragment; it leaves the address.
function label() {
  const scanned = scannedLabel(location.hash);
  if (!scanned) return false;
  useLabel(scanned);
  return true;
}

function go(hash) {
  if (location.hash === "#" + hash) return enter();
  location.hash = hash;
}

async function perform(element, event) {
  const what = acts[element.dataset.do];
  if (!what || element.dataset.busy) return;
  event.preventDefault();
  element.dataset.busy = 1;
  await what(element);
  delete element.dataset.busy;
}

acts.skip = () => $("main").focus();
acts.language = pressed => {
  lang = pressed.dataset.to;
  kept("lang", lang);
  $("main").textContent = "";
  render();
};

addEventListener("click", event => {
  const element = event.target.closest("[data-do]");
  if (element && element.tagName !== "FORM") perform(element, event);
});
addEventListener("submit", event => {
  event.preventDefault();
  perform(event.target, event);
});
addEventListener("input", event => {
  const what = inputs[event.target.dataset.in];
  if (what) what(event.target);
});
addEventListener("hashchange", () => enter());
addEventListener("resize", () => screen_().after && live && screen_().after());
document.addEventListener("visibilitychange", ask);
$("dialog").addEventListener("cancel", event => {
  event.preventDefault();
  closeDialog();
});
setInterval(() => failures && render(), ASK_MS); // the age of what is shown goes on

// Everything else is there when the unit has answered.
ask().then(() => {
  if (live) enter(true);
});
