/* What a page does better with a script; nothing depends on it.
   data-ui-copy="text"      copies the text          data-ui-reveal="id"   shows or hides the password
   data-ui-autosubmit       sends its form on change  data-ui-print         prints the page            */
"use strict";
(() => {
  const worker = document.currentScript ? document.currentScript.dataset.worker : null;

  const say = (button, text) => {
    const label = button.querySelector("span") || button;
    const before = label.textContent;
    label.textContent = text;
    setTimeout(() => { label.textContent = before; }, 2000);
  };

  const copy = async (button) => {
    try {
      await navigator.clipboard.writeText(button.dataset.uiCopy);
      say(button, "Copié");
    } catch {
      say(button, "Copie impossible");
    }
  };

  const reveal = (button) => {
    const input = document.getElementById(button.dataset.uiReveal);
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
    button.firstChild.textContent = shown ? "Masquer" : "Afficher";
  };

  const enhance = (root) => {
    for (const button of root.querySelectorAll("[data-ui-reveal], [data-ui-print]")) button.hidden = false;
    if (navigator.clipboard) for (const button of root.querySelectorAll("[data-ui-copy]")) button.hidden = false;
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-ui-copy], [data-ui-reveal], [data-ui-print]");
    if (button && "uiCopy" in button.dataset) copy(button);
    else if (button && "uiReveal" in button.dataset) reveal(button);
    else if (button) window.print();
    for (const menu of document.querySelectorAll(".ui-switcher[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll(".ui-switcher[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  document.addEventListener("change", (event) => {
    const field = event.target.closest("[data-ui-autosubmit]");
    if (field && field.form) field.form.requestSubmit();
  });

  /* A password left readable would stay in the browser's history of the form. */
  document.addEventListener("submit", (event) => {
    for (const input of event.target.querySelectorAll("input.fr-password__input")) input.type = "password";
  });

  const start = () => enhance(document);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
  document.addEventListener("htmx:load", (event) => enhance(event.target));

  if (worker && "serviceWorker" in navigator) navigator.serviceWorker.register(worker).catch(() => {});
})();
