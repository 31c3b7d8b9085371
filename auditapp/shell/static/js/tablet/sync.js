// Brings what the tablet keeps to the server. One flusher at a time, over all tabs; answers before photos; nothing is
// called received without a receipt that names its id and its hash, and nothing is ever dropped for an error.
import { all, bytesOf, inOne, put } from "./store.js";
import { unmirror } from "./mirror.js";
import { device, here } from "./operations.js";

const BATCH = 40;
const BEAT = 45_000; // ms between two signs of life
const PATIENCE = 20_000; // ms for an answer: a half-open connection is none
const LOCK = "auditapp-flush";
const listeners = new Set();
const tabs = globalThis.BroadcastChannel && new BroadcastChannel("auditapp"); // the others of this browser
let csrf = document.querySelector("meta[name=csrf-token]")?.content ?? "";
let state = { counted: false, unsent: 0, photos: 0, bytes: 0, parked: 0, trouble: "", lastHeard: null, flushing: false };
let timer = 0;
let wait = 0; // ms until the next try after trouble
let notBefore = 0; // what Retry-After said
let busy = false;
let pressed = false; // the button, while something was being brought
let recount = 0;

export const status = () => state;

function tell(change = {}) {
  state = { ...state, ...change };
  for (const fn of listeners) fn(state);
}

export function listen(fn) {
  listeners.add(fn);
  fn(state);
  return () => listeners.delete(fn);
}

// What became of something, for this page and for the other tabs that show it.
function announce(name, detail) {
  document.dispatchEvent(new CustomEvent(name, { detail }));
  tabs?.postMessage([name, detail]);
}

// What is not with the server yet, of whoever is at this page.
export async function count() {
  const { person } = here();
  const [kept, parked, photos] = await inOne(["operations", "photos"], "readonly", (tx) => Promise.all([
    tx.objectStore("operations").index("state").getAll("kept"),
    tx.objectStore("operations").index("state").getAll("parked"),
    tx.objectStore("photos").index("state").getAll("kept"),
  ]));
  const mine = (one) => one.person === person;
  const left = [...kept, ...parked];
  tell({
    counted: true,
    unsent: kept.filter(mine).length,
    parked: parked.filter(mine).length,
    photos: photos.filter(mine).length,
    bytes: left.filter(mine).reduce((sum, one) => sum + one.text.length, 0) + photos.filter(mine).reduce((sum, one) => sum + one.length, 0),
    others: left.filter((one) => !mine(one)).length,
  });
  return { operations: left, photos };
}

// One request. Ours is only what says that it is: a hotel's page with status 200 is not.
async function call(url, { body, type = "application/json", method = "POST", patience = PATIENCE } = {}) {
  for (const fresh of [false, true]) {
    let reply;
    try {
      reply = await fetch(url, {
        method, body, credentials: "same-origin", redirect: "error", cache: "no-store", signal: AbortSignal.timeout(patience),
        headers: { "X-Requested-With": "fetch", "X-CSRFToken": csrf, ...(body ? { "Content-Type": type } : {}) },
      });
    } catch {
      return { kind: "offline" };
    }
    let json = null;
    if (reply.headers.get("Content-Type")?.startsWith("application/json")) json = await reply.json().catch(() => null);
    const after = Number(reply.headers.get("Retry-After")) || 0;
    if (after) notBefore = Math.max(notBefore, Date.now() + Math.min(after, 3600) * 1000);
    if (reply.ok) return json?.auditapp ? { kind: "ours", json } : { kind: "portal" };
    if (reply.status === 400 && !fresh && await anew()) continue; // the token was of an older sign-in or session
    if (reply.status === 401 || reply.status === 400) return { kind: "signin" };
    if (reply.status === 408 || reply.status === 429 || reply.status >= 500) return { kind: "busy", why: json?.error };
    return json?.error ? { kind: "refused", status: reply.status, why: json.error, code: json.code } : { kind: reply.status === 413 ? "refused" : "portal", status: reply.status };
  }
  return { kind: "signin" };
}

