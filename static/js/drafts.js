// Keeps what is typed into `[data-draft="<key>"]` on this device until the page says that it was sent.

import { forget } from "./files.js";

const PREFIX = "draft:", DAYS_KEPT = 14;
const KEPT = 'textarea[name], input[type="text"][name], input[type="email"][name], input[type="radio"][name]';

const read = (key) => {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key));
  } catch {
    return null;
  }
};

const write = (key, value) => {
  try {
    if (value === null) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // Full or forbidden: the page works without.
  }
};

function valuesOf(form) {
  const values = {};
  form.querySelectorAll(KEPT).forEach((field) => {
    if (field.type !== "radio") values[field.name] = field.value;
    else if (field.checked) values[field.name] = field.value;
  });
  return values;
}

const hasWords = (form) => [...form.querySelectorAll("textarea[name]")].some((field) => field.value.trim());

function keep(form) {
  const isKept = hasWords(form);
  write(form.dataset.draft, isKept ? { at: Date.now(), values: valuesOf(form) } : null);
  form.querySelectorAll("[data-draft-says]").forEach((says) => (says.hidden = !isKept));
}

function giveBack(form) {
  const draft = read(form.dataset.draft);
  // What the server sent back is newer than what was kept.
  if (!draft || hasWords(form) || Date.now() - draft.at > DAYS_KEPT * 86400000) return;
  form.querySelectorAll(KEPT).forEach((field) => {
    const value = draft.values[field.name];
    if (value === undefined) return;
    if (field.type === "radio") field.checked = field.value === value;
    else if (!field.value) field.value = value;
  });
  form.querySelectorAll("[data-draft-says]").forEach((says) => (says.hidden = false));
}

function refresh() {
  document.querySelectorAll("[data-draft-done]").forEach((done) => {
    write(done.dataset.draftDone, null);
    forget(done.dataset.draftDone);
    delete done.dataset.draftDone;
  });
  document.querySelectorAll("form[data-draft]").forEach(giveBack);
}

let timer = 0;
document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-draft]");
  if (!form) return;
  clearTimeout(timer);
  timer = setTimeout(() => keep(form), 400);
});
addEventListener("pagehide", () => document.querySelectorAll("form[data-draft]").forEach((form) => hasWords(form) && keep(form)));
document.addEventListener("htmx:afterSettle", refresh);
refresh();
