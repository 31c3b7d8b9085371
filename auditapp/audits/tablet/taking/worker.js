// The service worker: what was taken along is there when nobody answers. GET only; what is written goes through the page.
// The route puts before this text:  const MARK = "…", FILES = ["…", …], OFFLINE = "…", ICON = "…";
const SHELL = `auditapp-shell-${MARK}`;
const WHO = "auditapp-who";
const PATIENCE = 3000; // ms: a half-open connection is none
const KEEP = 3; // older releases whose files stay, for pages that were taken along with them
const copyOf = (person) => `auditapp-copy-${person}`;
const ours = (reply) => Boolean(reply) && reply.ok && !reply.redirected && reply.type === "basic" && reply.headers.has("X-Auditapp");
const isApi = (path) => path === "/tablet/ping" || /^\/tablet\/audits\/[^/]+\/(operations|photos|verify|cards)/.test(path) || path.startsWith("/slack/") || path.startsWith("/feeds/");
const isWalk = (path) => /^\/audits\/[^/]+\/walk$/.test(path);

// Who this device was used by last: only that person is shown what was kept. Signing out forgets it.
async function who() {
  const found = await (await caches.open(WHO)).match("/who");
  return found ? found.text() : "";
}

let forgotten = 0; // when: an answer to what was asked before does not bring anybody back

async function remember(person) {
  const cache = await caches.open(WHO);
  await cache.delete("/unsure");
  if (person) await cache.put("/who", new Response(person));
  else await cache.delete("/who");
}

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(SHELL);
    await Promise.all(FILES.map(async (url) => {
      const reply = await fetch(url, { cache: "no-cache", credentials: "same-origin" });
      if (!ours(reply)) throw new Error(`not ours: ${url}`); // all or nothing: half a page helps nobody
      await cache.put(url, reply);
    }));
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const shells = (await caches.keys()).filter((name) => name.startsWith("auditapp-shell-"));
    const older = shells.filter((name) => name !== SHELL);
    for (const name of older.slice(0, Math.max(0, older.length - KEEP))) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("message", (event) => {
  if (event.data === "use") self.skipWaiting();
  if (event.data === "forget") {
    forgotten = Date.now();
    event.waitUntil(remember(""));
  }
  if (event.data === "unsure") event.waitUntil(caches.open(WHO).then((cache) => cache.put("/unsure", new Response(""))));
});

async function asked(request, keep) {
  const began = Date.now();
  const reply = await fetch(request);
  if (ours(reply)) {
    const person = reply.headers.get("X-Auditapp");
    if (began <= forgotten) return reply;
    if (request.mode === "navigate" && person !== "-") await remember(person);
    if (keep && person !== "-") await keep(reply.clone(), person);
  }
  return reply;
}

async function page(event) {
  const { request } = event;
  const url = new URL(request.url);
  const person = await who();
  const copies = person ? await caches.open(copyOf(person)) : null;
  const plain = url.pathname;
  const copy = copies && await copies.match(plain, { ignoreSearch: true, ignoreVary: true });
  // The page itself and what was taken along are kept as they are now; a page with filters is another one.
  const keep = async (reply, now) => {
    if (url.search || (!isWalk(plain) && plain !== OFFLINE && !copy)) return;
    await (await caches.open(copyOf(now))).put(plain, reply);
  };
  const fresh = asked(request, keep);
  event.waitUntil(fresh.catch(() => null));
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, null));
  const sure = copy && !await (await caches.open(WHO)).match("/unsure");
  const reply = await Promise.race([fresh.catch(() => null), ...(sure ? [late] : [])]);
  // A hotel's page, a server that is down: what was taken along is better. Signed out is an answer of ours.
  if (reply && (!copy || ours(reply) || reply.type === "opaqueredirect" || (reply.headers.has("X-Auditapp") && reply.status < 429))) return reply;
  if (copy) return copy;
  if (reply) return reply;
  const offline = request.mode === "navigate" && copies && await copies.match(OFFLINE, { ignoreVary: true });
  return offline || fresh; // the browser says that there is no connection
}

async function file(request) {
  const here = await caches.match(request, { ignoreVary: true });
  if (here) return here;
  const reply = await fetch(request);
  if (ours(reply)) await (await caches.open(SHELL)).put(request, reply.clone());
  return reply;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin || isApi(url.pathname)) return;
  if (url.pathname.startsWith("/static/released/")) event.respondWith(file(request));
  else if (request.mode === "navigate" || request.headers.has("X-Taken") || /\/(picture|file)$/.test(url.pathname)) event.respondWith(page(event));
});
