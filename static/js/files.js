// Choosing files: drop them anywhere on `[data-files]`, paste a screenshot, see what is chosen, take one away again.
// With `data-files-upload="<address>"` each file is uploaded at once; without it they wait in the input for the form.

import { csrfToken } from "./csrf.js";

const chosen = new Map();
const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

const nameOf = (box) => box.dataset.draft || box.id || "files";
const inputOf = (box) => box.querySelector("[data-files-input]");
const word = (box, name, value) => (box.dataset[name] || "{}").replace("{}", value);
const unnamed = (file) => /^image\.(png|jpe?g)$/i.test(file.name);

function sizeOf(bytes) {
  const units = ["byte", "kilobyte", "megabyte"];
  const step = bytes < 1000 ? 0 : bytes < 1e6 ? 1 : 2;
  const format = { style: "unit", unit: units[step], unitDisplay: "short", maximumFractionDigits: step === 2 ? 1 : 0 };
  return new Intl.NumberFormat(document.documentElement.lang || "en", format).format(bytes / 1000 ** step);
}

function refusal(box, file, count) {
  const { filesMost, filesMostBytes } = box.dataset;
  if (filesMost && count >= Number(filesMost)) return word(box, "wordTooMany", file.name);
  if (filesMostBytes && file.size > Number(filesMostBytes)) return word(box, "wordTooLarge", file.name);
  return file.size ? "" : word(box, "wordEmpty", file.name);
}

/** A pasted picture is always called image.png: two of them must be told apart. */
function named(file) {
  if (!unnamed(file)) return file;
  const stamp = new Date().toISOString().slice(0, 19).replace("T", " ").replaceAll(":", ".");
  return new File([file], `Screenshot ${stamp}.${file.name.split(".").pop()}`, { type: file.type });
}

function say(box, text) {
  let region = box.querySelector("[data-files-says]");
  if (!region) {
    region = document.createElement("p");
    region.className = "for-readers";
    region.setAttribute("role", "status");
    region.dataset.filesSays = "";
    box.append(region);
  }
  region.textContent = text;
}

function complain(box, text) {
  const list = box.querySelector("[data-files-list]");
  const line = document.createElement("li");
  line.className = "field-error";
  line.setAttribute("role", "alert");
  line.textContent = text;
  list.hidden = false;
  list.append(line);
  setTimeout(() => line.remove(), 12000);
}

function row(box, file, onRemove) {
  const line = document.createElement("li");
  line.className = "file";
  if (PICTURES.has(file.type)) {
    const picture = document.createElement("img");
    picture.className = "file-preview";
    picture.alt = "";
    picture.src = URL.createObjectURL(file);
    picture.addEventListener("load", () => URL.revokeObjectURL(picture.src), { once: true });
    line.append(picture);
  }
  const name = document.createElement("span"), size = document.createElement("span");
  name.className = "file-name";
  name.textContent = file.name;
  size.className = "file-size";
  size.textContent = sizeOf(file.size);
  const remove = document.createElement("button");
  remove.type = "button";
  remove.className = "button button-quiet button-small";
  remove.textContent = "×";
  remove.setAttribute("aria-label", word(box, "wordRemove", file.name));
  remove.title = word(box, "wordRemove", file.name);
  remove.addEventListener("click", () => onRemove(line));
  line.append(name, size, remove);
  return line;
}

function show(box) {
  const files = chosen.get(nameOf(box)) || [], list = box.querySelector("[data-files-list]"), transfer = new DataTransfer();
  files.forEach((file) => transfer.items.add(file));
  inputOf(box).files = transfer.files;
  list.replaceChildren(...files.map((file) => row(box, file, () => takeAway(box, file))));
  list.hidden = !files.length;
}

function takeAway(box, file) {
  chosen.set(nameOf(box), (chosen.get(nameOf(box)) || []).filter((other) => other !== file));
  show(box);
  say(box, word(box, "wordRemoved", file.name));
  inputOf(box).focus();
}

