// Checks a receipt in this browser alone: SHA-256 and Ed25519 by WebCrypto; nothing it is given leaves the device.
// The same findings by the same names as rules/verdicts.py, whose words stand in the page.
"use strict";
(() => {
const HEADER = "c2sp.org/tlog-proof@v1", LOG = 1, WITNESS = 4, DEEP = 10, KEPT = "linli-log-keys", SEEN = "linli-log-seen";
const ZONE = 8 * 3600e3;  // Shanghai's
const at = (id) => document.getElementById(id);
const WORDS = JSON.parse(at("words").textContent);
const say = (code, values = {}) =>
  (WORDS[code] ?? code).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));

// Bytes

class Broken extends Error {}
const encoder = new TextEncoder(), utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const bytes = (text) => encoder.encode(text);
const joined = (...parts) => {
  const made = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) { made.set(part, place); place += part.length; }
  return made;
};
const hex = (data) => Array.from(data, (one) => one.toString(16).padStart(2, "0")).join("");
const same = (one, other) => one.length === other.length && one.every((value, place) => value === other[place]);
function decoded(text) {
  try {
    const raw = atob(text);
    if (btoa(raw) === text) return Uint8Array.from(raw, (one) => one.charCodeAt(0));
  } catch { /* said below */ }
  throw new Broken("base64");
}
function unhex(text) {
  if (typeof text !== "string" || !/^([0-9a-f]{2})+$/.test(text)) throw new Broken("hex");
  return Uint8Array.from(text.match(/../g), (one) => parseInt(one, 16));
}
const sha256 = async (data) => new Uint8Array(await crypto.subtle.digest("SHA-256", data));
const node = (left, right) => sha256(joined([1], left, right));

/** Canonical JSON (RFC 8785) of what a leaf may hold: no fractions, no numbers beyond 2^53. */
function canonical(value) {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new Broken("number");
    return String(value);
  }
  if (typeof value === "string") {
    if (!value.isWellFormed?.() && /[\ud800-\udfff]/u.test(value)) throw new Broken("text");
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  return `{${Object.keys(value).sort().map((key) => `${canonical(key)}:${canonical(value[key])}`).join(",")}}`;
}

// Reading

function readReceipt(text) {
  const cut = text.indexOf("\n\n");
  const lines = cut < 0 ? [] : text.slice(0, cut).split("\n");
  if (lines.shift() !== HEADER) throw new Broken("header");
  const extra = lines[0]?.startsWith("extra ") ? decoded(lines.shift().slice(6)) : null;
  const index = /^index (0|[1-9]\d{0,18})$/.exec(lines.shift() ?? "");
  if (!index || lines.length > 63 || !Number.isSafeInteger(Number(index[1]))) throw new Broken("index");
  return { extra, index: Number(index[1]), proof: lines.map(decoded), checkpoint: text.slice(cut + 2) };
}

function readNote(whole) {
  const cut = whole.lastIndexOf("\n\n");
  if (cut < 0 || !whole.endsWith("\n") || /[\0-\x09\x0b-\x1f]/.test(whole)) throw new Broken("note");
  const lines = whole.slice(cut + 2, -1).split("\n");
  if (lines.length > 100) throw new Broken("signatures");
  return { text: whole.slice(0, cut + 1), signatures: lines.map(readSignature) };
}

function readSignature(line) {
  const found = /^\u2014 ([^\s+]+) (\S+)$/.exec(line);
  const raw = found ? decoded(found[2]) : [];
  if (raw.length < 5) throw new Broken("signature");
  return { name: found[1], id: hex(raw.slice(0, 4)), value: raw.slice(4) };
}

function readCheckpoint(text) {
  const lines = text.split("\n");
  if (lines.length < 4 || lines.pop() !== "" || lines.some((line) => !line)) throw new Broken("checkpoint");
  const [origin, size, root] = [lines[0], lines[1], decoded(lines[2])];
  if (!/^(0|[1-9]\d{0,15})$/.test(size) || !Number.isSafeInteger(Number(size)) || root.length !== 32) throw new Broken("checkpoint");
  return { origin, size: Number(size), root };
}

async function readKey(text) {
  const found = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text);
  const raw = found ? decoded(found[3]) : [];
  const id = found ? hex((await sha256(joined(bytes(found[1]), [10], raw))).slice(0, 4)) : "";
  const proper = raw.length === 33 && [LOG, WITNESS].includes(raw[0]) || raw[0] === 0xff;
  if (!proper || id !== found[2]) throw new Broken("key");
  return { name: found[1], id, kind: raw[0], raw: raw.slice(1), text };
}

