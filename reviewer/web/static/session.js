// Says two minutes before somebody is logged out, lets them stay, and says when it has happened.
"use strict";
(() => {
  const place = document.getElementById("idle");
  if (!place) return;
  const AHEAD = 120_000;
  let end = 0;
  let timers = [];
  const part = (name, given) => Object.assign(document.createElement(name), given);
  const say = (text, ...more) => place.replaceChildren(part("p", { textContent: text }), ...more);
  const over = () => say(
    "You were logged out. What you typed is still on this page: log in, then go on here.",
    part("a", { href: "/login", target: "_blank", rel: "noopener", textContent: "Log in (opens a new tab)" }),
  );
  // Another tab may have been used meanwhile: the server knows.
  const ask = () => fetch("/account/left")
    .then((answer) => (answer.ok && !answer.redirected ? answer.json() : null))
    .then((found) => (found ? tell(found) : over()), over);
  const tell = ({ seconds, longer }) => {
    start(seconds);
    if (seconds * 1000 > AHEAD) return;
    if (!longer) { say("You will be logged out soon, however busy you are. What you work on is held: log in again then."); return; }
    const button = part("button", { type: "button", textContent: "Stay logged in" });
    button.addEventListener("click", () => fetch("/account/stay").then(ask, over));
    say("You will be logged out soon, because nothing was done for a while.", button);
  };
  const start = (seconds) => {
    const left = seconds * 1000;
    end = Date.now() + left;
    timers.forEach(clearTimeout);
    place.replaceChildren();
    timers = [setTimeout(ask, left + 1000)];
    if (left > AHEAD) timers.push(setTimeout(ask, left - AHEAD));
  };
  start(Number(place.dataset.seconds));
  // What a person asks of the server counts as use; what a page asks by itself does not.
  document.addEventListener("htmx:afterRequest", (event) => {
    const by = event.detail.requestConfig && event.detail.requestConfig.triggeringEvent;
    if (by && by.isTrusted && event.detail.successful) ask();
  });
  // A computer that slept fires its timers late.
  document.addEventListener("visibilitychange", () => { if (!document.hidden && Date.now() > end) ask(); });
})();
