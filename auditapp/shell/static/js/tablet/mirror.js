// A second place for what is not received yet. Chromium throws a database away that it finds damaged (after a crash, on a
// full disk) and opens an empty one; the cache is kept apart from it, so what was called kept is put back from there.
import { inOne } from "./store.js";

const place = () => caches.open("auditapp-kept");
const at = (key) => `/tablet/kept/${key}`;
const read = async (cache, key) => (await cache.match(at(key)))?.json();

export async function mirror(device, op, row, photo) {
  if (!globalThis.caches) return;
  const cache = await place();
  const { bytes = null, ...told } = photo ?? {};
  if (bytes) await cache.put(at(`bytes ${photo.sha256}`), new Response(bytes));
  await cache.put(at(`op ${op.id}`), new Response(JSON.stringify({ op, row, photo: photo && told })));
  await cache.put(at("device"), new Response(JSON.stringify(device)));
}

export async function forget(key) {
  if (globalThis.caches) await (await place()).delete(at(key));
}

// Once at the start. Gives how many operations had to be put back.
export async function putBack() {
  if (!globalThis.caches) return 0;
  const cache = await place();
  const known = await read(cache, "device");
  if (!known) return 0;
  const found = [];
  for (const request of await cache.keys()) {
    const key = decodeURIComponent(new URL(request.url).pathname).replace(at(""), "");
    if (!key.startsWith("op ")) continue;
    const one = await read(cache, key);
    if (!one) continue;
    if (one.photo) one.photo.bytes = await (await cache.match(at(`bytes ${one.photo.sha256}`)))?.arrayBuffer();
    found.push(one);
  }
  found.sort((one, other) => one.op.seq - other.op.seq);
  return inOne(["meta", "operations", "answers", "photos"], "readwrite", async (tx) => {
    const [meta, operations, answers, photos] = ["meta", "operations", "answers", "photos"].map((name) => tx.objectStore(name));
    const mine = await meta.get("device");
    if (mine?.id === known.id && mine.seq >= known.seq) return 0; // nothing was lost
    let count = 0;
    for (const { op, row, photo } of found) {
      if (await operations.get(op.id)) continue;
      operations.put(op);
      if (row) answers.put(row);
      if (photo?.bytes) photos.put(photo);
      count += 1;
    }
    // The chain goes on where it was. What was begun on the empty one meanwhile stays with the name it had.
    if (!mine || mine.seq === 0 || mine.id === known.id) meta.put(known, "device");
    return count;
  });
}
