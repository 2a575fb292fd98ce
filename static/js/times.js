// Keeps `<time data-relative>` and `<time data-countdown>` fresh, with the words and units that the server wrote.

const MINUTE = 60, HOUR = 3600, DAY = 86400;
const NOW_SECONDS = 45, RELATIVE_DAYS = 7;

const language = document.documentElement.lang || "en";
const always = new Intl.RelativeTimeFormat(language, { numeric: "always" });
const nowWord = new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(0, "second");

export function relative(seconds) {
  const distance = Math.abs(seconds), sign = Math.sign(seconds);
  if (distance < NOW_SECONDS) return nowWord;
  if (distance >= RELATIVE_DAYS * DAY) return null;
  if (distance < HOUR) return always.format(sign * Math.max(1, Math.floor(distance / MINUTE)), "minute");
  if (distance < DAY) return always.format(sign * Math.floor(distance / HOUR), "hour");
  return always.format(sign * Math.floor(distance / DAY), "day");
}

export function span(seconds, units) {
  const [days, hours, minutes, secs] = units.split(" ");
  const left = Math.max(0, Math.floor(seconds));
  const pair = (large, largeUnit, small, smallUnit) =>
    small ? `${large} ${largeUnit} ${small} ${smallUnit}` : `${large} ${largeUnit}`;
  if (left < MINUTE) return `${left} ${secs}`;
  if (left < HOUR) return `${Math.floor(left / MINUTE)} ${minutes}`;
  if (left < DAY) return pair(Math.floor(left / HOUR), hours, Math.floor((left % HOUR) / MINUTE), minutes);
  return pair(Math.floor(left / DAY), days, Math.floor((left % DAY) / HOUR), hours);
}

function write(element, text) {
  if (text !== null && element.textContent !== text) element.textContent = text;
}

function refreshRelative(element, at) {
  write(element, relative((Date.parse(element.dateTime) - at) / 1000));
}

function refreshCountdown(element, at) {
  const due = Date.parse(element.dateTime), warns = Date.parse(element.dataset.warnsAt ?? "");
  const state = due <= at ? "breached" : warns <= at ? "warning" : "ok";
  const words = { ok: "wordsOk", warning: "wordsWarning", breached: "wordsBreached" }[state];
  if (element.dataset.clock !== state) {
    element.dataset.clock = state;
    element.dispatchEvent(new CustomEvent("clock:changed", { bubbles: true, detail: { state } }));
  }
  const length = span(Math.abs(due - at) / 1000, element.dataset.units || "d h min s");
  write(element, (element.dataset[words] || "{}").replace("{}", length));
}

export function refresh(root = document) {
  const at = Date.now();
  root.querySelectorAll("time[data-relative]").forEach((element) => refreshRelative(element, at));
  root.querySelectorAll("time[data-countdown]").forEach((element) => refreshCountdown(element, at));
}

refresh();
setInterval(() => document.hidden || refresh(), 1000);
document.addEventListener("visibilitychange", () => document.hidden || refresh());
document.addEventListener("htmx:afterSwap", () => refresh());
