// `/` at the beginning of a line offers canned replies: type to narrow, arrows to choose, Enter to put one in.

const SLASH = /(^|\n)\/([^\s/]*)$/;

export function offerCanned(textarea, list, { written }) {
  let replies = null, found = [], at = 0, isChosen = false;

  async function load() {
    if (replies) return replies;
    const response = await fetch(list.dataset.canned, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!response?.ok) return [];
    replies = (await response.json()).replies;
    return replies;
  }

  function typed() {
    const before = textarea.value.slice(0, textarea.selectionStart);
    return SLASH.exec(before)?.[2] ?? null;
  }

  function close() {
    list.hidden = true;
    found = [];
    textarea.removeAttribute("aria-activedescendant");
  }

  function draw() {
    list.replaceChildren(...found.map((reply, index) => {
      const row = document.createElement("li");
      row.id = `canned-${index}`;
      row.role = "option";
      row.ariaSelected = String(index === at);
      row.append(part("canned-name", reply.title), part("canned-key", `/${reply.shortcut}`), part("canned-text", reply.text));
      // Before the textarea loses the focus.
      row.addEventListener("pointerdown", (event) => { event.preventDefault(); put(reply); });
      return row;
    }));
    list.hidden = false;
    textarea.setAttribute("aria-activedescendant", `canned-${at}`);
    list.children[at]?.scrollIntoView({ block: "nearest" });
  }

  function part(name, text) {
    const span = document.createElement("span");
    span.className = name;
    span.textContent = text;
    return span;
  }

  function put(reply) {
    const end = textarea.selectionStart, begin = end - typed().length - 1;
    textarea.setRangeText(reply.text, begin, end, "end");
    close();
    textarea.focus();
    textarea.dispatchEvent(new Event("input", { bubbles: true }));
    written?.(reply);
  }

  async function look() {
    if (typed() === null) { close(); return; }
    const all = await load();
    const word = typed()?.toLowerCase();
    if (word == null) { close(); return; }
    found = all.filter(({ shortcut, title }) => shortcut.startsWith(word) || title.toLowerCase().includes(word));
    at = 0;
    if (!found.length) close();
    else if (isChosen) put(found[0]);
    else draw();
    isChosen = false;
  }

  textarea.addEventListener("input", look);
  textarea.addEventListener("blur", close);
  textarea.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    // Whoever is faster than the replies means the first of them, and surely not to send a slash.
    if (replies === null && typed() !== null && event.key === "Enter") {
      isChosen = true;
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    if (list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      at = (at + step + found.length) % found.length;
      draw();
    } else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") put(found[at]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  });
}
