// Take along, and the check before leaving: what was put on the tablet is read back before anybody says "safe".
import { size } from "./bar.js";
import { fill } from "./field.js";
import { device, here, hex, newId } from "./operations.js";
import { anew, say } from "./sync.js";
import { drop, get, put } from "./store.js";

const frame = document.querySelector("[data-take]");
const words = JSON.parse(frame.dataset.words);
const { audit, ref, person } = here();
const find = (name) => frame.querySelector(`[data-${name}]`);
const cacheOf = () => caches.open(`auditapp-copy-${person}`);
const ROOM = 50_000_000; // bytes that forty photos need, and some more
const day = (iso) => new Date(iso).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });

async function fetched(url) {
  let reply;
  try {
    reply = await fetch(url, { credentials: "same-origin", cache: "no-store", redirect: "error", signal: AbortSignal.timeout(60_000), headers: { "X-Requested-With": "fetch" } });
  } catch {
    throw new Error(words.offline);
  }
  if (!reply.headers.has("X-Auditapp")) throw new Error(words.notOurs);
  if (reply.status === 401 || reply.headers.get("X-Auditapp") !== person) throw new Error(words.told.signedOut);
  if (!reply.ok) throw new Error(fill(words.refused, { status: reply.status }));
  return reply;
}

const there = new Set(); // what came in this page's life: after a stop the button goes on from there

async function take() {
  const said = find("progress-said");
  const bar = find("bar");
  const button = find("go");
  button.disabled = true;
  // On the tap, because browsers believe only a finger.
  const persisted = (await navigator.storage?.persist?.().catch(() => false)) ?? false;
  let title = "";
  try {
    await navigator.serviceWorker?.ready;
    const told = await (await fetched(frame.dataset.package)).json();
    const cache = await cacheOf();
    bar.hidden = false;
    bar.max = told.entries.length;
    const entries = [];
    for (const [at, entry] of told.entries.entries()) {
      title = entry.title;
      said.textContent = fill(words.saving, { done: at + 1, total: told.entries.length, title });
      bar.value = at;
      const before = there.has(entry.url) && await cache.match(entry.url, { ignoreVary: true });
      const reply = before || await fetched(entry.url);
      const bytes = await reply.clone().arrayBuffer();
      try {
        if (!before) await cache.put(entry.url, reply);
      } catch (error) {
        throw new Error(error?.name === "QuotaExceededError" ? words.full : String(error));
      }
      there.add(entry.url);
      entries.push({ ...entry, size: bytes.byteLength });
    }
    bar.value = bar.max;
    const bytes = entries.reduce((sum, one) => sum + one.size, 0);
    const copy = { audit, ref, person, title: told.title, starts: told.starts, ends: told.ends, editions: told.editions, release: told.release, files: told.files, entries, bytes, persisted, at: new Date().toISOString(), safe: null };
    await put("copies", copy);
    there.clear();
    said.textContent = fill(words.taken, { count: entries.length, size: size(bytes) });
    await say(audit, ref, { taken: true });
    show(copy);
    await check();
  } catch (error) {
    said.textContent = fill(words.stopped, { title, why: error.message });
  } finally {
    button.disabled = false;
  }
}

function show(copy) {
  find("entries").replaceChildren(...copy.entries.map((one) => {
    const line = document.createElement("li");
    line.textContent = `${one.title} · ${size(one.size)}`;
    return line;
  }));
}