// A fresh token, and who is signed in here now.
export async function anew() {
  try {
    const reply = await fetch("/tablet/ping", { credentials: "same-origin", redirect: "error", cache: "no-store", signal: AbortSignal.timeout(8_000), headers: { "X-Requested-With": "fetch" } });
    const json = await reply.json();
    if (json.auditapp !== "here") return null;
    csrf = json.csrf;
    await heard(json);
    return json.person ? json : null;
  } catch {
    return null;
  }
}

// The server's time: the tablet's clock may be wrong by a year, what it says is put right by the difference.
async function heard(json) {
  if (json.csrf) csrf = json.csrf;
  const offset = Math.round((Date.parse(json.at) - Date.now()) / 1000) * 1000;
  const mine = await device();
  if (Math.abs(mine.offset - offset) > 2_000) {
    await inOne(["meta"], "readwrite", async (tx) => {
      const meta = tx.objectStore("meta");
      await meta.put({ ...await meta.get("device"), offset }, "device");
    });
  }
  tell({ lastHeard: json.at });
}

const stop = (reply) => {
  tell({ trouble: reply.kind, why: reply.why ?? "" });
  return false;
};

async function report(audit, operations, photos) {
  const mine = await device();
  const ops = operations.filter((one) => one.audit === audit);
  const pictures = photos.filter((one) => one.audit === audit);
  return {
    device: { id: mine.id, name: mine.name },
    report: {
      unsent: ops.length, photos: pictures.length, seq: mine.seq, head: mine.head,
      bytes: ops.reduce((sum, one) => sum + one.text.length, 0) + pictures.reduce((sum, one) => sum + one.length, 0),
      oldest: ops.length ? ops.reduce((least, one) => (one.at < least ? one.at : least), ops[0].at) : null,
      departed: false,
    },
  };
}

// What one receipt changes on this tablet, in one transaction.
async function received(op, receipt) {
  const done = ["applied", "same", "conflict"].includes(receipt.state);
  const parked = ["refused", "reused", "broken"].includes(receipt.state);
  if (!done && !parked) {
    if (receipt.why && receipt.why !== op.why) await put("operations", { ...op, why: receipt.why });
    announce("tablet:waiting", { op, receipt });
    return null;
  }
  const now = await inOne(["operations", "answers"], "readwrite", async (tx) => {
    const operations = tx.objectStore("operations");
    const record = (await operations.get(op.id)) ?? op;
    const next = { ...record, state: done ? "received" : "parked", receipt, at_server: receipt.at, why: receipt.why ?? "", tried: Date.now(), verified: false };
    operations.put(next);
    if (op.kind === "answer") {
      const answers = tx.objectStore("answers");
      const row = await answers.get([op.audit, op.person, op.body.question, op.body.field]);
      const stands = receipt.values?.[op.body.field] ?? row?.value; // of two that met, the one that stands
      const value = typeof stands === "boolean" ? String(Number(stands)) : stands;
      if (row?.op === op.id && parked) answers.put({ ...row, state: "parked", why: next.why });
      else if (row?.op === op.id) answers.put({ ...row, value, state: "received", known: receipt.tokens?.[op.body.field] ?? row.known, received: receipt.at });
    }
    return next;
  });
  announce("tablet:received", { op: now, receipt });
  return now;
}

// The operations of one audit, the oldest first. True when all that can be brought now is there.
async function bring(audit, ref, mine, everything) {
  let batch = BATCH;
  const again = new Set(); // tried in this round
  for (;;) {
    const left = mine.filter((one) => !again.has(one.id)).slice(0, batch);
    const body = { ...await report(audit, everything.operations, everything.photos), operations: left.map(({ sha256, text }) => ({ sha256, text })) };
    const reply = await call(`/tablet/audits/${ref}/operations`, { body: JSON.stringify(body) });
    if (reply.kind === "refused" && reply.status === 413 && batch > 1) {
      batch = Math.max(1, Math.floor(batch / 4));
      continue;
    }
    if (reply.kind === "refused") {
      // Not for this person or not now: everything stays, and says why.
      for (const one of left) await received(one, { state: "refused", id: one.id, why: reply.why ?? "", at: null });
      return true;
    }
    if (reply.kind !== "ours") return stop(reply);
    await heard(reply.json);
    if (reply.json.person !== here().person) return stop({ kind: "other" });
    const receipts = new Map(reply.json.receipts.map((one) => [one.id, one]));
    for (const one of left) {
      const receipt = receipts.get(one.id);
      again.add(one.id);
      if (!receipt || (receipt.sha256 !== one.sha256 && receipt.state !== "broken" && receipt.state !== "reused")) continue;
      await received(one, receipt);
    }
    everything = await count();
    if (again.size >= mine.length) {
      await recalled(audit, ref, reply.json.held);
      return true;
    }
  }
}

