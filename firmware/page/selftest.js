// SPDX-License-Identifier: MIT
// The self-test: each unit is heard, the leader falls silent, every unit goes to its fallback.
"use strict";

function drawSelfTest(wizard) {
  const test = data.selftest || { steps: [], passed: null, do: [] };
  const top = !wizard && h`<a class="back" href="#units">${glyph("back")}${t("units")}</a>`;
  if (test.running) return h`${top}${testRunning(test)}`;
  if (test.passed === null) {
    return h`${top}<h1>${t("self_test")}</h1><p class="lead">${t("test_lead")}</p>${drawChange()}${errorAt("test")}
      ${!live.change && h`<div class="bs">${button("startTest", t("start_test"), "p")}</div>`}`;
  }
  return h`${top}<h1>${glyph(test.passed ? "done" : "trouble")} ${t(test.passed ? "test_passed" : "test_failed")}</h1>
    <p class="lead">${test.passed && t("test_passed_lead", live.units.length)}</p>
    ${!test.passed && testSteps(test)}${test.do.length > 0 && h`<ol class="todo gap">${test.found.map(([code, args], i) =>
      h`<li><span>${said("todo", code, args, test.do[i])}</span></li>`)}</ol>`}
    ${testTable(test)}${errorAt("test")}
    <div class="bs">${test.passed ? h`<a class="b" href="#live">${t("done")}</a><a class="b p" href="#sheet">${t("print_sheet")}</a>`
      : button("startTest", t("start_test"), "p")}</div>`;
}

// Rows of single units have their number as first argument; the others are the steps of all.
const testOf = (test, n) => test.steps.find(step_ => step_.code === "unit" && step_.args[0] === n);

function testRunning(test) {
  const now = test.steps.find(step_ => step_.code !== "unit" && step_.state === "now");
  return h`<h1>${t("testing")}</h1><div class="big"><p class="fig" role="timer">${Math.ceil(test.left_ms / 1000)}<i>s</i></p><p class="q">${t("to_go")}</p></div>
    <p class="lead" role="status">${now && now.code === "silent" && t("test_silent")}</p>${testSteps(test)}${testTable(test)}`;
}

const STEP_SHAPES = { todo: "nocar", now: "busy", ok: "done", bad: "trouble" };

const testSteps = test => h`<ol class="list sec near">${test.steps.filter(step_ => step_.code !== "unit").map(step_ =>
  h`<li class="st pad">${glyph(STEP_SHAPES[step_.state])}<span class="${step_.state === "todo" ? "q" : ""}">${
    said("test", step_.code, step_.args, step_.text)}${["now", "bad"].includes(step_.state) && h`<span class="vh"> ${t("test_" + step_.state)}</span>`}</span></li>`)}</ol>`;

function testTable(test) {
  return h`<table class="sec near"><caption class="vh">${t("units")}</caption><thead><tr><th scope="col">${t("unit")}</th><th scope="col">${t("signal")}</th><th class="r" scope="col">${t("fallback")}</th></tr></thead><tbody>${live.units.map(unit => {
    const result = testOf(test, unit.n), mode = result ? result.state : "todo";
    return h`<tr><td><span class="num">${unit.n}</span> ${nameOf(unit.n)}</td><td class="s">${unit.me ? h`<span class="q">${t("leader")}</span>` : signalOf(unit.signal)}${mode === "bad" && unit.lost > 0 && h` ${t("frames_lost", unit.lost)}`}</td>
      <td class="r">${mode === "todo" || mode === "now" ? h`<span class="q">${t("waits")}</span>`
        : h`${glyph(STEP_SHAPES[mode])} ${amps(unit.fallback_ma)}${mode === "bad" && h`<span class="vh"> ${t("test_bad")}</span>`}`}</td></tr>`;
  })}</tbody></table>`;
}

acts.startTest = () => act("self_test", {}, "test");