// Each gives [state, words]: good, missing (not safe), or note.
const CHECKS = {
  async worker() {
    const good = Boolean(navigator.serviceWorker?.controller);
    return good ? ["good", ""] : ["missing", words.told.worker];
  },
  async cached(copy) {
    if (!copy) return ["missing", fill(words.told.notCached, { what: ref })];
    const cache = await cacheOf();
    let bytes = 0;
    const gone = [];
    // What belongs to the audit by now, where the server can be asked; else what belonged to it then.
    const now = await fetched(frame.dataset.package).then((reply) => reply.json()).catch(() => copy);
    for (const one of now.entries) {
      const found = await cache.match(one.url, { ignoreVary: true });
      const length = found ? (await found.arrayBuffer()).byteLength : 0;
      if (!length) gone.push(one.title);
      bytes += length;
    }
    for (const url of now.files) if (!await caches.match(url, { ignoreVary: true })) gone.push(url.split("/").pop());
    if (gone.length) return ["missing", fill(words.told.notCached, { what: gone.slice(0, 3).join(", ") })];
    return ["good", fill(words.told.cached, { count: now.entries.length + now.files.length, size: size(bytes) })];
  },
  async persisted() {
    const kept = await navigator.storage?.persisted?.().catch(() => false);
    return kept ? ["good", words.told.persisted] : ["note", words.told.notPersisted];
  },
  async room() {
    const found = await navigator.storage?.estimate?.().catch(() => null);
    if (!found?.quota) return ["note", words.told.noRoomKnown];
    const free = found.quota - found.usage;
    return free > ROOM ? ["good", fill(words.told.room, { size: size(free) })] : ["missing", fill(words.told.little, { size: size(free) })];
  },
  async signin(copy, told) {
    if (!told && !navigator.onLine) return ["note", words.told.notAsked];
    find("sign-in").hidden = Boolean(told && told.person === person);
    if (!told?.person || told.person !== person) return ["missing", words.told.signedOut];
    const end = copy?.ends ? `${copy.ends}T23:59:59` : new Date(Date.now() + 43_200_000).toISOString();
    const good = new Date(told.until) > new Date(end);
    return [good ? "good" : "missing", fill(good ? words.told.signin : words.told.signinShort, { day: day(told.until), end: day(end) })];
  },
  async photo() {
    const id = `test ${newId()}`;
    try {
      const canvas = document.createElement("canvas");
      canvas.width = 1200;
      canvas.height = 900;
      const pen = canvas.getContext("2d");
      for (let line = 0; line < 60; line += 1) {
        pen.fillStyle = `hsl(${(line * 47) % 360} 60% 50%)`;
        pen.fillRect((line * 137) % 1100, (line * 71) % 800, 160, 120);
      }
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9));
      const bytes = await blob.arrayBuffer();
      const before = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
      await put("drafts", { key: id, bytes });
      const back = (await get("drafts", id))?.bytes;
      const after = back && hex(new Uint8Array(await crypto.subtle.digest("SHA-256", back)));
      if (before !== after) throw new Error("SHA-256");
      return ["good", fill(words.told.photo, { size: size(bytes.byteLength) })];
    } catch (error) {
      return ["missing", fill(words.told.noPhoto, { why: error.name === "QuotaExceededError" ? words.full : error.message })];
    } finally {
      await drop("drafts", id).catch(() => {});
    }
  },
  async clock() {
    const minutes = Math.round((await device()).offset / 60_000);
    return minutes ? ["note", fill(words.told.clockOff, { count: Math.abs(minutes) })] : ["good", words.told.clock];
  },
};

async function check() {
  const list = find("checks");
  const verdict = find("verdict");
  find("check").disabled = true;
  const copy = await get("copies", [audit, person]);
  const told = await anew();
  list.replaceChildren();
  let missing = 0;
  let notes = 0;
  for (const [name, look] of Object.entries(CHECKS)) {
    const line = document.createElement("li");
    const title = document.createElement("b");
    const state = document.createElement("span");
    const more = document.createElement("span");
    title.textContent = words.checks[name];
    state.textContent = words.checking;
    line.append(state, " ", title, " ", more);
    list.append(line);
    const [found, why] = await look(copy, told).catch((error) => ["missing", String(error)]);
    line.dataset.found = found;
    state.textContent = words[found];
    more.textContent = why;
    more.className = "soft";
    if (found === "missing") missing += 1;
    if (found === "note") notes += 1;
  }
  verdict.hidden = false;
  verdict.dataset.safe = String(!missing);
  verdict.textContent = missing ? words.notSafe : notes ? words.safeNote : words.safe;
  if (copy) await put("copies", { ...copy, safe: missing ? null : new Date().toISOString() });
  if (!missing) await say(audit, ref, { taken: true, departed: true });
  find("check").disabled = false;
}

const known = await get("copies", [audit, person]).catch(() => null);
if (known) show(known);
find("go").disabled = find("check").disabled = false;
find("go").addEventListener("click", take);
find("check").addEventListener("click", check);
