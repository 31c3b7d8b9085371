// The walk where JavaScript runs: every tap and word is on this tablet at once, says so beside it, and goes to the
// server when there is a network. Without it each card is a plain form with one button.
// Fields: tablet/field.js, photos, meetings, rescue: tablet/paper.js, findings: walk-finding.js, keys: walk-keys.js, what is
// sent: tablet/sync.js.
import { Field, fill } from "./tablet/field.js";
import { all, ready } from "./tablet/store.js";
import { begin as beginSync, cards as drawn, changed } from "./tablet/sync.js";
import { bar } from "./tablet/bar.js";
import { paper } from "./tablet/paper.js";

const NAMES = ["result", "reason", "note", "evidence", "interviewees", "sample", "flagged"];
const REASONED = ["not_applicable", "not_verified"];
const frame = document.querySelector("[data-walk]");

class Walk {
  constructor(frame) {
    this.frame = frame;
    this.words = JSON.parse(frame.dataset.words);
    this.trouble = () => {};
    this.moved = new Set();
    this.failing = new Set(); // fields that could not be kept
  }

  // Progress is moved by what one answer changed: with a filter on, not every card is here. Shown once for many: after
  // a start 150 answers are put back at once, and each bar that moves costs the whole page a look.
  progress(card, before, after) {
    const step = Number(after) - Number(before);
    for (const counter of [card.closest("[data-part]"), document.querySelector("[data-total]")]) {
      if (!counter) continue;
      counter.dataset.done = String(Number(counter.dataset.done) + step);
      this.moved.add(counter);
    }
    this.count("unanswered", -step);
    if (this.moved.size > 2) return; // it is on its way
    queueMicrotask(() => {
      for (const counter of this.moved) this.show(counter);
      this.moved.clear();
    });
  }

  show(counter) {
    const { done, of, part } = counter.dataset;
    const words = fill(this.words.done, { done, total: of });
    const spans = part ? document.querySelectorAll(`[data-progress="${part}"]`) : counter.querySelectorAll(".number");
    for (const span of spans) span.textContent = words;
    counter.querySelector("progress").value = Number(done);
  }

  count(name, step) {
    const shown = document.querySelector(`[data-count="${name}"]`);
    if (shown && step) shown.textContent = String(Math.max(0, Number(shown.textContent) + step));
  }
}

const isAnswered = (result, reason) => result !== "not_asked" && (!REASONED.includes(result) || reason.trim() !== "");

// The form of a card comes into the page when somebody comes near. Until then it is text: a browser looks through every
// form of a page again and again (what could it fill in?), and 150 of them cost a slow tablet many seconds.
const away = new WeakMap();
const put = (element) => {
  const text = element.querySelector("noscript");
  if (!text) return;
  text.replaceWith(formOf(element) ?? "");
  element.removeAttribute("data-closed");
};
const formOf = (element) => {
  const text = element.querySelector("noscript");
  if (!text) return element.querySelector("[data-answer]");
  if (!away.has(element)) {
    const held = document.createElement("template");
    held.innerHTML = text.textContent;
    away.set(element, held.content.firstElementChild);
  }
  return away.get(element);
};
const putAll = () => frame.querySelectorAll("[data-closed]").forEach(put);

function comeNear() {
  const near = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      put(target);
    }
  }, { rootMargin: "150% 0px" });
  for (const card of frame.querySelectorAll("[data-closed]")) near.observe(card);
  addEventListener("beforeprint", putAll);
}

class Card {
  constructor(walk, element) {
    this.walk = walk;
    this.element = element;
    this.form = formOf(element);
    this.fields = new Map();
    this.tokens = this.read(this.form.elements.known.value);
    // As the page came, whatever was pressed since.
    this.answered = isAnswered(this.form.querySelector("[name=result][checked]")?.value ?? "not_asked", this.form.elements.reason.defaultValue);
  }

  read(known) {
    return new Map((known ? known.split(",") : []).map((part) => {
      const at = part.indexOf("=");
      return [part.slice(0, at), part.slice(at + 1)];
    }));
  }

  field(name) {
    if (!this.fields.has(name)) this.fields.set(name, new Field(this.walk, this, name));
    return this.fields.get(name);
  }

