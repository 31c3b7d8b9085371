// What this tablet holds and the server has not: as encrypted files that somebody else can bring in.
import { size } from "./bar.js";
import { words } from "./capture.js";
import { fill } from "./field.js";
import { device } from "./operations.js";
import { bytesOf, inOne } from "./store.js";

// The file (auditapp/audits/tablet/rescue/rules.py reads it): magic 16, salt 16, iv 12, rounds 4, check 8, length 8, then
// AES-256-GCM over: length of the list 4, the list as JSON, the photos one after the other.
const MAGIC = "AUDITAPP-RESCUE1";
const ROUNDS = 600_000;
const HEAD = 64;
const LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"; // none that is mistaken for another
const encoder = new TextEncoder();

// Five groups of four: 99 bits.
export function phrase() {
  const letters = [];
  while (letters.length < 20) {
    const [one] = crypto.getRandomValues(new Uint8Array(1));
    if (one < 248) letters.push(LETTERS[one % 31]); // 8 × 31: no letter is likelier than another
  }
  return letters.join("").replace(/(.{4})(?=.)/g, "$1-");
}

// Blanks, dashes and small letters do not matter in one that was made here; in one of your own everything counts.
export const settled = (typed) => {
  const bare = typed.normalize("NFC").trim();
  const made = bare.toUpperCase().replace(/[\s-]/g, "");
  return /^[2-9A-HJKMNP-Z]{20}$/.test(made) ? made : bare;
};

// Everything that has no receipt yet, of whoever wrote it; and what says of a photo where it belongs.
export async function held() {
  const found = await inOne(["operations", "photos"], "readonly", async (tx) => {
    const store = tx.objectStore("operations");
    const [kept, parked, photos] = await Promise.all([store.index("state").getAll("kept"), store.index("state").getAll("parked"), tx.objectStore("photos").index("state").getAll("kept")]);
    const found = new Map([...kept, ...parked].map((one) => [one.id, one]));
    const unsent = found.size;
    for (const { op } of photos) {
      const its = found.get(op) ?? await store.get(op);
      if (its) found.set(op, its);
    }
    return { operations: [...found.values()].sort((one, other) => one.seq - other.seq), photos, unsent };
  });
  for (const photo of found.photos) photo.bytes = await bytesOf(photo.sha256);
  return { ...found, photos: found.photos.filter((one) => one.bytes) };
}

// Photos shared out over files that the server takes; every file holds all operations, so each is whole by itself.
function parts(photos, room) {
  const found = [[]];
  let filled = 0;
  for (const photo of photos) {
    if (filled && filled + photo.bytes.byteLength > room) {
      found.push([]);
      filled = 0;
    }
    found.at(-1).push(photo);
    filled += photo.bytes.byteLength;
  }
  return found;
}

export async function make(typed, { operations, photos }, limit) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const secret = await crypto.subtle.importKey("raw", encoder.encode(settled(typed)), "PBKDF2", false, ["deriveBits"]);
  const raw = new Uint8Array(await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS }, secret, 256));
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]);
  const check = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array([...raw, ...encoder.encode("auditapp")]))).slice(0, 8);
  const { id, name } = await device();
  const list = operations.map(({ sha256, text }) => ({ sha256, text }));
  const room = limit - encoder.encode(JSON.stringify(list)).length - 65_536;
  const shares = parts(photos, Math.max(room, 1));
  const files = [];
  for (const [index, share] of shares.entries()) {
    const told = {
      device: { id, name }, made: new Date().toISOString(), part: index + 1, parts: shares.length,
      operations: list, photos: share.map(({ sha256, type, bytes }) => ({ sha256, type, size: bytes.byteLength })),
    };
    const manifest = encoder.encode(JSON.stringify(told));
    const plain = new Uint8Array(4 + manifest.length + share.reduce((sum, one) => sum + one.bytes.byteLength, 0));
    new DataView(plain.buffer).setUint32(0, manifest.length);
    plain.set(manifest, 4);
    let at = 4 + manifest.length;
    for (const { bytes } of share) {
      plain.set(new Uint8Array(bytes), at);
      at += bytes.byteLength;
    }
    const head = new Uint8Array(HEAD);
    const iv = crypto.getRandomValues(new Uint8Array(12));
    head.set(encoder.encode(MAGIC));
    head.set(salt, 16);
    head.set(iv, 32);
    head.set(check, 48);
    const view = new DataView(head.buffer);
    view.setUint32(44, ROUNDS);
    view.setBigUint64(56, BigInt(plain.length + 16));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: head }, key, plain);
    const day = told.made.slice(0, 16).replace(/[-:]/g, "").replace("T", "-");
    const called = name.replace(/[^\w-]+/g, "-").slice(0, 40);
    files.push(new File([head, sealed], `${called}-${day}-${index + 1}of${shares.length}.auditapp-rescue`, { type: "application/octet-stream" }));
  }
  return files;
}

export async function press(button) {
  if (document.querySelector(".rescue")) return;
  const section = document.querySelector("#tablet-rescue").content.firstElementChild.cloneNode(true);
  const find = (name) => section.querySelector(name);
  const form = find("[data-make]");
  const said = find("[data-said]");
  const say = (text, kind = "") => {
    said.textContent = text;
    said.className = `saved ${kind}`;
  };
  find("[data-close]").addEventListener("click", () => {
    section.remove();
    button.focus();
  });
  document.querySelector(".walk").before(section);
  section.scrollIntoView({ block: "start" });
  const what = await held();
  const bytes = what.operations.reduce((sum, one) => sum + one.text.length, 0) + what.photos.reduce((sum, one) => sum + one.bytes.byteLength, 0);
  const some = what.unsent + what.photos.length > 0;
  form.hidden = !some || !crypto.subtle;
  find("[data-holds]").textContent = !some ? words.nothing : !crypto.subtle ? words.noCrypto
    : fill(words.holds, { operations: what.unsent, photos: what.photos.length, size: size(bytes) });
  if (form.hidden) return;
  form.elements.phrase.value = phrase();
  form.elements.phrase.focus();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.elements.phrase.value.trim().length < 12) {
      say(words.short, "saved-wrong");
      return;
    }
    say(words.making, "saved-waiting");
    try {
      const files = await make(form.elements.phrase.value, await held(), words.limit * 1024 * 1024);
      say(fill(words.made, { count: files.length, size: size(files.reduce((sum, one) => sum + one.size, 0)) }));
      find("[data-files]").replaceChildren(...files.map((file, index) => offer(file, index, files.length)));
    } catch (error) {
      say(fill(words.rescueFailed, { why: error?.message || error?.name || "?" }), "saved-wrong");
    }
  });
}

function offer(file, index, count) {
  const item = document.createElement("li");
  item.textContent = `${fill(words.file, { i: index + 1, n: count })}: ${file.name} (${size(file.size)}) `;
  const link = Object.assign(document.createElement("a"), { className: "button button-quiet", textContent: words.save, download: file.name, href: URL.createObjectURL(file) });
  if (navigator.canShare?.({ files: [file] })) {
    const share = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: words.share });
    share.addEventListener("click", () => navigator.share({ files: [file], title: file.name }).catch((error) => error?.name !== "AbortError" && link.click()));
    item.append(share, " ");
  }
  item.append(link);
  return item;
}
