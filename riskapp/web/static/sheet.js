"use strict";

// The score sheet saves itself: each criterion as its fields are left or after a pause in typing, one request at
// a time, over the version that is known. Whatever cannot be saved stays on the page and in this browser (kept.js),
// is said, and is tried again.

const PAUSE = 900;
const SLOW = 500;
const PATIENCE = 20000;
const RETRY = [2000, 5000, 10000, 30000];
const PASSES = new Set([401, 408, 429, 500, 502, 503, 504]);

const form = document.getElementById("sheet");
const overall = document.getElementById("sheet-state");
const cards = [...form.querySelectorAll("[data-criterion]")].map((element) => newCard(element));
let leaving = false;

function newCard(element) {
  const card = { element, name: element.dataset.criterion, timer: 0, busy: null, failed: false, mark: "", tries: 0 };
  card.said = said(card);
  card.overtaken = element.querySelector(".conflict") !== null;
  card.compared = card.said;
  card.kept = keptTexts().filter((text) => text.criterion === card.name);
  return card;
}

function field(card, name) {
  return form.elements.namedItem(`${card.name}.${name}`);
}

// What a card says now, as it will be sent: the version is no part of it, so that equal means saved.
function said(card) {
  const fields = new URLSearchParams();
  for (const each of card.element.querySelectorAll("input, textarea")) {
    const chosen = each.type !== "radio" && each.type !== "checkbox" ? true : each.checked;
    if (chosen && each.name && each.name !== `${card.name}.version`) fields.append(each.name, each.value);
  }
  return fields.toString();
}

function isUnsaved(card) {
  return card.busy !== null || card.failed || card.overtaken || said(card) !== card.said;
}

function show(card, state, ...content) {
  const place = card.element.querySelector("[data-saved]");
  place.dataset.state = state;
  place.replaceChildren(...content);
  showOverall();
}

function showOverall() {
  const failing = cards.filter((card) => card.failed || card.overtaken);
  overall.dataset.state = failing.length ? "failed" : "";
  if (failing.length) {
    const link = document.createElement("a");
    link.href = `#criterion-${failing[0].name}`;
    link.textContent = "show";
    const what = failing.length === 1 ? "1 criterion is not saved" : `${failing.length} criteria are not saved`;
    overall.replaceChildren(`${what}: `, link);
  } else {
    overall.textContent = cards.some(isUnsaved) ? "Saving…" : "Everything is saved";
  }
}

// While something is typed a card does not claim to be saved; taking the words away announces nothing.
function edit(card) {
  note(card);
  if (card.failed || card.overtaken) return;
  const mark = said(card) === card.said ? card.mark : "";
  show(card, mark && "saved", mark);
}

// What is not saved is kept in this browser with the version that it was typed over, until it is acknowledged.
function note(card) {
  const fields = said(card);
  if (fields === card.said && !card.busy && !card.failed && !card.overtaken) {
    forgetText(keyOf(card.name));
    return;
  }
  const heading = card.element.querySelector(".card__head h2").cloneNode(true);
  for (const each of heading.querySelectorAll("span")) each.remove();
  const version = Number(field(card, "version").value);
  keepText(card.name, { fields, version, page: location.pathname, name: heading.textContent.trim() });
}

// Brings back the next text that was kept, over the version that it was typed over: where the sheet has moved on
// since, both are shown. Two texts from two tabs follow one another.
function restore(card) {
  const text = card.kept.shift();
  if (!text) return;
  if (text.fields === card.said) {
    forgetText(text.key);
    restore(card);
    return;
  }
  fill(card, new URLSearchParams(text.fields));
  field(card, "version").value = text.version;
  note(card);
  forgetText(text.key);
  later(card, 0);
}

function fill(card, fields) {
  for (const each of card.element.querySelectorAll("input, textarea")) {
    if (!each.name || each.name === `${card.name}.version`) continue;
    if (each.type === "radio" || each.type === "checkbox") each.checked = fields.getAll(each.name).includes(each.value);
    else each.value = fields.get(each.name) ?? "";
  }
}

function readMark(card) {
  const at = card.element.querySelector("[data-saved] time");
  card.mark = at ? `Saved ${time(at.dateTime)}` : "";
  edit(card);
}

function time(instant) {
  const at = new Date(instant);
  const clock = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (at.toDateString() === new Date().toDateString()) return clock;
  return `${at.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" })}, ${clock}`;
}

// Saving

function later(card, delay) {
  clearTimeout(card.timer);
  card.timer = setTimeout(() => save(card), delay);
}