function readEntry(raw) {
  const text = utf8.decode(raw), told = JSON.parse(text);
  const names = "at,day,fact,hash,number,series,v";
  if (Object.keys(told).sort().join() !== names || canonical(told) !== text) throw new Broken("entry");
  const texts = [told.at, told.day, told.fact, told.hash, told.series];
  if (told.v !== 1 || texts.some((one) => typeof one !== "string") || !(told.number >= 1)) throw new Broken("entry");
  const when = Date.parse(told.at);
  const proper = /^[0-9a-f]{64}$/.test(told.hash) && told.fact.startsWith(`${told.series}.`)
    && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(told.at) && new Date(when).toISOString().slice(0, 19) === told.at.slice(0, 19)
    && new Date(when + ZONE).toISOString().slice(0, 10) === told.day;
  if (!proper) throw new Broken("entry");
  return told;
}

/** What is in a text: a receipt, openings, or what a holder was given (both). */
function apart(text) {
  try {
    const told = JSON.parse(text);
    if (Array.isArray(told)) return { openings: told };
    if (typeof told?.receipt === "string") return { receipt: told.receipt, openings: told.openings ?? [] };
  } catch { /* no JSON: a receipt, or nothing */ }
  return { receipt: text };
}

// Checking

async function included(leaf, index, size, proof, root) {
  let own = BigInt(index), last = BigInt(size) - 1n, found = leaf;
  for (const other of proof) {
    if (last === 0n || other.length !== 32) return false;
    if (own & 1n || own === last) {
      found = await node(other, found);
      while (own && !(own & 1n)) { own >>= 1n; last >>= 1n; }
    } else found = await node(found, other);
    own >>= 1n; last >>= 1n;
  }
  return last === 0n && same(found, root);
}

/** Whether the lines lead from the leaf to the root with any of them on either side. */
async function fits(found, proof, root) {
  if (!proof.length) return same(found, root);
  const [other, ...rest] = proof;
  return await fits(await node(found, other), rest, root) || await fits(await node(other, found), rest, root);
}

function wanted(index, size) {
  let count = 0, own = BigInt(index), last = BigInt(size) - 1n;
  for (; last; own >>= 1n, last >>= 1n) count += own & 1n || own < last ? 1 : 0;
  return count;
}

async function place(receipt, head, leaf, trusted) {
  const { index, proof } = receipt, { size, root } = head;
  if (index >= size) return ["index_beyond", "bad", { index, size }];
  if (await included(leaf, index, size, proof, root)) return ["place_good", "good", { index, size }];
  if (proof.length <= DEEP && await fits(leaf, proof, root)) return ["index_other", "bad", { index }];
  const lines = wanted(index, size);
  if (lines !== proof.length) return ["proof_length", "bad", { lines: proof.length, wanted: lines }];
  return [trusted ? "proof_other" : "root_other", "bad", {}];
}

async function content(entry, payload) {
  if (payload === null || payload === undefined) return ["content_missing", "open", {}];
  try {
    if (hex(await sha256(bytes(canonical(payload)))) === entry.hash) {
      const other = ["at", "fact", "number", "series"].filter((name) => payload[name] !== entry[name]);
      if (Object.prototype.toString.call(payload.fields) !== "[object Object]") other.push("fields");
      return other.length ? ["entry_other", "bad", { fields: other.join(", ") }] : ["content_good", "good", {}];
    }
  } catch (why) { if (!(why instanceof Broken)) throw why; }
  return ["content_changed", "bad", {}];
}

async function made(key, signature, text) {
  let data = bytes(text), { value } = signature;
  if (key.kind === WITNESS) {
    data = joined(bytes(`cosignature/v1\ntime ${second(signature)}\n`), data);
    value = value.slice(8);
  }
  const own = await crypto.subtle.importKey("raw", key.raw, { name: "Ed25519" }, false, ["verify"]);
  return crypto.subtle.verify({ name: "Ed25519" }, own, value, data);
}
const second = (signature) => BigInt(`0x${hex(signature.value.slice(0, 8))}`);

