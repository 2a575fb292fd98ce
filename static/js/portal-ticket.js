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

/** The link has ended, or the ticket is not theirs any more. What is typed stays where it is. */
function sayGone() {
  document.querySelectorAll("[data-gone]").forEach((notice) => (notice.hidden = false));
}

let timer = 0, isFetching = false, isStale = false;

async function refetch() {
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
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("conversation");
    if (!fresh) return;
    const added = follow(document.getElementById("conversation"), fresh);
    replace("state", page);
    replace("side", page);
    replace("acts", page);
    refreshTimes();
    tell(added);
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

function schedule() {
  clearTimeout(timer);
  timer = setTimeout(refetch, QUIET_MS);
}

function markRead() {
  if (document.hidden) return;
  document.title = document.title.replace(/^● /, "");
  const headers = { "X-CSRFToken": csrfToken(document) };
  fetch(ticket.dataset.reading, { method: "POST", headers, credentials: "same-origin", keepalive: true }).catch(() => {});
}

if (ticket) {
  document.addEventListener("live:ticket", (event) => event.detail?.id === ticket.dataset.ticket && schedule());
  document.addEventListener("live:refresh", schedule);
  document.addEventListener("live:resync", schedule);
  document.addEventListener("live:gone", schedule);
  document.addEventListener("htmx:afterSettle", (event) => {
    const last = document.querySelector("#conversation > .message:last-of-type");
    if (event.target.id === "composer" && !event.target.querySelector(".field-error")) last?.scrollIntoView({ block: "nearest" });
  });
  document.addEventListener("visibilitychange", () => document.hidden || markRead());
  watchComposer();
  markRead();
}
