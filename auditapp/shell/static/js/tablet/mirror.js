// The second copy. A browser that finds its IndexedDB damaged after it was killed throws all of it away (seen: Chromium,
// 1 of 24 kills); Cache Storage is another place on the disk and stays. What has no receipt that was verified stands in
// both, and a database that was made anew is filled from here, with the device's name and its chain.
const CACHE = "auditapp-mirror";
let opened = null;
// Not there without https: then there is one copy. Opened once: each answer of the disk waits for its turn in a busy page.
const there = () => (opened ??= globalThis.caches?.open(CACHE).catch((error) => {
  opened = null;
  throw error;
}));
const address = (id) => `/tablet/mirror/${id}`;

export async function mirrored({ op, row, photo, bytes, device }) {
  const cache = await there();
  if (!cache) return;
  if (photo) await cache.put(address(photo.sha256), new Response(bytes, { headers: { "X-Record": encodeURIComponent(JSON.stringify(photo)) } }));
  await cache.put(address(op.id), new Response(JSON.stringify({ op, row, device })));
}

// ``device``: as it is now; it stands by itself then, so that its chain goes on where none of its operations is left here.
export async function unmirror(ids, device = null) {
  const cache = await there();
  if (device) await cache?.put(address("device"), new Response(JSON.stringify({ device })));
  for (const id of ids) await cache?.delete(address(id));
}

// Everything of the second copy: {device, operations: [{op, row}], photos: [{record, bytes}]}.
export async function mirror() {
  const cache = await there();
  const found = { device: null, operations: [], photos: [] };
  for (const request of (await cache?.keys()) ?? []) {
    const reply = await cache.match(request);
    const record = reply?.headers.get("X-Record");
    if (record) found.photos.push({ record: JSON.parse(decodeURIComponent(record)), bytes: await reply.arrayBuffer() });
    else if (reply) {
      const told = await reply.json();
      if ((told.device?.seq ?? -1) >= (found.device?.seq ?? 0)) found.device = told.device;
      if (told.op) found.operations.push(told);
    }
  }
  found.operations.sort((one, other) => one.op.seq - other.op.seq);
  return found;
}
