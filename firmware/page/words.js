// SPDX-License-Identifier: MIT
// Words, figures and times in the owner's language.
"use strict";

// The columns of the tables in texts.js and codes.js.
const LANGUAGES = ["en", "nl"];
const LANGUAGE_NAMES = { en: "English", nl: "Nederlands" };
const NBSP = "\u00a0";
let lang = kept("lang") || (navigator.language || "").slice(0, 2);
if (!LANGUAGES.includes(lang)) lang = LANGUAGES[0];

// What a browser keeps for us; some keep nothing (a captive portal's sheet).
function kept(key, value) {
  try {
    if (value === undefined) return localStorage.getItem(key);
    localStorage.setItem(key, value);
  } catch { /* then it is asked or guessed again */ }
  return null;
}

const column = () => LANGUAGES.indexOf(lang);

// How an argument of a text is written: {0} as it is, {0A} mA as A, and so on.
const HOW = {
  "": value => String(value).replace(/^-(?=\d)/, "−"),
  A: ma => amps(ma),
  a: ma => amps(ma, ma % 1000 ? 1 : 0),
  u: n => nameOf(n),
  d: ms => length(ms),
  c: age => clock(age),
  t: serial => tail(serial),
  l: units => listed(units.map(nameOf)),
  s: seconds => length(1000 * seconds),
  m: dbm => "−" + dbm + " dBm",
  r: reason_ => said("why", reason_),
};

const fill = (text, args) => text
  .replace(/\{(\d)(\w?)\}/g, (all, i, how) => args[i] === undefined || args[i] === null ? "–" : HOW[how](args[i]))
  .replace(/(\d) (?=(A|s|h|u|min|kWh|dBm|%)(?![\wà-ÿ]))/g, "$1" + NBSP);

// A text of the page.
const t = (key, ...args) => fill((TEXTS[key] || TEXTS[keyOf(key)])[column()], args);
// The same, in the singular where the count is one.
const many = (key, count, ...args) => t(count === 1 ? key + "_1" : key, count, ...args);

const KEY_FACTOR = 0; // the build step (host_tools/build/texts.py) finds one that mixes up no two names

// The number of a row: in the tables as they are sent names are longer than they are worth.
function keyOf(name) {
  let sum = 0;
  for (const letter of name) sum = (sum * KEY_FACTOR + letter.charCodeAt(0)) % 7744;
  return sum + 1000;
}

const rowOf = name => CODES[keyOf(name)];

// A sentence of the unit: in the owner's language if the table has its code, else as it came.
function said(kind, code, args, text) {
  const row = rowOf(kind + "_" + code) || rowOf(String(code));
  const own = row?.[column()];
  return own ? fill(own, args || []) : sentenceOf(String(text || code));
}

// The unit's sentences are made for its prompt too: a call is named as its button here.
const sentenceOf = text => fill(capital(text).replace(/\b(\w+)\(([^)]*)\)/g,
  (call, name, n) => CALLS[name] ? `“${t(CALLS[name], parseInt(n) || n)}”` : call), []) + (/[.?]$/.test(text) ? "" : ".");

const decimals = (value, digits) => value.toFixed(digits).replace(".", t("comma"));
const amps = (ma, digits = 1) => ma === null || ma === undefined ? "–" : decimals(ma / 1000, digits) + NBSP + "A";
const kwh = wh => decimals(wh / 1000, wh < 99950 ? 1 : 0);
const energy = wh => kwh(wh) + NBSP + "kWh";
const capital = text => text.charAt(0).toUpperCase() + text.slice(1);

function length(ms) {
  const seconds = Math.round(ms / 1000), minutes = Math.floor(seconds / 60);
  if (seconds < 60) return seconds + NBSP + "s";
  if (minutes < 60) return minutes + NBSP + "min";
  if (minutes < 2880) return Math.floor(minutes / 60) + NBSP + t("hours") + NBSP + minutes % 60 + NBSP + "min";
  return t("days", Math.floor(minutes / 1440));
}

const left = ms => Math.floor(ms / 60000) + ":" + String(Math.floor(ms / 1000) % 60).padStart(2, "0");
const date = (time, how) => time.toLocaleDateString(t("locale"), how).replace(/,/g, "");
const hours = time => time.toTimeString().slice(0, 5);
const day = time => date(time, { weekday: "short", day: "numeric", month: "short" });

// The clock's time of something that is so many ms ago.
function clock(age) {
  const time = new Date(heardAt - age);
  return time.toDateString() === new Date().toDateString() ? hours(time) : day(time) + ", " + hours(time);
}

// "1, 2 and 3"
const listed = words => words.length < 2 ? words.join("") :
  words.slice(0, -1).join(", ") + " " + t("and") + " " + words[words.length - 1];
const tail = serial => String(serial).slice(-6);

function nameOf(n) {
  if (!n) return t("this_unit");
  const unit = unitOf(n);
  return (unit || live.leader?.n === n && live.leader).name || t("unit_n", n);
}

// Signal both ways, -dBm: 0 not known, 1 too weak to 4 strong.
function grade(signal) {
  const known = (signal || []).filter(value => value && value < 127);
  const worst = Math.max(...known);
  return !known.length ? 0 : worst > 82 ? 1 : worst >= 70 ? 2 : worst > 60 ? 3 : 4;
}