  // List, progress and counts follow what stands in the card.
  answeredHere() {
    const { element } = this;
    const result = this.field("result").value;
    const flagged = this.field("flagged").value === "1";
    element.dataset.result = result;
    if (element.hasAttribute("data-flagged") !== flagged) this.walk.count("flagged", flagged ? 1 : -1);
    element.toggleAttribute("data-flagged", flagged);
    const line = document.querySelector(`[data-line="${element.dataset.n}"]`);
    if (line) {
      line.dataset.result = result;
      line.toggleAttribute("data-flagged", flagged);
      line.querySelector("[data-word]").textContent = `, ${this.walk.words.results[result]}`;
    }
    const answered = isAnswered(result, this.field("reason").value);
    if (answered !== this.answered) {
      this.walk.progress(element, this.answered, answered);
      this.answered = answered;
    }
  }

  // Drawn and escaped by our own template.
  extras(html) {
    if (typeof html !== "string") return;
    const place = this.element.querySelector(".extras");
    const ours = [...place.querySelectorAll("[data-here]")]; // what only this tablet has so far
    place.innerHTML = html;
    place.prepend(...ours);
  }

  // What the server drew of this card after somebody else changed it.
  from(card) {
    const tokens = this.read(card.known);
    for (const name of NAMES) this.field(name).from({ ...card, tokens });
    this.element.dataset.revision = card.revision;
    this.extras(card.extras);
    this.answeredHere();
  }
}

async function begin(walk) {
  const known = new Map();
  // The finding beside the answer is fetched when somebody reaches for it, and soon after the page is there.
  let part = null;
  const finding = () => (part ??= import("./walk-finding.js").then((found) => found.findings(walk, byId)));
  const cardOf = (node) => {
    const element = node?.closest("article.question");
    if (!element || !formOf(element)) return null;
    if (!known.has(element)) known.set(element, new Card(walk, element));
    return known.get(element);
  };
  const byId = (question) => cardOf(frame.querySelector(`[data-q="${CSS.escape(question)}"]`));
  walk.refresh = async (numbers) => {
    for (const card of await drawn(numbers)) byId(card.id)?.from(card);
  };

  frame.addEventListener("input", (event) => {
    if (!walk.plain && event.target.matches("[data-answer] textarea")) cardOf(event.target).field(event.target.name).typed();
  });
  frame.addEventListener("change", (event) => {
    if (walk.plain || !event.target.matches("[data-answer] [name]")) return;
    const card = cardOf(event.target);
    card.field(event.target.name).save();
    if (event.target.name !== "result") return;
    card.element.dataset.result = event.target.value;
    if (event.target.value === "nonconforming") finding().then((found) => found.open(card.element));
    else part?.then((found) => found.close(card.element));
  });
  frame.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-finding]");
    if (walk.plain || !link || !cardOf(link) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      (await finding()).press(link);
    } catch {
      location.href = link.href; // the page without script does it as well
    }
  });
  frame.addEventListener("submit", async (event) => {
    const form = event.target;
    if (walk.plain) return;
    if (form.matches("[data-answer]")) {
      event.preventDefault();
      for (const name of NAMES) cardOf(form).field(name).save();
    } else if (form.matches("[data-settle]")) {
      event.preventDefault();
      const reply = await import("./walk-send.js").then(({ send }) => send(form.action, new FormData(form))).catch(() => ({}));
      if (reply.status === 200) location.reload();
      else form.querySelector("p").textContent = reply.json?.error ?? walk.words.settleOnline;
    }
  });
  // The tablet goes to sleep, the page is put away: what was typed becomes an answer now.
  const settle = () => {
    for (const card of known.values()) for (const field of card.fields.values()) if (field.timers.length) field.save();
  };
  addEventListener("pagehide", settle);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && settle());

  document.addEventListener("tablet:received", ({ detail: { op, receipt } }) => {
    if (op.kind !== "answer" || op.audit !== frame.dataset.audit) return;
    const card = byId(op.body.question);
    card?.field(op.body.field).received(op, receipt);
    if (card && receipt.state === "conflict") walk.refresh([card.element.dataset.n]);
    if (card && receipt.revision) card.element.dataset.revision = receipt.revision;
    card?.answeredHere();
  });
  document.addEventListener("tablet:verified", ({ detail: { op, held } }) => {
    if (op.kind === "answer" && op.audit === frame.dataset.audit) byId(op.body.question)?.field(op.body.field).verified(op, held);
  });

  let held = null;
  const keys = () => (held ??= import("./walk-keys.js").then((found) => found.keys(frame, cardOf)));
  document.addEventListener("keydown", (event) => {
    if (event.key.length === 1) keys().then((press) => press(event));
  });
  places();
  await ready(); // from here on the disk is known to be there
  await restore(byId);
  // What a quick finger did before this script was there.
  for (const input of frame.querySelectorAll("[name=result]:checked:not([checked])")) cardOf(input).field("result").save();
  paper();
  walk.trouble = bar(walk);
  frame.dataset.ready = "";
  keys().catch(() => {});
  finding().catch(() => {}); // what was raised here and has no number yet is shown
  walk.look = async () => {
    const cards = [...frame.querySelectorAll("[data-q]")].map((one) => [one.dataset.q, { n: one.dataset.n, revision: Number(one.dataset.revision) }]);
    for (const card of await changed(new Map(cards))) byId(card.id)?.from(card);
  };
  setInterval(() => document.visibilityState === "visible" && walk.look(), 60_000);
  await beginSync();
  await walk.look();
}

