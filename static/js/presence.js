// Says that this ticket is being read, and shows who else reads or types.

import { live } from "./live.js";

const desk = document.querySelector("[data-desk]");
const own = document.querySelector("[data-composer]")?.dataset.person;

function sentence(people, one, many, and) {
  const names = people.map(({ name }) => name);
  const last = names.pop();
  return (names.length ? many : one).replace("{}", names.length ? `${names.join(", ")} ${and} ${last}` : last);
}

function show({ ticket, people }) {
  const line = document.querySelector("[data-presence]");
  if (!line || ticket !== desk.dataset.desk) return;
  const others = people.filter(({ id }) => String(id) !== own);
  const typing = others.filter((person) => person.is_typing);
  const { typesOne, typesMany, readsOne, readsMany, and } = line.dataset;
  line.dataset.typing = typing.length > 0;
  line.textContent = typing.length ? sentence(typing, typesOne, typesMany, and)
    : others.length ? sentence(others, readsOne, readsMany, and) : "";
}

let latest = null;
document.addEventListener("live:presence", ({ detail }) => {
  if (detail.ticket === desk.dataset.desk) latest = detail;
  show(detail);
});
// The head is swapped whenever the ticket moves.
document.addEventListener("htmx:oobAfterSwap", () => latest && show(latest));
live.reading(desk.dataset.desk);
document.getElementById("composer-text")?.addEventListener("input", () => live.typing(desk.dataset.desk));
