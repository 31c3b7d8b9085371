// What this tablet keeps of an audit. Nothing is called kept before the disk has it (durability: strict), and a
// database that the browser took away (it happens to a tab in the background) is opened again.
import { openDB } from "../../vendor/idb.js";
import { mirror } from "./mirror.js";

const NAME = "auditapp";
const VERSION = 1;
// What a lost connection looks like in Chromium, Safari and Firefox; a full disk is QuotaExceededError and no loss.
const LOST = new Set(["InvalidStateError", "UnknownError", "AbortError", "TransactionInactiveError"]);
// Bytes of a photo in one record. Chromium puts larger records into files beside its database, and these are what it
// may find missing after it was killed; small ones are in its log like every answer.
const PIECE = 48_000;
let opening = null;

function upgrade(db) {
  db.createObjectStore("meta");
  const operations = db.createObjectStore("operations", { keyPath: "id" });
  operations.createIndex("audit", "audit");
  operations.createIndex("state", "state");
  operations.createIndex("seq", "seq");
  const answers = db.createObjectStore("answers", { keyPath: ["audit", "person", "question", "field"] });
  answers.createIndex("walk", ["audit", "person"]);
  const photos = db.createObjectStore("photos", { keyPath: "sha256" });
  photos.createIndex("audit", "audit");
  photos.createIndex("state", "state");
  db.createObjectStore("pieces"); // [sha256, number] -> bytes
  db.createObjectStore("drafts", { keyPath: "key" });
  db.createObjectStore("copies", { keyPath: ["audit", "person"] });
}

const forget = () => {
  opening = null;
};

export function ready() {
  opening ??= openDB(NAME, VERSION, {
    upgrade,
    terminated: forget,
    blocking(_now, _then, event) {
      event.target.close(); // another tab has a newer version of us
      forget();
    },
  }).then(async (db) => {
    if (!await db.get("meta", "filled")) await refill(db);
    return db;
  }).catch((error) => {
    forget();
    throw error;
  });
  return opening;
}

// A new database: what the second copy holds was on this tablet before. Killed on the way, it is done the next time.
async function refill(db) {
  const found = await mirror();
  const tx = db.transaction(["meta", "operations", "answers", "photos", "pieces"], "readwrite", { durability: "strict" });
  const [meta, operations, answers, photos] = ["meta", "operations", "answers", "photos"].map((name) => tx.objectStore(name));
  for (const { op, row } of found.operations) {
    operations.put(op);
    if (row) answers.put(row); // the later ones come later
  }
  for (const { record, bytes } of found.photos) {
    photos.put(record);
    putBytes(tx, record.sha256, bytes);
  }
  if (found.device) meta.put(found.device, "device");
  meta.put(true, "filled");
  await tx.done;
}

export function putBytes(tx, sha256, bytes) {
  const pieces = tx.objectStore("pieces");
  for (let at = 0, number = 0; at < bytes.byteLength; at += PIECE, number += 1) pieces.put(bytes.slice(at, at + PIECE), [sha256, number]);
}

// The bytes of a photo, put together; nothing when they are not here.
export async function bytesOf(sha256) {
  const parts = await inOne(["pieces"], "readonly", (tx) => tx.objectStore("pieces").getAll(IDBKeyRange.bound([sha256], [sha256, []])));
  return parts.length ? new Blob(parts).arrayBuffer() : null;
}

// One transaction over these stores; what ``work`` returns, once it is on disk. A lost connection is tried again:
// ``work`` must bear being run twice.
export async function inOne(stores, mode, work) {
  for (let left = 2; ; left -= 1) {
    const mine = opening;
    try {
      const tx = (await ready()).transaction(stores, mode, { durability: "strict" });
      tx.done.catch(() => {}); // told below
      let found;
      try {
        found = await work(tx);
      } catch (error) {
        try {
          tx.abort();
        } catch {
          // over already
        }
        throw error;
      }
      await tx.done;
      return found;
    } catch (error) {
      if (!left || !LOST.has(error?.name)) throw error;
      if (opening === mine) {
        (await mine?.catch(() => null))?.close();
        forget();
      }
    }
  }
}

// All records of an index or a store.
export const all = (store, index, query) =>
  inOne([store], "readonly", (tx) => (index ? tx.objectStore(store).index(index) : tx.objectStore(store)).getAll(query));
// How many things of a person are on this device alone.
export async function unsent(person) {
  const [operations, photos] = await Promise.all([all("operations"), all("photos")]);
  return [...operations, ...photos].filter((one) => one.person === person && (one.state === "kept" || one.state === "parked")).length;
}
export const get = (store, key) => inOne([store], "readonly", (tx) => tx.objectStore(store).get(key));
export const put = (store, value, key) => inOne([store], "readwrite", (tx) => tx.objectStore(store).put(value, key));
export const drop = (store, key) => inOne([store], "readwrite", (tx) => tx.objectStore(store).delete(key));
