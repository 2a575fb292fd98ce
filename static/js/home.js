// The home moves by itself: its parts are fetched again when something happens, at most every two seconds.

import { post } from "./frame.js";
import { toast } from "./toasts.js";

const QUIET = 2000;
const AT_LEAST_EVERY = 60_000;

let last = 0;
let planned = null;

/** At once after a quiet while; in a storm of hints every two seconds, and once more when it is over. */
function refresh() {
  if (planned !== null || document.hidden) {
    return;
  }
  planned = setTimeout(() => {
    planned = null;
    last = Date.now();
    document.body.dispatchEvent(new CustomEvent("home:refresh"));
  }, Math.max(150, last + QUIET - Date.now()));
}

for (const name of ["live:ticket", "live:refresh", "live:resync"]) {
  document.addEventListener(name, refresh);
}
document.addEventListener("visibilitychange", refresh);
setInterval(refresh, AT_LEAST_EVERY);

// --- A part that is replaced keeps what was unfolded, and shows which rows are new. ---

const known = new Map();

function rowsOf(part) {
  return new Set([...part.querySelectorAll("[data-alert]")].map((row) => row.dataset.alert));
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const part = detail.target;
  if (part.matches?.(".home-part")) {
    known.set(part.id, {
      rows: rowsOf(part),
      open: [...part.querySelectorAll("details[open][id]")].map((each) => each.id),
      focus: focusOf(part),
    });
  }
});

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const part = detail.target;
  const before = known.get(part.id);
  if (!before) {
    return;
  }
  known.delete(part.id);
  for (const id of before.open) {
    document.getElementById(id)?.setAttribute("open", "");
  }
  for (const row of part.querySelectorAll("[data-alert]")) {
    row.classList.toggle("glow", !before.rows.has(row.dataset.alert));
  }
  if (before.focus) {
    [...part.querySelectorAll("a[href], button, summary")].find((each) => keyOf(each) === before.focus)?.focus();
  }
});

function focusOf(part) {
  return part.contains(document.activeElement) ? keyOf(document.activeElement) : null;
}

/** What tells a link or a button from the others, also after its part was fetched again. */
function keyOf(element) {
  return element.getAttribute("href") ?? element.textContent;
}

// --- The sheet: forms that are one step away from the page. ---

const sheet = document.querySelector("[data-sheet]");

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens-sheet]");
  if (!opener || !sheet || event.ctrlKey || event.metaKey || event.shiftKey) {
    return;
  }
  event.preventDefault();
  window.htmx.ajax("GET", opener.href, { target: "#home-sheet", swap: "innerHTML" }).then(() => {
    if (!sheet.open) {
      sheet.showModal();
    }
    sheet.querySelector("[autofocus], [data-sheet-body] input")?.focus();
  });
});

sheet?.addEventListener("click", (event) => {
  if (event.target === sheet) {
    sheet.close();
  }
});

sheet?.addEventListener("close", () => {
  sheet.querySelector("[data-sheet-body]").replaceChildren();
});

document.addEventListener("focusin", ({ target }) => {
  const chosen = target.dataset?.chooses && document.getElementById(target.dataset.chooses);
  if (chosen) {
    chosen.checked = true;
  }
});

// --- Deeds: one click is one deed, and says what came of it. ---

document.addEventListener("htmx:beforeRequest", ({ target }) => busy(target, true));
document.addEventListener("htmx:afterRequest", ({ target }) => busy(target, false));

function busy(form, is) {
  if (form.matches?.("[data-acts]")) {
    for (const button of form.querySelectorAll("button")) {
      button.disabled = is;
    }
  }
}

document.addEventListener("home:done", ({ detail }) => {
  sheet?.close();
  const act = detail.undo && {
    label: detail.undo,
    run: () => post(detail.undo_url, {}).then(refresh),
  };
  toast(detail.text, { tone: "success", act: act || undefined });
  last = 0;
  refresh();
});