// The server knows less of this tablet than it had given receipts for: it came back from a backup. Ask what it holds,
// and bring the rest again. Also how "received" becomes "verified": what is held is read back.
async function recalled(audit, ref, runs) {
  const ops = await all("operations", "audit", audit);
  const mine = ops.filter((one) => one.state === "received" && one.person === here().person);
  const lost = mine.some(({ seq }) => !runs.some(([first, last]) => first <= seq && seq <= last));
  const asked = lost ? mine : mine.filter((one) => !one.verified);
  const photos = (await all("photos", "audit", audit)).filter((one) => one.person === here().person && (one.state === "received" || (lost && one.state === "verified")));
  for (let at = 0; at < Math.max(asked.length, photos.length); at += 200) {
    const part = asked.slice(at, at + 200);
    const pictures = photos.slice(at, at + 200);
    if (!part.length && !pictures.length) break;
    const body = JSON.stringify({ device: (await device()).id, operations: part.map((one) => [one.id, one.sha256]), photos: pictures.map((one) => one.sha256) });
    const reply = await call(`/tablet/audits/${ref}/verify`, { body });
    if (reply.kind !== "ours") return;
    const held = new Set(reply.json.operations);
    const seen = new Set(reply.json.photos);
    await inOne(["operations", "answers", "photos"], "readwrite", async (tx) => {
      const [operations, answers, store] = ["operations", "answers", "photos"].map((name) => tx.objectStore(name));
      for (const one of part) {
        operations.put(held.has(one.id) ? { ...one, verified: true } : { ...one, state: "kept", verified: false });
        if (one.kind !== "answer") continue;
        const row = await answers.get([one.audit, one.person, one.body.question, one.body.field]);
        if (row?.op === one.id) answers.put({ ...row, state: held.has(one.id) ? "received" : "kept", verified: held.has(one.id) });
      }
      for (const one of pictures) store.put({ ...one, state: seen.has(one.sha256) ? "verified" : "kept" });
    });
    // With the server, and read back there: the second copy has done its work.
    await unmirror([...part.filter((one) => held.has(one.id)).map((one) => one.id), ...seen], await device()).catch(() => {});
    for (const one of part) announce("tablet:verified", { op: one, held: held.has(one.id) });
    for (const one of pictures) announce("tablet:photo", { sha256: one.sha256, state: seen.has(one.sha256) ? "verified" : "kept" });
  }
}

async function bringPhotos(photos, forced) {
  for (const one of photos) {
    if (!forced && one.refused && Date.now() - one.refused < 300_000) continue;
    const bytes = await bytesOf(one.sha256);
    if (!bytes) continue; // its row says what is missing
    const reply = await call(`/tablet/audits/${one.ref}/photos/${one.sha256}`, { method: "PUT", body: new Blob([bytes], { type: one.type }), type: one.type, patience: 120_000 });
    if (reply.kind === "refused") {
      await put("photos", { ...one, refused: Date.now(), why: reply.why ?? String(reply.status), status: reply.status });
      announce("tablet:photo", { sha256: one.sha256, state: "refused", why: reply.why, status: reply.status });
      continue;
    }
    if (reply.kind !== "ours") return stop(reply);
    if (reply.json.sha256 !== one.sha256) continue;
    await put("photos", { ...one, state: "received", at_server: reply.json.at });
    announce("tablet:photo", { sha256: one.sha256, state: "received" });
    await count();
  }
  return true;
}