function save(card) {
  clearTimeout(card.timer);
  const sent = said(card);
  const settled = card.overtaken ? sent === card.compared : sent === card.said && !card.failed;
  if (card.busy || settled) return card.busy;
  const slow = setTimeout(() => show(card, "saving", "Saving…"), SLOW);
  card.busy = send(card, sent)
    .catch(() => fail(card, true, "Not saved: no connection. It is kept in this browser and saved when the network is back."))
    .finally(() => {
      clearTimeout(slow);
      card.busy = null;
      if (!card.failed && said(card) !== sent) later(card, 0);
      else showOverall();
    });
  return card.busy;
}

async function send(card, sent, again = true) {
  const answer = await fetch(card.element.dataset.save, {
    method: "POST",
    body: `${sent}&${new URLSearchParams({ [`${card.name}.version`]: field(card, "version").value, person: form.dataset.person })}`,
    headers: {
      "Content-Type": "application/x-www-form-urlencoded",
      "HX-Request": "true",
      "X-CSRFToken": form.elements.csrf_token.value,
    },
    keepalive: sent.length < 50000,
    signal: AbortSignal.timeout(PATIENCE),
  });
  const isData = (answer.headers.get("Content-Type") || "").startsWith("application/json");
  const body = isData ? await answer.json() : await answer.text();
  if (answer.ok) succeed(card, sent, body);
  else if (answer.status === 400 && again && (await renewToken())) await send(card, sent, false);
  else if (answer.status === 409 && body.includes("data-keep")) overtake(card, sent, body);
  else if (answer.status === 422 && isData) refuse(card, body.problems);
  else fail(card, PASSES.has(answer.status), ...messageIn(body, answer.status));
}

function succeed(card, sent, { version, saved_at: savedAt, problems }) {
  card.said = sent;
  card.failed = false;
  card.overtaken = false;
  card.tries = 0;
  card.element.querySelector("[data-conflict]").replaceChildren();
  field(card, "version").value = version;
  showProblems(card, problems);
  card.mark = version ? `Saved ${time(savedAt)}` : "";
  card.busy = null;
  edit(card);
  document.body.dispatchEvent(new CustomEvent("sheet:saved"));
  if (card.kept.length && said(card) === sent) restore(card);
}

function refuse(card, problems) {
  card.failed = true;
  showProblems(card, problems);
  show(card, "failed", `Not saved: ${Object.values(problems).join(" ")}`);
}

function fail(card, passes, ...message) {
  card.failed = true;
  show(card, "failed", ...message);
  if (passes) later(card, RETRY[Math.min(card.tries, RETRY.length - 1)]);
  card.tries += 1;
}

function messageIn(body, status) {
  const found = new DOMParser().parseFromString(String(body), "text/html").querySelector(".govuk-error-message");
  if (!found) return [`Not saved: the service answered ${status}. It is kept in this browser and tried again.`];
  found.querySelector(".govuk-visually-hidden")?.remove();
  return status === 401 ? [...found.childNodes] : ["Not saved: ", ...found.childNodes];
}

// Whoever is signed in now has a token of their own: with it the service says whether the text is theirs.
async function renewToken() {
  const answer = await fetch("/account", { signal: AbortSignal.timeout(PATIENCE) });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector("[name=csrf_token]")?.value;
  if (token) form.elements.csrf_token.value = token;
  return Boolean(token);
}

async function ownPage() {
  const answer = await fetch(location.pathname, { signal: AbortSignal.timeout(PATIENCE) });
  const page = answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  return page?.getElementById("sheet")?.dataset.person === form.dataset.person ? page : null;
}

// What cannot be read stands at its field

function showProblems(card, problems) {
  for (const place of card.element.querySelectorAll(".govuk-error-message")) {
    if (!place.id.endsWith("-error")) continue;
    const id = place.id.slice(0, -"-error".length);
    setProblem(card, id, problems[id], place);
  }
  for (const [id, message] of Object.entries(problems)) {
    if (!document.getElementById(`${id}-error`)) setProblem(card, id, message, newPlace(id));
  }
}

function newPlace(id) {
  const place = document.createElement("p");
  place.id = `${id}-error`;
  place.className = "govuk-error-message";
  document.getElementById(id)?.before(place);
  return place;
}

function setProblem(card, id, message, place) {
  const input = document.getElementById(id);
  place.hidden = !message;
  place.textContent = message || "";
  place.closest(".govuk-form-group")?.classList.toggle("govuk-form-group--error", Boolean(message));
  if (!input || input.type === "radio" || input.type === "checkbox") return;
  input.classList.toggle(`govuk-${input.tagName === "TEXTAREA" ? "textarea" : "input"}--error`, Boolean(message));
  if (message) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
  const hints = (input.getAttribute("aria-describedby") || "").split(" ").filter((each) => each && each !== place.id);
  if (message) hints.push(place.id);
  if (hints.length) input.setAttribute("aria-describedby", hints.join(" "));
  else input.removeAttribute("aria-describedby");
}

