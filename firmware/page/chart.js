// SPDX-License-Identifier: MIT
// The last hours: what each unit used, one above the other, what was held, and the limit.
"use strict";

const CHART = { top: 24, bottom: 24, left: 30, labelWide: 18, labelHigh: 15, least: 500 };
let drawn = ""; // what the chart on the screen shows

function drawHistory() {
  return h`<section class="sec hist"><header><h2 id="history-title">${t("last_hours")}</h2></header>
    <figure aria-labelledby="history-title"><div class="plot" id="plot" data-kept></div>
    <p class="read s q" id="reading">${chartReading()}</p></figure></section>`;
}

const halves = value => value * 500; // half amperes -> mA
const ageOf = (history, i) => (history.points.length - 1 - i) * history.step_s * 1000;

function chartReading() {
  const history = data.history, slider = $("chart-time");
  if (!history || !slider || +slider.value >= history.points.length - 1) return t("chart_hint");
  const point = history.points[+slider.value], used = point.slice(0, -1);
  const parts = used.map((value, i) => value > 0 && `${live.units[i] ? live.units[i].n + NBSP + nameOf(live.units[i].n) : i + 1} ${amps(halves(value))}`);
  const heldPart = point[point.length - 1] > 0 && t("is_held", halves(point[point.length - 1]));
  return `${clock(ageOf(history, +slider.value))} ${amps(halves(used.reduce((a, b) => a + b, 0)))} ${t("in_use")}: ${
    [...parts, heldPart].filter(Boolean).join(" · ")}`;
}

// Draws the chart anew if there is something new to see.
function drawChart() {
  const plot = $("plot"), history = data.history;
  if (!plot || !history || !plot.clientWidth || history.points.length < 2) return;
  const key = [plot.clientWidth, innerWidth >= 900, lang, dataAt.history, live.units.length].join();
  if (key === drawn && plot.firstChild) return;
  drawn = key;
  const slider = $("chart-time"), last = history.points.length - 1;
  if (!slider) {
    plot.innerHTML = `<div></div><input type="range" id="chart-time" min="0" max="${last}" value="${last}" data-in="time">`;
  }
  plot.firstChild.innerHTML = chartSvg(history, plot.clientWidth, innerWidth >= 900 ? 260 : 200);
  const time = $("chart-time"), atEnd = time.value === time.max;
  time.max = last;
  if (atEnd) time.value = last; // who reads no other moment sees the newest
  inputs.time(time);
}

function chartSvg(history, width, height) {
  const { top, bottom, left: gutter } = CHART, last = history.points.length - 1, units = live.units.length;
  const limit = history.limit_ma, x = i => Math.round(gutter + i / last * (width - gutter));
  const y = ma => Math.round(top + (1 - Math.min(1, ma / limit)) * (height - top - bottom));
  const text = (px, py, words, more = "") => `<text x="${px}" y="${py}" ${more}>${escaped(words)}</text>`;
  const each = [10, 20, 40, 80].find(size => limit / 1000 / size <= 4) || 160;
  let svg = "", labels = "", base = history.points.map(() => 0);
  for (let a = 0; a < limit / 1000; a += each) {
    svg += text(gutter - 8, y(a * 1000) + 4, a, 'text-anchor="end"') + `<path d="M${gutter} ${y(a * 1000)}H${width}" stroke="var(--line)"/>`;
  }
  for (let k = 0; k <= units; k++) {
    const held = k === units, over = history.points.map((point, i) => base[i] + halves(point[k] || 0));
    const layer = chartLayer(base, over, x, y, held ? "" : live.units[k].n);
    const look = held ? 'fill="url(#hatch)" stroke="var(--ink2)"' : `fill="${k % 2 ? "var(--soft)" : "var(--tint)"}" stroke="var(--acc)"`;
    svg += layer.paths.map(path => `<path d="${path}" ${look} stroke-width="1.5" stroke-linejoin="round"/>`).join("");
    labels += layer.labels.map(([px, py, n]) => text(px, py, n, 'class="ln"')).join("");
    base = over;
  }
  svg += `<path d="M${gutter} ${y(limit)}H${width}" stroke="var(--ink)" stroke-width="1.5"/><path d="M${gutter} ${y(0)}H${width}" stroke="var(--edge)"/>`
    + text(gutter, top - 8, t("limit_of", limit), 'class="ink"') + chartTimes(history, x, y, width, height, text);
  return `<svg height="${height}" viewBox="0 0 ${width} ${height}" aria-hidden="true"><defs><pattern id="hatch" width="6" height="6"
    patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M1 0v6" stroke="var(--ink2)" stroke-width="1.3"/></pattern></defs>
    ${svg}${labels}<path id="cursor" stroke="var(--ink)" stroke-width="2" data-top="${top}" data-bottom="${y(0)}" data-left="${gutter}"/></svg>`;
}

// One unit's layer: closed paths where it used something, and its number in each stretch with room.
function chartLayer(low, high, x, y, number) {
  const paths = [], labels = [];
  let from = -1;
  for (let i = 0; i <= high.length; i++) {
    const thick = i < high.length && high[i] - low[i] >= CHART.least;
    if (thick && from < 0) from = i;
    if (thick || from < 0) continue;
    let up = "", down = "";
    for (let k = from; k < i; k++) {
      up += (up ? "L" : "M") + x(k) + " " + y(high[k]);
      down = "L" + x(k) + " " + y(low[k]) + down;
    }
    paths.push(up + down + "z");
    const at = from + i - 1 >> 1;
    if (x(i - 1) - x(from) >= CHART.labelWide && y(low[at]) - y(high[at]) >= CHART.labelHigh) {
      labels.push([(x(from) + x(i - 1)) / 2, (y(low[at]) + y(high[at])) / 2 + 4.5, number]);
    }
    from = -1;
  }
  return { paths, labels };
}

function chartTimes(history, x, y, width, height, text) {
  const last = history.points.length - 1;
  let svg = text(width, height - 5, t("now"), 'text-anchor="end" class="ink"');
  for (let i = 0; i <= last; i++) {
    const time = new Date(heardAt - ageOf(history, i)), next = new Date(heardAt - ageOf(history, i + 1));
    if (time.getHours() === next.getHours() || i === last) continue;
    svg += `<path d="M${x(i)} ${y(0)}v4" stroke="var(--edge)"/>`;
    if (width - x(i) > 62 && x(i) > 48) svg += text(x(i), height - 5, hours(next).slice(0, 3) + "00", 'text-anchor="middle"');
  }
  return svg;
}

inputs.time = slider => {
  const cursor = $("cursor"), { top, bottom, left: gutter } = cursor.dataset, last = +slider.max;
  const px = +gutter + slider.value / last * ($("plot").clientWidth - gutter);
  cursor.setAttribute("d", +slider.value === last ? "" : `M${px} ${top - 6}V${bottom}`);
  slider.setAttribute("aria-label", t("last_hours"));
  const text = chartReading();
  slider.setAttribute("aria-valuetext", text);
  if ($("reading")) $("reading").textContent = text;
};
