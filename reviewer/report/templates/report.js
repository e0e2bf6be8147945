// Pointing at a highlight lights up what it supports, and the other way round. The links work without this.
const light = (items, on) => items.forEach((item) => item && item.classList.toggle("lit", on));
const related = (from) => {
  const mark = from.closest("[data-for]");
  if (mark) return mark.dataset.for.split(" ").map((id) => document.getElementById(id));
  const item = from.closest("[data-item]");
  return item ? [...document.querySelectorAll(`.hl[data-for~="${item.id}"]`)] : [];
};
for (const [enter, leave] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
  document.addEventListener(enter, (event) => light(related(event.target), true));
  document.addEventListener(leave, (event) => light(related(event.target), false));
}
