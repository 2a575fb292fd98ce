// The numbers of the frame and the bell: what waits, what is unread, and what is new as a toast that does not nag.

import { post } from "./frame.js";
import { toast } from "./toasts.js";

const bell = document.querySelector("[data-bell]");
const place = document.querySelector("[data-toasts]");
const KEPT = "pulse";
// A burst of events is one question.
const PATIENCE = 700;
const tones = { "": "info", accent: "accent", success: "success", warning: "warning", error: "error" };

// --- Numbers ---

function show({ counts = {}, may_set_up: maySetUp = false, leads = false }) {
  for (const place of document.querySelectorAll("[data-count]")) {
    const said = counts[place.dataset.count] ?? "";
    place.hidden = said === "" || said === "0";
    if (place.dataset.shown === said) continue;
    place.dataset.shown = said;
    place.textContent = said;
    if (place.dataset.say) {
      const words = document.createElement("span");
      words.className = "for-readers";
      words.textContent = ` ${place.dataset.say}`;
      place.append(words);
    }
  }
  for (const link of document.querySelectorAll("[data-set-up]")) link.hidden = !maySetUp;
  for (const entry of document.querySelectorAll("[data-for-leads]")) entry.hidden = !leads;
}

/** The last numbers, so that a page does not flicker while it asks for the newest. */
function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}

async function ask() {
  const answer = await fetch(bell.dataset.bell, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const numbers = await answer.json();
  sessionStorage.setItem(KEPT, JSON.stringify(numbers));
  seen ??= numbers.latest;
  show(numbers);
}

let asking = 0;
function askSoon() {
  asking ||= setTimeout(() => {
    asking = 0;
    if (document.visibilityState === "visible") ask();
  }, PATIENCE + Math.random() * PATIENCE);
}

// --- Toasts ---

let seen = null;
let looking = 0;
const reads = () => document.querySelector("[data-reads]")?.dataset.reads ?? "";

function lookSoon() {
  looking ||= setTimeout(look, PATIENCE);
}

async function look() {
  looking = 0;
  // Who does not look at the page is not interrupted by it: the number of the bell waits for them.
  if (document.visibilityState !== "visible" || seen === null) return;
  const answer = await fetch(`${bell.dataset.fresh}?after=${seen}`, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const { news, more, latest } = await answer.json();
  seen = Math.max(seen, latest);
  // The oldest first: the newest is the one that was told last.
  const others = news.reverse().filter((each) => each.ticket !== reads() && isFirstToTell(each.id));
  for (const each of others) {
    // Of several about one ticket the last stays.
    toast(each.text, { key: each.ticket, tone: tones[each.tone] ?? "info", icon: each.icon, href: each.url, onOpen: () => post(`${place.dataset.inbox}${each.id}/read/`) });
  }
  if (more > 0) toast(place.dataset.more.replace("{}", more), { href: place.dataset.inbox });
  if (news.some((each) => each.ticket === reads())) markRead();
}

/** Two windows side by side say it once. */
function isFirstToTell(id) {
  if (Number(localStorage.getItem("told") ?? 0) >= id) return false;
  localStorage.setItem("told", String(id));
  return true;
}

// --- What is looked at is read ---

async function markRead() {
  const ticket = reads();
  if (!ticket || document.visibilityState !== "visible") return;
  await post(`${place.dataset.inbox}read/`, { ticket });
  askSoon();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-reads-notification]");
  if (link) post(link.dataset.readsNotification);
});

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-reads-quietly]");
  if (!form) return;
  event.preventDefault();
  const row = form.closest("[data-notification]");
  const answer = await post(form.action);
  if (!answer.ok) return;
  row.removeAttribute("data-unread");
  row.querySelector("a").focus();
  form.remove();
  askSoon();
});

if (bell) {
  show(kept());
  ask().then(markRead);
  document.addEventListener("live:inbox", () => {
    lookSoon();
    askSoon();
  });
  for (const hint of ["live:ticket", "live:refresh", "live:resync"]) document.addEventListener(hint, askSoon);
  document.addEventListener("visibilitychange", () => {
    askSoon();
    lookSoon();
    markRead();
  });
}
