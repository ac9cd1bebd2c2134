// SPDX-License-Identifier: MIT
// Units join by radio: who is found, how well they are heard, and their label codes.
"use strict";

const FOUND_BLINK_S = 30;
const UNITS_MOST = 6;
const SETTLE_TRIES = 30;
const PAIR_TRIES = 3;
let scan = null; // a label that was scanned: its code waits for its unit's field

function drawPairing(wizard) {
  const pairing = data.pairing || { found: [] }, units = live.units;
  const open = pairing.found.filter(found => !found.why_not && !found.text && !live.units.some(unit => unit.serial === found.serial));
  const refused = pairing.found.filter(found => found.why_not || found.text);
  return h`${!wizard && h`<a class="back" href="#units">${glyph("back")}${t("units")}</a>`}<h1>${t("add_title")}</h1>
    <p class="lead">${t("add_lead")}</p>${pairingState(pairing)}
    <section class="sec near"><header><h2>${t("in_group")}</h2><span class="q s">${units.length} / ${UNITS_MOST}</span></header>
    <ul class="list">${units.map(unit => h`<li id="in-${unit.n}"><div class="row"><span class="num">${unit.n}</span><div><h3>${nameOf(unit.n)}</h3>
    <p class="q s">${unit.me ? t("this_leader") : h`<span class="mono">${tail(unit.serial)}</span>`}</p></div>${
      glyph(unit.missing_ms === null ? "done" : "missing")}</div></li>`)}</ul></section>
    <section class="sec"><header><h2>${t("found")}</h2></header>${open.length ? h`<ul class="list">${open.map(foundRow)}</ul>`
      : ""}
    ${open.length > 0 && h`<button type="button" class="txt lk" data-do="allCodes" aria-expanded="${String(!!view.all)}">${t("all_codes")}</button>`}
    ${view.all && drawAllCodes()}</section>
    ${refused.length > 0 && h`<section class="sec"><header><h2>${t("cannot_join")}</h2></header><ul class="list">${refused.map(found =>
      h`<li id="not-${found.serial}"><div class="row"><span class="num">${glyph("cross")}</span><div><h3 class="mono q">${tail(found.serial)}</h3>
      <p>${found.text ? sentenceOf(found.text) : said("join", found.why_not, [])}</p></div></div></li>`)}</ul></section>`}
    ${wizard && h`${errorAt("pairing-next")}<div class="bs e">${backTo(1)}<a class="b p" href="#setup/3">${t("next")}</a></div>`}`;
}

function pairingState(pairing) {
  if (pairing.closed_ms) return h`<p class="err gap">${glyph("trouble")}<span>${said("no", "pairing_closed", [pairing.closed_ms])}</span></p>`;
  if (pairing.open) return h`<p class="st gap">${glyph("busy")}<span>${t("looking", left(pairing.left_ms))}</span></p>`;
  return h`<div class="bs">${button("look", t("look"), "p")}</div>${errorAt("look")}`;
}

acts.look = () => act("pair", {}, "look");

function foundRow(found) {
  const serial = found.serial, adding = view.adding === serial, blinking = view.blinks?.[serial] > Date.now();
  return h`<li id="found-${serial}"><div class="fnd"><div><h3 class="mono">${tail(serial)}</h3><p class="s">${
    [found.name, found.board, found.vehicle && t("car_plugged_in")].filter(Boolean).join(", ")}</p>
    <p class="meta">${signalOf(found.signal)}</p></div>
    ${joins_(found) ? h`<p class="st">${glyph("busy")}<span>${t("joining")}</span></p>` : h`<div class="bs">
      <button type="button" class="b" data-do="blinkFound" data-serial="${serial}" aria-pressed="${String(blinking)}">${
        blinking && glyph("charging")}${t(blinking ? "blinking" : "do_blink")}<span class="vh"> ${tail(serial)}</span></button>
      ${!adding && h`<button type="button" class="b" data-do="${found.state === "key" ? "join" : "add"}" data-serial="${serial}">${
        t("add")}<span class="vh"> ${tail(serial)}</span></button>`}</div>`}</div>
    ${adding && !joins_(found) && h`<form class="box" data-do="join" data-serial="${serial}">${
      codeField("code-" + serial, t("code_hint"), scan?.serial === serial ? scan.code : "")}
      <div class="bs"><button class="b p">${t("join")}</button>${button("stopAdding", t("cancel"))}</div></form>`}${
    !adding && errorAt("code-" + serial)}</li>`;
}

