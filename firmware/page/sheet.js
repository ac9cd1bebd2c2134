// SPDX-License-Identifier: MIT
// One sheet of paper for the fuse box: limit, who leads, what to switch off. No secrets.
"use strict";

function drawSheet() {
  const group = live.group, units = live.units, test = live.selftest;
  if (!group) return drawOwn();
  const together = units.reduce((sum, unit) => sum + (unit.fallback_ma || 0), 0);
  return h`<p class="noprint bar-of-sheet">${button("print", t("print"), "p")}<a class="b" href="#live">${t("done")}</a></p>
    <article class="sheet"><h1>${t("points_share", units.length)}</h1>
    <div class="three"><div><div class="n">${figure(group.limit_ma, "A", 0)}</div>${t("limit")}</div><div><div class="n">${figure(together)}</div>${t("fallback")}, ${t("together").toLowerCase()}</div><div><div class="n">${me().n}</div>${nameOf(me().n)}, ${t("leader")}</div></div>
    <h2>${t("units")}</h2><table><thead><tr><th scope="col">${t("number")}</th><th scope="col">${t("name")}</th><th scope="col">${t("serial")}</th><th scope="col">${t("phases_short")}</th><th class="r" scope="col">${t("most")}</th><th class="r" scope="col">${t("fallback")}</th></tr></thead><tbody>${units.map(unit =>
      h`<tr><td><b>${unit.n}</b></td><td>${nameOf(unit.n)}</td><td class="mono">${unit.serial}</td><td>${PHASES.filter(phase => onPhase(unit, phase)).map(phase => "L" + (phase + 1)).join(" ")}</td>
      <td class="r">${amps(unit.rating_ma, 0)}</td><td class="r">${amps(unit.fallback_ma)}</td></tr>`)}</tbody></table>
    <h2>${t("leader_lost")}</h2><p>${t("leader_lost_lead")}</p><h2>${t("sheet_work_title")}</h2><p>${t("sheet_work")}</p>
    <h2>${t("sheet_page_title")}</h2><p>${t("sheet_page", tail(me().serial))}</p>
    ${test?.passed && h`<h2>${t("self_test")}</h2><p>${t("test_passed")}. ${
      date(new Date(heardAt - test.age_ms), { day: "numeric", month: "long", year: "numeric" })}, ${hours(new Date(heardAt - test.age_ms))}. AmpPool ${me().version}.</p>`}</article>`;
}

acts.print = () => print();
