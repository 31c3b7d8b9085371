// The photo button: camera or library, kept on this tablet in one transaction, shown at the question at once.
import { clock, fill } from "./field.js";
import { during, here, write } from "./operations.js";
import { taken } from "./picture.js";
import { all, bytesOf, get } from "./store.js";
import { drawing } from "./strokes.js";

const MEGABYTE = 1024 * 1024;
const STALE = 3_600_000; // ms; a place older than this is of no use
export const words = JSON.parse(document.querySelector("#tablet-paper").dataset.words);
const place = `auditapp.place ${here().audit}.${here().person}`;
const cardOf = (question) => question && document.querySelector(`article.question[data-q="${CSS.escape(question)}"]`);
const shown = new Map(); // sha256 -> the line at its question
let picker = null; // the card that the picker is open for

const inputs = ["#walk-camera", "#walk-library"].map((id) => document.querySelector(id));
for (const input of inputs) {
  if (!input) continue;
  input.addEventListener("change", () => {
    localStorage.removeItem(place);
    const card = picker;
    const files = [...input.files];
    keepAll(card, files, input === inputs[0]);
  });
  input.addEventListener("cancel", () => localStorage.removeItem(place));
}

// The page may be thrown away while the camera is open: what was typed goes to the disk first, and the place as well.
export function press(button) {
  const card = button.closest("article.question");
  const input = "library" in button.dataset ? inputs[1] : inputs[0];
  if (!card || !input) throw new Error("no question here");
  document.activeElement?.blur?.();
  document.dispatchEvent(new CustomEvent("tablet:leaving"));
  try {
    localStorage.setItem(place, JSON.stringify({ n: card.dataset.n, top: Math.round(card.getBoundingClientRect().top), at: Date.now() }));
  } catch {
    // full: the photo itself will say so
  }
  picker = card;
  input.value = "";
  input.click();
}

// After a start: the photos that this tablet keeps, and the question where somebody was taking one.
export async function resume() {
  restorePlace();
  const { audit, person } = here();
  const photos = (await all("photos", "audit", audit)).filter((one) => one.person === person);
  const operations = await all("operations", "audit", audit);
  operations.sort((one, other) => one.seq - other.seq);
  const lines = new Map();
  const gone = new Set();
  const titles = new Map();
  for (const one of operations) {
    if (one.kind === "photo") lines.set(one.id, one.body.annotation ?? []);
    else if (one.kind === "annotate") lines.set(one.body.photo, one.body.annotation);
    else if (one.kind === "describe") titles.set(one.body.photo, one.body.title);
    else if (one.kind === "withdraw") gone.add(one.body.photo);
  }
  const known = new Map(operations.map((one) => [one.id, one]));
  for (const photo of photos) {
    if (gone.has(photo.op) || shown.has(photo.sha256)) continue;
    const card = cardOf(photo.question);
    if (!card) continue;
    const evidence = known.get(photo.op)?.receipt?.evidence;
    show(card, { ...photo, evidence, title: titles.get(photo.op) ?? photo.title }, lines.get(photo.op) ?? []);
  }
}

function restorePlace() {
  let kept = null;
  try {
    kept = JSON.parse(localStorage.getItem(place) ?? "null");
    localStorage.removeItem(place);
  } catch {
    return;
  }
  const card = kept && Date.now() - kept.at < STALE && document.querySelector(`#q${CSS.escape(kept.n)}`);
  if (!card) return;
  say(card, words.cameraClosed, "saved-waiting");
  let left = 4; // cards that were never drawn have a guessed height
  const settle = () => {
    scrollBy({ top: card.getBoundingClientRect().top - kept.top, behavior: "instant" });
    left -= 1;
    if (left) requestAnimationFrame(settle);
  };
  requestAnimationFrame(settle);
}

// The server's own picture of what stands here already is not shown a second time.
function once(card) {
  for (const item of card.querySelectorAll("[data-mine] > li")) {
    const { evidence } = item.photo;
    const other = evidence && card.querySelector(`.extras [data-evidence="${CSS.escape(evidence)}"]`);
    if (other) other.hidden = true;
  }
}
const redrawn = new MutationObserver((changes) => {
  for (const card of new Set(changes.map((one) => one.target.closest("article.question")))) if (card) once(card);
});

async function keepAll(card, files, camera) {
  waiting += files.length;
  for (const file of files) {
    await keep(card, file, camera);
    waiting -= 1;
  }
}

let waiting = 0; // photos that are not on the disk yet
addEventListener("beforeunload", (event) => waiting && event.preventDefault());

const keep = (card, file, camera) => during(() => keepIt(card, file, camera));

