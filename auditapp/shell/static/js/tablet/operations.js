// An operation is one thing that somebody did in the walk. It is written, with what it changes, in one transaction;
// its text is hashed here and never put together again by anybody: what was hashed is what is sent and kept.
import { sha256 } from "../../vendor/sha256.js";
import { mirrored, unmirror } from "./mirror.js";
import { inOne, putBytes } from "./store.js";

const walk = document.querySelector("[data-walk]")?.dataset ?? {};
const encoder = new TextEncoder();

export const here = () => ({ audit: walk.audit, ref: walk.ref, person: walk.person, name: walk.name });
export const hex = (bytes) => [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
export const hashed = (text) => hex(sha256(encoder.encode(text)));

// crypto.randomUUID is there with https only; the numbers are there everywhere.
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// What this tablet is called until somebody says better.
function called() {
  const agent = navigator.userAgent;
  const pad = /iPad/.test(agent) || (/Macintosh/.test(agent) && navigator.maxTouchPoints > 1);
  return pad ? "iPad" : /iPhone/.test(agent) ? "iPhone" : /Android/.test(agent) ? "Android" : navigator.userAgentData?.platform || navigator.platform || "Browser";
}

const unknown = () => ({ id: newId(), name: called(), seq: 0, head: "", offset: 0 });

export async function device() {
  return inOne(["meta"], "readwrite", async (tx) => {
    const meta = tx.objectStore("meta");
    const known = await meta.get("device");
    if (known) return known;
    const fresh = unknown();
    await meta.put(fresh, "device");
    return fresh;
  });
}

// While something is on its way to the disk the page is not changed under it (the new version of the site waits).
let writing = 0;
export async function during(work) {
  const mark = (step) => document.documentElement.toggleAttribute("data-writing", (writing += step) > 0);
  mark(1);
  try {
    return await work();
  } finally {
    mark(-1);
  }
}

export const NEEDED = ["meta", "operations", "answers", "photos", "drafts", "pieces"];

// ``answer``: {question, field, value, known}; ``photo``: a record of the store, with its ``bytes``; ``draft``: key of a draft that this
// operation makes good.
export async function write(kind, body, { answer = null, photo = null, draft = null } = {}) {
  const { audit, person, ref } = here();
  const id = newId();
  let second = null; // the second copy, on its way beside the first
  const work = () => inOne(NEEDED, "readwrite", async (tx) => {
    const [meta, operations, answers, photos, drafts] = NEEDED.map((name) => tx.objectStore(name));
    // Asked at once: each answer of the disk would otherwise wait for its turn in a busy page.
    const [again, named, before] = await Promise.all([
      operations.get(id), meta.get("device"), answer ? answers.get([audit, person, answer.question, answer.field]) : null,
    ]);
    if (again) return again; // the connection was lost after the disk had it
    const mine = named ?? unknown();
    const at = new Date().toISOString();
    const told = { ...body };
    let row = null;
    if (answer) {
      told.known = answer.known;
      told.after = before?.state === "kept" ? before.op : null;
      row = { audit, person, question: answer.question, field: answer.field, value: answer.value, known: answer.known, state: "kept", op: id, at };
    }
    const seq = mine.seq + 1;
    const text = JSON.stringify({ id, device: mine.id, seq, previous: mine.head, audit, person, kind, at, offset: mine.offset, body: told });
    const op = { id, seq, sha256: hashed(text), text, audit, ref, person, kind, body: told, state: "kept", at, tries: 0 };
    operations.add(op);
    const next = { ...mine, seq, head: op.sha256 };
    meta.put(next, "device");
    if (row) answers.put(row);
    const { bytes, ...rest } = photo ?? {};
    const record = photo && { state: "kept", ...rest, length: bytes.byteLength, audit, ref, person, op: id };
    if (record) {
      photos.put(record);
      putBytes(tx, record.sha256, bytes);
    }
    if (draft) drafts.delete(draft);
    second = mirrored({ op, row, photo: record, bytes, device: next }).catch(() => {}); // a full disk is told by the first
    return op;
  });
  const written = await during(async () => {
    try {
      const op = await work();
      await second;
      return op;
    } catch (error) {
      if (second) await second.then(() => unmirror([id])).catch(() => {});
      throw error;
    }
  });
  document.dispatchEvent(new CustomEvent("tablet:written", { detail: written }));
  return written;
}

// What somebody is typing, before it is an answer: on disk as well.
export function typing(question, field, value, known) {
  const { audit, person } = here();
  return inOne(["drafts"], "readwrite", (tx) =>
    tx.objectStore("drafts").put({ key: `answer ${audit} ${person} ${question} ${field}`, audit, person, question, field, value, known, at: Date.now() }));
}

export const draftOf = (question, field) => `answer ${walk.audit} ${walk.person} ${question} ${field}`;
