// SPDX-License-Identifier: MIT
// The label's code: 12 characters of Crockford's 32 and a check character, as in
// firmware/core/pairing/on_demand/label_code.py. A typing error is said at once and is not sent.
"use strict";

const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_LENGTH = 13;

const plainCode = text => text.toUpperCase().replace(/O/g, "0").replace(/[IL]/g, "1").replace(/[^0-9A-Z]/g, "");
const groupedCode = code => (code.match(/.{1,4}/g) || []).join("-");

// The sum of GF(32) with x**5 + x**2 + 1 in which a right code gives 0.
function checkOf(code) {
  let sum = 0;
  for (const letter of code) {
    sum = (sum ^ DIGITS.indexOf(letter)) << 1;
    if (sum & 32) sum ^= 37;
  }
  return sum;
}

// What is wrong with a code as typed, a sentence; "" if nothing is.
function codeFault(text) {
  const code = plainCode(text), strange = [...code].find(letter => !DIGITS.includes(letter));
  if (strange) return t("code_letter", strange);
  if (code.length !== CODE_LENGTH) return t("code_length", code.length);
  return checkOf(code.slice(0, -1)) === DIGITS.indexOf(code[CODE_LENGTH - 1]) ? "" : t("code_check");
}

// What a label's QR code says, in an address or alone: {serial, code}, or null.
function scannedLabel(text) {
  const found = /k=([0-9A-Fa-f]{12})\.([0-9A-Za-z-]{13,16})/.exec(text);
  return found && { serial: found[1].toUpperCase(), code: plainCode(found[2]) };
}

const codeField = (id, hint, value = "") => h`<label for="${id}">${t("label_code")}</label>
  <input type="text" class="code" id="${id}" data-in="code" autocapitalize="characters" autocomplete="off"
   spellcheck="false" value="${groupedCode(value)}" ${invalid(id)} aria-describedby="${id}-hint ${id}-error">
  <p class="hint" id="${id}-hint">${hint} ${t("or_scan")}</p>${errorAt(id)}`;
