// SPDX-License-Identifier: MIT
// What is typed and pressed: fields, refusals at their fields, dialogs, the word that it is done.
"use strict";

const TOAST_MS = 5000;

// What a screen holds that the unit does not know: refusals by field, and what is open.
let view = { errors: {} };
let asked = null; // the dialog that is open
let unanswered = false; // was the last call so?
let before = null; // the form that a login interrupts: {hash, values}

const valueOf = id => ($(id)?.value || "").trim();
const invalid = id => view.errors[id] ? raw('aria-invalid="true"') : "";
const errorAt = id => h`<div id="${id}-error" role="alert">${view.errors[id] &&
  h`<p class="err">${glyph("trouble")}<span>${view.errors[id]}</span></p>`}</div>`;

// Refused here: the sentence stands at its field, and the field gets the focus.
function refuse(id, sentence) {
  view.errors[id] = sentence;
  render();
  const field = $(id);
  if (field?.matches("input,select,textarea")) field.focus();
  return null;
}

// Asks the unit to do something. Gives its answer, or null: then the reason stands at the field
// that the unit names, or else at `place`. fields: {argument: field}; says: say that it is done.
async function act(name, args, place, fields = {}, says = false) {
  view.errors = {};
  const { status, body } = await post(name, args);
  unanswered = !status || status === 503;
  if (status === 200) {
    await askAgain(...Object.keys(data).filter(path => path !== "history"));
    if (says) toast(t("done_"));
    return body;
  }
  if (status === 401) return goLogIn();
  const refused = body.refused;
  if (!refused) return refuse(place, t(status === 503 ? "busy" : "not_sent"));
  // A sentence about settings that do not fit begins with the one that it is about.
  const { code, text } = refused, where = code === "settings" ? text.split(" ")[0] : refused.field;
  return refuse(fields[where] || $(where) && where || place, said("no", where === "mqtt_broker" ? where : code, refused.args, text));
}

// A login in between loses nothing of what was typed.
function goLogIn() {
  before = { hash: location.hash || "#" + route().join("/"), values: typed() };
  closeDialog();
  location.hash = "login";
  return null;
}

function typed() {
  const found = {};
  for (const field of $("main").querySelectorAll("input,select,textarea")) {
    if (field.id) found[field.id] = field.type === "checkbox" || field.type === "radio" ? field.checked : field.value;
  }
  return found;
}

function typeAgain(values) {
  for (const [id, value] of Object.entries(values)) {
    const field = $(id);
    if (!field || value === false) continue;
    field[value === true ? "checked" : "value"] = value;
    tell(field); // what depends on it
  }
}

function toast(text) {
  $("toast").textContent = text;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { $("toast").textContent = ""; }, TOAST_MS);
}

// --- pieces of forms

const button = (what, text, kind = "", n = "") =>
  h`<button type="button" class="b ${kind}" data-do="${what}" data-n="${n}">${text}</button>`;

// A number with its bounds: less, typed, more.
const stepper = (id, value, low, high, unit, small, what = "number") => h`<div class="step ${small && "m"} ${view.errors[id] && "bad"}">
  <button type="button" data-do="less" data-field="${id}" aria-label="${t("less")}">−</button>
  <div><input id="${id}" class="${unit ? "" : "mid"}" inputmode="numeric" autocomplete="off" size="${String(high).length}" value="${value}"
   data-in="${what}" data-low="${low}" data-high="${high}" ${invalid(id)} aria-describedby="${id}-hint ${id}-error">
  ${unit && h`<span class="q">${unit}</span>`}</div>
  <button type="button" data-do="more" data-field="${id}" aria-label="${t("more")}">+</button></div>`;

// A text; of a secret the unit tells only whether there is one.
const textField = (id, label, value, more = "", secret = false) => h`<label for="${id}">${label}</label>
  <input type="${secret ? "password" : "text"}" class="name" id="${id}" autocomplete="off" value="${secret ? "" : value}" ${more} ${invalid(id)}
   aria-describedby="${id}-hint ${id}-error"><p class="hint" id="${id}-hint">${secret && value && t("secret_hint")}</p>${errorAt(id)}`;

