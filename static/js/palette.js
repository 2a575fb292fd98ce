// Ctrl-K: go to a ticket by reference or words, to a view or a page, or do something on this page.

import { registerKey } from "./keys.js";

const PAUSE = 120;
const acts = new Map();
const source = document.querySelector("[data-palette]");
const words = source?.dataset ?? {};
let dialog, input, list, asked = 0, timer, found = [];

/** Something that this page can do, offered in the palette: `registerAct("Assign to me", handler, { key: "a" })`.
    What has a key comes first. */
export function registerAct(name, handler, { key = "" } = {}) {
  acts.set(name, { handler, key });
  return () => acts.delete(name);
}

function build(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Each word that is typed begins a word of the name. */
function matches(name, typed) {
  const known = name.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return typed.toLowerCase().split(/\s+/).every((word) => known.some((each) => each.startsWith(word)));
}

function actsFor(typed) {
  return [...acts].filter(([name]) => matches(name, typed)).map(([name, { handler, key }]) => ({ name, handler, hint: key }));
}

/** Where the frame leads the reader. The set-up is long: its pages come when they are asked for by name. */
function placesFor(typed) {
  return [...document.querySelectorAll("[data-drawer] a:not(.brand)")]
    .filter((link) => !link.closest("[hidden]") && (typed || !link.closest("details")))
    .map((link) => ({ name: (link.querySelector(".sidebar-name") ?? link).textContent.trim(), url: link.href }))
    .filter(({ name }) => matches(name, typed));
}

function option(row, index) {
  const element = build("li", { role: "option", id: `palette-${index}`, "aria-selected": "false" });
  element.append(build("span", { class: "palette-name" }, row.name));
  if (row.hint) element.append(build("span", { class: "palette-hint" }, row.hint));
  element.addEventListener("click", (event) => choose(index, event.ctrlKey || event.metaKey));
  return element;
}

function show(rows) {
  found = rows;
  list.replaceChildren(...rows.map(option));
  if (!rows.length) list.append(build("li", { class: "palette-nothing" }, words.paletteNothing || "Nothing found."));
  select(0);
}

function select(index) {
  const options = [...list.querySelectorAll("[role=option]")];
  options.forEach((element, at) => element.setAttribute("aria-selected", String(at === index)));
  const current = options[index];
  if (current) input.setAttribute("aria-activedescendant", current.id);
  else input.removeAttribute("aria-activedescendant");
  current?.scrollIntoView({ block: "nearest" });
}

function selected() {
  return [...list.querySelectorAll("[role=option]")].findIndex((element) => element.getAttribute("aria-selected") === "true");
}

function choose(index, apart = false) {
  const row = found[index];
  if (!row) return;
  dialog.close();
  if (row.handler) row.handler();
  else if (apart) window.open(row.url, "_blank", "noopener");
  else window.location.assign(row.url);
}

async function ask(typed) {
  const mine = ++asked;
  let rows = [];
  try {
    const answer = await fetch(`${words.palette}?q=${encodeURIComponent(typed)}`, { headers: { Accept: "application/json" } });
    if (answer.ok) rows = (await answer.json()).found;
  } catch {
    // Without the server the acts of the page still work.
  }
  if (mine !== asked || !dialog.open) return;
  const offered = actsFor(typed), places = placesFor(typed);
  const keyed = offered.filter((act) => act.hint), others = offered.filter((act) => !act.hint);
  const exact = rows.filter((row) => row.is_exact), tickets = rows.filter((row) => !row.is_exact);
  // Words that name a place or an act seldom mean a ticket; without any, one's own tickets are nearer than places.
  show(typed ? [...exact, ...keyed, ...places, ...others, ...tickets] : [...keyed, ...tickets, ...places, ...others]);
}

function typed() {
  clearTimeout(timer);
  timer = setTimeout(() => ask(input.value.trim()), PAUSE);
}

function moved(event) {
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps && found.length) {
    event.preventDefault();
    select((selected() + steps[event.key] + found.length) % found.length);
  } else if (event.key === "Enter") {
    event.preventDefault();
    entered(event.ctrlKey || event.metaKey);
  }
}

/** What is typed faster than the answer comes is still what is meant. */
async function entered(apart) {
  clearTimeout(timer);
  if (input.value.trim() !== dialog.dataset.shown) {
    dialog.dataset.shown = input.value.trim();
    await ask(input.value.trim());
  }
  choose(Math.max(0, selected()), apart);
}

function make() {
  input = build("input", {
    type: "text", class: "palette-input", role: "combobox", "aria-expanded": "true", "aria-controls": "palette-list",
    "aria-label": words.paletteLabel || "Go to", placeholder: words.palettePlaceholder || "", autocomplete: "off", spellcheck: "false",
  });
  list = build("ul", { id: "palette-list", role: "listbox", "aria-label": words.paletteLabel || "Go to" });
  dialog = build("dialog", { class: "palette", "aria-label": words.paletteLabel || "Go to" }, input, list);
  input.addEventListener("input", typed);
  input.addEventListener("keydown", moved);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
}

export function openPalette() {
  if (!dialog) make();
  if (dialog.open) return;
  input.value = "";
  delete dialog.dataset.shown;
  dialog.showModal();
  show([]);
  ask("");
}

if (source) {
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    openPalette();
  });
  registerKey("Ctrl K", words.paletteKey || "Go anywhere", openPalette);
  document.querySelectorAll("[data-palette-open]").forEach((button) => button.addEventListener("click", openPalette));
}
