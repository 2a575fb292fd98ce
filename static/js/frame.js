// The console's frame: the drawer on small screens, light or dark, and what happens when the sign-in is gone.

/** A POST with the page's token. `data` is an object or FormData. */
export function post(url, data = {}) {
  const body = data instanceof FormData ? data : new URLSearchParams(data);
  const token = JSON.parse(document.body.getAttribute("hx-headers") || "{}");
  return fetch(url, { method: "POST", body, keepalive: true, headers: { ...token, Accept: "application/json" } });
}

// --- The drawer ---

const drawer = document.querySelector("[data-drawer]");
const opener = document.querySelector("[data-drawer-open]");
const narrow = matchMedia("(max-width: 63.99rem)");

function setDrawer(isOpen) {
  document.documentElement.toggleAttribute("data-drawer-is-open", isOpen);
  opener?.setAttribute("aria-expanded", String(isOpen));
  if (drawer) drawer.inert = narrow.matches && !isOpen;
  if (isOpen) drawer?.querySelector("a, button")?.focus();
}

if (drawer) {
  setDrawer(false);
  narrow.addEventListener("change", () => setDrawer(false));
  opener?.addEventListener("click", () => setDrawer(true));
  for (const each of document.querySelectorAll("[data-drawer-close]")) {
    each.addEventListener("click", () => {
      setDrawer(false);
      opener?.focus();
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !document.documentElement.hasAttribute("data-drawer-is-open")) return;
    setDrawer(false);
    opener?.focus();
  });
}

// --- The entry that is shown is in sight, also in a row of tabs or a set-up longer than its place ---

for (const link of document.querySelectorAll(":is(.tabs, .list-tabs, .sidebar-scroll) [aria-current]")) {
  const place = link.closest(".tabs, .list-tabs, .sidebar-scroll");
  const inside = place.getBoundingClientRect(), own = link.getBoundingClientRect();
  if (own.left < inside.left || own.right > inside.right) place.scrollLeft += own.left - inside.left;
  if (own.top < inside.top || own.bottom > inside.bottom) place.scrollTop += own.top - inside.top - inside.height / 2;
}

// --- Light or dark ---

function chosenScheme() {
  return localStorage.getItem("theme") ?? "system";
}

for (const group of document.querySelectorAll("[data-schemes]")) {
  const show = () => {
    const radio = group.querySelector(`input[value="${chosenScheme()}"]`);
    if (radio) radio.checked = true;
  };
  show();
  addEventListener("scheme:changed", show);
  group.addEventListener("change", (event) => {
    localStorage.setItem("theme", event.target.value);
    dispatchEvent(new Event("scheme:changed"));
  });
}

// --- Fields that only matter while a box is ticked ---

for (const part of document.querySelectorAll("[data-shown-with]")) {
  const box = document.querySelector(`input[name="${part.dataset.shownWith}"]`);
  const show = () => {
    part.hidden = !box.checked;
  };
  box?.addEventListener("change", show);
  if (box) show();
}

// --- Signed out elsewhere, switched off, a new password ---

document.addEventListener("live:gone", () => {
  const banner = document.querySelector("[data-gone]");
  if (banner) banner.hidden = false;
});

document.querySelector("[data-shows-keys]")?.addEventListener("click", (event) => {
  event.currentTarget.closest("[popover]")?.hidePopover();
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "?", bubbles: true }));
});
