// Conditions and actions of a rule: what is empty is folded, rows move, names are found while somebody types.

const SUGGESTED = "rule-suggested";

function build(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// --- Conditions: a button opens each, and dropping it empties it ---

function fold(box) {
  for (const row of box.querySelectorAll("[data-condition]")) {
    const isEmpty = row.hasAttribute("data-empty");
    box.querySelector(`[data-add="${row.dataset.condition}"]`).hidden = !isEmpty;
  }
  box.querySelector("[data-adding]").hidden = !box.querySelector("[data-add]:not([hidden])");
}

function openCondition(button) {
  const box = button.closest("[data-conditions]");
  const row = box.querySelector(`[data-condition="${button.dataset.add}"]`);
  row.removeAttribute("data-empty");
  fold(box);
  row.querySelector("input:not([type=hidden]), .rule-names:not([hidden])")?.focus();
}

function dropCondition(row) {
  const box = row.closest("[data-conditions]");
  for (const tick of row.querySelectorAll("[type=checkbox]")) tick.checked = false;
  for (const names of row.querySelectorAll(".rule-names")) {
    names.value = "";
    names.dispatchEvent(new Event("names:changed"));
  }
  row.querySelector(".rule-faults")?.remove();
  row.setAttribute("data-empty", "");
  fold(box);
  box.querySelector(`[data-add="${row.dataset.condition}"]`).focus();
}

// --- Names, one a line: shown as chips, with a field that finds more ---

function chip(textarea) {
  const words = textarea.dataset;
  const list = build("ul");
  const field = build("input", { type: "text", class: "input", "aria-label": words.wordsAdd, placeholder: words.wordsHint, autocomplete: "off", "data-suggest": words.names });
  for (const name of ["aria-invalid", "aria-describedby"]) {
    if (textarea.hasAttribute(name)) field.setAttribute(name, textarea.getAttribute(name));
  }
  const names = () => textarea.value.split("\n").map((line) => line.trim()).filter(Boolean);
  const keep = (kept) => {
    textarea.value = kept.join("\n");
    show();
  };
  const remove = (name) => {
    keep(names().filter((each) => each !== name));
    field.focus();
  };
  const show = () => {
    list.replaceChildren(...names().map((name) => {
      const button = build("button", { type: "button", class: "rule-unchip", "aria-label": words.wordsRemove.replace("%s", name) }, "×");
      button.addEventListener("click", () => remove(name));
      return build("li", { class: "chip" }, name, button);
    }));
  };
  const add = () => {
    const name = field.value.trim();
    field.value = "";
    if (name && !names().includes(name)) keep([...names(), name]);
  };
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      add();
    } else if (event.key === "Backspace" && !field.value) {
      keep(names().slice(0, -1));
    }
  });
  field.addEventListener("input", (event) => {
    const isOffered = [...(field.list?.options ?? [])].some((option) => option.value === field.value);
    if (event.inputType === "insertReplacementText" && isOffered) add();
  });
  field.addEventListener("blur", add);
  textarea.addEventListener("names:changed", show);
  textarea.hidden = true;
  textarea.after(build("div", { class: "rule-chips" }, list, field));
  show();
}

// --- Suggestions ---

let waiting = 0;