async function signature(note, origin, logs, able) {
  const own = note.signatures.filter((one) => one.name === origin), known = logs.filter((key) => key.name === origin);
  if (!known.length) {
    const signer = note.signatures.find((one) => logs.some((key) => key.name === one.name && key.id === one.id));
    return signer ? ["origin_other", "bad", { name: origin, signer: signer.name }] : ["key_unknown", "open", { name: origin }];
  }
  if (known.every((key) => key.kind !== LOG)) return ["key_sm", "open", { name: origin }];
  if (!own.length) return ["signature_missing", "bad", { name: origin }];
  const tried = own.flatMap((one) => known.filter((key) => key.id === one.id && key.kind === LOG).map((key) => [key, one]));
  if (!tried.length) return ["signature_other", "bad", { name: origin, id: own[0].id }];
  if (!able) return ["no_ed25519", "open", {}];
  for (const [key, one] of tried) if (!(await made(key, one, note.text))) return ["signature_bad", "bad", { name: origin }];
  return ["signature_good", "good", { name: origin, id: tried[0][0].id }];
}

async function witnesses(note, keys, able) {
  const found = [];
  for (const one of note.signatures) {
    const key = keys.find((other) => other.kind === WITNESS && other.name === one.name && other.id === one.id);
    if (!key || !able) continue;
    const moment = said(new Date(Number(second(one)) * 1000));
    found.push(await made(key, one, note.text) ? ["witness_good", "good", { name: key.name, moment }]
      : ["witness_bad", "bad", { name: key.name }]);
  }
  return found.length ? found : [["witness_none", "open", {}]];
}

const commitment = (value) => (value && typeof value === "object" && Object.keys(value).join() === "commitment" ? value.commitment : null);
const held = (payload) => Object.entries({ about: payload?.about, ...payload?.fields }).filter(([, value]) => commitment(value));

async function opened(one, payload) {
  const field = one?.field, found = held(payload).find(([name]) => name === field);
  try {
    if (typeof field !== "string" || !unhex(one.salt) || one.value === undefined) throw new Broken("opening");
  } catch { return ["openings_broken", "bad", {}]; }
  if (!found) return ["opening_none", "bad", { field }];
  const own = hex(await sha256(bytes(canonical([one.salt, field, one.value]))));
  return own === commitment(found[1]) ? ["opening_good", "good", { field, value: one.value }] : ["opening_bad", "bad", { field }];
}

/** All findings on a receipt: [name, mark, values] each, and what could be read of it. */
async function examine(text, keys, openings, able) {
  const told = { findings: [], entry: null, payload: null, head: null };
  try { told.receipt = readReceipt(text); } catch {
    told.findings.push([text.startsWith(HEADER) ? "form_broken" : "not_receipt", "bad", {}]);
    return told;
  }
  let note;
  try { note = readNote(told.receipt.checkpoint); told.head = readCheckpoint(note.text); } catch {
    told.findings.push(["checkpoint_broken", "bad", {}]);
    return told;
  }
  const logs = keys.filter((key) => key.kind !== WITNESS);
  const signed = [await signature(note, told.head.origin, logs, able), ...await witnesses(note, keys, able)];
  if (signed[0][0] === "key_sm") return { ...told, findings: signed };  // its tree goes by SM3, unknown here too
  let raw;
  try {
    const extra = JSON.parse(utf8.decode(told.receipt.extra));
    raw = bytes(extra.entry.toString());
    told.payload = extra.payload;
  } catch {
    told.findings.push(["no_entry", "bad", {}], ...signed);
    return told;
  }
  try { told.entry = readEntry(raw); } catch {
    told.findings.push(["entry_broken", "bad", {}], ...signed);
    return told;
  }
  const trusted = signed[0][0] === "signature_good", leaf = await sha256(joined([0], raw));
  told.findings.push(await content(told.entry, told.payload), await place(told.receipt, told.head, leaf, trusted), ...signed);
  if (trusted) told.findings.push(...remembered(told.head));
  for (const one of openings) told.findings.push(await opened(one, told.payload));
  return told;
}

/** This device has seen checkpoints before: another root for the same size is another log. */
function remembered(head) {
  const seen = stored(SEEN, {}), root = hex(head.root), own = seen[head.origin] ??= {};
  if (own[head.size] && own[head.size] !== root) return [["fork", "bad", { name: head.origin, size: head.size }]];
  own[head.size] = root;
  for (const size of Object.keys(own).sort((one, other) => other - one).slice(50)) delete own[size];
  store(SEEN, seen);
  return [];
}

function stored(name, otherwise) {
  try { return JSON.parse(localStorage.getItem(name)) ?? otherwise; } catch { return otherwise; }
}
function store(name, value) {
  try { localStorage.setItem(name, JSON.stringify(value)); return true; } catch { return false; }
}

// What follows

function state(told) {
  if (told.findings.some(([, mark]) => mark === "bad")) return "refused";
  return told.findings.some(([code]) => code === "signature_good") ? "holds" : "unsure";
}

