// The page of one member: looks every few seconds, and asks for what people want done. No libraries, nothing from elsewhere.
"use strict";

const LOOK_EVERY = 2000;
const DECISIONS = 15;
const HISTORY = 10;
const ROLES = {
  leader: "Leader",
  standby_leader: "Standby leader",
  sync_standby: "Sync standby",
  quorum_standby: "Quorum standby",
  replica: "Replica",
};

const find = (id) => document.getElementById(id);
const state = { login: null, cluster: null, explanation: null, written: {} };

function element(tag, properties, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") {
      made.className = value;
    } else if (name === "label") {
      made.dataset.label = value;
    } else {
      made[name] = value;
    }
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

// Writes only what is new, so that nothing flickers and the focus stays where it is.
function write(id, facts, nodes) {
  const now = JSON.stringify(facts);
  if (state.written[id] !== now) {
    state.written[id] = now;
    find(id).replaceChildren(...nodes());
  }
}

function request(method, path, body) {
  const options = {
    method,
    cache: "no-store",
    // Without this a browser asks for a password by itself; certificates of clients need the other.
    credentials: location.protocol === "https:" ? "same-origin" : "omit",
    headers: {},
  };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
  }
  if (state.login && method !== "GET") {
    options.headers.Authorization = state.login;
  }
  return fetch(path, options);
}

async function json(path) {
  const answer = await request("GET", path);
  const body = await answer.json();
  return answer.ok || path === "/explain" ? body : Promise.reject(new Error(`${path} answers ${answer.status}`));
}

// ---- what is seen

function time(text) {
  const moment = new Date(text);
  if (Number.isNaN(moment.getTime())) {
    return String(text);
  }
  const sameDay = moment.toDateString() === new Date().toDateString();
  return sameDay ? moment.toLocaleTimeString() : moment.toLocaleString();
}

function size(bytes) {
  if (typeof bytes !== "number") {
    return "unknown";
  }
  const units = ["B", "kB", "MB", "GB", "TB"];
  let amount = bytes;
  let unit = 0;
  while (amount >= 1024 && unit < units.length - 1) {
    amount /= 1024;
    unit++;
  }
  return `${unit === 0 ? amount : amount.toFixed(amount < 10 ? 1 : 0)} ${units[unit]}`;
}

function lsn(bytes) {
  const position = BigInt(bytes);
  const hex = (part) => part.toString(16).toUpperCase();
  return `${hex(position >> 32n)}/${hex(position & 0xffffffffn)}`;
}

function pageOf(member) {
  try {
    const url = new URL(member.api_url);
    return ["http:", "https:"].includes(url.protocol) ? `${url.origin}/ui` : null;
  } catch {
    return null;
  }
}

function isLeader(member) {
  return member.role === "leader" || member.role === "standby_leader";
}

function isWell(member) {
  return isLeader(member) ? member.state === "running" : ["streaming", "in archive recovery"].includes(member.state);
}

function remarks(member) {
  const found = [];
  if (member.pending_restart) {
    const reasons = Object.keys(member.pending_restart_reason || {});
    found.push(`needs a restart${reasons.length ? ` for ${reasons.join(", ")}` : ""}`);
  }
  if (member.scheduled_restart) {
    found.push(`restarts ${time(member.scheduled_restart.schedule)}`);
  }
  for (const [name, value] of Object.entries(member.tags || {})) {
    found.push(value === true ? name : `${name}: ${value}`);
  }
  return found.join("; ");
}

function memberRow(member, self) {
  const here = member.name === self;
  const page = pageOf(member);
  const name = here || !page ? member.name : element("a", { href: page, title: `Open the page of ${member.name}` }, member.name);
  const address = member.host ? `${member.host}:${member.port}` : "";
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, name, here ? element("span", { class: "here" }, " (this one)") : null),
    element("td", { label: "Role" }, element("span", { class: isLeader(member) ? "badge good" : "badge" }, ROLES[member.role] || member.role)),
    element("td", { label: "State" }, element("span", { class: isWell(member) ? "" : "badge warn" }, member.state)),
    element("td", { class: "number", label: "Lag" }, isLeader(member) ? "" : size(member.lag)),
    element("td", { class: "number", label: "Timeline" }, member.timeline === undefined ? "" : String(member.timeline)),
    element("td", { label: "Address" }, address),
    element("td", { label: "Remarks" }, remarks(member)),
  );
}

