// Short news in the corner: they leave by themselves, wait while somebody looks at them, and never pile up.

const place = document.querySelector("[data-toasts]");
const MOST = 4;
const SECONDS = 7;
const icons = { info: "info", success: "circle-check", warning: "triangle-alert", error: "octagon-alert", accent: "bell" };

function drawn(name) {
  const sprite = document.querySelector("use")?.getAttribute("href")?.split("#")[0] ?? "";
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.setAttribute("class", "icon");
  icon.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#${name}`);
  icon.append(use);
  return icon;
}

function button(className, words, run) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = className;
  made.append(words);
  made.addEventListener("click", run);
  return made;
}

/** Show `text`. With `href` it leads somewhere; `act` is {label, run}; a later one with the same `key` replaces it. Returns a function that closes it. */
export function toast(text, { tone = "info", icon = icons[tone], href = "", act = null, seconds = SECONDS, key = "", onOpen = null } = {}) {
  if (!place) return () => {};
  if (key) [...place.children].find((other) => other.dataset.key === key)?.remove();
  const shown = document.createElement("div");
  shown.dataset.key = key;
  shown.className = "toast";
  shown.dataset.tone = tone;
  const words = document.createElement(href ? "a" : "p");
  words.className = "toast-words";
  words.textContent = text;
  if (href) words.href = href;
  if (onOpen) words.addEventListener("click", onOpen);
  shown.append(drawn(icon), words);

  let timer = 0;
  const close = () => {
    clearTimeout(timer);
    shown.remove();
  };
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(close, seconds * 1000);
  };
  if (act) {
    shown.append(button("button button-small", act.label, () => {
      close();
      act.run();
    }));
  }
  const dismiss = button("button button-quiet button-icon button-small", drawn("x"), close);
  dismiss.setAttribute("aria-label", place.dataset.dismiss);
  shown.append(dismiss);
  for (const event of ["pointerenter", "focusin"]) shown.addEventListener(event, () => clearTimeout(timer));
  for (const event of ["pointerleave", "focusout"]) shown.addEventListener(event, wait);
  shown.addEventListener("keydown", (event) => event.key === "Escape" && close());
  place.append(shown);
  while (place.children.length > MOST) place.firstElementChild.remove();
  wait();
  return close;
}
