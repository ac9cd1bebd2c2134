// SPDX-License-Identifier: MIT
// One unit: how much and why, its limits, and what can be done with it.
"use strict";

const BLINK_S = 30;

function drawUnit(argument) {
  const unit = unitOf(+argument);
  if (!unit) return h`<a class="back" href="#units">${glyph("back")}${t("units")}</a><h1>${t("no_unit", argument)}</h1>`;
  const drawn = drawnOf(unit), gone = unit.missing_ms !== null, busy = gone ? unit.held_ma > 0 : charges(unit);
  return h`<a class="back" href="#units">${glyph("back")}${t("units")}</a>
    <h1><span class="q thin">${unit.n}</span> ${nameOf(unit.n)}</h1>
    ${busy ? h`<div class="big"><p class="fig ${gone ? "q" : ""}">${figure(gone ? unit.held_ma : drawn)}</p><p class="q">${
      gone ? t("held_for_it") : t("may_use", unit.offered_ma)}</p></div>` : h`<div class="gap"></div>`}
    ${state(shapeOf(unit), reason(unit))}${unitMeta(unit)}
    ${leads() && unit.rating_ma && drawLimits(unit)}${drawActions(unit)}`;
}

function unitMeta(unit) {
  return h`<p class="meta">${unit.energy_wh > 0 && h`<span>${unit.estimate && "≈ "}${energy(unit.energy_wh)}${unit.session_s !== null && ` · ${length(unit.session_s * 1000)}`}</span>`}
    ${!unit.me && signalOf(unit.missing_ms === null ? unit.signal : null)}
    ${unit.lost > 0 && h`<span>${t("frames_lost", unit.lost)}</span>`}
    <span>${t("most")} ${amps(unit.rating_ma, 0)}</span>
    <span>${t("serial")} <span class="mono">${unit.serial}</span></span></p>`;
}

// --- what can be done with it

function drawActions(unit) {
  const own = !unitOf(unit.n) || unit.me, leader = leads();
  const row = (what, kind, more, extra) => h`<li id="act-${what}"><button type="button" class="go" data-do="${what}" data-n="${unit.n}"
    ${extra === undefined ? "" : raw(`aria-expanded="${extra}"`)}><span><b class="${kind}">${t("do_" + what)}</b>${
      more && h`<br><small class="q">${more}</small>`}</span>${glyph("forth")}</button>${view.open === what && drawOpen(what, unit)}</li>`;
  return h`<section class="sec"><h2 class="vh">${t("actions")}</h2><ul class="list">${[
    unit.n && row("blink"),
    unit.why && shapeOf(unit) === "trouble" && (own || leader) && row("clearFault"),
    leader && row("rename", "", "", view.open === "rename"),
    leader && !own && row("replace", "", t("replace_hint"), view.open === "replace"),
    leader && !own && row("handOver", "", t("hand_over_hint")),
    leader && !own && row("remove", "sig", t("remove_hint")),
    own && h`<li><a class="go" href="#own"><span><b>${t("own_settings")}</b></span>${glyph("forth")}</a></li>`,
    own && row("reset", "sig", t("reset_hint")),
  ]}</ul>${errorAt("actions")}</section>`;
}

function drawOpen(what, unit) {
  if (what === "rename") {
    return h`<form class="box" data-do="saveName" data-n="${unit.n}">${textField("name", t("name"), unit.name, raw("maxlength=24"))}
      <div class="bs"><button class="b p">${t("save")}</button>${button("closeOpen", t("cancel"))}</div></form>`;
  }
  return h`<form class="box" data-do="saveReplace" data-n="${unit.n}">${codeField("new-code", t("code_hint"))}
    ${unit.missing_ms !== null && promise("old-off", t("has_no_power", unit.n), t("is_off_until"))}
    <div class="bs"><button class="b p">${t("do_replace")}</button>${button("closeOpen", t("cancel"))}</div></form>`;
}

function opens(what, field) {
  return () => {
    view.open = view.open === what ? "" : what;
    render();
    if (view.open && $(field)) $(field).focus();
  };
}

acts.rename = opens("rename", "name");
acts.replace = opens("replace", "new-code");
acts.closeOpen = () => {
  const what = view.open;
  view.open = "";
  view.errors = {};
  render();
  $("act-" + what)?.querySelector("button").focus();
};

acts.saveName = async form => {
  const unit = +form.dataset.n, name = valueOf("name");
  if (await act("rename", { unit, name }, "name", {}, true)) acts.closeOpen();
};

acts.saveReplace = async form => {
  const unit = +form.dataset.n, code = plainCode(valueOf("new-code"));
  if (codeFault(code)) return refuse("new-code", codeFault(code));
  const args = { unit, code, has_no_power: !!$("old-off")?.checked };
  if (await act("replace", args, "new-code", { has_no_power: "old-off" }, true)) acts.closeOpen();
};

acts.blink = pressed => act("identify", { unit: +pressed.dataset.n, seconds: BLINK_S }, "actions", {}, true);
acts.clearFault = pressed => {
  const unit = unitOf(+pressed.dataset.n);
  return act("clear_fault", unit && !unit.me ? { unit: unit.n } : {}, "actions", {}, true);
};

acts.handOver = pressed => {
  const n = +pressed.dataset.n;
  openDialog({ title: t("do_handOver") + ": " + nameOf(n), text: t("hand_over_text", n), does: t("do_handOver"), keeps: t("cancel"),
    act: () => act("hand_over", { unit: n }, "dialog", {}, true) });
};

acts.remove = pressed => {
  const n = +pressed.dataset.n, unit = unitOf(n), gone = !unit || unit.missing_ms !== null;
  openDialog({ title: t("do_remove") + ": " + nameOf(n), text: gone ? t("remove_gone", unit ? unit.held_ma : null) : t("remove_text"),
    promise: gone && t("has_no_power", n), more: t("is_off_until"), does: t("do_remove"),
    act: async promised => {
      if (gone && !promised) return refuse("promise", said("no", "promise", [n]));
      const name = nameOf(n);
      const done = await act("remove", { unit: n, has_no_power: promised }, "dialog", { has_no_power: "promise" });
      if (!done) return null;
      toast(t("removed", name));
      if (route()[0] === "unit") go("units");
      return done;
    } });
};

acts.reset = () => openDialog({ title: t("do_reset"), text: t("reset_text"), does: t("do_reset"),
  act: async () => {
    const done = await act("factory_reset", { sure: true }, "dialog");
    if (done) go("setup/1");
    return done;
  } });
