// Keys of the page, in one registry: `registerKey("r", "Reply", handler)`. `?` shows them all. Nothing fires while somebody writes.

const keys = new Map(), PATIENCE = 5000;
let isHeld = false;
const WRITING = "input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]), textarea, select, [contenteditable]";

/** Register a key and what it does. `group` heads it in the overview. Returns a function that takes it back. */
export function registerKey(key, description, handler, { group = "" } = {}) {
  keys.set(key, { description, handler, group });
  return () => keys.delete(key);
}

/** No key of the page is heard until what is returned is called, or after some seconds: one that still waits for its
    field means what is typed next for that field, and nothing else. */
export function holdKeys() {
  isHeld = true;
  const release = () => (isHeld = false);
  setTimeout(release, PATIENCE);
  return release;
}

export function isWriting(target) {
  return target instanceof Element && target.closest(WRITING) !== null;
}

export function keyName(key) {
  const names = { Enter: "↵", ArrowDown: "↓", ArrowUp: "↑", Escape: "Esc" };
  return names[key] ?? key;
}

function pressed(event) {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isHeld || isWriting(event.target) || document.querySelector("dialog[open]")) return;
  const known = keys.get(event.key);
  // Enter and space belong to a link or button that has the focus.
  if (!known || (event.key === "Enter" && event.target.closest("a, button, summary"))) return;
  if (known.handler(event) !== false) event.preventDefault();
}

function build(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function groups() {
  const found = new Map();
  for (const [key, { description, group }] of keys) {
    if (!found.has(group)) found.set(group, []);
    found.get(group).push([key, description]);
  }
  return found;
}

function showKeys() {
  const words = document.querySelector("[data-keys-words]")?.dataset ?? {};
  const dialog = build("dialog", { class: "keys", "aria-labelledby": "keys-title" });
  dialog.append(build("h2", { id: "keys-title" }, words.keysTitle || "Keys"));
  for (const [group, rows] of groups()) {
    if (group) dialog.append(build("h3", {}, group));
    const list = build("dl");
    for (const [key, description] of rows) {
      list.append(build("div", {}, build("dt", {}, description), build("dd", {}, build("kbd", {}, keyName(key)))));
    }
    dialog.append(list);
  }
  const close = build("button", { type: "button", class: "button button-small" }, words.keysClose || "Close");
  close.addEventListener("click", () => dialog.close());
  dialog.append(close);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

registerKey("?", document.querySelector("[data-keys-words]")?.dataset.keysHelp || "Show these keys", showKeys);
document.addEventListener("keydown", pressed);
document.addEventListener("keys:show", showKeys);
