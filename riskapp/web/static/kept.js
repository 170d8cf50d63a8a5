"use strict";

// What was typed and is not saved yet is kept in this browser, so that it outlives a closed tab, a lapsed sign-in
// and a lost line. It is kept under the person who typed it, and only their own pages read it back. Every open page
// keeps its own texts: two tabs never overwrite one another here either.

const KEPT = "riskapp.kept";

const keptDesk = document.querySelector("[data-desk]");
const keptPrefix = keptDesk ? `${KEPT}/${keptDesk.dataset.person}${keptDesk.dataset.desk}/` : "";
const thisPage = Array.from(crypto.getRandomValues(new Uint32Array(2)), (each) => each.toString(36)).join("");

// The browser's store may be full or switched off: then the text is on the page only, as before.
function keepText(criterion, text) {
  try {
    localStorage.setItem(keyOf(criterion), JSON.stringify({ ...text, at: Date.now() }));
  } catch {
    forgetText(keyOf(criterion));
  }
}

function keyOf(criterion) {
  return `${keptPrefix}${criterion}/${thisPage}`;
}

function forgetText(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing can have been kept.
  }
}

// Returns every kept text of this person and assessment with its key, oldest first.
function keptTexts() {
  try {
    return Object.keys(localStorage)
      .filter((key) => keptPrefix && key.startsWith(keptPrefix))
      .map((key) => ({ ...JSON.parse(localStorage.getItem(key)), key, criterion: key.slice(keptPrefix.length).split("/")[0] }))
      .filter((text) => typeof text.fields === "string" && Number.isInteger(text.version))
      .sort((one, other) => one.at - other.at);
  } catch {
    return [];
  }
}

// Says on every page of the sheet which criteria on its other pages still wait to be saved, with the way there. Where
// the sheet no longer changes, the texts themselves are shown, to be copied from, until they are removed.
function showKept() {
  const place = keptDesk?.querySelector("[data-kept]");
  if (!place) return;
  if ("closed" in keptDesk.dataset) showTexts(place);
  else showLinks(place);
}

function showTexts(place) {
  const items = keptTexts().map((text) => {
    const name = document.createElement("strong");
    name.textContent = String(text.name);
    const said = document.createElement("p");
    said.className = "typed";
    said.textContent = [...new URLSearchParams(text.fields)]
      .filter(([field, value]) => value && /\.(rationale|looked|inapplicable|value|reason)$/.test(field))
      .map(([, value]) => value)
      .join("\n\n");
    const item = document.createElement("li");
    item.append(name, said);
    return item;
  });
  place.hidden = items.length === 0;
  place.querySelector("ul").replaceChildren(...items);
}

function showLinks(place) {
  const elsewhere = keptTexts().filter((text) => !document.getElementById(`criterion-${text.criterion}`));
  const items = new Map();
  for (const text of elsewhere) {
    if (!String(text.page).startsWith(`${keptDesk.dataset.desk}/`)) continue;
    const link = document.createElement("a");
    link.className = "govuk-link";
    link.href = `${text.page}#criterion-${text.criterion}`;
    link.textContent = String(text.name);
    const item = document.createElement("li");
    item.append(link);
    items.set(text.criterion, item);
  }
  place.hidden = items.size === 0;
  place.querySelector("ul").replaceChildren(...items.values());
}

keptDesk?.querySelector("[data-forget]")?.addEventListener("click", () => {
  for (const text of keptTexts()) forgetText(text.key);
  showKept();
});

showKept();
window.addEventListener("storage", showKept);
