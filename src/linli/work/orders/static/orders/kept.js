// Check-ins and check-outs without a link: kept in this browser's own database, sent in their order once there is one.
// Each has a key of its own, so that one whose answer was lost on the way is done once.
"use strict";

const box = document.getElementById("kept"), said = box.dataset;
const clock = (time) => new Date(time).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false });

function store(mode, use) {
  return new Promise((done, failed) => {
    const opening = indexedDB.open("linli", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("kept", { keyPath: "key" });
    opening.onerror = () => failed(opening.error);
    opening.onsuccess = () => {
      const turn = opening.result.transaction("kept", mode), asked = use(turn.objectStore("kept"));
      turn.oncomplete = () => { opening.result.close(); done(asked.result); };
      turn.onerror = turn.onabort = () => { opening.result.close(); failed(turn.error); };
    };
  });
}

const keep = (entry) => store("readwrite", (kept) => kept.put(entry));
const drop = (key) => store("readwrite", (kept) => kept.delete(key));
async function mine() {
  const all = await store("readonly", (kept) => kept.getAll());
  return all.filter((one) => one.account === said.account).sort((a, b) => a.happened.localeCompare(b.happened));
}

function line(text, tone) {
  const made = document.createElement("p");
  made.className = "cardx" + (tone ? " " + tone : "");
  made.textContent = text;
  box.append(made);
  return made;
}

// What is kept, as the page shows it: the visit's own button moves on as if it had been sent.
async function show(word) {
  const entries = await mine(), waiting = entries.filter((one) => !one.refused);
  box.replaceChildren();
  if (!navigator.onLine) line(said.away);
  if (waiting.length) line(waiting.length === 1 ? said.one : said.many.replace("NUMBER", waiting.length));
  if (word) line(word);
  for (const one of entries) {
    if (one.refused) {
      const made = line(said.refused.replace("TIME", clock(one.happened)) + " " + one.refused), button = document.createElement("button");
      button.className = "btn btn-quiet btn-sm";
      button.textContent = said.drop;
      button.addEventListener("click", async () => { await drop(one.key); show(); });
      made.append(" ", button);
      continue;
    }
    for (const form of document.querySelectorAll(`form[data-kept="${one.order}"]`)) {
      form.hidden = one.move === "check_out" || form.dataset.move === "check_in";
      if (form.dataset.move !== one.move) continue;
      const word = (one.move === "check_in" ? said.keptIn : said.keptOut).replace("TIME", clock(one.happened));
      let note = form.parentElement.querySelector(`[data-note="${one.move}"]`);
      if (!note) form.before(note = Object.assign(document.createElement("p"), { className: "muted" }));
      note.dataset.note = one.move;
      note.textContent = word;
    }
  }
  box.hidden = !box.children.length;
}

const token = () => (document.cookie.match(/(?:^|; )csrftoken=([^;]+)/) || [])[1] || document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";

// One at a time, in order. What the server refuses stays, with its words; what it did not answer is tried again.
async function send(entry, fresh) {
  const body = new URLSearchParams({ ...entry.at, key: entry.key, order: entry.order, move: entry.move, happened: entry.happened });
  const answer = await fetch(said.url, { method: "POST", body, redirect: "manual", headers: { "X-CSRFToken": token() } });
  if (answer.type === "opaqueredirect" || answer.status === 403) return said.signedOut;
  if (answer.status === 409 || answer.status === 422) {
    const { detail } = await answer.json();
    if (entry.key !== fresh) await keep({ ...entry, refused: detail });
    else { await drop(entry.key); return detail; } // whoever stands at the door reads it now and can do otherwise
  }
  else if (answer.ok) await drop(entry.key);
  else throw new Error(answer.status);
  return "";
}

// Forms stand again as the page had them, for what was refused on the spot.
function restart(word) {
  for (const form of document.querySelectorAll("form[data-kept]")) form.hidden = form.hasAttribute("data-later");
  for (const note of document.querySelectorAll("[data-note]")) note.remove();
  return show(word);
}

async function flush(fresh) {
  await navigator.locks.request("linli kept", { ifAvailable: true }, async (held) => {
    if (!held) return;
    const waiting = (await mine()).filter((one) => !one.refused);
    if (!waiting.length) return show();
    try {
      for (const entry of waiting) {
        const word = await send(entry, fresh);
        if (word) return restart(word);
      }
    } catch {
      return show();
    }
    if ((await mine()).some((one) => one.refused)) return show();
    if (!fresh) sessionStorage.setItem("kept", "sent");
    location.reload();
  });
}

for (const form of document.querySelectorAll("form[data-kept]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button.btn-primary");
    if (button.disabled) return;
    button.disabled = true;
    const before = document.querySelector(`form[data-kept="${form.dataset.kept}"] [name=lon]`)?.form.elements;
    const where = form.elements.lon.value ? form.elements : before || form.elements;
    const entry = { key: crypto.randomUUID(), account: said.account, order: form.dataset.kept, move: form.dataset.move,
      happened: new Date().toISOString(), at: { lon: where.lon.value, lat: where.lat.value, came: form.elements.came?.value || "" } };
    await keep(entry);
    button.disabled = false;
    await show();
    if (navigator.onLine) flush(entry.key);
  });
}

addEventListener("online", () => flush());
addEventListener("offline", () => show());
setInterval(async () => { if (navigator.onLine && document.visibilityState === "visible" && (await mine()).some((one) => !one.refused)) flush(); }, 20000);
if ("serviceWorker" in navigator) navigator.serviceWorker.ready.then((one) => { if (navigator.onLine) one.active.postMessage("keep my day"); });
const word = sessionStorage.getItem("kept") ? said.sent : "";
sessionStorage.removeItem("kept");
show(word).then(() => { if (navigator.onLine && !word) flush(); }); // nothing waits where all has been sent: let it be read
