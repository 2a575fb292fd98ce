// The list of tickets: keys, selection, and rows that follow what happens elsewhere without ever moving.

import { registerKey } from "./keys.js";
import { registerAct } from "./palette.js";

const page = document.querySelector("[data-list]");
const words = page.dataset;
const form = page.querySelector("[data-list-form]");
const group = { group: words.keyGroup };
const PLACE = `list:${location.pathname}${location.search}`;

const rows = () => [...page.querySelectorAll(".list-row")];
const current = () => page.querySelector(".list-row[data-current]");
const boxOf = (row) => row.querySelector("input[name=ticket]");
const linkOf = (row) => row.querySelector(".list-subject");

// --- Where the reader is: moved by keys, remembered until they come back ---

function moveTo(row, { scroll = true } = {}) {
  current()?.removeAttribute("data-current");
  if (!row) return;
  row.setAttribute("data-current", "");
  linkOf(row).focus({ preventScroll: true });
  if (scroll) row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(current());
  moveTo(all[at === -1 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))]);
}

function remember() {
  const row = current();
  try {
    sessionStorage.setItem(PLACE, JSON.stringify({ reference: row?.dataset.reference ?? "", scroll: scrollY }));
    sessionStorage.setItem("list:last", location.pathname + location.search);
  } catch {
    // A browser that keeps nothing only forgets the place.
  }
}

function comeBack() {
  try {
    const place = JSON.parse(sessionStorage.getItem(PLACE) ?? "null");
    const row = place && rows().find((each) => each.dataset.reference === place.reference);
    if (!row) return;
    // What became of each ticket is told at the top, and read first.
    const isTold = page.querySelector(".list-results") !== null;
    if (!isTold) scrollTo(0, place.scroll);
    moveTo(row, { scroll: !isTold });
  } catch {
    // As above.
  }
}

// --- Selection ---

const bar = page.querySelector("[data-list-bulk]");

function countSelected() {
  const boxes = rows().map(boxOf), chosen = boxes.filter((box) => box.checked);
  const all = page.querySelector("[data-list-all]");
  if (all) {
    all.hidden = false;
    all.checked = chosen.length > 0 && chosen.length === boxes.length;
    all.indeterminate = chosen.length > 0 && chosen.length < boxes.length;
  }
  if (!bar) return;
  bar.hidden = chosen.length === 0;
  const text = chosen.length === 1 ? words.selectedOne : words.selectedMany.replace("{}", chosen.length);
  bar.querySelector("[data-list-count]").textContent = chosen.length ? text : "";
}

function selectAll(checked) {
  for (const row of rows()) boxOf(row).checked = checked;
  countSelected();
}

let lastTicked = null;

function ticked(event) {
  if (event.target.matches("[data-list-all]")) return selectAll(event.target.checked);
  if (!event.target.matches("input[name=ticket]")) return;
  const all = rows(), row = event.target.closest(".list-row");
  if (shifted && lastTicked?.isConnected) {
    const [from, to] = [all.indexOf(lastTicked), all.indexOf(row)].sort((a, b) => a - b);
    for (const between of all.slice(from, to + 1)) boxOf(between).checked = event.target.checked;
  }
  lastTicked = row;
  countSelected();
}

let shifted = false;
page.addEventListener("click", (event) => (shifted = event.shiftKey), true);
page.addEventListener("change", ticked);
bar?.querySelector("[data-list-unselect]")?.removeAttribute("hidden");
bar?.querySelector("[data-list-unselect]")?.addEventListener("click", () => selectAll(false));
// The second click of a double click sends nothing.
form.addEventListener("submit", (event) => {
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  remember();
});

// --- Keys ---

const search = page.querySelector("[data-list-search]");
const drawer = page.querySelector("[data-list-drawer]");

registerKey("j", words.keyNext, () => step(1), group);
registerKey("k", words.keyPrevious, () => step(-1), group);
registerKey("x", words.keySelect, () => {
  const row = current() ?? rows()[0];
  if (!row) return;
  if (row !== current()) moveTo(row);
  boxOf(row).checked = !boxOf(row).checked;
  countSelected();
}, group);
registerKey("b", words.keyBulk, () => {
  if (!bar || bar.hidden) return false;
  bar.querySelector("select").focus();
}, group);
// Before anything is chosen, the first row is meant: by deadline it is the one to begin with.
registerKey("Enter", words.keyOpen, (event) => {
  // On a tick of the drawer it shows what was chosen there.
  if (drawer.contains(event.target)) return false;
  const row = current() ?? rows()[0];
  if (row) linkOf(row).click();
}, group);
registerKey("/", words.keySearch, () => { search.focus(); search.select(); }, group);
registerKey("f", words.keyFilters, () => {
  drawer.open = true;
  drawer.querySelector("input, select").focus();
}, group);

search.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  event.preventDefault();
  search.blur();
  if (current()) moveTo(current());
});
bar?.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  event.target.blur();
  if (current()) moveTo(current());
});
drawer.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  drawer.open = false;
  drawer.querySelector("summary").focus();
});
document.addEventListener("click", (event) => {
  if (drawer.open && !drawer.contains(event.target)) drawer.open = false;
});
// A short address: what was left empty is not in it.
document.getElementById("list-filters").addEventListener("submit", (event) => {
  for (const field of event.target.elements) if (field.name && !field.value) field.disabled = true;
});
addEventListener("pageshow", () => {
  delete form.dataset.sent;
  for (const field of document.getElementById("list-filters").elements) field.disabled = false;
});

