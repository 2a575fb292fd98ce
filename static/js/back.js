// From a ticket back to the list that the reader came from: the link above it, and a key.

import { registerKey } from "./keys.js";
import { registerAct } from "./palette.js";

const link = document.querySelector("[data-back]");
const { wordsBack, wordsKeys } = document.querySelector("[data-desk]").dataset;
const back = () => link.click();

try {
  link.href = sessionStorage.getItem("list:last") ?? link.href;
} catch {
  // A browser that keeps nothing leads to one's own tickets.
}
registerKey("u", wordsBack, back, { group: wordsKeys });
registerAct(wordsBack, back, { key: "u" });
