"use strict";

// Everything works without this file; with it, the menu folds on a phone, a page that came back with problems
// takes the reader to their list, a second click on the same button sends nothing twice, and a file that is too
// large is named before it travels.

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

// A file that the service would refuse for its size is named before it is sent.
function nameLargeFiles() {
  const isTooLarge = (field) => field.files.length > 0 && field.files[0].size > Number(field.dataset.most);
  for (const field of document.querySelectorAll("input[type=file][data-most]")) {
    const message = document.createElement("p");
    message.className = "govuk-error-message";
    message.setAttribute("role", "alert");
    message.hidden = true;
    field.before(message);
    field.addEventListener("change", () => {
      message.hidden = !isTooLarge(field);
      message.textContent = isTooLarge(field) ? `“${field.files[0].name}” ${field.dataset.tooLarge}` : "";
    });
    field.form.addEventListener("submit", (event) => {
      if (!isTooLarge(field)) return;
      event.preventDefault();
      field.focus();
    });
  }
}

foldMenu();
goToProblems();
sendOnce();
nameLargeFiles();