function upload(box, file) {
  const list = box.querySelector("[data-files-list]"), request = new XMLHttpRequest();
  const line = row(box, file, () => {
    line.remove();
    request.abort();
  });
  const progress = document.createElement("progress");
  progress.className = "progress";
  progress.max = 1;
  progress.setAttribute("aria-label", file.name);
  line.append(progress);
  list.hidden = false;
  list.append(line);
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) progress.value = event.loaded / event.total;
  });
  request.addEventListener("loadend", () => finish(box, file, line, request));
  request.open("POST", box.dataset.filesUpload);
  request.setRequestHeader("X-CSRFToken", csrfToken(box));
  request.setRequestHeader("HX-Request", "true");
  const form = new FormData();
  form.append("file", file);
  request.send(form);
}

function finish(box, file, line, request) {
  if (request.status >= 200 && request.status < 300) {
    const holder = document.createElement("template");
    holder.innerHTML = request.responseText;
    line.replaceWith(holder.content);
    globalThis.htmx?.process(box.querySelector("[data-files-list]"));
    say(box, word(box, "wordAdded", file.name));
    box.dispatchEvent(new CustomEvent("files:uploaded", { bubbles: true, detail: { name: file.name } }));
    return;
  }
  if (!line.isConnected) return;
  line.remove();
  complain(box, reason(request) || word(box, "wordFailed", file.name));
}

function reason(request) {
  if (request.status < 400 || request.status >= 500) return "";
  try {
    return JSON.parse(request.responseText).detail || "";
  } catch {
    const isPlain = (request.getResponseHeader("Content-Type") || "").startsWith("text/plain");
    return isPlain ? request.responseText.slice(0, 300) : "";
  }
}

export function add(box, files) {
  const isImmediate = Boolean(box.dataset.filesUpload), held = chosen.get(nameOf(box)) || [];
  let count = isImmediate ? box.querySelectorAll("[data-files-list] > .file").length : held.length;
  const taken = [];
  for (const file of [...files].map(named)) {
    const no = refusal(box, file, count);
    if (no) complain(box, no);
    else {
      count += 1;
      taken.push(file);
    }
  }
  if (isImmediate) {
    taken.forEach((file) => upload(box, file));
    return;
  }
  const complaints = [...box.querySelectorAll("[data-files-list] > .field-error")];
  chosen.set(nameOf(box), [...held, ...taken]);
  show(box);
  if (complaints.length) box.querySelector("[data-files-list]").append(...complaints);
  if (complaints.length) box.querySelector("[data-files-list]").hidden = false;
  if (taken.length) say(box, word(box, "wordAdded", taken.map((file) => file.name).join(", ")));
}

export function forget(name) {
  if (chosen.delete(name)) restore();
}

const carriesFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files");

function over(event) {
  const box = event.target.closest?.("[data-files]");
  if (!box || !carriesFiles(event)) return;
  event.preventDefault();
  box.dataset.filesOver = "";
}

document.addEventListener("dragenter", over);
document.addEventListener("dragover", over);
document.addEventListener("dragleave", (event) => {
  const box = event.target.closest?.("[data-files]");
  if (box && !box.contains(event.relatedTarget)) delete box.dataset.filesOver;
});
document.addEventListener("drop", (event) => {
  const box = event.target.closest?.("[data-files]");
  if (!box || !carriesFiles(event)) return;
  event.preventDefault();
  delete box.dataset.filesOver;
  add(box, event.dataTransfer.files);
});
document.addEventListener("paste", (event) => {
  const box = event.target.closest?.("[data-files]"), files = event.clipboardData?.files;
  // Words copied from an office program carry a picture of themselves: the words are meant.
  if (!box || !files?.length || event.clipboardData.types.includes("text/plain")) return;
  event.preventDefault();
  add(box, files);
});
document.addEventListener("change", (event) => {
  const input = event.target.closest?.("[data-files-input]"), box = input?.closest("[data-files]");
  if (!box) return;
  const files = [...input.files];
  if (box.dataset.filesUpload) input.value = "";
  add(box, files);
});

/** After a swap, and after the back button, the input is new and empty: give it what was chosen. */
export function restore() {
  document.querySelectorAll("[data-files]").forEach((box) => {
    box.dataset.filesReady = "";
    if (!box.dataset.filesUpload && inputOf(box)) show(box);
  });
}

document.addEventListener("htmx:afterSwap", restore);
addEventListener("pageshow", restore);
restore();
