// SPDX-License-Identifier: MIT
// HTML from templates, and how it gets into the page without touching what has not changed.
"use strict";

const acts = {}; // by data-do: what a button or a form does
const inputs = {}; // by data-in: what happens while typing
const $ = id => document.getElementById(id);

class Html {
  constructor(text) {
    this.text = text;
  }
}

const escaped = value => String(value).replace(/[&<>"']/g, letter => `&#${letter.charCodeAt(0)};`);

function inserted(value) {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(inserted).join("");
  return value === null || value === undefined || value === false ? "" : escaped(value);
}

// A template whose values are text, and never markup, unless they are made by it too.
function h(parts, ...values) {
  return new Html(parts.reduce((all, part, i) => all + inserted(values[i - 1]) + part));
}

const raw = text => new Html(text);

// Puts HTML into an element. What is there already stays: the focus, what was typed, the scroll.
function paint(element, html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = inserted(html);
  morphChildren(element, fresh.content);
}

const same = (a, b) => a.nodeName === b.nodeName && (a.id || "") === (b.id || "");

function morphChildren(from, to) {
  let old = from.firstChild;
  for (const next of [...to.childNodes]) {
    let found = old;
    while (found && !same(found, next)) found = next.id ? found.nextSibling : null;
    while (found && old !== found) old = removed(old);
    if (found) {
      morph(found, next);
      old = found.nextSibling;
    } else {
      from.insertBefore(next, old);
    }
  }
  while (old) old = removed(old);
}

function removed(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

function morph(from, to) {
  if (from.nodeType !== Node.ELEMENT_NODE) {
    if (from.nodeValue !== to.nodeValue) from.nodeValue = to.nodeValue;
    return;
  }
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && name !== "tabindex") from.removeAttribute(name); // a title may have the focus
  }
  for (const { name, value } of to.attributes) {
    if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
  if (!("kept" in to.dataset)) morphChildren(from, to); // its content is drawn by somebody else
}