const joins_ = found => ["joining", "joined"].includes(found.state);

acts.add = pressed => {
  view.adding = pressed.dataset.serial;
  view.errors = {};
  render();
  $("code-" + view.adding).focus();
};

acts.stopAdding = () => {
  const serial = view.adding;
  view.adding = "";
  view.errors = {};
  render();
  $("found-" + serial)?.querySelector("[data-do=add]").focus();
};

// Without a code: one that has the key already.
acts.join = async pressed => {
  const { serial } = pressed.dataset, id = "code-" + serial, code = $(id) ? plainCode(valueOf(id)) : undefined;
  if ($(id) && codeFault(code)) return refuse(id, codeFault(code));
  if (await pairOne({ serial, code }, id)) joinedOne(serial);
};

// One unit at a time. What comes of its code is known some seconds later.
async function pairOne(args, place) {
  await settled(() => live.change); // the one before is taken in first
  const least = MIN_MA * (live.units.length + 1), group = live.group;
  // Nobody charges yet, and the limit is asked for in the next step.
  if (!group.enabled && group.limit_ma < least && live.units.length > 1 && !await act("limit", { amps: least / 1000 }, place)) return null;
  data.pairing.result = null; // that of the one before
  // A call without an answer may have been heard all the same; else it is made again.
  for (let i = 1; !await act("pair", args, place); i++) {
    if (!unanswered || i === PAIR_TRIES) return null;
    await later();
    if (data.pairing.found.some(found => found.serial === args.serial && joins_(found))) break;
  }
  while (args.code && data.pairing.open && !data.pairing.result) {
    await later();
  }
  const { result, tries, closed_ms } = data.pairing;
  if (!args.code || !result || ["joining", "joined"].includes(result[0])) return true;
  if (closed_ms) return refuse(place, said("no", "pairing_closed", [closed_ms]));
  const what = result[0] === "wrong" && !args.serial ? "wrong_any" : result[0];
  return refuse(place, said("join", rowOf("join_" + what) ? what : "no_answer", [result[1], tries]));
}

function joinedOne(serial) {
  if (view.adding === serial) view.adding = "";
  toast(t("joins", serial));
  render();
  if (!document.activeElement.matches("input,textarea")) focusTitle(); // else the next code is being typed
}

acts.blinkFound = async pressed => {
  const { serial } = pressed.dataset;
  if (!await act("identify", { unit: serial, seconds: FOUND_BLINK_S }, "code-" + serial)) return;
  view.blinks = { ...view.blinks, [serial]: Date.now() + FOUND_BLINK_S * 1000 };
  render();
};

// --- all codes at once: typed, pasted, or lines of scanned labels

acts.allCodes = () => {
  view.all = !view.all;
  render();
  if (view.all) $("codes").focus();
};

const drawAllCodes = () => h`<form class="box" id="all" data-do="joinAll"><label for="codes">${t("label_code")}</label>
  <textarea id="codes" rows="6" autocapitalize="characters" spellcheck="false" ${invalid("codes")} aria-describedby="codes-hint codes-error"></textarea>
  <p class="hint" id="codes-hint">${t("codes_hint")}</p>${errorAt("codes")}<div class="bs"><button class="b p">${t("join")}</button></div></form>`;

acts.joinAll = async () => {
  const lines = valueOf("codes").split(/[\n,;]+/).map(line => line.trim()).filter(Boolean);
  if (!lines.length) return refuse("codes", t("code_length", 0));
  const labels = lines.map(line => scannedLabel(line) || { code: plainCode(line) });
  const wrong = labels.find(label_ => codeFault(label_.code));
  if (wrong) return refuse("codes", groupedCode(wrong.code) + ": " + codeFault(wrong.code));
  let count = 0;
  for (const { serial, code } of labels) {
    const before_ = live.units.length;
    if (!await pairOne({ serial, code }, "codes")) break;
    count++;
    $("codes").value = labels.slice(count).map(label_ => groupedCode(label_.code)).join("\n");
    await settled(() => live.units.length === before_);
  }
  if (count === labels.length) {
    toast(t("done_"));
    view.all = false;
    render();
  }
};

async function later() {
  await pause(ASK_MS);
  await askAgain("pairing");
}

// Units join one after the other.
async function settled(waits) {
  for (let i = 0; i < SETTLE_TRIES && waits(); i++) {
    await later();
  }
}