// What this tablet holds goes over what the page came with; what was typed and never became an answer becomes one.
async function restore(byId) {
  const { audit, person } = frame.dataset;
  const rows = await all("answers", "walk", [audit, person]);
  for (const row of rows) {
    const card = byId(row.question);
    card?.field(row.field).restore(row);
    card?.answeredHere();
  }
  const start = `answer ${audit} ${person} `;
  for (const { question, field: name, value, known } of await all("drafts", null, IDBKeyRange.bound(start, `${start}\uffff`))) {
    const field = byId(question)?.field(name);
    if (!field) continue;
    field.keepToken(known);
    field.value = value;
    field.written = value;
    await field.save();
  }
}

// The list follows the page; on a narrow screen it starts folded.
function places() {
  const folded = document.querySelector("[data-jump]");
  const wide = matchMedia("(width >= 68.75rem)");
  const fit = () => {
    folded.open = wide.matches;
  };
  fit();
  wide.addEventListener("change", fit);
  folded.addEventListener("click", (event) => {
    if (event.target.closest("a") && !wide.matches) folded.open = false;
  });
  let current = null;
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      const line = document.querySelector(`[data-line="${entry.target.dataset.n}"]`);
      if (!line || line === current) continue;
      current?.removeAttribute("aria-current");
      line.setAttribute("aria-current", "true");
      current = line;
      const list = line.closest(".walk-list");
      if (wide.matches && list) {
        const box = line.getBoundingClientRect();
        const view = list.getBoundingClientRect();
        if (box.top < view.top + 40 || box.bottom > view.bottom - 40) list.scrollTop += box.top - view.top - view.height / 2;
      }
    }
  }, { rootMargin: "-30% 0px -65% 0px" });
  for (const card of frame.querySelectorAll("article.question")) seen.observe(card);
}

// Cards that were never drawn have a guessed height: land on the question that was asked for all the same.
function land() {
  const target = location.hash.length > 1 && document.querySelector(`[id="${CSS.escape(location.hash.slice(1))}"]`);
  if (!target) return;
  let left = 4;
  const settle = () => {
    target.scrollIntoView({ block: "start" });
    left -= 1;
    if (left) requestAnimationFrame(settle);
  };
  requestAnimationFrame(settle);
}

// Here the box at the top gets its suggestions when somebody goes there: the walk is light before it is anything.
document.querySelector("[data-suggest] input")?.addEventListener("focus", () => import("./search.js"), { once: true });

if (frame) {
  document.documentElement.classList.add("has-script");
  const walk = new Walk(frame);
  if (frame.querySelector("[data-answer], [data-closed]")) {
    comeNear();
    const begun = begin(walk);
    // A browser that keeps nothing (a private window, a very old one) has the plain forms, and is told so.
    ready().catch(() => {
      walk.plain = true;
      putAll();
      document.documentElement.classList.remove("has-script");
      const state = document.querySelector("[data-state]");
      state.hidden = false;
      state.dataset.unsaved = "?";
      state.querySelector("[data-said]").textContent = walk.words.noStore;
    });
    begun.catch((error) => walk.plain || Promise.reject(error));
  } else places();
  land();
  addEventListener("hashchange", land);
}
