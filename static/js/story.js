// Keeps the conversation fresh without moving the reader: new entries come at its end, earlier ones on request.

const desk = document.querySelector("[data-desk]");
const list = document.querySelector("[data-story-list]");
const side = document.getElementById("side");
const AT_END = 160;
let isAsking = false, asksAgain = false, sideIsOld = false, isLost = false;

const main = document.querySelector(".desk-main");

/** Beside the conversation or below it stands the panel: the end is that of the conversation. */
function end() {
  return main.getBoundingClientRect().bottom + scrollY - innerHeight;
}

function isAtEnd() {
  return scrollY >= end() - AT_END;
}

function toEnd() {
  scrollTo({ top: Math.max(0, end()), behavior: "instant" });
}

/** Nothing more can be seen here. What the person was writing stays in their hands. */
export function gone(message) {
  if (isLost) return;
  isLost = true;
  const banner = document.querySelector("[data-desk-gone]");
  banner.querySelector("p").textContent = message || desk.dataset.wordsGone;
  banner.hidden = false;
  document.title = desk.dataset.desk;
  list.replaceChildren();
  side?.replaceChildren();
  document.getElementById("desk-head").replaceChildren();
  document.querySelectorAll(".left-note, .incident-banner").forEach((told) => told.remove());
  document.querySelectorAll("[data-composer] button[type=submit]").forEach((button) => (button.disabled = true));
}

/** Returns the status of the answer, 0 when there was none. */
async function fetchNew() {
  if (isAsking) { asksAgain = true; return 0; }
  isAsking = true;
  let status = 0;
  try {
    const response = await fetch(`${desk.dataset.story}?after=${desk.dataset.version}`, { headers: { "HX-Request": "true" } });
    status = response.status;
    if (status === 401) document.dispatchEvent(new CustomEvent("ticket:signed-out"));
    else if (response.status === 404 || response.status === 403) gone();
    else if (response.ok) append(await response.text());
  } catch {
    // No connection: the socket asks again when there is one.
  }
  isAsking = false;
  if (asksAgain) { asksAgain = false; fetchNew(); }
  return status;
}

function append(html) {
  if (isLost) return;
  const template = document.createElement("template");
  template.innerHTML = html;
  const version = template.content.querySelector("[data-story-version]");
  if (!version) return;
  const before = Number(desk.dataset.version), after = Number(version.dataset.storyVersion);
  desk.dataset.version = after;
  version.remove();
  const entries = [...template.content.children].filter((entry) => entry.matches(".entry") && !document.getElementById(entry.id || "-"));
  if (!entries.length) { if (after > before) freshenSide(); return; }
  const follow = isAtEnd();
  list.append(...entries);
  htmx.process(list);
  markRemovedFiles();
  if (follow) toEnd();
  document.dispatchEvent(new CustomEvent("story:grew", { detail: { entries, version: after } }));
  freshenSide();
}

function markRemovedFiles() {
  for (const line of list.querySelectorAll("[data-removed-file]")) {
    const file = list.querySelector(`[data-file="${line.dataset.removedFile}"] a.file`);
    if (!file) continue;
    const stub = document.createElement("span");
    stub.className = "file file-stub";
    stub.append(...file.querySelectorAll(".file-name"));
    file.replaceWith(stub);
  }
}

/** Whoever is choosing something there is not disturbed: the panel waits until they are done. */
function freshenSide() {
  if (!side || side.contains(document.activeElement) && document.activeElement !== side) { sideIsOld = true; return; }
  sideIsOld = false;
  htmx.trigger(side, "freshen");
}

// The same for an answer that was asked for before they began.
side?.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const isChoosing = side.contains(document.activeElement) && document.activeElement !== side;
  if (detail.target !== side || detail.requestConfig.verb !== "get" || !isChoosing) return;
  detail.shouldSwap = false;
  sideIsOld = true;
});
side?.addEventListener("focusout", () => setTimeout(() => sideIsOld && freshenSide()));
document.addEventListener("live:ticket", ({ detail }) => detail.ticket === desk.dataset.desk && fetchNew());
for (const name of ["live:refresh", "live:resync", "ticket:done", "ticket:undone"]) document.addEventListener(name, fetchNew);
document.addEventListener("ticket:gone", ({ detail }) => gone(detail.message));
// What was asked for while it could still be seen brings nothing back.
document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (isLost && desk.contains(detail.target)) detail.shouldSwap = false;
});
document.body.addEventListener("htmx:responseError", ({ detail }) => [403, 404].includes(detail.xhr.status) && fetchNew());

// Earlier entries come above: the reader stays where they are.
let below = 0;
list.addEventListener("htmx:beforeSwap", () => (below = document.documentElement.scrollHeight - scrollY));
list.addEventListener("htmx:afterSwap", () => scrollTo({ top: document.documentElement.scrollHeight - below, behavior: "instant" }));

if (!location.hash && !new URLSearchParams(location.search).has("before")) {
  history.scrollRestoration = "manual";
  toEnd();
}
export { fetchNew, toEnd };