function showHealth(cluster) {
  const leader = cluster.members.find(isLeader);
  const well = cluster.members.filter(isWell).length;
  let text = `${well} of ${cluster.members.length} members are well`;
  let kind = well === cluster.members.length ? "good" : "warn";
  if (!leader) {
    text = "Nobody leads";
    kind = "bad";
  } else if (cluster.pause) {
    text = "Paused";
    kind = "warn";
  }
  const badge = find("health");
  badge.className = `badge ${kind}`;
  if (badge.textContent !== text) {
    badge.textContent = text;
  }
}

function notices(cluster) {
  const found = [];
  if (cluster.pause) {
    found.push(element("p", { class: "warn" }, "The cluster is paused: nobody takes over when the leader is lost."));
  }
  const planned = cluster.scheduled_switchover;
  if (planned) {
    const cancel = element("button", { type: "button", onclick: cancelSwitchover }, "Cancel the switchover");
    const target = planned.to ? ` to ${planned.to}` : "";
    found.push(element("p", { class: "warn" }, element("span", {}, `Switchover${target} at ${time(planned.at)}`), cancel));
  }
  return found;
}

function showCluster(cluster, self) {
  document.title = `${cluster.scope} – Regent`;
  find("scope").textContent = cluster.scope;
  showHealth(cluster);
  write("members", [cluster.members, self], () => cluster.members.map((member) => memberRow(member, self)));
  write("notices", [cluster.pause, cluster.scheduled_switchover], () => notices(cluster));
  find("pause").textContent = cluster.pause ? "Resume…" : "Pause…";
  find("switchover").textContent = cluster.members.some(isLeader) ? "Switchover…" : "Failover…";
}

function showExplanation(explanation) {
  const lines = [
    ["Does", explanation.action],
    ["Because", explanation.why],
    ["Does not lead", explanation.not_leading],
    ["To go on", explanation.unblock],
    ["Configuration", (explanation.config_problems ?? []).join("; ")],
  ].filter(([, text]) => text);
  find("self").textContent = `seen by ${explanation.member}`;
  write("explanation", lines, () => lines.flatMap(([name, text]) => [element("dt", {}, name), element("dd", {}, text)]));
}

function showDecisions(decisions) {
  const last = decisions.slice(0, DECISIONS);
  write("decisions", last, () =>
    last.map((decision) =>
      element(
        "tr",
        {},
        element("td", { class: "time", label: "When" }, time(decision.at)),
        element("td", { label: "What" }, decision.action),
        element("td", { label: "Why" }, decision.why),
      )));
}

function showHistory(history) {
  const last = history.slice(-HISTORY).reverse();
  write("history", last, () =>
    last.map(([timeline, position, reason, at, leader]) =>
      element(
        "tr",
        {},
        element("td", { class: "time", label: "When" }, at ? time(at) : ""),
        element("td", { class: "number", label: "Timeline" }, String(timeline)),
        element("td", { label: "New leader" }, leader || ""),
        element("td", { class: "number", label: "Ended at" }, lsn(position)),
        element("td", { label: "Reason" }, reason),
      )));
}

async function look() {
  try {
    const [explanation, decisions, cluster, history] = await Promise.all(["/explain", "/decisions", "/cluster", "/history"].map(json));
    state.cluster = cluster;
    state.explanation = explanation;
    showExplanation(explanation);
    showDecisions(decisions);
    showCluster(cluster, explanation.member);
    showHistory(history);
    find("updated").textContent = `at ${new Date().toLocaleTimeString()}`;
  } catch (failure) {
    const badge = find("health");
    badge.className = "badge bad";
    badge.textContent = "This member, or its store, does not answer";
  }
}

async function lookAgain() {
  if (!document.hidden) {
    await look();
  }
  setTimeout(lookAgain, LOOK_EVERY);
}

// ---- what is done

function say(text, kind) {
  const outcome = find("outcome");
  outcome.className = kind;
  outcome.textContent = text;
  outcome.hidden = false;
}

function ask(dialog) {
  return new Promise((answer) => {
    dialog.returnValue = "";
    dialog.addEventListener("close", () => answer(dialog.returnValue === "ok"), { once: true });
    dialog.showModal();
  });
}

async function signIn() {
  find("password").value = "";
  if (!(await ask(find("sign-in-dialog")))) {
    return false;
  }
  const bytes = new TextEncoder().encode(`${find("username").value}:${find("password").value}`);
  state.login = `Basic ${btoa(String.fromCharCode(...bytes))}`;
  find("password").value = "";
  find("sign-in").textContent = "Sign out";
  return true;
}