async function keepIt(card, file, camera) {
  const line = say(card, words.keeping, "saved-waiting");
  try {
    const photo = await taken(file);
    if (photo.bytes.byteLength > words.limit * MEGABYTE) throw Object.assign(new Error(), { name: "TooLarge" });
    // What this browser cannot read is no photo, but for the kinds that only the server reads.
    if (!words.types.includes(photo.type) || (!photo.width && !/hei[cf]/.test(photo.type))) throw Object.assign(new Error(), { name: "NotTaken" });
    if (shown.get(photo.sha256)?.closest("article.question") === card) throw Object.assign(new Error(), { name: "Twice" });
    const { sha256, bytes, type, width, height, original } = photo;
    const at = camera ? Date.now() : photo.at ?? file.lastModified;
    const captured = at ? new Date(at).toISOString() : null;
    const question = card.dataset.q;
    const body = { question, sha256, size: bytes.byteLength, type, width, height, title: "", captured, original, annotation: null };
    const record = { sha256, bytes, type, width, height, question, title: "" };
    const op = await write("photo", body, { photo: record });
    line.remove();
    show(card, { ...record, op: op.id, state: "kept" }, []);
  } catch (error) {
    refused(card, line, file, camera, error);
  }
}

// Said in words with what to do; the photo stays in this page's hands until it is kept or given away.
function refused(card, line, file, camera, error) {
  const size = Math.ceil(file.size / MEGABYTE);
  const why = { QuotaExceededError: words.full, TooLarge: words.tooLarge, NotTaken: words.notTaken, Twice: words.twice }[error?.name] ?? words.notKept;
  line.className = "saved saved-wrong";
  line.textContent = fill(why, { size, most: words.limit });
  const button = (label, work) => {
    const one = document.createElement("button");
    one.type = "button";
    one.className = "button button-text";
    one.textContent = label;
    one.addEventListener("click", work);
    line.append(" ", one);
  };
  if (error?.name === "Twice") return;
  if (!["TooLarge", "NotTaken"].includes(error?.name)) {
    button(words.again, () => {
      line.remove();
      keep(card, file, camera);
    });
  }
  button(words.saveElsewhere, () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = file.name || "photo";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  });
}

function say(card, text, kind) {
  const line = document.createElement("p");
  line.className = `saved ${kind}`;
  line.setAttribute("role", "status");
  line.textContent = text;
  card.querySelector(".extras").before(line);
  return line;
}

function show(card, photo, strokes) {
  let list = card.querySelector("[data-mine]");
  if (!list) {
    list = document.createElement("ul");
    list.className = "thumbs";
    list.dataset.mine = "";
    list.setAttribute("aria-label", words.mine);
    card.querySelector(".extras").before(list);
    redrawn.observe(card.querySelector(".extras"), { childList: true });
  }
  const item = document.querySelector("#tablet-thumb").content.firstElementChild.cloneNode(true);
  item.dataset.sha256 = photo.sha256;
  item.dataset.op = photo.op;
  const image = item.querySelector("img");
  image.addEventListener("error", () => image.replaceWith(Object.assign(document.createElement("span"), { className: "file-face photo" })));
  item.querySelector("[data-name]").textContent = photo.title || fill(words.photoOf, { n: card.dataset.n, i: list.children.length + 1 });
  item.photo = { ...photo, url: "", bytes: null };
  const lend = (bytes) => {
    if (!bytes) return;
    item.photo.url = URL.createObjectURL(new Blob([bytes], { type: photo.type }));
    image.src = item.photo.url;
  };
  if (photo.bytes) lend(photo.bytes);
  else bytesOf(photo.sha256).then(lend, () => {});
  list.append(item);
  shown.set(photo.sha256, item);
  lay(item, strokes);
  stand(item, photo.state, photo);
  once(card);
}

// The lines over the small picture.
export function lay(item, strokes) {
  item.strokes = strokes;
  item.querySelector(".strokes")?.remove();
  if (!strokes.length || !item.photo.width) return;
  const svg = drawing(strokes, item.photo);
  svg.setAttribute("preserveAspectRatio", "xMidYMid slice"); // as the picture below is cut
  item.querySelector(".drawn").append(svg);
}

// Where the photo is: on this tablet, received, verified.
function stand(item, state, { at_server: received = null, why = "" } = {}) {
  const place = item.querySelector("[data-stands]");
  const time = received ? clock(received) : "";
  const told = state === "verified" ? words.verified : state === "received" ? words.received : state === "refused" ? words.refused : words.kept;
  place.textContent = fill(told, { time, why }).trim();
  place.className = `saved ${state === "refused" ? "saved-wrong" : state === "kept" ? "saved-kept" : ""}`;
  item.dataset.state = state;
}

export function remove(item) {
  URL.revokeObjectURL(item.photo.url);
  shown.delete(item.dataset.sha256);
  const list = item.parentElement;
  item.remove();
  if (!list.children.length) list.remove();
}

document.addEventListener("tablet:received", ({ detail: { op, receipt } }) => {
  const item = op.kind === "photo" && shown.get(op.body.sha256);
  if (!item || item.dataset.op !== op.id) return;
  item.photo.evidence = receipt.evidence;
  if (["refused", "reused", "broken"].includes(receipt.state)) stand(item, "refused", { why: receipt.why });
  else once(item.closest("article.question"));
});

document.addEventListener("tablet:photo", async ({ detail }) => {
  const item = shown.get(detail.sha256);
  if (!item) return;
  const record = await get("photos", detail.sha256);
  stand(item, detail.state, { ...record, why: detail.why ?? (detail.status === 413 ? words.tooLargeThere : words.notSaid) });
});
