// What the theme's forms leave unsaid to people who hear the page: names of cells, of widgets and of scrolling parts.

function nameCells(table) {
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])].map((cell) => cell.textContent.trim());
  for (const row of table.tBodies) {
    for (const cell of row.querySelectorAll("td")) {
      const name = heads[cell.cellIndex];
      if (!name) continue;
      for (const field of cell.querySelectorAll("input:not([type=hidden]), select, textarea")) {
        if (!field.labels?.length && !field.hasAttribute("aria-label")) field.setAttribute("aria-label", name);
      }
    }
  }
}

function nameWidgets() {
  for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
    const name = select.labels?.[0]?.textContent.trim() || select.getAttribute("aria-label") || select.name;
    const box = select.nextElementSibling;
    for (const part of box?.querySelectorAll("[role=combobox], [role=textbox]") ?? []) part.setAttribute("aria-label", name);
  }
}

function nameScrollers() {
  document.querySelectorAll("[role=region][aria-label='scrollable content']").forEach((part, index) => {
    const heading = part.closest("fieldset, section")?.querySelector("h2, legend")?.textContent.trim();
    part.setAttribute("aria-label", `${heading || document.title} ${index + 1}`);
  });
}

/** A head without words is no head. */
function emptyHeads() {
  for (const head of document.querySelectorAll(".set-up th")) {
    if (!head.textContent.trim() && !head.querySelector("input, [aria-label]")) head.setAttribute("role", "none");
  }
}

function name() {
  document.querySelectorAll(".set-up table").forEach(nameCells);
  nameWidgets();
  nameScrollers();
  emptyHeads();
}

addEventListener("load", () => setTimeout(name));
// "Add another": a row of its own.
document.addEventListener("formset:added", name);