// Two versions: both stand side by side until one is chosen

function overtake(card, sent, fragment) {
  card.overtaken = true;
  card.compared = sent;
  card.failed = false;
  const found = new DOMParser().parseFromString(fragment, "text/html").querySelector(".conflict");
  card.element.querySelector("[data-conflict]").replaceChildren(found);
  show(card, "failed", "Not saved: changed elsewhere. Choose which version holds.");
}

async function keep(card, button) {
  const [whose, version] = button.value.split(":");
  if (whose === "mine") {
    field(card, "version").value = version;
    card.failed = true;
  } else if (!(await takeTheirs(card))) {
    show(card, "failed", "Not saved: the other version cannot be fetched now. Try again.");
    return;
  }
  card.overtaken = false;
  card.element.querySelector("[data-conflict]").replaceChildren();
  field(card, "rationale").focus();
  if (whose === "mine") save(card);
  else readMark(card);
}

async function takeTheirs(card) {
  const page = await ownPage().catch(() => null);
  const theirs = page?.getElementById(card.element.id);
  if (!theirs) return false;
  const fresh = document.importNode(theirs, true);
  card.element.replaceWith(fresh);
  card.element = fresh;
  card.failed = false;
  card.overtaken = false;
  card.said = said(card);
  forgetText(keyOf(card.name));
  document.body.dispatchEvent(new CustomEvent("sheet:saved"));
  return true;
}

// Leaving: by link or button once all is saved, else the browser asks

async function settle() {
  for (let round = 0; round < 3; round += 1) {
    const busy = cards.map((card) => save(card)).filter(Boolean);
    if (!busy.length) break;
    await Promise.all(busy);
  }
  return !cards.some(isUnsaved);
}

async function leaveFor(address) {
  if (await settle()) leaving = true;
  location.assign(address);
}

function cardOf(node) {
  return cards.find((card) => card.element.contains(node));
}

form.addEventListener("input", (event) => {
  const card = cardOf(event.target);
  if (!card) return;
  edit(card);
  later(card, PAUSE);
});

form.addEventListener("change", (event) => {
  const card = cardOf(event.target);
  if (!card) return;
  const counter = card.element.querySelector("[data-cited]");
  counter.textContent = card.element.querySelectorAll("[data-items] input:checked").length || "none";
  save(card);
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  event.stopPropagation();
  const button = event.submitter;
  if (button && "keep" in button.dataset) {
    await keep(cardOf(button), button);
  } else if (!(await settle())) {
    cards.find((card) => card.failed || card.overtaken)?.element.scrollIntoView();
  } else if (button && button.value === "next") {
    await leaveFor(form.dataset.next);
  } else if (button && button.name === "take") {
    const taken = document.createElement("input");
    Object.assign(taken, { type: "hidden", name: button.name, value: button.value });
    form.append(taken);
    leaving = true;
    form.submit();
  }
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const plain = !event.defaultPrevented && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (!link || !plain || link.target || link.hasAttribute("download") || link.getAttribute("href").startsWith("#")) return;
  if (link.origin !== location.origin || !cards.some(isUnsaved)) return;
  event.preventDefault();
  leaveFor(link.href);
});

window.addEventListener("beforeunload", (event) => {
  if (!leaving && cards.some(isUnsaved)) event.preventDefault();
});

function tryAgain() {
  for (const card of cards) if (card.failed || said(card) !== card.said) save(card);
}

window.addEventListener("online", tryAgain);
window.addEventListener("focus", tryAgain);

document.addEventListener("visibilitychange", () => {
  tryAgain();
  if (document.visibilityState === "visible") fetchEvidence();
});

// Evidence that was added in another tab joins the lists to choose from

let addsEvidence = false;
form.addEventListener("click", (event) => {
  if (event.target.closest("[data-adds-evidence]")) addsEvidence = true;
});

async function fetchEvidence() {
  const page = addsEvidence && (await ownPage().catch(() => null));
  if (!page) return;
  for (const card of cards) {
    const list = card.element.querySelector("[data-items]");
    for (const item of page.querySelectorAll(`#${card.element.id} [data-item]`)) {
      if (!list.querySelector(`[data-item="${item.dataset.item}"]`)) list.append(document.importNode(item, true));
    }
    if (list.children.length) card.element.querySelector("[data-no-items]")?.remove();
  }
}

for (const card of cards) {
  if (!card.overtaken) restore(card);
  readMark(card);
}
showOverall();
