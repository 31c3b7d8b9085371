// The page that the app opens: what of each audit is on this device, and what of it is not sent.
import { size } from "./bar.js";
import { fill } from "./field.js";
import { here } from "./operations.js";
import { all, inOne } from "./store.js";
import { begin, listen, say } from "./sync.js";

const frame = document.querySelector("[data-tablet]");
const words = JSON.parse(frame.dataset.words);
const { person } = here();
const day = (iso) => new Date(iso).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });
const left = async (audit) => {
  const operations = (await all("operations", "audit", audit)).filter((one) => one.state !== "received");
  const photos = (await all("photos", "audit", audit)).filter((one) => one.state === "kept");
  return operations.length + photos.length;
};

async function draw() {
  const copies = new Map((await all("copies")).filter((one) => one.person === person).map((one) => [one.audit, one]));
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
  const mine = copies.find((one) => one.audit === audit);
  const others = new Set(copies.filter((one) => one !== mine).flatMap((one) => one.entries.map((entry) => entry.url)));
  const cache = await caches.open(`auditapp-copy-${person}`);
  for (const { url } of mine?.entries ?? []) if (!others.has(url) && url !== location.pathname) await cache.delete(url, { ignoreVary: true });
  await inOne(["copies", "operations", "answers", "photos"], "readwrite", async (tx) => {
    tx.objectStore("copies").delete(audit);
    for (const name of ["operations", "photos"]) {
      for (const key of await tx.objectStore(name).index("audit").getAllKeys(audit)) tx.objectStore(name).delete(key);
    }
    for (const key of await tx.objectStore("answers").index("walk").getAllKeys([audit, person])) tx.objectStore("answers").delete(key);
  });
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
