// The ticket page follows what happens: on a hint it fetches itself and takes over what changed. The composer is never touched.

import { csrfToken } from "./csrf.js";
import { refresh as refreshTimes } from "./times.js";

const ticket = document.querySelector("[data-ticket]");
const QUIET_MS = 250;

/** New messages appear where they belong. The others stay as they are, with what is unfolded or selected in them. */
function follow(list, fresh) {
  const added = [];
  let before = null;
  for (const item of [...fresh.children]) {
    const known = item.id ? list.querySelector(`:scope > #${CSS.escape(item.id)}`) : null;
    if (known) {
      takeOverFiles(known, item);
      before = known;
    } else {
      list.insertBefore(item, before ? before.nextSibling : list.firstChild);
      if (item.dataset.message) added.push(item);
      before = item;
    }
  }
  return added;
}

/** All that can change in a message: a file was removed. */
function takeOverFiles(known, item) {
  const here = known.querySelector(".message-files"), there = item.querySelector(".message-files");
  if (here && there && here.innerHTML !== there.innerHTML) here.replaceWith(there);
}

function replace(id, page) {
  const here = document.getElementById(id), there = page.getElementById(id);
  if (!here || !there || here.innerHTML === there.innerHTML) return;
  const isOpen = here.querySelector("[data-side-fold]")?.open;
  here.replaceWith(there);
  const fold = there.querySelector("[data-side-fold]");
  if (fold && isOpen !== undefined) fold.open = isOpen;
}

function tell(added) {
  const others = added.filter((item) => !("own" in item.dataset));
  others.forEach((item) => item.querySelector(".message-words")?.classList.add("glow"));
  const says = document.querySelector("[data-live-says]");
  if (others.length && says) says.textContent = ticket.dataset.wordNew.replace("{}", others.at(-1).dataset.name);
  if (others.length && document.hidden && !document.title.startsWith("● ")) document.title = `● ${document.title}`;
  if (others.length) markRead();
}

/** The link has ended, or the ticket is not theirs any more: nothing of it stays on the screen but what they typed. */
function sayGone() {
  document.querySelectorAll("[data-gone]").forEach((notice) => (notice.hidden = false));
  for (const id of ["state", "side", "conversation", "acts"]) document.getElementById(id)?.replaceChildren();
  document.title = document.querySelector("[data-gone] .notice-title").textContent;
}

/** An answer to what was asked before says nothing then: only the page itself, asked anew, brings it back. */
function isGone() {
  return [...document.querySelectorAll("[data-gone]")].some((notice) => !notice.hidden);
}

function show(html) {
  const page = new DOMParser().parseFromString(html, "text/html"), fresh = page.getElementById("conversation");
  if (!fresh) return;
  document.querySelectorAll("[data-gone]").forEach((notice) => (notice.hidden = true));
  const added = follow(document.getElementById("conversation"), fresh);
  for (const id of ["state", "side", "acts"]) replace(id, page);
  refreshTimes();
  tell(added);
}

/** Solved, or not after all: what is typed and attached in the composer stays there. */
async function act(button) {
  const body = new URLSearchParams({ csrfmiddlewaretoken: csrfToken(document) });
  button.disabled = true;
  try {
    const answer = await fetch(button.formAction, { method: "POST", body, credentials: "same-origin" });
    if (!answer.ok) return schedule();
    const html = await answer.text();
    if (isGone()) return schedule();
    replace("notices", new DOMParser().parseFromString(html, "text/html"));
    show(html);
  } catch {
    // Away for a moment: the button is there again.
  } finally {
    button.disabled = false;
  }
}

let timer = 0, askedAt = 0, isFetching = false, isStale = false;

async function refetch() {
  timer = 0;
  askedAt = Date.now();
  if (isFetching) {
    isStale = true;
    return;
  }
  isFetching = true;
  isStale = false;
  try {
    const answer = await fetch(location.pathname + location.search, { credentials: "same-origin", cache: "no-store" });
    if (answer.status === 403 || answer.status === 404) sayGone();
    if (!answer.ok) return;
    show(await answer.text());
  } catch {
    // Away for a moment: the next hint or the next reconnect asks again.
  } finally {
    isFetching = false;
    if (isStale) schedule();
  }
}

/** In a long conversation the way to the composer is always in sight. */
function watchComposer() {
  const way = document.querySelector("[data-to-answer]"), answer = document.getElementById("answer");
  if (!way || !answer) return;
  const isNear = { rootMargin: "0px 0px 70% 0px" };
  new IntersectionObserver(([entry]) => (way.hidden = entry.isIntersecting), isNear).observe(answer);
}

/** The first hint is followed at once; of several in a row, the others together. */
function schedule() {
  timer ||= setTimeout(refetch, Math.max(0, askedAt + QUIET_MS - Date.now()));
}

function markRead() {
  if (document.hidden) return;
  document.title = document.title.replace(/^● /, "");
  const headers = { "X-CSRFToken": csrfToken(document) };
  fetch(ticket.dataset.reading, { method: "POST", headers, credentials: "same-origin", keepalive: true }).catch(() => {});
}

if (ticket) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (!button) return;
    event.preventDefault();
    act(button);
  });
  document.addEventListener("live:ticket", (event) => event.detail?.id === ticket.dataset.ticket && schedule());
  document.addEventListener("live:refresh", schedule);
  document.addEventListener("live:resync", schedule);
  document.addEventListener("live:gone", schedule);
  document.addEventListener("htmx:beforeSwap", ({ detail }) => isGone() && (detail.shouldSwap = false));
  document.addEventListener("htmx:afterSettle", (event) => {
    const last = document.querySelector("#conversation > .message:last-of-type");
    if (event.target.id === "composer" && !event.target.querySelector(".field-error")) last?.scrollIntoView({ block: "nearest" });
  });
  document.addEventListener("visibilitychange", () => document.hidden || markRead());
  watchComposer();
  markRead();
}
