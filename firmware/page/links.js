// SPDX-License-Identifier: MIT
// A unit's ways to the rest of the house: its home Wi-Fi and an MQTT broker.
"use strict";

const LINKS = ["wifi_ssid", "wifi_password", "mqtt_broker", "mqtt_port", "mqtt_user", "mqtt_password", "mqtt_topic"];
const SECRET_OF = { wifi_password: "wifi_ssid", mqtt_password: "mqtt_user" }; // goes with what it is for

function drawLinks() {
  return data.settings && h`<form class="sec" data-do="saveLinks"><h2>${t("links")}</h2>${LINKS.map(key => {
    const { kind, value } = settingOf(key);
    return h`${key === "mqtt_broker" && h`<h2 class="near">MQTT</h2><p id="mqtt">${mqttState()}</p>`}<div class="gap">${
      textField(key, t(kind === "secret" ? "password" : key), value, "", kind === "secret")}</div>`;
  })}${view.later && h`<p class="st gap">${glyph("busy")}<span>${t("counts_later")} ${t("check_restart_now")}</span></p>`}${errorAt("links")}
    <div class="bs e"><span></span><button class="b p">${t("save")}</button></div></form>`;
}

// Who leads connects, for all its units.
function mqttState() {
  const { mqtt } = data.settings;
  if (me().role === "follower") return t("mqtt_leads", leaderName());
  if (!mqtt) return t("mqtt_off");
  if (mqtt.up_ms !== null) return t("mqtt_up", mqtt.up_ms);
  return `${t("mqtt_down")} ${mqtt.text && said("mqtt", mqtt.text.replace(/:.*/, "").replace(/ /g, "_"), [], mqtt.text)}`;
}

acts.saveLinks = async () => {
  const changes = {};
  for (const key of LINKS) {
    const { kind, value } = settingOf(key), typed_ = $(key).value;
    if (kind === "secret" ? typed_ || value && SECRET_OF[key] in changes : typed_.trim() !== String(value)) {
      changes[key] = /^\d+$/.test(typed_) && kind === "int" ? +typed_ : kind === "secret" ? typed_ : typed_.trim();
    }
  }
  const set = Object.keys(changes).length ? await act("set", { changes }, "links") : {};
  if (!set) return;
  for (const key of Object.keys(SECRET_OF)) $(key).value = "";
  view.later = set.restart;
  toast(t("done_"));
  render();
};
