// An operation is one thing that somebody did in the walk. It is written, with what it changes, in one transaction;
// its text is hashed here and never put together again by anybody: what was hashed is what is sent and kept.
import { sha256 } from "../../vendor/sha256.js";
import { mirrored, unmirror } from "./mirror.js";
import { inOne, putBytes } from "./store.js";

const find = (what) => document.querySelector(what)?.dataset;
const walk = find("[data-walk]") ?? find("[data-sign-out]") ?? {}; // elsewhere: who is signed in, and no audit
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

// What the disk is expected to hold, so that what follows from it goes there together with the question whether it is so:
// one way to the disk and back, where a busy page lets each answer wait for its turn. Another tab may have been faster;
// then nothing of it is kept, and it is written again on top of what the disk said.
const OTHERWISE = new Error("the disk holds something else");
let last = null; // the device after our last operation
const sent = new Map(); // answer -> our last operation on it that the server does not have
const same = (one, other) => one.id === other.id && one.seq === other.seq && one.head === other.head && one.offset === other.offset;
const waits = (row) => (row?.state === "kept" ? row.op : null);

// ``answer``: {question, field, value, known}; ``photo``: a record of the store, with its ``bytes``; ``draft``: key of a draft that this
// operation makes good.
export async function write(kind, body, { answer = null, photo = null, draft = null } = {}) {
  const { audit, person, ref } = here();
  const id = newId();
  const place = answer && `${audit} ${person} ${answer.question} ${answer.field}`;
  let expected = last;
  let second = null; // the second copy, on its way beside the first
  let next = null;
  const work = () => inOne(NEEDED, "readwrite", async (tx) => {
    const [meta, operations, answers, photos, drafts] = NEEDED.map((name) => tx.objectStore(name));
    const asked = Promise.all([operations.get(id), meta.get("device"), answer ? answers.get([audit, person, answer.question, answer.field]) : null]);
    const put = (mine, after) => {
      const at = new Date().toISOString();
      const told = { ...body };
      let row = null;
      if (answer) {
        Object.assign(told, { known: answer.known, after });
        row = { audit, person, question: answer.question, field: answer.field, value: answer.value, known: answer.known, state: "kept", op: id, at };
      }
      const seq = mine.seq + 1;
      const text = JSON.stringify({ id, device: mine.id, seq, previous: mine.head, audit, person, kind, at, offset: mine.offset, body: told });
      const op = { id, seq, sha256: hashed(text), text, audit, ref, person, kind, body: told, state: "kept", at, tries: 0 };
      operations.put(op);
      next = { ...mine, seq, head: op.sha256 };
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
    };
    const guess = expected;
    expected = null; // what is tried again asks first
    const after = sent.get(place) ?? null;
    const early = guess && put(guess, after);
    const [again, named, before] = await asked;
    if (again) return again; // the connection was lost after the disk had it
    if (!early) return put(named ?? unknown(), waits(before));
    if (!named || !same(named, guess) || waits(before) !== after) throw OTHERWISE;
    return early;
  });
  const written = await during(async () => {
    try {
      const op = await work().catch((error) => {
        if (error !== OTHERWISE) throw error;
        return second.then(work);
      });
      await second;
      return op;
    } catch (error) {
      last = null;
      if (second) await second.then(() => unmirror([id])).catch(() => {});
      throw error;
    }
  });
  last = next;
  if (place) sent.set(place, id);
  document.dispatchEvent(new CustomEvent("tablet:written", { detail: written }));
  return written;
}

document.addEventListener("tablet:received", ({ detail: { op } }) => {
  for (const [place, id] of sent) if (id === op.id) sent.delete(place);
});

// What somebody is typing, before it is an answer: on disk as well.
export function typing(question, field, value, known) {
  const { audit, person } = here();
  return inOne(["drafts"], "readwrite", (tx) =>
    tx.objectStore("drafts").put({ key: `answer ${audit} ${person} ${question} ${field}`, audit, person, question, field, value, known, at: Date.now() }));
}

export const draftOf = (question, field) => `answer ${walk.audit} ${walk.person} ${question} ${field}`;