function signOut() {
  state.login = null;
  find("sign-in").textContent = "Sign in";
}

// A sentence where the API has one; it has pages and documents as well, which say nothing to people.
async function inWords(answer) {
  if (answer.headers.get("Content-Type") === "text/html") {
    return answer.text();
  }
  return answer.ok ? "done" : `${answer.status} ${answer.statusText}`;
}

// What was asked for, again after signing in when that is needed.
async function act(what, method, path, body) {
  say(`${what}: under way…`, "warn");
  try {
    let answer = await request(method, path, body);
    if (answer.status === 401) {
      signOut();
      say(`${what}: sign in first`, "warn");
      if (!(await signIn())) {
        return;
      }
      say(`${what}: under way…`, "warn");
      answer = await request(method, path, body);
    }
    if (answer.status === 401) {
      signOut();
    }
    say(`${what}: ${await inWords(answer)}`, answer.ok ? "good" : "bad");
  } catch (failure) {
    say(`${what}: the member does not answer`, "bad");
  }
  await look();
}

function prepare(title, text, candidates, mayWait) {
  find("confirm-title").textContent = title;
  find("confirm-text").textContent = text;
  find("confirm-ok").textContent = title;
  find("candidate-row").hidden = candidates === null;
  find("schedule-row").hidden = !mayWait;
  find("schedule").value = "";
  if (candidates !== null) {
    find("candidate").replaceChildren(...candidates.map(([value, label]) => element("option", { value }, label)));
  }
  return ask(find("confirm-dialog"));
}

async function changeLeader() {
  if (!state.cluster) {
    return;
  }
  const { members, pause } = state.cluster;
  const leader = members.find(isLeader);
  const others = members.filter((member) => !isLeader(member)).map((member) => [member.name, `${member.name} (${member.state})`]);
  if (!leader) {
    if (await prepare("Failover", "Nobody leads. The one chosen becomes the leader; it may lack what others have.", others, false)) {
      await act("Failover", "POST", "/failover", { candidate: find("candidate").value });
    }
    return;
  }
  const choices = pause ? others : [["", "whoever is best"], ...others];
  const text = `${leader.name} stops accepting writes and another member leads, usually within a second.`;
  if (await prepare("Switchover", text, choices, !pause)) {
    const body = { leader: leader.name };
    if (find("candidate").value) {
      body.candidate = find("candidate").value;
    }
    if (find("schedule").value) {
      body.scheduled_at = new Date(find("schedule").value).toISOString();
    }
    await act("Switchover", "POST", "/switchover", body);
  }
}

async function changePause() {
  if (!state.cluster) {
    return;
  }
  const paused = Boolean(state.cluster.pause);
  const text = paused ? "Members take over again when the leader is lost." : "Until it is resumed nobody takes over when the leader is lost.";
  if (await prepare(paused ? "Resume" : "Pause", text, null, false)) {
    await act(paused ? "Resume" : "Pause", "PATCH", "/config", { pause: paused ? null : true });
  }
}

async function restart() {
  const name = state.explanation ? state.explanation.member : "this member";
  if (await prepare("Restart", `PostgreSQL of ${name} is restarted; its clients lose their connections.`, null, false)) {
    await act("Restart", "POST", "/restart", {});
  }
}

async function reinitialize() {
  const name = state.explanation ? state.explanation.member : "this member";
  if (await prepare("Reinitialize", `The data of ${name} is removed and copied anew from the leader.`, null, false)) {
    await act("Reinitialize", "POST", "/reinitialize", {});
  }
}

async function cancelSwitchover() {
  if (await prepare("Cancel the switchover", "The leader stays the leader.", null, false)) {
    await act("Cancel", "DELETE", "/switchover");
  }
}

document.querySelectorAll("dialog .cancel").forEach((button) => button.addEventListener("click", () => button.closest("dialog").close("cancel")));
find("sign-in").addEventListener("click", () => (state.login ? signOut() : signIn()));
find("switchover").addEventListener("click", changeLeader);
find("pause").addEventListener("click", changePause);
find("restart").addEventListener("click", restart);
find("reinitialize").addEventListener("click", reinitialize);
document.addEventListener("visibilitychange", () => document.hidden || look());
lookAgain();
