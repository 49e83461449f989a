/* Single keys for who works all day on these pages; nothing depends on them, and they can be switched off.
   data-key="1"        opened by that key            data-key-item       met by j and k
   data-key-search     focused by /                  data-key-help       opened by ?
   data-key-switch     the box that switches all of them off on this device                                  */
"use strict";
(() => {
  const STORE = "carnet.pro.keys";
  const on = () => { try { return localStorage.getItem(STORE) !== "off"; } catch { return true; } };
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;
  const items = () => [...document.querySelectorAll("[data-key-item]")].filter((one) => one.offsetParent !== null);

  const move = (step) => {
    const all = items();
    const at = all.indexOf(document.activeElement);
    const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1);
    if (all[next]) all[next].focus();
  };

  const help = () => {
    const details = document.querySelector("[data-key-help] details");
    if (!details) return;
    details.open = !details.open;
    if (details.open) { details.querySelector("summary").focus(); details.scrollIntoView({ block: "start" }); }
  };

  const find = () => { const box = document.querySelector("[data-key-search]"); if (box) { box.focus(); box.select(); } };
  const home = () => { window.location.assign("/pro/"); };
  const acts = { "/": find, "?": help, j: () => move(1), k: () => move(-1), h: home };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !on() || typing(event.target)) return;
    const link = /^[1-9]$/.test(event.key) && document.querySelector(`[data-key="${event.key}"]`);
    if (!link && !acts[event.key]) return;
    event.preventDefault();
    if (link) link.click(); else acts[event.key]();
  });

  for (const box of document.querySelectorAll("[data-key-switch]")) {
    const input = box.querySelector("input");
    box.hidden = false;
    input.checked = on();
    input.addEventListener("change", () => { try { localStorage.setItem(STORE, input.checked ? "on" : "off"); } catch { /* kept for this page alone */ } });
  }
})();
