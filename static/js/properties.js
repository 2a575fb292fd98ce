// Properties save when they are chosen; the undo bar takes them back. Folds stay as the reader left them.

import { holdKeys, registerKey } from "./keys.js";
import { registerAct } from "./palette.js";
import { toast } from "./toasts.js";
import { offerUndo } from "./undo.js";
import "./story.js";

const side = document.getElementById("side");
const desk = document.querySelector("[data-desk]");
const FOLDS = "helpdesk.folds";

// --- Saving ---

async function save(form) {
  if (!(await agreed(form))) {
    htmx.trigger(side, "freshen");
    return;
  }
  // Not from the form itself: the panel may be replaced meanwhile, and the answer would reach nobody.
  htmx.ajax("POST", form.action, { source: "[data-saves]", target: "#side", swap: "innerHTML", values: Object.fromEntries(new FormData(form)) });
}

/** What cannot be taken back is asked for first, and so is a priority that would break a promise. */
async function agreed(form) {
  const select = form.querySelector("select");
  const question = form.dataset.confirm || (select?.value === "closed" && select.dataset.confirmClosed);
  if (question) return ask(question);
  if (!form.dataset.previews) return true;
  const response = await fetch(`${form.dataset.previews}?to=${encodeURIComponent(select.value)}`, { headers: { Accept: "application/json" } });
  if (!response.ok) return true;
  const preview = await response.json();
  return preview.question ? ask(preview.question) : true;
}

function ask(question) {
  const dialog = document.querySelector("[data-ask]");
  dialog.querySelector("p").textContent = question;
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }));
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-property]")) return;
  event.preventDefault();
  save(event.target);
});
document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-property]");
  if (!form || !event.target.matches("select")) return;
  save(form);
});
// Who presses Enter before the answer has come means the next ticket, as after a reply.
let isResolving = false, goesOn = false;
document.addEventListener("keydown", (event) => {
  if (isResolving && event.key === "Enter" && event.target === document.body) goesOn = true;
});
for (const end of ["ticket:done", "ticket:gone", "ticket:refused", "htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(end, () => (isResolving = false));
}

document.addEventListener("ticket:done", ({ detail }) => {
  if (detail.undo) {
    const next = detail.leads_on ? desk.dataset.next : "";
    offerUndo({ ...detail, at: detail.undo.at, next, done: () => htmx.trigger(side, "freshen") });
    if (goesOn && next) location.assign(next);
    goesOn = false;
  } else toast(detail.message, { tone: "success" });
});
document.addEventListener("ticket:gone", ({ detail }) => {
  if (detail.undo) offerUndo({ ...detail, at: detail.undo.at, next: desk.dataset.next, done: () => location.reload() });
});
document.addEventListener("ticket:refused", ({ detail }) => toast(detail.message, { tone: "error" }));

// --- Folds ---

function folds() {
  try {
    return JSON.parse(localStorage.getItem(FOLDS)) ?? {};
  } catch {
    return {};
  }
}

function unfold() {
  const remembered = folds();
  for (const fold of side.querySelectorAll("[data-fold]")) {
    if (fold.dataset.fold in remembered) fold.open = remembered[fold.dataset.fold];
  }
}

side?.addEventListener("click", (event) => {
  const fold = event.target.closest("summary")?.closest("[data-fold]");
  if (fold) localStorage.setItem(FOLDS, JSON.stringify({ ...folds(), [fold.dataset.fold]: !fold.open }));
});
side?.addEventListener("htmx:afterSettle", unfold);

// --- Keys ---

/** The panel may still be on its way, or older than the conversation: then the key waits for it, and acts once. */
function whenFresh(act, otherwise = "") {
  if (act()) return;
  const release = holdKeys();
  side.addEventListener("htmx:afterSettle", () => {
    release();
    if (!act() && otherwise) toast(otherwise);
  }, { once: true });
  htmx.trigger(side, "freshen");
}

let opened = "";

// A list that a key has opened hears every key until it closes. Then the next one is the page's again, and no choice.
side?.addEventListener("keyup", (event) => {
  if (event.target.id === opened && ["Enter", "Escape"].includes(event.key)) event.target.blur();
});

function choose(id) {
  const field = document.getElementById(id);
  if (!field) return false;
  for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  field.focus();
  opened = "";
  if (!field.matches("[data-property] select")) return true;
  try {
    field.showPicker?.();
    opened = id;
  } catch {
    // Some time after the key was pressed browsers open nothing by themselves; the field has the focus.
  }
  return true;
}

/** What fires next is read when it is unfolded: the field comes a moment later, or the words that nothing is to come. */
function letWait() {
  const levels = side.querySelector("[data-levels]");
  if (!levels) return false;
  if (choose("snooze-hours")) return true;
  const release = holdKeys();
  levels.addEventListener("htmx:afterSettle", () => {
    release();
    if (!choose("snooze-hours")) levels.querySelector("summary").focus();
  }, { once: true });
  for (let fold = levels; fold; fold = fold.parentElement.closest("details")) fold.open = true;
  return true;
}

function resolve() {
  const select = document.getElementById("property-status");
  if (!select?.querySelector("option[value=resolved]:not(:checked)")) return false;
  select.value = "resolved";
  isResolving = true;
  save(select.form);
  return true;
}

function takeIt() {
  const select = document.getElementById("property-assignee");
  const own = select?.querySelector("option[data-own]");
  if (!own) return false;
  own.selected = true;
  save(select.form);
  return true;
}

// Out of a property, so that the page's keys are heard again.
side?.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.matches("select, input")) event.target.blur();
});

if (desk && document.querySelector("[data-composer] [name=side]")) {
  const group = desk.dataset.wordsKeys;
  const acts = [
    ["a", desk.dataset.wordsAssign, () => whenFresh(() => choose("property-assignee"))],
    ["t", desk.dataset.wordsTake, () => whenFresh(takeIt, desk.dataset.wordsTaken)],
    ["p", desk.dataset.wordsPriority, () => whenFresh(() => choose("property-priority"))],
    ["s", desk.dataset.wordsStatus, () => whenFresh(() => choose("property-status"))],
    ["c", desk.dataset.wordsCategory, () => whenFresh(() => choose("property-category"))],
    ["l", desk.dataset.wordsTag, () => whenFresh(() => choose("add-tag"))],
    ["d", desk.dataset.wordsDuplicate, () => whenFresh(() => choose("add-duplicate"))],
    ["w", desk.dataset.wordsWait, () => whenFresh(letWait)],
    ["e", desk.dataset.wordsResolve, () => whenFresh(resolve, desk.dataset.wordsResolved)],
    ["j", desk.dataset.wordsNext, () => location.assign(desk.dataset.next)],
  ];
  for (const [key, words, run] of acts) {
    registerKey(key, words, run, { group });
    registerAct(words, run, { key });
  }
}