function follows(told, offered) {
  const { entry, head } = told, verdict = state(told);
  if (verdict !== "holds") return { proved: [], open: verdict === "unsure" ? [["n_signed", {}]] : [] };
  const names = told.findings.filter(([code]) => code === "witness_good").map(([, , values]) => values.name);
  const shown = told.findings.filter(([code]) => code === "opening_good").map(([, , values]) => values.field);
  const closed = held(told.payload).map(([name]) => name).filter((name) => !shown.includes(name)).sort();
  const proved = [["p_published", { name: head.origin, number: entry.number, series: series(entry.series) }], ["p_unchanged", { size: head.size }]];
  if (shown.length) proved.push(["p_opened", {}]);
  if (names.length) proved.push(["p_witnessed", { names: names.join(", ") }]);
  const open = [["n_true", {}], ["n_moment", {}]];
  if (!names.length) open.push(["n_same", {}]);
  open.push(["n_later", {}]);
  if (closed.length) open.push(["n_sealed", { fields: closed.map(named).join(", ") }]);
  if (offered.has(told.findings.find(([code]) => code === "signature_good")[2].id)) open.unshift(["n_key", {}]);
  return { proved, open };
}

// The page

const named = (name) => WORDS[`field_${name}`] ?? name;
const series = (name) => WORDS[`series_${name}`] ?? name;
const said = (when) => {
  const shown = new Date(when.getTime() + ZONE);  // none where a witness names a moment beyond all calendars
  return isNaN(shown) ? "…" : shown.toISOString().slice(0, 16).replace("T", " ");
};
function make(tag, text = "", css = "") {
  const one = document.createElement(tag);
  one.textContent = text;
  if (css) one.className = css;
  return one;
}

const sentence = ([code, , values]) => say(code, values.field ? { ...values, field: named(values.field) } : values);

/** What the record says, in words where this page has them. */
function record(told) {
  const list = make("dl"), { entry, payload } = told;
  const add = (label, value) => list.append(make("dt", label), make("dd", value));
  const plain = (value) => (commitment(value) ? say("sealed") : Array.isArray(value) ? value.join(", ") : value === null ? "—" : String(value));
  const known = Object.fromEntries(told.findings.filter(([code]) => code === "opening_good").map(([, , values]) => [values.field, values.value]));
  const fields = Object.fromEntries(Object.entries(payload?.fields ?? {}).map(([name, value]) => [name, plain(known[name] ?? value)]));
  const words = JSON.parse(at("facts").textContent)[entry.fact];
  add(say("record"), words ? words.replace(/\{(\w+)\}/g, (whole, name) => fields[name] ?? "…") : entry.fact);
  add(say("number"), `${series(entry.series)} ${entry.number}`);
  add(say("moment"), said(new Date(entry.at)));
  for (const [name, value] of Object.entries({ about: plain(known.about ?? payload?.about ?? null), ...fields })) if (payload) add(named(name), value);
  return list;
}

function show(told, offered) {
  const box = at("told"), { proved, open } = follows(told, offered);
  const verdict = open[0]?.[0] === "n_key" ? "holds_if" : state(told);
  const tone = { holds: "ok", refused: "late" }[verdict] ?? "wait";
  const head = make("h2", say(verdict), `verdict ${tone}`);
  head.tabIndex = -1;
  const list = make("ul", "", "findings");
  for (const [code, mark, values] of told.findings) {
    const row = make("li", "", mark);
    row.dataset.code = code;
    row.append(make("b", say(mark)), make("span", sentence([code, mark, values])));
    list.append(row);
  }
  box.replaceChildren(head, ...told.findings.filter(([, mark]) => mark === "bad").map((one) => make("p", sentence(one))));
  if (verdict !== "refused" && told.entry) box.append(make("h3", say("says")), record(told));
  for (const [title, rows] of [["proved", proved], ["not_proved", open]]) {
    if (!rows.length) continue;
    const part = make("ul", "", title);
    part.append(...rows.map(([code, values]) => make("li", say(code, values))));
    box.append(make("h3", say(title)), part);
  }
  box.append(make("h3", say("looked_at")), list);
  box.hidden = false;
  head.focus();
}

const offered = new Set();  // ids of keys that only the server named

async function keys() {
  const found = [], wrong = [];
  for (const line of at("keys").value.split("\n").map((one) => one.trim()).filter(Boolean)) {
    try { found.push(await readKey(line)); } catch { wrong.push(line); }
  }
  at("keys-wrong").textContent = wrong.map((key) => say("key_broken", { key })).join(" ");
  at("keys-wrong").hidden = !wrong.length;
  return found;
}

