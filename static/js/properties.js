// Properties save when they are chosen; the undo bar takes them back. Folds stay as the reader left them.

import { registerKey } from "./keys.js";
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
  if (form && event.target.matches("select")) save(form);
});
document.addEventListener("ticket:done", ({ detail }) => {
  if (detail.undo) offerUndo({ ...detail, at: detail.undo.at, next: detail.leads_on ? desk.dataset.next : "", done: () => htmx.trigger(side, "freshen") });
  else toast(detail.message, { tone: "success" });
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
function whenFresh(act) {
  if (act()) return;
  side.addEventListener("htmx:afterSettle", act, { once: true });
  htmx.trigger(side, "freshen");
}

function choose(id) {
  const field = document.getElementById(id);
  if (!field) return false;
  field.focus();
  try {
    field.showPicker?.();
  } catch {
    // Some time after the key was pressed browsers open nothing by themselves; the field has the focus.
  }
  return true;
}

function resolve() {
  const select = document.getElementById("property-status");
  if (!select?.querySelector("option[value=resolved]:not(:checked)")) return false;
  select.value = "resolved";
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
    ["t", desk.dataset.wordsTake, () => whenFresh(takeIt)],
    ["p", desk.dataset.wordsPriority, () => whenFresh(() => choose("property-priority"))],
    ["e", desk.dataset.wordsResolve, () => whenFresh(resolve)],
    ["j", desk.dataset.wordsNext, () => location.assign(desk.dataset.next)],
  ];
  for (const [key, words, run] of acts) {
    registerKey(key, words, run, { group });
    registerAct(words, run, { key });
  }
}
