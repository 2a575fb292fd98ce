// Light, dark, or as the device says. Loaded before the first paint, so that nothing flashes; not a module for that reason.
(() => {
  const KEY = "theme", ORDER = ["system", "light", "dark"];
  const root = document.documentElement;

  function chosen() {
    try {
      const value = localStorage.getItem(KEY);
      return ORDER.includes(value) ? value : "system";
    } catch {
      return "system";
    }
  }

  function show(theme) {
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
    document.querySelectorAll("[data-theme-switch]").forEach((button) => {
      button.hidden = false;
      const name = button.dataset[`name${theme[0].toUpperCase()}${theme.slice(1)}`];
      button.setAttribute("aria-label", name);
      button.title = name;
      button.querySelectorAll("[data-theme-icon]").forEach((icon) => {
        icon.hidden = icon.dataset.themeIcon !== theme;
      });
    });
  }

  function next() {
    const theme = ORDER[(ORDER.indexOf(chosen()) + 1) % ORDER.length];
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // A browser that keeps nothing still changes this page.
    }
    show(theme);
  }

  show(chosen());
  document.addEventListener("DOMContentLoaded", () => show(chosen()));
  document.addEventListener("click", (event) => event.target.closest?.("[data-theme-switch]") && next());
  addEventListener("storage", (event) => event.key === KEY && show(chosen()));
})();