page.addEventListener("click", (event) => {
  const row = event.target.closest(".list-row");
  if (!row) return;
  if (event.target.closest(".list-subject")) {
    current()?.removeAttribute("data-current");
    row.setAttribute("data-current", "");
    remember();
  } else if (!event.target.closest("a, input, label, button, time") && !String(getSelection())) {
    linkOf(row).click();
  }
});

// --- Dense or comfortable, remembered for the next page ---

const density = page.querySelector("[data-list-density]");

function switchDensity() {
  const isDense = page.dataset.density !== "dense";
  page.dataset.density = isDense ? "dense" : "comfortable";
  density.setAttribute("aria-pressed", String(isDense));
  document.cookie = `list_density=${page.dataset.density}; path=/admin/; max-age=31536000; samesite=lax`;
}

density.hidden = false;
density.addEventListener("click", switchDensity);
registerAct(words.actDensity, switchDensity);
registerAct(words.actCsv, () => page.querySelector("[data-list-csv]").click());

// --- What happens elsewhere ---

const SOON = 250, CALM = 2000;
const news = page.querySelector("[data-list-news]");
let timer = null, dueAt = 0, askedAt = 0, isAsking = false, again = false;

/** A row that is on the page is read again at once, and of several hints in a row the others together. Anything else may
    be new here, and is looked for more calmly. */
function heard(event) {
  const reference = event.detail?.ticket;
  const isHere = reference && rows().some((row) => row.dataset.reference === reference);
  askIn(isHere ? Math.max(0, askedAt + SOON - Date.now()) : CALM);
}

function askIn(milliseconds) {
  const at = Date.now() + milliseconds;
  if (timer !== null && dueAt <= at) return;
  clearTimeout(timer);
  dueAt = at;
  timer = setTimeout(ask, milliseconds);
}

async function ask() {
  timer = null;
  if (isAsking) {
    again = true;
    return;
  }
  isAsking = true;
  askedAt = Date.now();
  try {
    const address = new URL(location.href);
    address.searchParams.set("part", "rows");
    address.searchParams.set("shown", rows().map((row) => row.dataset.reference).join(","));
    const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" } });
    if (answer.ok && !answer.redirected) take(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // The next hint, or the next resynchronisation, asks again.
  } finally {
    isAsking = false;
    if (again) {
      again = false;
      askIn(SOON);
    }
  }
}

function take(fresh) {
  const tabs = fresh.querySelector("[data-list-part=tabs]"), shown = page.querySelector(".list-tabs");
  if (tabs && tabs.innerHTML.trim() !== shown.innerHTML.trim()) replaceCounts(shown, tabs);
  const order = [...fresh.querySelectorAll(".list-row")];
  const found = new Map(order.map((row) => [row.dataset.reference, row]));
  const unseen = new Set([...fresh.querySelectorAll("[data-out-of-sight]")].map((each) => each.dataset.outOfSight));
  const here = rows();
  for (const row of here) {
    const now = found.get(row.dataset.reference);
    if (unseen.has(row.dataset.reference)) row.remove();
    else if (!now) markGone(row);
    else if (row.dataset.version !== now.dataset.version || row.hasAttribute("data-gone")) renew(row, now);
    found.delete(row.dataset.reference);
  }
  // What only moved up from the next page, because something left this one, is not new.
  const isFull = fresh.querySelector("[rel=next]") !== null;
  const last = order.findLastIndex((row) => !found.has(row.dataset.reference));
  announce(order.filter((row, at) => found.has(row.dataset.reference) && (at < last || !isFull)).length);
}

function replaceCounts(shown, fresh) {
  for (const tab of fresh.querySelectorAll("[data-tab]")) {
    const mine = shown.querySelector(`[data-tab="${tab.dataset.tab}"]`);
    if (mine && mine.innerHTML !== tab.innerHTML) mine.innerHTML = tab.innerHTML;
  }
}

/** In place: the row keeps its position, its tick and the focus, and glows once. */
function renew(row, now) {
  const isTicked = boxOf(row).checked, hadFocus = row.contains(document.activeElement);
  row.innerHTML = now.innerHTML;
  row.dataset.version = now.dataset.version;
  row.removeAttribute("data-gone");
  row.removeAttribute("title");
  boxOf(row).checked = isTicked;
  if (hadFocus) linkOf(row).focus({ preventScroll: true });
  row.classList.remove("glow");
  void row.offsetWidth;
  row.classList.add("glow");
}

function markGone(row) {
  row.setAttribute("data-gone", "");
  row.title = words.moved;
}

/** New rows don't push others away: a button says how many there are, and shows them. */
function announce(count) {
  news.hidden = count === 0;
  if (count) news.querySelector("span").textContent = count === 1 ? words.newOne : words.newMany.replace("{}", count);
}

document.addEventListener("live:ticket", heard);
// Perhaps the reader may see less than before: that does not wait.
for (const hint of ["live:refresh", "live:resync"]) document.addEventListener(hint, () => askIn(SOON));

addEventListener("pagehide", remember);

countSelected();
comeBack();
