// One-letter keys, for those who want them: only where the page says so, and never while something is typed.
const typing = (one) => one instanceof Element && one.closest("input:not([type=checkbox]),select,textarea,dialog");
const rows = () => [...document.querySelectorAll("[data-row]")];
const step = (way) => {
  const all = rows();
  const here = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[here < 0 ? 0 : here + way];
  if (next) next.querySelector("[data-open]").focus();
  else document.querySelector(`[data-key="page-${way > 0 ? "j" : "k"}"]`)?.click();
};
const firstFact = () => document.querySelector(".lane .fact")?.focus();
const goTo = (key) => {
  const row = document.activeElement.closest("[data-row]");
  const target = (row || document).querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target || (rows().length && !row && key !== "?")) return false;
  // What changes something is never done by one key: it is gone to, and Enter presses it.
  if (key === "a") target.focus();
  else target.click();
  return true;
};
document.addEventListener("keydown", (event) => {
  if (!document.querySelector('[data-keys="on"]') || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key.length !== 1 || event.defaultPrevented || typing(event.target)) return;
  if (rows().length && "jk".includes(event.key)) step(event.key === "j" ? 1 : -1);
  else if (event.key === "e" && !rows().length) firstFact();
  else if (!goTo(event.key)) return;
  event.preventDefault();
});
document.addEventListener("click", (event) => {
  const opener = event.target instanceof Element && event.target.closest("[data-dialog]");
  if (opener) document.querySelector(opener.dataset.dialog).showModal();
});
// What only works with this script is shown by it.
const openers = () => document.querySelectorAll("[data-dialog][hidden]").forEach((one) => { one.hidden = false; });
openers();
document.addEventListener("htmx:afterSwap", openers);
if (location.hash === "#edit") firstFact();
