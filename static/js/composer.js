// The composer: two texts (reply, note) that are never lost, one button that remembers, and replies that wait for a second look.

import { offerCanned } from "./canned.js";
import { forget as forgetFiles } from "./files.js";
import { registerKey } from "./keys.js";
import { forget, keep, kept } from "./kept.js";
import { registerAct } from "./palette.js";
import { forgetUndo, offerUndo } from "./undo.js";
import { fetchNew, toEnd } from "./story.js";

const form = document.querySelector("[data-composer]");
const desk = document.querySelector("[data-desk]");
const THEN = "helpdesk.then", PAUSE = 800;

if (form) begin();

function begin() {
  const text = form.elements.body, words = form.dataset;
  const notice = form.querySelector("[data-composer-notice]"), state = form.querySelector("[data-composer-state]");
  const sides = [...form.querySelectorAll("[name=side]")];
  const texts = { reply: words.reply || "", note: words.note || "" };
  texts[words.side] = text.value;
  const saved = { ...texts };
  let side = words.side, timer = 0, isSending = false, goesOn = false, isSaving = false, isSignedOut = false;
  const key = (which) => `${words.person}.${words.composer}.${which}`;

  // --- Two sides ---

  function turn(to) {
    texts[side] = text.value;
    side = to;
    text.value = texts[side];
    show();
    text.focus();
  }

  function show() {
    form.dataset.side = side;
    const own = sides.find((radio) => radio.value === side);
    if (own) own.checked = true;
    text.placeholder = side === "note" ? text.dataset.placeholderNote : text.dataset.placeholderReply;
    for (const files of form.querySelectorAll("[data-list-of]")) files.toggleAttribute("data-files-list", files.dataset.listOf === side);
    if (words.filesUpload) words.filesUpload = `${words.filesAddress}?side=${side}`;
    const to = form.querySelector("[data-composer-to]");
    if (to) to.textContent = side === "note" ? to.dataset.toNote : to.dataset.toReply;
    for (const radio of sides) radio.closest("label").classList.toggle("composer-side-written", Boolean(texts[radio.value]?.trim()) && radio.value !== side);
  }

  text.dataset.placeholderReply = text.placeholder;
  sides.forEach((radio) => radio.addEventListener("change", () => turn(radio.value)));

  // --- Never lost ---

  function say(what) {
    if (state) state.textContent = what;
  }

  function written() {
    texts[side] = text.value;
    keep(key(side), text.value);
    if (!words.draft) return;
    say("");
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  }

  async function save() {
    clearTimeout(timer);
    if (!words.draft || isSaving || isSending) return;
    const which = ["reply", "note"].find((each) => texts[each] !== saved[each]);
    if (!which) return;
    const body = texts[which];
    isSaving = true;
    say(words.wordsSaving);
    const answer = await send(words.draft, { side: which, body, seen_version: form.elements.seen_version.value });
    isSaving = false;
    if (!answer) return say(words.wordsLocal);
    if (answer.refused) return tell(answer.refused.message, "error");
    saved[which] = body;
    if (texts[which] === body) forget(key(which));
    say(words.wordsSaved);
    if (texts.reply !== saved.reply || texts.note !== saved.note) timer = setTimeout(save, PAUSE);
  }

  /** The answer, or null when there was none: then the text stays here, and the person is told why. */
  async function send(url, fields) {
    const data = fields instanceof FormData ? fields : new FormData();
    if (data !== fields) for (const [name, value] of Object.entries(fields)) data.append(name, value);
    try {
      const headers = { Accept: "application/json", ...JSON.parse(document.body.getAttribute("hx-headers")) };
      const token = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
      // After signing in again in another tab, the token that this page was made with is no longer good.
      if (token) headers["X-CSRFToken"] = token;
      data.delete("csrfmiddlewaretoken");
      const response = await fetch(url, { method: "POST", body: data, headers, redirect: "error" });
      if (response.status === 401) signedOut();
      // Either the ticket is out of sight, or somebody signed out: the story knows. Else the page is too old.
      else if (response.status === 403 || response.status === 404) {
        if ((await fetchNew()) === 200) tell(words.wordsTooOld, "error");
      }
      else if (response.ok) {
        if (isSignedOut) { isSignedOut = false; notice.replaceChildren(); }
        return response.status === 204 ? {} : await response.json();
      } else tell(desk.dataset.wordsFailed, "error");
    } catch {
      tell(desk.dataset.wordsOffline, "warning");
    }
    return null;
  }

  function signedOut() {
    isSignedOut = true;
    keep(key(side), text.value);
    const link = document.createElement("a");
    link.href = words.signIn;
    link.target = "_blank";
    link.rel = "noopener";
    link.className = "button button-small";
    link.textContent = words.wordsSignIn;
    tell(words.wordsSignedOut, "warning", [link]);
  }

  document.addEventListener("ticket:signed-out", signedOut);

  function restore() {
    for (const which of sides.length ? ["reply", "note"] : ["reply"]) {
      const own = kept(key(which));
      if (!own || own === texts[which]) { forget(key(which)); continue; }
      texts[which] = own;
      if (which === side) text.value = own;
      if (!notice.children.length) tell(words.wordsRestored, "info");
    }
    if (!text.value && side === "reply" && texts.note) turnSilently("note");
  }

  function turnSilently(to) {
    side = to;
    text.value = texts[to];
  }

  // --- What happened to it ---

  function tell(message, tone, acts = []) {
    const box = document.createElement("div");
    box.className = "notice";
    box.dataset.tone = tone;
    const line = document.createElement("p");
    line.textContent = message;
    const icon = form.querySelector(`[data-notice-icon=${tone}]`)?.content.cloneNode(true);
    if (icon) box.append(icon);
    box.append(line);
    if (acts.length) {
      const row = document.createElement("div");
      row.className = "button-row";
      row.append(...acts);
      box.append(row);
    }
    notice.replaceChildren(box);
    return box;
  }

  function hold(held) {
    form.elements.seen_version.value = held.version;
    const anyway = act(words.wordsAnyway, () => { notice.replaceChildren(); form.requestSubmit(lastButton ?? undefined); });
    anyway.classList.add("button-main");
    const edit = act(words.wordsEdit, () => { notice.replaceChildren(); text.focus(); });
    const box = tell(held.since.length ? words.wordsHeld : held.message, "warning", [anyway, edit]);
    const list = document.createElement("ul");
    list.className = "held-list";
    list.append(...held.since.map((sentence) => Object.assign(document.createElement("li"), { textContent: sentence })));
    box.querySelector("p").after(list);
    box.querySelector("p").className = "notice-title";
    fetchNew().then(toEnd);
    edit.focus();
  }

  function act(label, run) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-small";
    button.textContent = label;
    button.addEventListener("click", run);
    return button;
  }

  // --- Sending ---

  const main = form.querySelector("[data-send]"), menu = form.querySelector(".send-menu");
  let lastButton = null;

  function remembered() {
    return localStorage.getItem(THEN) || "send";
  }

  function dress() {
    const own = menu?.querySelector(`[value="${remembered()}"]`);
    if (!own || !main) return;
    main.value = own.value;
    main.replaceChildren(...[...own.childNodes].map((node) => node.cloneNode(true)));
  }

  async function submit(button) {
    if (isSending) return;
    if (!text.value.trim()) { text.focus(); return; }
    isSending = true;
    goesOn = false;
    lastButton = button;
    clearTimeout(timer);
    if (button?.closest(".send-menu")) {
      localStorage.setItem(THEN, button.value);
      menu.hidePopover();
      dress();
    }
    form.setAttribute("aria-busy", "true");
    text.readOnly = true;
    const data = new FormData(form);
    data.set("then", side === "note" ? "send" : button?.name === "then" ? button.value : main?.value || "send");
    data.set("side", side);
    const answer = await send(form.action, data);
    isSending = text.readOnly = false;
    form.removeAttribute("aria-busy");
    if (!answer) { keep(key(side), text.value); return; }
    if (answer.held) return hold(answer.held);
    if (answer.refused) return tell(answer.refused.message, "error");
    sent(answer.sent);
  }

  function sent(answer) {
    const which = side, body = text.value;
    texts[which] = saved[which] = text.value = "";
    forget(key(which));
    notice.replaceChildren();
    say("");
    form.elements.submission_key.value = answer.submission_key;
    form.querySelector(`[data-list-of=${which}]`).replaceChildren();
    forgetFiles(words.draft || form.id);
    form.elements.files.value = "";
    form.elements.seen_version.value = desk.dataset.version;
    if (which === "note") turnSilently("reply");
    if (answer.elsewhere) { location.assign(answer.at); return; }
    forgetUndo();
    showPending(answer.pending);
    const next = which === "reply" && sides.length ? desk.dataset.next : undefined;
    offerUndo({
      message: answer.message, undo: answer.undo, at: answer.at, next,
      until: answer.send_at ? Date.parse(answer.send_at) : undefined,
      done: (undone) => back(which, undone.body ?? body),
    });
    show();
    // The field is for the customer again: whoever writes on without looking must not write to them.
    if (which === "note") text.blur();
    if (goesOn && next) return location.assign(next);
    fetchNew();
  }

  function back(which, body) {
    showPending("");
    turnSilently(which);
    texts[which] = saved[which] = text.value = body;
    notice.replaceChildren();
    say(words.wordsBack);
    show();
    text.focus();
  }

  // --- On its way: shown in the conversation until it is out, or back ---

  const waiting = document.querySelector("[data-waiting]");
  let overdue = 0;

  function showPending(html) {
    clearTimeout(overdue);
    if (!waiting || html === undefined) return;
    waiting.innerHTML = html;
    const pending = waiting.querySelector("[data-pending]");
    if (!pending) return;
    toEnd();
    watchPending(pending);
  }

  /** The hint may get lost: a little after the time, the page asks what has become of it. */
  function watchPending(pending) {
    overdue = setTimeout(settle, Math.max(0, Date.parse(pending.dataset.sendAt) - Date.now()) + 3000);
  }

  async function settle() {
    await fetchNew();
    const response = await fetch(words.draft, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!response?.ok) return;
    const held = await response.json();
    if (held.is_sending) { overdue = setTimeout(settle, 5000); return; }
    showPending("");
    if (!held.held) return;
    forgetUndo();
    if (texts.reply.trim() && texts.reply !== saved.reply) held.reply = `${held.reply}\n\n${texts.reply}`;
    back("reply", held.reply);
    hold(held.held);
  }

  waiting?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await send(event.target.action, new FormData(event.target));
    if (answer?.refused) return tell(answer.refused.message, "error");
    forgetUndo();
    if (answer?.body !== undefined) back(answer.side, answer.body);
    else settle();
  });
  document.addEventListener("live:draft", ({ detail }) => (!detail.ticket || detail.ticket === words.composer) && settle());
  document.addEventListener("story:grew", ({ detail }) => {
    if (detail.entries.some((entry) => entry.dataset.side === "staff")) showPending("");
  });
  const already = waiting?.querySelector("[data-pending]");
  if (already) watchPending(already);

  form.addEventListener("submit", (event) => { event.preventDefault(); submit(event.submitter); });
  text.addEventListener("input", written);
  text.addEventListener("blur", save);
  text.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    // Who presses Enter before the answer has come means the next ticket, not another line.
    if (event.key === "Enter" && isSending) {
      event.preventDefault();
      goesOn = true;
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (event.shiftKey && side === "reply" && menu) openMenu();
      else submit(side === "note" ? form.querySelector("[data-send-note]") : main);
    } else if (event.key === "Escape") text.blur();
  });

  function openMenu() {
    menu.showPopover();
    menu.querySelector("button").focus();
  }

  menu?.addEventListener("toggle", (event) => event.newState === "open" && menu.querySelector("button").focus());
  menu?.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...menu.querySelectorAll("button")];
    buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length].focus();
  });

  // What came meanwhile has been seen, unless an answer to the earlier state is already begun.
  document.addEventListener("story:grew", ({ detail }) => {
    if (!texts.reply.trim()) form.elements.seen_version.value = detail.version;
  });
  for (const name of ["online", "live:resync", "visibilitychange"]) {
    (name === "online" ? window : document).addEventListener(name, () => document.visibilityState === "visible" && save());
  }
  addEventListener("pagehide", () => {
    if (words.draft && texts[side] !== saved[side]) keep(key(side), text.value);
  });

  const list = form.querySelector("[data-canned]");
  if (list) offerCanned(text, list, {});

  // --- Keys ---

  function write(to) {
    if (side !== to) turn(to);
    text.focus();
    text.setSelectionRange(text.value.length, text.value.length);
  }

  function slash() {
    write("reply");
    if (text.value && !text.value.endsWith("\n")) text.setRangeText("\n", text.value.length, text.value.length, "end");
    text.setRangeText("/", text.value.length, text.value.length, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  const acts = [["r", desk.dataset.wordsReply, () => write("reply")]];
  if (sides.length) acts.push(["n", desk.dataset.wordsNote, () => write("note")], ["/", desk.dataset.wordsCanned, slash]);
  for (const [letter, label, run] of acts) {
    registerKey(letter, label, run, { group: desk.dataset.wordsKeys });
    registerAct(label, run, { key: letter });
  }

  restore();
  show();
  dress();
}
