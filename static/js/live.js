// The page's one socket. It hears hints and says who reads or types; pages fetch what changed themselves.
//
// On `document`: live:ticket {kind, ticket, id, version}, live:inbox {unread}, live:draft {ticket}, live:refresh,
// live:presence {ticket, people: [{id, name, is_typing}]}, live:gone {code}, and live:resync after every (re)connect,
// every minute, and when the page wakes up: what was missed is fetched then.

const RESYNC = 60_000;
const FIRST_RETRY = 500;
const LONGEST_RETRY = 30_000;
// Without a word for this long we ask; without an answer the socket is dead, as after a sleep.
const SILENCE = 25_000;
const ANSWER_WITHIN = 8_000;
const SAY_AGAIN = 10_000;
const FORGET_AFTER = 25_000;
const STOPS_TYPING_AFTER = 6_000;
const NOT_SIGNED_IN = 4401;
const NOT_PERMITTED = 4403;

let socket = null;
let attempts = 0;
let retry = 0;
let isGone = false;
let lastHeard = 0;
let askedAt = 0;
let lastTick = Date.now();

function dispatch(name, detail = {}) {
  document.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));
}

// --- The socket ---

function connect() {
  clearTimeout(retry);
  if (isGone || (socket && socket.readyState <= WebSocket.OPEN)) return;
  const address = new URL("/ws/live/", location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  const opened = new WebSocket(address);
  socket = opened;
  opened.addEventListener("message", (message) => opened === socket && hear(message.data));
  opened.addEventListener("close", (event) => opened === socket && closed(event.code));
}

function closed(code) {
  socket = null;
  setState("offline");
  if (code === NOT_SIGNED_IN || code === NOT_PERMITTED) {
    isGone = true;
    dispatch("gone", { code });
    return;
  }
  const longest = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** attempts++);
  // Half of the wait is chance, so that a server that restarts is not met by everybody at once.
  retry = setTimeout(connect, longest / 2 + Math.random() * (longest / 2));
}

function hear(text) {
  lastHeard = Date.now();
  askedAt = 0;
  const hint = JSON.parse(text);
  switch (hint.kind) {
    case "ready":
      attempts = 0;
      setState("online");
      dispatch("resync");
      sayAgain();
      break;
    case "here":
      break;
    case "refresh":
      dispatch("refresh");
      break;
    case "inbox":
      dispatch("inbox", hint);
      break;
    case "draft":
      dispatch("draft", hint);
      break;
    case "presence":
      hearOf(hint);
      break;
    default:
      dispatch("ticket", hint);
  }
}

function say(message) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

function setState(state) {
  document.documentElement.dataset.live = state;
}

/** A socket that looks open may be dead: behind a laptop's lid, behind a router that forgot us. */
function check() {
  const time = Date.now();
  const slept = time - lastTick > 3 * 5_000;
  lastTick = time;
  if (isGone) return;
  if (slept || (askedAt && time - askedAt > ANSWER_WITHIN)) {
    reconnect();
  } else if (!askedAt && time - lastHeard > SILENCE && socket?.readyState === WebSocket.OPEN) {
    askedAt = time;
    say({ do: "here" });
  }
  forgetTheSilent(time);
}

function reconnect() {
  const old = socket;
  socket = null;
  askedAt = 0;
  attempts = 0;
  old?.close();
  connect();
}

// --- Who else is here ---

const readers = new Map();
let own = null;

/** Say that the person looks at this ticket; repeated by itself until they leave. */
function reading(ticket) {
  own = { do: "reading", ticket, typedAt: own?.ticket === ticket ? own.typedAt : 0 };
  sayAgain();
}

/** Say that the person types an answer. Call it on every key: it is told once in a while. */
function typing(ticket) {
  const time = Date.now();
  const isNews = own?.ticket !== ticket || time - own.typedAt > STOPS_TYPING_AFTER / 2;
  own = { do: "typing", ticket, typedAt: isNews ? time : own.typedAt };
  if (isNews) say({ do: "typing", ticket });
}

function left(ticket) {
  if (own?.ticket === ticket) own = null;
  say({ do: "left", ticket });
}

function sayAgain() {
  if (!own || document.visibilityState === "hidden") return;
  if (own.do === "typing" && Date.now() - own.typedAt > STOPS_TYPING_AFTER) own.do = "reading";
  say({ do: own.do, ticket: own.ticket });
}

function hearOf({ ticket, person, does }) {
  const here = readers.get(ticket) ?? new Map();
  readers.set(ticket, here);
  const before = here.get(person.id);
  if (does === "left") here.delete(person.id);
  else here.set(person.id, { ...person, is_typing: does === "typing", heardAt: Date.now() });
  if (before?.is_typing !== here.get(person.id)?.is_typing) tellPresence(ticket);
}

function forgetTheSilent(time) {
  for (const [ticket, here] of readers) {
    const silent = [...here.values()].filter((person) => time - person.heardAt > FORGET_AFTER);
    for (const person of silent) here.delete(person.id);
    if (silent.length) tellPresence(ticket);
  }
}

function tellPresence(ticket) {
  const people = [...readers.get(ticket).values()].map(({ id, name, is_typing }) => ({ id, name, is_typing }));
  dispatch("presence", { ticket, people });
}

// --- Beginning and end ---

setInterval(check, 5_000);
setInterval(sayAgain, SAY_AGAIN);
setInterval(() => dispatch("resync"), RESYNC);
addEventListener("online", reconnect);
addEventListener("pagehide", () => own && left(own.ticket));
addEventListener("pageshow", (event) => event.persisted && reconnect());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") return;
  if (Date.now() - lastHeard > SILENCE) reconnect();
  else sayAgain();
});
connect();

export const live = { reading, typing, left };
