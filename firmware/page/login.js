// SPDX-License-Identifier: MIT
// Looking needs no login, changing does: the code on the unit's label.
"use strict";

function drawLogIn() {
  const name = me().name || tail(me().serial);
  return h`<h1>${t("log_in")}</h1><p class="lead">${t("login_lead")}</p><form class="gap" data-do="logIn">
    ${codeField("code", t("code_hint_own", name))}
    <div class="bs"><button class="b p">${t("log_in")}</button>${button("justLook", t("just_look"))}</div><p class="hint gap">${t("label_lost")}</p></form>`;
}

// Logs in with a code from a field; the refusal stands there. Gives whether it is done.
async function logInAt(id, code) {
  if (codeFault(code)) return refuse(id, codeFault(code));
  const { status, body } = await logIn(code);
  if (status === 200) {
    await askAgain();
    return true;
  }
  const refused = body.refused;
  return refuse(id, refused ? said("no", refused.code, refused.args, refused.text) : t(status === 503 ? "busy" : "not_sent"));
}

const after = () => go(before ? before.hash.slice(1) : me().role === "blank" ? "setup/1" : "live");

acts.logIn = async () => {
  if (!await logInAt("code", valueOf("code"))) return;
  toast(t("done_"));
  after();
};
acts.justLook = () => {
  before = null;
  go("live");
};
acts.logInFirst = goLogIn;
acts.logOut = () => act("logout", {}, "logout", {}, true);

// A label was scanned: this unit's own logs in, another one's fills the field of its unit.
async function useLabel(scanned) {
  const own = live && scanned.serial === me().serial;
  if (!own) scan = scanned;
  history.replaceState(null, "", own || !me().login ? "#login" : live.group?.enabled ? "#add" : "#setup/2");
  enter();
  if (own) {
    if (await logInAt("code", scanned.code)) {
      toast(t("done_"));
      after();
    }
  } else if (me().login) {
    view.adding = scanned.serial;
    render();
  }
}