async function able() {
  try {
    await crypto.subtle.importKey("raw", new Uint8Array(32).fill(1), { name: "Ed25519" }, false, ["verify"]);
    return true;
  } catch (why) { return why.name === "DataError"; }  // the algorithm is known, these bytes are no point
}

async function check() {
  const given = apart(at("receipt").value), sealed = at("openings").value.trim();
  let openings = given.openings ?? [], odd = false;
  if (sealed) {
    const more = apart(sealed).openings;
    odd = !Array.isArray(more);
    openings = openings.concat(odd ? [] : more);
  }
  let text = given.receipt ?? "";
  if (text && !text.endsWith("\n")) text += "\n";  // a paste may lose the last newline
  const told = await examine(text.replaceAll("\r\n", "\n"), await keys(), openings, await able());
  if (odd) told.findings.push(["openings_broken", "bad", {}]);
  show(told, offered);
}

async function take(files) {
  let whole = false;
  for (const file of files) {
    const text = await file.text(), given = apart(text);
    if (given.receipt !== undefined) { at("receipt").value = text; whole = true; } else at("openings").value = text;
  }
  if (at("openings").value) at("openings").closest("details").open = true;
  if (whole || at("receipt").value) await check();
}

async function load() {
  const found = /^#([0-9a-f-]{36}|\d{1,18})(?:\/(\d{1,18}))?$/.exec(location.hash);
  if (!found || !location.protocol.startsWith("http")) return;
  note(say("loading"));
  try {
    const answer = await fetch(`/log/receipt/${found[1]}${found[2] ? `?index=${found[2]}` : ""}`, { credentials: "omit" });
    if (!answer.ok) throw new Broken("status");
    at("receipt").value = await answer.text();
    note("");
  } catch { return note(say("not_loaded")); }
  await check();
}

async function ask() {
  try {
    const answer = await fetch("/log/key", { credentials: "omit" }), text = answer.ok ? await answer.text() : "";
    const found = [...new Set(text.match(/[^\s"+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+=*/g))];
    if (!found.length) throw new Broken("keys");
    const kept = at("keys").value.split("\n").map((one) => one.trim()).filter(Boolean);
    for (const text of found.filter((one) => !kept.includes(one))) { kept.push(text); offered.add((await readKey(text)).id); }
    at("keys").value = kept.join("\n");
    at("keys-said").textContent = say("keys_named");
  } catch { at("keys-said").textContent = say("keys_not_named"); return; }
  if (at("receipt").value) await check();
}

async function remember() {
  const found = await keys(), kept = store(KEPT, found.map((key) => key.text));
  offered.clear();
  at("keys-said").textContent = say(kept ? found.length ? "keys_kept" : "keys_gone" : "keys_not_kept");
  if (at("receipt").value) await check();
}

function note(text) { at("note").textContent = text; at("note").hidden = !text; }

function aloud() {
  const button = at("aloud");
  if (!window.speechSynthesis) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    if (speechSynthesis.speaking) return speechSynthesis.cancel();
    const voice = new SpeechSynthesisUtterance(at("main").innerText);
    voice.lang = document.documentElement.lang;
    speechSynthesis.speak(voice);
  });
  addEventListener("pagehide", () => speechSynthesis.cancel());
}

async function start() {
  const theme = /(?:^|; )theme=(light|dark)/.exec(document.cookie);
  if (theme) document.documentElement.dataset.theme = theme[1];
  at("works").hidden = false;
  if (!globalThis.crypto?.subtle) return note(say("no_crypto"));
  if (!(await able())) note(say("no_ed25519"));
  at("keys").value = stored(KEPT, []).join("\n");
  const form = at("works"), drop = at("drop");
  form.addEventListener("submit", (event) => { event.preventDefault(); check(); });
  at("file").addEventListener("change", (event) => take(event.target.files));
  at("ask").addEventListener("click", ask);
  at("remember").addEventListener("click", remember);
  if (!location.protocol.startsWith("http")) at("ask").hidden = true;
  for (const kind of ["dragover", "dragleave", "drop"]) drop.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", kind === "dragover");
    if (kind === "drop") event.dataTransfer.files.length ? take(event.dataTransfer.files) : (at("receipt").value = event.dataTransfer.getData("text"), check());
  });
  addEventListener("hashchange", load);
  aloud();
  await load();
}
start();
})();