async function suggest(field) {
  const response = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(field.value.trim())}`, { headers: { Accept: "application/json" } });
  if (!response.ok || document.activeElement !== field) return;
  const { names } = await response.json();
  const list = document.getElementById(SUGGESTED) ?? document.body.appendChild(build("datalist", { id: SUGGESTED }));
  list.replaceChildren(...names.map((name) => build("option", { value: name })));
  field.setAttribute("list", SUGGESTED);
}

function suggestSoon(event) {
  const field = event.target;
  if (!(field instanceof Element) || !field.matches("[data-suggest]") || event.inputType === "insertReplacementText") return;
  clearTimeout(waiting);
  waiting = setTimeout(() => suggest(field).catch(() => {}), event.type === "input" ? 150 : 0);
}

// --- Actions: moved, removed and added in their order ---

const shownRows = (box) => [...box.querySelectorAll("[data-action]")].filter((row) => !row.hasAttribute("data-blank") || row.hasAttribute("data-open"));

function number(box) {
  const rows = shownRows(box);
  rows.forEach((row, index) => {
    row.querySelector("[name$='-order']").value = index + 1;
    row.querySelector("[data-up]").disabled = index === 0;
    row.querySelector("[data-down]").disabled = index === rows.length - 1;
    const tools = row.querySelector(".rule-tools");
    tools.setAttribute("aria-label", tools.getAttribute("aria-label").replace(/\d+/, index + 1));
  });
  box.querySelector("[data-another]").hidden = rows.length >= Number(box.dataset.most);
}

function announce(box, words) {
  box.querySelector("[data-announce]").textContent = words;
}

function addAction(box) {
  const list = box.querySelector(".rule-list");
  const blanks = [...list.querySelectorAll("[data-blank]:not([data-open])")];
  const pattern = blanks.at(-1);
  const next = 1 + Math.max(...[...list.querySelectorAll(".rule-kind")].map((kind) => Number(kind.name.match(/-(\d+)-do$/)[1])));
  const row = pattern.cloneNode(true);
  for (const part of row.querySelectorAll("[name], [id], [for]")) {
    for (const name of ["name", "id", "for"]) {
      if (part.hasAttribute(name)) part.setAttribute(name, part.getAttribute(name).replace(/-\d+-([a-z]+)$/, `-${next}-$1`));
    }
  }
  row.setAttribute("data-open", "");
  list.insertBefore(row, blanks[0]);
  number(box);
  row.querySelector(".rule-kind").focus();
}

function move(button, by) {
  const row = button.closest("[data-action]");
  const box = row.closest("[data-actions]");
  const rows = shownRows(box);
  const at = rows.indexOf(row);
  if (by < 0) rows[at - 1].before(row);
  else rows[at + 1].after(row);
  number(box);
  (button.disabled ? row.querySelector(by < 0 ? "[data-down]" : "[data-up]") : button).focus();
  announce(box, box.dataset.wordsMoved.replace("%s", at + by + 1));
}

function dropAction(row) {
  const box = row.closest("[data-actions]");
  const rows = shownRows(box);
  const next = rows[rows.indexOf(row) + 1] ?? rows[rows.indexOf(row) - 1];
  row.remove();
  number(box);
  (next?.querySelector(".rule-kind") ?? box.querySelector("[data-another]")).focus();
  announce(box, box.dataset.wordsRemoved);
}

// --- All of them ---

function clicked({ target }) {
  const button = target.closest?.("button");
  if (!button) return;
  if (button.matches("[data-conditions] [data-add]")) openCondition(button);
  else if (button.matches("[data-conditions] [data-drop]")) dropCondition(button.closest("[data-condition]"));
  else if (button.matches("[data-actions] [data-another]")) addAction(button.closest("[data-actions]"));
  else if (button.matches("[data-actions] [data-up]")) move(button, -1);
  else if (button.matches("[data-actions] [data-down]")) move(button, 1);
  else if (button.matches("[data-actions] [data-drop]")) dropAction(button.closest("[data-action]"));
}

function begin(part) {
  const own = (selector) => [...part.querySelectorAll(selector)].filter((each) => !each.closest(".empty-form"));
  own("[data-names]").forEach(chip);
  own("[data-conditions]").forEach(fold);
  own("[data-actions]").forEach(number);
}

/** A level that is added takes the next number, and is filled in from its top. */
function added({ target }) {
  begin(target);
  const field = target.querySelector("[name$='-number']");
  const taken = [...document.querySelectorAll("[name$='-number']")].map((each) => Number(each.value));
  if (!field) return;
  field.value ||= Math.max(0, ...taken) + 1;
  field.focus();
}

/** A level that is taken out again makes the theme write those after it anew, from their attributes. */
function keepTyped(part) {
  for (const field of part.querySelectorAll("input")) {
    field.toggleAttribute("checked", field.checked);
    field.setAttribute("value", field.value);
  }
  for (const text of part.querySelectorAll("textarea")) text.textContent = text.value;
  for (const option of part.querySelectorAll("option")) option.toggleAttribute("selected", option.selected);
}

function removed() {
  for (const chips of document.querySelectorAll(".rule-chips")) chips.remove();
  begin(document);
}

begin(document);
document.addEventListener("click", ({ target }) => {
  const formset = target.closest?.(".delete-template")?.closest(".formset");
  if (formset?.querySelector("[data-conditions]")) keepTyped(formset);
}, true);
document.addEventListener("formset:removed", removed);
document.addEventListener("click", clicked);
document.addEventListener("focusin", suggestSoon);
document.addEventListener("input", suggestSoon);
document.addEventListener("formset:added", added);
