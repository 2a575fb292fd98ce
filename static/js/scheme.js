// Before the page is painted: the reader's own choice of light or dark, else that of their device. No module, on purpose.
// The console's theme wants a class, our tokens an attribute.
(() => {
  const root = document.documentElement;
  const device = matchMedia("(prefers-color-scheme: dark)");

  function own() {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null;
    }
  }

  function apply() {
    const chosen = own();
    if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
    else delete root.dataset.theme;
    root.classList.toggle("dark", chosen === "dark" || (chosen !== "light" && device.matches));
  }

  apply();
  device.addEventListener("change", apply);
  addEventListener("storage", apply);
  addEventListener("scheme:changed", apply);
})();