const due = (one, forced) => one.state === "kept" || forced || Date.now() - (one.tried ?? 0) > 300_000;

async function run(forced) {
  const { person, audit, ref } = here();
  const everything = await count();
  const mine = everything.operations.filter((one) => one.person === person && due(one, forced)).sort((one, other) => one.seq - other.seq);
  const audits = new Map([[audit, ref], ...mine.map((one) => [one.audit, one.ref])]);
  for (const [id, name] of audits) {
    if (id && !await bring(id, name, mine.filter((one) => one.audit === id), everything)) return false;
  }
  const pictures = (await count()).photos.filter((one) => one.person === person);
  if (pictures.length) {
    if (!await bringPhotos(pictures, forced)) return false;
    const left = await count(); // say at once that nothing is left, and have the photos read back
    for (const [id, name] of new Map(pictures.map((one) => [one.audit, one.ref]))) {
      if (!await bring(id, name, [], left)) return false;
    }
  }
  tell({ trouble: "", why: "" });
  await count();
  return true;
}

// Bring everything now. Called when something was written, when the network is back, when the page is seen again, by
// the clock and by the button (``forced``: what was parked is tried again, and nobody waits for the next try).
export async function flush(forced = false) {
  if (busy) {
    pressed ||= forced; // the button counts also while the clock is at it
    return;
  }
  clearTimeout(timer);
  if (!forced && Date.now() < notBefore) {
    timer = setTimeout(() => flush(), notBefore - Date.now());
    return;
  }
  busy = true;
  let good = false;
  tell({ flushing: true });
  try {
    const work = async (lock) => (lock === null ? true : run(forced));
    good = navigator.locks ? await navigator.locks.request(LOCK, { ifAvailable: true }, work) : await work();
  } catch (error) {
    stop({ kind: "broken", why: String(error) });
  } finally {
    busy = false;
    tell({ flushing: false });
  }
  if (pressed) {
    pressed = false;
    await flush(true);
    return;
  }
  wait = good && !state.unsent && !state.photos ? 0 : Math.min(60_000, wait ? wait * 2 : 2_000);
  const next = Math.max(wait ? wait * (0.75 + Math.random() / 2) : BEAT, notBefore - Date.now());
  timer = setTimeout(() => flush(), next);
}

// Tell the server something about this copy (taken along, safe and away, removed), with what is unsent of it.
export async function say(audit, ref, more) {
  const { operations, photos } = await count();
  const told = await report(audit, operations, photos);
  const reply = await call(`/tablet/audits/${ref}/operations`, { body: JSON.stringify({ ...told, report: { ...told.report, ...more }, operations: [] }) });
  if (reply.kind === "ours") await heard(reply.json);
  return reply.kind === "ours";
}

export function begin() {
  tabs?.addEventListener("message", ({ data: [name, detail] }) => {
    document.dispatchEvent(new CustomEvent(name, { detail }));
    clearTimeout(recount);
    recount = setTimeout(count, 300);
  });
  document.addEventListener("tablet:written", () => {
    count();
    clearTimeout(timer);
    timer = setTimeout(() => flush(), state.trouble ? Math.max(wait, 500) : 150);
  });
  addEventListener("online", () => flush());
  addEventListener("pageshow", (event) => event.persisted && flush());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && flush());
  return flush();
}

// The cards that somebody else changed meanwhile, drawn by the server.
export async function changed(revisions) {
  const { ref } = here();
  const known = await call(`/tablet/audits/${ref}/cards`, { method: "GET" });
  if (known.kind !== "ours") return [];
  const old = Object.entries(known.json.revisions).filter(([id, revision]) => revisions.has(id) && revisions.get(id).revision !== revision);
  if (!old.length) return [];
  return cards(old.map(([id]) => revisions.get(id).n));
}

export async function cards(numbers) {
  const reply = await call(`/tablet/audits/${here().ref}/cards?n=${numbers.slice(0, 60).join(",")}`, { method: "GET" });
  return reply.kind === "ours" ? reply.json.cards : [];
}
