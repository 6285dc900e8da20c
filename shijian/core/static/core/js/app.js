// Behaviours found by their data- attributes. Pages work without any of them.
import "htmx";

const root = document.documentElement;
const stored = (() => { try { return localStorage.getItem("theme"); } catch { return null; } })();
const dark = stored ? stored === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
root.dataset.bsTheme = dark ? "dark" : "light";

export function toast(text, tone = "info") {
  const note = document.createElement("div");
  note.className = `alert alert-${tone}`;
  note.setAttribute("role", "status");
  note.textContent = text;
  document.querySelector("[data-toasts]").append(note);
  setTimeout(() => note.remove(), 6000);
}

document.addEventListener("click", (event) => {
  const target = event.target;
  if (target.closest("[data-theme-toggle]")) {
    const next = root.dataset.bsTheme === "dark" ? "light" : "dark";
    root.dataset.bsTheme = next;
    try { localStorage.setItem("theme", next); } catch { /* private window: the choice lasts as long as the page */ }
    document.dispatchEvent(new CustomEvent("themechange"));
  }
  const toggle = target.closest("[data-menu-toggle]");
  const menu = document.getElementById("menu");
  if (toggle) {
    const open = menu.classList.toggle("is-open");
    toggle.setAttribute("aria-expanded", String(open));
  } else if (menu && !target.closest("#menu")) {
    menu.classList.remove("is-open");
  }
  for (const open of document.querySelectorAll("details.shell-person[open]")) {
    if (!open.contains(target)) open.removeAttribute("open");
  }
  if (target.closest("[data-print]")) window.print();
  const filters = target.closest("[data-filter-toggle]");
  if (filters) filters.setAttribute("aria-expanded", String(filters.form.classList.toggle("is-open")));
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    const box = document.querySelector("[data-search-key]");
    if (box) { event.preventDefault(); box.focus(); box.select(); }
  }
  if (event.key === "Escape") document.getElementById("menu")?.classList.remove("is-open");
});

// In a list of several, a click puts one more in or takes it out again; nobody needs to know of Ctrl.
document.addEventListener("mousedown", (event) => {
  const option = event.target.closest?.("select[multiple] option");
  if (!option) return;
  event.preventDefault();
  option.selected = !option.selected;
  option.closest("select").focus();
  option.closest("select").dispatchEvent(new Event("change", { bubbles: true }));
});

// A form is sent once; a grave act is asked about first.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (question && !window.confirm(question)) { event.preventDefault(); return; }
  if (!("once" in form.dataset)) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  form.querySelector("[type=submit]")?.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  }
});

// A field that matters only for some choices of another, data-when="way: post public", is there only for those.
function fit(form) {
  for (const field of form.querySelectorAll("[data-when]")) {
    const [name, values] = field.dataset.when.split(":");
    const wanted = values.trim().split(" ").includes(form.elements[name]?.value);
    field.disabled = !wanted;
    field.closest(".field").hidden = !wanted;
  }
}
for (const form of document.querySelectorAll("form:has([data-when])")) {
  fit(form);
  form.addEventListener("change", () => fit(form));
}

// Filters apply as they are chosen.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosubmit]");
  if (form && event.target.matches("select, [type=checkbox], [type=date]")) form.requestSubmit();
  const picks = event.target.closest("form[data-pick]");
  if (picks) {
    if (event.target.matches("[data-pick-all]")) {
      for (const box of picks.querySelectorAll("[name=pick]")) box.checked = event.target.checked;
    }
    const count = picks.querySelectorAll("[name=pick]:checked").length;
    const bar = picks.querySelector("[data-pick-bar]");
    if (bar) { bar.classList.toggle("is-open", count > 0); bar.querySelector("[data-pick-count]").textContent = count; }
  }
});

document.querySelector("[data-focus]")?.focus();
if (document.body.dataset.liveUrl) import("live").catch(() => {});
if (document.querySelector("[data-map]")) import("map").then((module) => module.start());
if (document.querySelector("[data-upload]")) import("upload").then((module) => module.start());
if ("serviceWorker" in navigator && document.body.dataset.worker) navigator.serviceWorker.register(document.body.dataset.worker);
