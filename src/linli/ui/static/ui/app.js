// Adds comfort where the browser can; every page works without it.
"use strict";

function start(root) {
  for (const box of root.querySelectorAll("[data-focus]")) box.focus();
  if (navigator.geolocation) for (const box of root.querySelectorAll("[data-locate][hidden]")) locate(box);
  if (window.speechSynthesis) for (const button of root.querySelectorAll("[data-read-aloud][hidden]")) readAloud(button);
  for (const button of root.querySelectorAll("[data-print][hidden]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  for (const list of root.querySelectorAll("[data-keep-current]")) {
    const current = list.querySelector("[aria-current]");
    if (current) list.scrollLeft = current.offsetLeft - list.offsetLeft - 16;
  }
}

function goOnAt(root) {
  const first = root.querySelector("[role=alert], h1, h2, h3") || root;
  first.tabIndex = -1;
  first.focus();
}

function locate(box) {
  const said = box.querySelector("[role=status]");
  box.hidden = false;
  box.querySelector("button").addEventListener("click", () => {
    said.textContent = box.dataset.busy;
    navigator.geolocation.getCurrentPosition(
      (found) => {
        document.getElementById(box.dataset.lon).value = found.coords.longitude.toFixed(6);
        document.getElementById(box.dataset.lat).value = found.coords.latitude.toFixed(6);
        said.textContent = box.dataset.done;
      },
      () => { said.textContent = box.dataset.failed; },
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
    );
  });
}

function readAloud(button) {
  const words = button.querySelector("span"), begin = words.textContent;
  button.hidden = false;
  button.addEventListener("click", () => {
    if (speechSynthesis.speaking) return speechSynthesis.cancel();
    const text = document.getElementById(button.dataset.readAloud).innerText.replace(begin, "");
    const voice = new SpeechSynthesisUtterance(text);
    voice.lang = button.dataset.language;
    voice.rate = 0.9;
    voice.onend = voice.onerror = () => { words.textContent = begin; };
    words.textContent = button.dataset.stop;
    speechSynthesis.speak(voice);
  });
  addEventListener("pagehide", () => speechSynthesis.cancel());
}

if ("serviceWorker" in navigator) addEventListener("load", () => navigator.serviceWorker.register("/sw.js").catch(() => {}));
start(document);

// What had the focus may be gone with what was replaced; the next Tab would begin somewhere else.
let within = false;
document.addEventListener("htmx:beforeSwap", (event) => { within = event.target.contains(document.activeElement); });
document.addEventListener("htmx:load", (event) => {
  start(event.target);
  if (within && document.activeElement === document.body) goOnAt(event.target);
});

// Who sends a form by keyboard goes on, and hears it, at the refusal or heading of what comes of it, not at the top.
let sent = false;
addEventListener("click", () => { sent = false; }, true);
addEventListener("submit", (event) => {
  sent = event.target.getAttribute("method") === "post" && document.activeElement.matches(":focus-visible");
});
addEventListener("hashchange", () => {  // a form would hand it on, and take the focus from what comes of it
  if (location.hash === "#main") history.replaceState(history.state, "", location.pathname + location.search);
});
addEventListener("pagehide", () => { if (sent) sessionStorage.setItem("sent", "1"); });
if (sessionStorage.getItem("sent")) {
  sessionStorage.removeItem("sent");
  if (document.activeElement === document.body) goOnAt(document.getElementById("main") || document.body);
}
