// Says two minutes before somebody is logged out, lets them stay, and says when it has happened.
"use strict";
(() => {
  const place = document.getElementById("idle");
  if (!place) return;
  const whole = Number(place.dataset.minutes) * 60_000;
  const ahead = Math.min(120_000, whole / 2);
  let used = Date.now();
  let timers = [];
  const say = (text, ...parts) => { place.replaceChildren(Object.assign(document.createElement("p"), { textContent: text }), ...parts); };
  const stay = () => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Stay logged in" });
    button.addEventListener("click", () => fetch("/account/stay", { headers: { "x-asked": "stay" } })
      .then((answer) => (answer.ok && !answer.redirected ? start() : over()), () => over()));
    return button;
  };
  const over = () => {
    const link = Object.assign(document.createElement("a"), { href: "/login", target: "_blank", rel: "noopener", textContent: "Log in (opens a new tab)" });
    say("You were logged out, because nothing was done for a while. What you typed is still on this page: log in, then go on here.", link);
  };
  const start = () => {
    used = Date.now();
    timers.forEach(clearTimeout);
    place.replaceChildren();
    timers = [
      setTimeout(() => say("You will be logged out soon, because nothing was done for a while.", stay()), whole - ahead),
      setTimeout(over, whole),
    ];
  };
  start();
  // What a person asks of the server counts as use; what a page asks by itself does not.
  document.addEventListener("htmx:afterRequest", (event) => {
    const by = event.detail.requestConfig && event.detail.requestConfig.triggeringEvent;
    if (by && by.isTrusted && event.detail.successful) start();
  });
  // A computer that slept fires its timers late.
  document.addEventListener("visibilitychange", () => { if (!document.hidden && Date.now() - used > whole) over(); });
})();
