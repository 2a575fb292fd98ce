// A ticket for a caller: people as one types, and who would get it.

const page = document.querySelector("[data-call]");
const form = page.querySelector("[data-call-form]");
const find = page.querySelector("[data-call-find]");
const people = page.querySelector("[data-call-people]");
const outlook = page.querySelector("[data-call-outlook]");
const field = (name) => form.elements.namedItem(name);
const PAUSE = 180;

/** The newest question's answer only. */
function asker(address, show) {
  let asked = 0, timer;
  return (params) => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const mine = ++asked;
      try {
        const answer = await fetch(`${address}?${new URLSearchParams(params)}`);
        if (answer.ok && !answer.redirected && mine === asked) show(await answer.text());
      } catch {
        // The buttons work without it.
      }
    }, PAUSE);
  };
}

const askPeople = asker(page.dataset.people, (html) => (people.innerHTML = html));
const askOutlook = asker(page.dataset.outlook, (html) => {
  if (outlook.innerHTML.trim() !== html.trim()) outlook.innerHTML = html;
});

function lookAhead() {
  askOutlook({ email: field("email").value, category: field("category").value, priority: field("priority").value });
}

function choose(link) {
  field("email").value = link.dataset.email;
  field("full_name").value = link.dataset.name;
  people.replaceChildren();
  find.elements.find.value = "";
  field("title").focus();
  lookAhead();
}

/** Who is not known yet: their address goes where it belongs, and their name comes next. */
function write(address) {
  field("email").value = address;
  find.elements.find.value = "";
  people.replaceChildren();
  field("full_name").focus();
  lookAhead();
}

find.addEventListener("submit", (event) => {
  event.preventDefault();
  const first = people.querySelector("[data-email]"), words = find.elements.find.value.trim();
  if (first) choose(first);
  else if (/^\S+@\S+$/.test(words)) write(words);
  else askPeople({ find: words });
});
find.addEventListener("input", () => askPeople({ find: find.elements.find.value }));
find.addEventListener("keydown", (event) => {
  const first = people.querySelector("[data-email]");
  if (event.key !== "ArrowDown" || !first) return;
  event.preventDefault();
  first.focus();
});
people.addEventListener("click", (event) => {
  const link = event.target.closest("[data-email]");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  choose(link);
});
people.addEventListener("keydown", (event) => {
  const links = [...people.querySelectorAll("[data-email]")], at = links.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  (links[to] ?? find.elements.find).focus();
});
for (const name of ["email", "category", "priority"]) field(name).addEventListener("change", lookAhead);
form.addEventListener("submit", (event) => {
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
addEventListener("pageshow", () => delete form.dataset.sent);
lookAhead();
if (!field("email").value) find.elements.find.focus();
