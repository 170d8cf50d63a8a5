"use strict";

// Everything works without this file; with it, the menu folds on a phone, a page that came back with problems
// takes the reader to their list, and a second click on the same button sends nothing twice.

const AGAIN_AFTER = 1000;

function foldMenu() {
  const button = document.getElementById("menu");
  const navigation = document.getElementById("navigation");
  if (!button || !navigation) return;
  button.hidden = false;
  document.documentElement.classList.add("folds");
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(open));
    navigation.classList.toggle("head__navigation--open", open);
  });
}

function goToProblems() {
  const summary = document.getElementById("error-summary");
  if (!summary) return;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    const group = field.closest("fieldset, .govuk-form-group");
    (group || field).scrollIntoView();
    field.focus({ preventScroll: true });
  });
}

function sendOnce() {
  const sent = new WeakMap();
  document.addEventListener("submit", (event) => {
    const now = event.timeStamp;
    if (now - (sent.get(event.target) ?? -Infinity) < AGAIN_AFTER) event.preventDefault();
    else sent.set(event.target, now);
  });
}

foldMenu();
goToProblems();
sendOnce();
