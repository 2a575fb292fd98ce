// `form[data-sending]` is sent by htmx: progress while files go up, and a failure that keeps every word and says what to do.

const PARTS = { progress: "[data-sending-progress]", failed: "[data-sending-failed]" };
const KNOWN = ["0", "403", "404", "413", "500"];

const formOf = (event) => event.target.closest?.("form[data-sending]") || null;

function show(form, part, isShown) {
  form.querySelectorAll(PARTS[part]).forEach((element) => (element.hidden = !isShown));
}

function progress(form, loaded, total) {
  const hasFiles = [...form.querySelectorAll('input[type="file"]')].some((input) => input.files.length);
  if (!hasFiles || !total) return;
  const percent = Math.round((loaded / total) * 100);
  show(form, "progress", true);
  form.querySelectorAll(`${PARTS.progress} progress`).forEach((bar) => (bar.value = percent));
  form.querySelectorAll("[data-sending-percent]").forEach((line) => {
    line.textContent = percent < 100 ? line.dataset.words.replace("{}", percent) : line.dataset.wordsDone;
  });
}

async function freshToken(form) {
  try {
    const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
    if (!answer.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("form[data-sending] [name=csrfmiddlewaretoken]")?.value;
    if (token) form.querySelector("[name=csrfmiddlewaretoken]").value = token;
    return Boolean(token);
  } catch {
    return false;
  }
}

async function fail(form, status) {
  let why = status === 401 ? "404" : status >= 500 ? "500" : String(status);
  // An old page carries an old token. When a fresh one cannot be had, the page itself is not theirs any more.
  if (why === "403" && !(await freshToken(form))) why = "404";
  if (!KNOWN.includes(why)) why = "500";
  form.querySelectorAll("[data-sending-why]").forEach((line) => (line.hidden = line.dataset.sendingWhy !== why));
  show(form, "progress", false);
  show(form, "failed", true);
  form.querySelector(PARTS.failed)?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("htmx:beforeRequest", (event) => formOf(event) && show(formOf(event), "failed", false));
document.addEventListener("htmx:xhr:progress", (event) => {
  const form = formOf(event);
  if (form && event.detail.lengthComputable) progress(form, event.detail.loaded, event.detail.total);
});
document.addEventListener("htmx:responseError", (event) => formOf(event) && fail(formOf(event), event.detail.xhr.status));
document.addEventListener("htmx:sendError", (event) => formOf(event) && fail(formOf(event), 0));
document.addEventListener("htmx:timeout", (event) => formOf(event) && fail(formOf(event), 0));

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.matches?.("[data-send-keys]")) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});

function settle() {
  document.querySelectorAll("[data-focus]").forEach((element) => {
    element.removeAttribute("data-focus");
    element.focus({ preventScroll: false });
  });
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  document.querySelectorAll("[data-time-zone]").forEach((field) => (field.value = zone || ""));
}

document.addEventListener("htmx:afterSettle", settle);
settle();
