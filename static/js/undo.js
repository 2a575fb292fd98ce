// The bar that takes an act back for ten seconds. It moves along to the next page, because the agent does.

import { post } from "./frame.js";
import { registerKey } from "./keys.js";

const SECONDS = 10;
const KEPT = "helpdesk.undo";
const bar = document.querySelector("[data-undo-bar]");
const words = document.querySelector("[data-desk]")?.dataset ?? {};
let timer = 0, current = null;

/** `undo` {url, fields}: what is posted to take it back; `at`: the page where that shows; `next`: where to go on. */
export function offerUndo({ message, undo, at, next, until = Date.now() + SECONDS * 1000, done = null }) {
  current = { message, undo, at, next, until, done };
  if (undo) sessionStorage.setItem(KEPT, JSON.stringify({ message, undo, at, until }));
  draw();
}

export function forgetUndo() {
  sessionStorage.removeItem(KEPT);
  clearInterval(timer);
  current = null;
  if (bar) bar.hidden = true;
}

function element(tag, attributes, text) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
}

function draw() {
  if (!bar || !current) return;
  const { message, undo, next } = current;
  bar.replaceChildren(element("span", { class: "undo-words" }, message));
  if (undo) {
    const button = element("button", { type: "button", class: "button button-small undo-act" }, words.wordsUndo);
    button.append(element("span", { class: "undo-seconds", "aria-hidden": "true" }, ""));
    button.addEventListener("click", takeBack);
    bar.append(button);
  }
  if (next) {
    const link = element("a", { class: "button button-main button-small", href: next, "data-next-link": "" }, words.wordsNext);
    bar.append(link);
  }
  bar.hidden = false;
  bar.querySelector("[data-next-link]")?.focus({ preventScroll: true });
  clearInterval(timer);
  timer = setInterval(tick, 250);
  tick();
}

function tick() {
  const left = Math.ceil((current.until - Date.now()) / 1000);
  const seconds = bar.querySelector(".undo-seconds");
  if (seconds) seconds.textContent = `${Math.max(0, left)} s`;
  if (left > 0 || bar.matches(":focus-within, :hover")) {
    if (left <= 0) bar.querySelector(".undo-act")?.remove();
    return;
  }
  forgetUndo();
}

async function takeBack() {
  const { undo, at, done } = current;
  const response = await post(undo.url, undo.fields);
  const said = response.ok ? await response.json().catch(() => ({})) : { refused: { message: words.wordsFailed } };
  forgetUndo();
  if (said.refused) {
    document.dispatchEvent(new CustomEvent("ticket:refused", { detail: said.refused }));
  } else if (done && location.pathname === at) {
    done(said);
    document.dispatchEvent(new CustomEvent("ticket:undone"));
  } else {
    location.assign(at);
  }
}

if (bar) registerKey("z", words.wordsUndo, () => bar.querySelector(".undo-act")?.click(), { group: words.wordsKeys });

const kept = sessionStorage.getItem(KEPT);
if (kept) {
  const undo = JSON.parse(kept);
  if (undo.until > Date.now()) offerUndo(undo);
  else sessionStorage.removeItem(KEPT);
}
