const box = document.getElementById("q"), told = document.getElementById("n");
const all = [...document.querySelectorAll("article")].map((a) => [a, a.id.toLowerCase() + " " + a.textContent.toLowerCase()]);
box.addEventListener("input", () => {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const [article, text] of all) {
    article.hidden = !words.every((word) => text.includes(word));
    shown += article.hidden ? 0 : 1;
  }
  told.textContent = words.length ? shown + " found" : "";
});
