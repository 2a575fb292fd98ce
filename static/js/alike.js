// While a request is being written: what its writer has open already and asks much the same. Quiet when anything fails.

const PAUSE = 900;
const FEWEST_CHARACTERS = 25;
let timer = 0;
let asked = "";
let running = null;

function textOf(form) {
  return form.elements.description.value.trim();
}

async function ask(form, place) {
  const text = textOf(form);
  if (text === asked) return;
  asked = text;
  running?.abort();
  running = new AbortController();
  const body = new URLSearchParams({
    description: text.slice(0, 5000),
    subject: form.elements.subject?.value || "",
    csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value,
  });
  try {
    const answer = await fetch(place.dataset.alike, { method: "POST", body, signal: running.signal });
    // Signed out elsewhere: what comes then is the page to sign in.
    if (answer.ok && !answer.redirected && text === textOf(form)) place.innerHTML = await answer.text();
  } catch {
    // Nothing was promised.
  }
}

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form");
  const place = form?.querySelector("[data-alike]");
  if (!place || event.target.name !== "description") return;
  clearTimeout(timer);
  if (textOf(form).length < FEWEST_CHARACTERS) {
    place.replaceChildren();
    asked = "";
    return;
  }
  timer = setTimeout(() => ask(form, place), PAUSE);
});
