// Pointing at anything, or moving the focus there, lights up what belongs to it. Links and forms work without this.
const lit = new Set();
const belonging = (from) => {
  const item = from instanceof Element && from.closest("[data-for],[data-item]");
  if (!item) return [];
  const found = new Set((item.dataset.for || "").split(" ").filter(Boolean).map((id) => document.getElementById(id)));
  if (item.id) document.querySelectorAll(`[data-for~="${CSS.escape(item.id)}"]`).forEach((one) => found.add(one));
  if (item.matches("[data-item]")) found.add(item);
  return [...found].filter(Boolean);
};
const show = (event) => {
  lit.forEach((one) => one.classList.remove("lit"));
  lit.clear();
  belonging(event.target).forEach((one) => { one.classList.add("lit"); lit.add(one); });
};
// What was chosen, by key or press, also comes into sight in the other columns.
const bring = (event) => {
  show(event);
  const from = event.target.closest(".column");
  for (const column of from ? document.querySelectorAll(".column") : []) {
    const first = [...lit].find((one) => column.contains(one));
    if (column === from || !first) continue;
    const [inner, outer] = [first.getBoundingClientRect(), column.getBoundingClientRect()];
    if (inner.top < outer.top || inner.bottom > outer.bottom) column.scrollTop += inner.top - outer.top - outer.height / 3;
  }
};
document.addEventListener("mouseover", show);
document.addEventListener("focusin", bring);
document.addEventListener("click", bring);

// A column stays where it was when the review in it is renewed.
const places = new Map();
const columns = () => [...document.querySelectorAll(".column")].map((one) => [one.classList[1], one]);
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id === "work") columns().forEach(([name, one]) => places.set(name, one.scrollTop));
});
document.addEventListener("htmx:afterSettle", () => {
  columns().forEach(([name, one]) => { if (places.has(name)) one.scrollTop = places.get(name); });
  places.clear();
});

// The form for a fact opens beside what was pressed, and the focus goes back there when the form is left.
let opener = null;
document.addEventListener("htmx:beforeRequest", ({ detail: { elt, target } }) => {
  if (target.id !== "editor" || target.contains(elt)) return;
  opener = elt;
  (elt.closest(".lane,.card") || elt.closest(".facts") || document.getElementById("given-title")).after(target);
});
const leave = (editor) => {
  editor.replaceChildren();
  if (opener && opener.isConnected) opener.focus();
};
// The focus stays where it was, or goes to what took the place of that.
const held = new WeakMap();
const keep = ({ detail }) => {
  const one = held.get(detail.xhr);
  if (!one || one === document.body || document.activeElement !== document.body) return;
  const part = document.getElementById((detail.target || {}).id);
  const same = one.isConnected ? one : one.id && document.getElementById(one.id);
  const next = same || part;
  // What asks for the focus itself gets it when the page has settled.
  if (!next || (!same && part.querySelector("[autofocus]:not(dialog *)"))) return;
  if (next === part) next.tabIndex = -1;
  next.focus();
};
document.addEventListener("htmx:beforeRequest", ({ detail }) => held.set(detail.xhr, document.activeElement));
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  // What renews itself has to do with the focus only where the focus is in it.
  if (!detail.requestConfig.triggeringEvent && !detail.target.contains(document.activeElement)) held.delete(detail.xhr);
});
document.addEventListener("htmx:afterRequest", keep);
document.addEventListener("htmx:afterSettle", keep);
// A language model's answer waits while something is being entered.
document.addEventListener("htmx:configRequest", ({ detail: { elt, parameters } }) => {
  const editor = document.getElementById("editor");
  const typing = document.activeElement.closest("#work input,#work textarea,#work select");
  if (elt.id === "model") parameters.busy = (editor && editor.childElementCount) || typing ? "1" : "";
});
// The second press of a double one meets whatever stands there by then.
document.addEventListener("click", (event) => {
  if (event.detail < 2 || !event.target.closest(".acts button,.steps button,.editor button")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

const added = (button) => {
  const into = document.querySelector(button.dataset.into);
  const number = into.children.length + 1;
  const copy = document.querySelector(button.dataset.add).content.cloneNode(true);
  for (const one of copy.querySelectorAll("[id],[for],[name],[aria-label]")) {
    for (const name of ["id", "for", "name", "aria-label"]) {
      const value = one.getAttribute(name);
      if (value) one.setAttribute(name, value.replace(/(^|[- ])0(?=$|[- ])/, `$1${number}`));
    }
  }
  for (const label of copy.querySelectorAll("label,legend")) label.textContent = label.textContent.replace(/\b0\b/, number);
  into.append(copy);
  into.lastElementChild.querySelector("textarea,input").focus();
};
const copied = async (button) => {
  const source = document.querySelector(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.value);
  } catch {
    source.select();
    document.execCommand("copy");
  }
  button.textContent = "Copied";
};
document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.add) added(button);
  if (button.dataset.copy) copied(button);
  if (button.dataset.clear) leave(document.querySelector(button.dataset.clear));
});
// Files dropped on their place are those of its field.
const dropped = (event) => {
  const place = event.target instanceof Element && event.target.closest("[data-drop]");
  if (!place || !event.dataTransfer || !event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  place.classList.toggle("over", event.type === "dragover");
  if (event.type === "drop") document.querySelector(place.dataset.drop).files = event.dataTransfer.files;
};
for (const type of ["dragover", "dragleave", "drop"]) document.addEventListener(type, dropped);
document.addEventListener("keydown", (event) => {
  const editor = document.getElementById("editor");
  if (event.key === "Escape" && editor && editor.contains(document.activeElement)) leave(editor);
});
document.addEventListener("input", (event) => {
  const filter = event.target.dataset && event.target.dataset.filter;
  if (!filter) return;
  const wanted = event.target.value.toLowerCase();
  for (const one of document.querySelectorAll(filter)) one.hidden = !one.textContent.toLowerCase().includes(wanted);
});
// What only works with this script is shown by it.
const reveal = () => document.querySelectorAll("[data-add][hidden],[data-copy][hidden],[data-filter][hidden]").forEach((one) => { one.hidden = false; });
reveal();
document.addEventListener("htmx:afterSwap", reveal);
document.addEventListener("htmx:beforeRequest", () => document.getElementById("problem").replaceChildren());
document.addEventListener("htmx:sendError", () => { document.getElementById("problem").textContent = "The reviewer does not answer. Is it still running?"; });
// A page that was kept by the browser is asked for anew: its session may be over.
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
