// The list of requests follows what happens: on a hint it fetches itself. What is typed into the search stays.

import { refresh as refreshTimes } from "./times.js";

let timer = 0;

async function refetch() {
  try {
    const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const here = document.getElementById("found"), there = page.getElementById("found");
    if (!here || !there || here.innerHTML === there.innerHTML) return;
    const focused = document.activeElement?.closest?.("#found a")?.getAttribute("href");
    here.replaceWith(there);
    if (focused) there.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
    refreshTimes();
  } catch {
    // Away for a moment: the next hint asks again.
  }
}

function schedule() {
  clearTimeout(timer);
  timer = setTimeout(refetch, 400);
}

for (const name of ["live:ticket", "live:refresh", "live:resync", "live:inbox"]) document.addEventListener(name, schedule);