const numberRow = (id, value, low, high, unit, hint) => h`<div class="set"><div><label for="${id}">${t(id)}</label>
  <p class="hint" id="${id}-hint">${hint}</p></div>${stepper(id, value, low, high, unit, true)}<div class="all">${errorAt(id)}</div></div>`;

const choice = (id, options, value, label) => h`<label for="${id}">${label}</label>
  <select id="${id}" class="b" data-in="wiring" ${invalid(id)} aria-describedby="${id}-error">
  ${options.map(([key, text]) => h`<option value="${key}" ${String(key) === String(value) ? raw("selected") : ""}>${text}</option>`)}
  </select>${errorAt(id)}`;

const toggle = (what, on, text, n = "") => h`<div class="sw"><b id="${what}-label">${text}</b>
  <button type="button" role="switch" aria-checked="${String(on)}" aria-labelledby="${what}-label" id="${what}"
   data-do="${what}" data-n="${n}">${t(on ? "on" : "off")}</button></div>`;

const promise = (id, text, more) => h`<label class="opt"><input type="checkbox" id="${id}" ${invalid(id)}
  aria-describedby="${id}-error"><span>${text}${more && h`<br><span class="s q">${more}</span>`}</span></label>${errorAt(id)}`;

// {field: number} of what was typed; null if one is out of its bounds: it is refused there.
function numbersOf(...ids) {
  const found = {};
  for (const id of ids) {
    const field = $(id), value = valueOf(id), { low, high } = field.dataset, measure = field.nextElementSibling;
    if (!/^\d+$/.test(value) || +value < low || +value > high) return refuse(id, t("bounds", value || "–", low, high, measure ? NBSP + measure.textContent : ""));
    found[id] = +value;
  }
  return found;
}

function step(field, by) {
  const value = (+field.value || 0) + by;
  field.value = Math.max(+field.dataset.low, Math.min(+field.dataset.high, value));
  tell(field);
}

const tell = field => field.dispatchEvent(new Event("input", { bubbles: true }));

acts.less = pressed => step($(pressed.dataset.field), -1);
acts.more = pressed => step($(pressed.dataset.field), 1);

inputs.number = field => {
  delete view.errors[field.id];
  render();
};

inputs.code = field => {
  const scanned = scannedLabel(field.value);
  field.value = groupedCode(scanned ? scanned.code : plainCode(field.value).slice(0, CODE_LENGTH));
  delete view.errors[field.id];
  if (plainCode(field.value).length === CODE_LENGTH && codeFault(field.value)) view.errors[field.id] = codeFault(field.value);
  render();
};

// --- dialogs: only for what cannot be taken back, or wants a promise

// question: {title, text, promise or "", does, keeps, act: async promised -> true when done}
function openDialog(question) {
  asked = { opener: document.activeElement, ...question };
  view.errors = {};
  paintDialog();
  $("dialog").showModal();
}

function paintDialog() {
  if (!asked) return;
  paint($("dialog"), h`<form data-do="answer"><h2 id="dialog-title">${asked.title}</h2><p class="gap">${asked.text}</p>
    ${asked.promise && promise("promise", asked.promise, asked.more)}${errorAt("dialog")}
    <div class="bs"><button class="b d">${asked.does}</button>
    ${button("keep", asked.keeps || t("keep"))}</div></form>`);
}

function closeDialog() {
  if (!asked) return;
  const { opener } = asked;
  asked = null;
  if ($("dialog").open) $("dialog").close();
  if (opener?.isConnected) opener.focus();
}

acts.keep = closeDialog;
acts.answer = async () => {
  const question = asked, promised = !!$("promise")?.checked;
  if (await question.act(promised)) closeDialog();
};
