// The page that the app opens: what of each audit is on this device, and what of it is not sent.
import { size } from "./bar.js";
import { fill } from "./field.js";
import { unmirror } from "./mirror.js";
import { device, here } from "./operations.js";
import { all, inOne } from "./store.js";
import { begin, listen, say } from "./sync.js";

const frame = document.querySelector("[data-tablet]");
const words = JSON.parse(frame.dataset.words);
const { person } = here();
const day = (iso) => new Date(iso).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });
// What of an audit is on this device alone, of whoever: operations, photos, and what is still being written.
async function counted(tx, audit) {
  const [operations, photos] = await Promise.all(["operations", "photos"].map((name) => tx.objectStore(name).index("audit").getAll(audit)));
  const drafts = (await tx.objectStore("drafts").getAll()).filter((one) => one.key.includes(audit));
  return operations.filter((one) => one.state !== "received").length + photos.filter((one) => one.state === "kept").length + drafts.length;
}
const left = (audit) => inOne(["operations", "photos", "drafts"], "readonly", (tx) => counted(tx, audit));

// Audits that are here though the list of the server has them no more: closed meanwhile, or somebody left the team.
function drawn(copies) {
  const shown = new Set([...frame.querySelectorAll("[data-copy]")].map((one) => one.dataset.copy));
  const template = frame.querySelector("[data-item]");
  for (const copy of copies) {
    if (shown.has(copy.audit)) continue;
    const item = template.content.firstElementChild.cloneNode(true);
    item.dataset.copy = copy.audit;
    item.dataset.ref = copy.ref;
    item.querySelector("a").href = `/audits/${copy.ref}/walk`;
    item.querySelector("a").textContent = `${copy.ref} ${copy.title}`;
    frame.querySelector("[data-list]").append(item);
  }
}

async function draw() {
  const copies = new Map((await all("copies")).filter((one) => one.person === person).map((one) => [one.audit, one]));
  drawn(copies.values());
  for (const item of frame.querySelectorAll("[data-copy]")) {
    const copy = copies.get(item.dataset.copy);
    const count = await left(item.dataset.copy);
    const said = [
      copy ? fill(words.here, { day: day(copy.at), size: size(copy.bytes) }) : "",
      copy?.safe ? fill(words.safe, { day: day(copy.safe) }) : "",
      count ? fill(words.unsent, { count }) : copy ? words.sent : "",
      copy && navigator.onLine && copy.files.length && !await caches.match(copy.files[0], { ignoreVary: true }) ? words.older : "",
    ].filter(Boolean).join(" ");
    const place = item.querySelector("[data-stands]");
    if (place.textContent !== said) place.textContent = said;
    item.querySelector("[data-remove]").hidden = !copy;
  }
}

async function remove(item) {
  const audit = item.dataset.copy;
  const { ref } = item.dataset;
  const place = item.querySelector("[data-stands]");
  const count = await left(audit);
  if (count) {
    place.textContent = fill(words.removeNot, { count });
    return;
  }
  if (!confirm(fill(words.removeSure, { ref }))) return;
  const copies = await all("copies");
  const mine = copies.find((one) => one.audit === audit && one.person === person);
  const others = new Set(copies.filter((one) => one !== mine).flatMap((one) => one.entries.map((entry) => entry.url)));
  const cache = await caches.open(`auditapp-copy-${person}`);
  const away = (mine?.entries ?? []).map((one) => one.url).filter((url) => !others.has(url) && url !== location.pathname);
  const gone = [];
  const late = await inOne(["copies", "operations", "answers", "photos", "drafts", "pieces"], "readwrite", async (tx) => {
    const written = await counted(tx, audit); // meanwhile, in another tab
    if (written) return written;
    tx.objectStore("copies").delete([audit, person]);
    for (const sha256 of await tx.objectStore("photos").index("audit").getAllKeys(audit)) {
      tx.objectStore("pieces").delete(IDBKeyRange.bound([sha256], [sha256, []]));
      gone.push(sha256);
    }
    gone.push(...await tx.objectStore("operations").index("audit").getAllKeys(audit));
    for (const name of ["operations", "photos"]) {
      for (const key of await tx.objectStore(name).index("audit").getAllKeys(audit)) tx.objectStore(name).delete(key);
    }
    for (const key of await tx.objectStore("answers").index("walk").getAllKeys([audit, person])) tx.objectStore("answers").delete(key);
    return 0;
  });
  if (late) {
    place.textContent = fill(words.removeNot, { count: late });
    return;
  }
  await unmirror(gone, await device()).catch(() => {});
  for (const url of away) await cache.delete(url, { ignoreVary: true });
  await say(audit, ref, { removed: true });
  await draw();
}

frame.addEventListener("click", (event) => {
  const button = event.target.closest("[data-remove]");
  if (button) remove(button.closest("[data-copy]"));
});
await draw();
begin();
listen((state) => state.flushing || draw());
