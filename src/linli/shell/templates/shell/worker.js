// Keeps what makes a page (files), the practitioner's day as it was last seen (pages), and a page for no link.
// Nothing of a person outlives their sign-out, or sixteen hours.
"use strict";

const FILES = "files-1", PAGES = "pages-1", OFFLINE = "/offline/", DAY = "/work/", LONGEST = 16 * 3600 * 1000, PATIENCE = 8000;

let signedOut = 0; // what was asked for before is not kept after

addEventListener("install", (event) => event.waitUntil(prepared()));
addEventListener("activate", (event) => event.waitUntil(renewed()));

async function prepared() {
  await keepPage(OFFLINE, await fetch(OFFLINE, { credentials: "omit" }), FILES);
  await skipWaiting();
}

async function renewed() {
  for (const name of await caches.keys()) if (![FILES, PAGES].includes(name)) await caches.delete(name);
  await clients.claim();
}

// A page with the files that it names.
async function keepPage(path, answer, name) {
  if (!answer.ok || answer.redirected) return;
  const before = signedOut, text = await answer.clone().text();
  if (before !== signedOut) return;
  await (await caches.open(name)).put(path, answer);
  const files = await caches.open(FILES);
  for (const [, file] of text.matchAll(/(?:href|src)="(\/static\/[^"#]+)/g)) {
    if (!(await files.match(file))) await files.add(file).catch(() => {});
  }
}

addEventListener("fetch", (event) => {
  const { request } = event, path = new URL(request.url).pathname;
  if (new URL(request.url).origin !== location.origin) return;
  if (request.method === "POST" && path.startsWith("/accounts/")) return event.respondWith(left(request));
  if (request.method !== "GET") return;
  if (path.startsWith("/static/")) event.respondWith(file(request));
  else if (request.mode === "navigate") event.respondWith(page(event, path));
});

async function left(request) {
  signedOut += 1;
  await caches.delete(PAGES);
  const answer = await fetch(request);
  signedOut += 1;
  return answer;
}

async function file(request) {
  return (await caches.match(request)) || fetch(request);
}

async function page(event, path) {
  const own = path === DAY && !new URL(event.request.url).search;
  try {
    const answer = await (own ? soon(fetch(event.request)) : fetch(event.request));
    if (own) {
      if (answer.ok && !answer.redirected) event.waitUntil(keepPage(DAY, answer.clone(), PAGES));
      else event.waitUntil(caches.delete(PAGES));
    }
    return answer;
  } catch {
    return (own && (await seen(DAY))) || (await caches.match(OFFLINE)) || Response.error();
  }
}

function soon(asked) {
  return Promise.race([asked, new Promise((_, tooLate) => setTimeout(tooLate, PATIENCE))]);
}

async function seen(path) {
  const kept = await (await caches.open(PAGES)).match(path);
  if (kept && Date.now() - Date.parse(kept.headers.get("Date") || 0) > LONGEST) {
    await caches.delete(PAGES);
    return undefined;
  }
  return kept;
}

addEventListener("message", (event) => {
  if (event.data === "keep my day") event.waitUntil(keepDay().catch(() => {}));
});

async function keepDay() {
  const before = signedOut, answer = await fetch(DAY);
  if (before === signedOut) await keepPage(DAY, answer, PAGES);
}

addEventListener("push", (event) => {
  const { title, body, url, tag } = event.data.json();
  event.waitUntil(registration.showNotification(title, { body, tag, data: { url } }));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(clients.openWindow(new URL(event.notification.data.url, location.origin).href));
});
