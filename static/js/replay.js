/** The way of a ticket to its agent, step by step. Without motion, or without this, all steps simply stand there. */

const still = matchMedia("(prefers-reduced-motion: reduce)");

function equip(replay) {
  const again = replay.querySelector("[data-replay-again]");
  if (!again || again.dataset.equipped || still.matches) return;
  again.dataset.equipped = "yes";
  again.hidden = false;
  again.addEventListener("click", () => {
    replay.classList.remove("is-playing");
    // A frame in between, so that the browser begins anew.
    requestAnimationFrame(() => requestAnimationFrame(() => replay.classList.add("is-playing")));
  });
}

function equipAll() {
  document.querySelectorAll("[data-replay]").forEach(equip);
}

equipAll();
document.addEventListener("htmx:afterSwap", equipAll);
