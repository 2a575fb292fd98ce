// Title and favicon say how many of the reader's own tickets breach within the hour.

const source = document.querySelector("[data-attention]");
const HOUR = 3600_000, EVERY = 15_000, SOON = 1500;
const title = document.title;
let due = [], shown = -1, timer;

function count(at) {
  return due.filter((instant) => instant - at <= HOUR).length;
}

function drawn(number) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 64;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#c62828";
  pen.beginPath();
  pen.arc(32, 32, 32, 0, 2 * Math.PI);
  pen.fill();
  pen.fillStyle = "#ffffff";
  pen.font = `700 ${number > 9 ? 34 : 44}px system-ui, sans-serif`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(number > 99 ? "99" : String(number), 32, 35);
  return canvas.toDataURL("image/png");
}

function favicon() {
  let link = document.querySelector("link[rel~=icon]");
  if (!link) {
    link = document.createElement("link");
    link.rel = "icon";
    document.head.append(link);
  }
  link.dataset.plain ??= link.href;
  link.dataset.plainType ??= link.type;
  return link;
}

function show() {
  const number = count(Date.now());
  if (number === shown) return;
  shown = number;
  document.title = number ? `(${number}) ${title}` : title;
  const link = favicon();
  if (number) {
    link.type = "image/png";
    link.href = drawn(number);
  } else if (link.dataset.plain) {
    link.type = link.dataset.plainType;
    link.href = link.dataset.plain;
  }
}

async function ask() {
  try {
    const answer = await fetch(source.dataset.attention, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    due = (await answer.json()).due.map((instant) => Date.parse(instant));
    show();
  } catch {
    // The next hint or minute asks again.
  }
}

function askSoon() {
  clearTimeout(timer);
  timer = setTimeout(ask, SOON);
}

if (source) {
  ask();
  setInterval(show, EVERY);
  for (const hint of ["live:ticket", "live:refresh", "live:resync"]) document.addEventListener(hint, askSoon);
}
