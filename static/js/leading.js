/** The tools of leads: tickets are dragged from one agent to another, cells of the skills matrix save at once. */

import { post } from "./frame.js";
import { toast } from "./toasts.js";

document.querySelectorAll("[data-submits]").forEach((field) => field.addEventListener("change", () => field.form.submit()));
document.querySelectorAll("[data-submits-hides]").forEach((part) => (part.hidden = true));

function say(words, tone) {
  toast(words, { tone });
  const line = document.querySelector("[data-board-said], [data-saved]");
  if (line) line.textContent = words;
}

async function send(fields, failed) {
  const answer = await post(location.pathname, fields);
  const told = await answer.json().catch(() => ({}));
  if (answer.ok && told.done) return { words: told.done.message, isDone: true };
  return { words: told.refused?.message ?? failed, isDone: false };
}

const board = document.querySelector("[data-board]");
if (board) {
  let dragged = null;
  board.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-ticket]");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.ticket);
    dragged.classList.add("is-dragged");
  });
  board.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    board.querySelectorAll(".is-target").forEach((column) => column.classList.remove("is-target"));
  });
  board.addEventListener("dragover", (event) => {
    const column = event.target.closest("[data-person]");
    if (!dragged || !column || column.contains(dragged)) return;
    event.preventDefault();
    board.querySelectorAll(".is-target").forEach((other) => other !== column && other.classList.remove("is-target"));
    column.classList.add("is-target");
  });
  board.addEventListener("drop", async (event) => {
    const column = event.target.closest("[data-person]");
    const card = dragged;
    if (!card || !column || column.contains(card)) return;
    event.preventDefault();
    const home = card.parentElement;
    column.querySelector(".board-cards").prepend(card);
    const fields = { team: board.dataset.team, ticket: card.dataset.ticket, to: column.dataset.person };
    const { words, isDone } = await send(fields, board.dataset.wordsFailed);
    say(words, isDone ? "success" : "error");
    if (isDone) location.reload();
    else home.prepend(card);
  });
}

document.querySelectorAll("[data-saves]").forEach((form) => {
  for (const field of form.elements) {
    if (field.tagName !== "SELECT") continue;
    field.addEventListener("change", async () => {
      const fields = { team: form.elements.team.value, person: form.elements.person.value, [field.name]: field.value };
      const { words, isDone } = await send(fields, field.name);
      say(words, isDone ? "success" : "error");
      if (isDone) field.dataset.level = field.value;
      else field.value = field.dataset.level;
    });
  }
});
