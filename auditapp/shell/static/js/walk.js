// The walk where JavaScript runs: every field saves by itself, says so beside it, and loses nothing.
// Without it each card is a plain form with one button. Photos: walk-photo.js, findings: walk-finding.js.
import { forget, keep, kept } from "./walk-kept.js";
import { send } from "./walk-send.js";
import { findings } from "./walk-finding.js";
import { photos } from "./walk-photo.js";

const PAUSE = 1200; // ms without typing until a text is saved; leaving the field saves at once
const frame = document.querySelector("[data-walk]");

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

class Walk {
  constructor(frame) {
    this.frame = frame;
    this.words = JSON.parse(frame.dataset.words);
    // A tablet goes from hand to hand: what one person typed is never sent in the name of the next.
    this.mine = frame.dataset.kept; // audit and person
    this.state = document.querySelector("[data-state]");
    this.unsaved = new Map(); // "question field" -> what is being done about it
  }

  // How much is not saved yet, in words; the page may be left when it says that everything is.
  tell() {
    if (!this.state) return;
    const count = this.unsaved.size;
    this.state.hidden = false;
    this.state.dataset.unsaved = String(count);
    this.state.textContent = count ? fill(this.words.unsaved, { count }) : this.words.allSaved;
  }

  // Progress is moved by what one answer changed: with a filter on, not every card is here.
  progress(card, before, after) {
    const step = Number(after) - Number(before);
    const part = card.closest("[data-part]");
    const counters = [part, document.querySelector("[data-total]")];
    for (const counter of counters) {
      if (!counter) continue;
      counter.dataset.done = String(Number(counter.dataset.done) + step);
      const { done, of } = counter.dataset;
      const words = fill(this.words.done, { done, total: of });
      const spans = counter === part
        ? document.querySelectorAll(`[data-progress="${part.dataset.part}"]`)
        : counter.querySelectorAll(".number");
      for (const span of spans) span.textContent = words;
      counter.querySelector("progress").value = Number(done);
    }
    this.count("unanswered", -step);
  }

  count(name, step) {
    const shown = document.querySelector(`[data-count="${name}"]`);
    if (shown && step) shown.textContent = String(Math.max(0, Number(shown.textContent) + step));
  }
}

// One field of one answer: at most one request on its way, the newest value follows it.
class Field {
  constructor(walk, card, name) {
    this.walk = walk;
    this.card = card;
    this.name = name;
    this.key = `${walk.mine} ${card.element.dataset.q} ${name}`;
    this.busy = false;
    this.again = false;
    this.timer = 0;
    this.tries = 0;
    this.stood = this.shown;
  }

  get inputs() {
    return this.card.form.querySelectorAll(`[name="${this.name}"]:not([type=hidden])`);
  }

  get value() {
    const [first] = this.inputs;
    if (first.type === "radio") return [...this.inputs].find((radio) => radio.checked)?.value ?? "not_asked";
    if (first.type === "checkbox") return first.checked ? "1" : "0";
    return first.value;
  }

  // What the page came with.
  get shown() {
    const [first] = this.inputs;
    if (first.type === "radio") return [...this.inputs].find((radio) => radio.defaultChecked)?.value ?? "not_asked";
    if (first.type === "checkbox") return first.defaultChecked ? "1" : "0";
    return first.defaultValue;
  }

  set value(value) {
    const [first] = this.inputs;
    if (first.type === "radio") for (const radio of this.inputs) radio.checked = radio.value === String(value);
    else if (first.type === "checkbox") first.checked = value === true || value === "1";
    else first.value = value;
  }

  say(words, kind = "") {
    const place = this.card.element.querySelector(`[data-saved="${this.name}"]`);
    if (!place) return;
    place.textContent = words;
    place.className = `saved ${kind}`;
    if (kind === "saved-wrong") {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button button-text";
      button.textContent = this.walk.words.again;
      button.addEventListener("click", () => this.save());
      place.append(" ", button);
    }
  }

  // Typed: kept on this device at once, sent after a pause.
  typed() {
    keep(this.key, this.value, this.card.tokens.get(this.name) ?? "");
    this.walk.unsaved.set(this.key, this);
    this.walk.tell();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  async save() {
    clearTimeout(this.timer);
    if (this.busy) {
      this.again = true;
      return;
    }
    const value = this.value;
    if (value === this.stood && !this.walk.unsaved.has(this.key)) return;
    const token = this.card.tokens.get(this.name) ?? "";
    this.busy = true;
    this.again = false;
    keep(this.key, value, token);
    this.walk.unsaved.set(this.key, this);
    this.walk.tell();
    const slow = setTimeout(() => this.say(this.walk.words.saving, "saved-waiting"), 300);
    const body = new FormData();
    body.set(this.name, value);
    if (token) body.set("known", `${this.name}=${token}`);
    const reply = await send(this.card.form.action, body);
    clearTimeout(slow);
    this.busy = false;
    if (reply.status === 200 || reply.status === 409 && reply.json?.tokens) this.saved(value, reply.json);
    else this.failed(reply);
    if (this.again || this.value !== this.stood && reply.json?.tokens && this.value !== value) this.save();
  }

  saved(value, told) {
    this.tries = 0;
    // While somebody still types on top of an older value, more words of theirs belong to the same conflict.
    const typing = this.inputs[0].type === "textarea" && document.activeElement === this.inputs[0];
    const token = told.tokens[this.name];
    if (token && !(told.conflicts.length && typing)) this.card.tokens.set(this.name, token);
    this.stood = value;
    forget(this.key, value);
    if (this.value === value) {
      this.walk.unsaved.delete(this.key);
      const stands = told.values[this.name];
      const now = this.name === "flagged" ? (stands ? "1" : "0") : stands;
      // Another one's value stands (ours is beside it as a conflict), or ours without blanks at its ends.
      if (now !== value && !typing) {
        this.value = now;
        this.stood = this.value;
      }
    }
    this.card.shows(told);
    if (told.conflicts.length) {
      this.say(this.walk.words.met, "saved-wrong-kept");
      this.card.extras(told.extras);
    } else this.say(told.words);
    this.walk.tell();
  }

  failed(reply) {
    this.tries += 1;
    if (reply.status === 422 || reply.status === 403 || reply.status === 409) {
      this.say(reply.json?.error ?? this.walk.words.waiting, "saved-wrong");
    } else if (reply.status === 401 || reply.status === 400) this.say(this.walk.words.signin, "saved-wrong");
    else {
      this.say(reply.status ? this.walk.words.waiting : this.walk.words.offline, "saved-wrong");
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), Math.min(60, 3 * 2 ** this.tries) * 1000);
    }
    this.walk.tell();
  }
}

class Card {
  constructor(walk, element) {
    this.walk = walk;
    this.element = element;
    this.form = element.querySelector("[data-answer]");
    this.fields = new Map();
    this.tokens = new Map();
    const known = this.form.elements.known.value;
    for (const part of known ? known.split(",") : []) {
      const at = part.indexOf("=");
      this.tokens.set(part.slice(0, at), part.slice(at + 1));
    }
    // As the page came, whatever was pressed since.
    const result = this.form.querySelector("[name=result][checked]")?.value ?? "not_asked";
    const reason = this.form.elements.reason.defaultValue.trim();
    this.answered = result !== "not_asked" && (!["not_applicable", "not_verified"].includes(result) || reason !== "");
  }

  field(name) {
    if (!this.fields.has(name)) this.fields.set(name, new Field(this.walk, this, name));
    return this.fields.get(name);
  }

  // What the server says stands now.
  shows(told) {
    const { element } = this;
    element.dataset.result = told.result;
    if (element.hasAttribute("data-flagged") !== told.flagged) this.walk.count("flagged", told.flagged ? 1 : -1);
    element.toggleAttribute("data-flagged", told.flagged);
    const line = document.querySelector(`[data-line="${element.dataset.n}"]`);
    if (line) {
      line.dataset.result = told.result;
      line.toggleAttribute("data-flagged", told.flagged);
      line.querySelector("[data-word]").textContent = `, ${this.walk.words.results[told.result]}`;
    }
    if (told.answered !== this.answered) {
      this.walk.progress(element, this.answered, told.answered);
      this.answered = told.answered;
    }
  }

  extras(html) {
    if (typeof html !== "string") return;
    this.element.querySelector(".extras").innerHTML = html; // drawn and escaped by our own template
  }
}

function begin(walk) {
  const cards = new Map();
  const cardOf = (node) => {
    const element = node.closest("article.question");
    if (!element?.querySelector("[data-answer]")) return null;
    if (!cards.has(element)) cards.set(element, new Card(walk, element));
    return cards.get(element);
  };
  const raise = findings(walk);

  frame.addEventListener("input", (event) => {
    if (!event.target.matches("[data-answer] textarea")) return;
    cardOf(event.target).field(event.target.name).typed();
  });
  frame.addEventListener("change", (event) => {
    if (!event.target.matches("[data-answer] [name]")) return;
    const card = cardOf(event.target);
    const field = card.field(event.target.name);
    walk.unsaved.set(field.key, field);
    field.save();
    if (event.target.name !== "result") return;
    card.element.dataset.result = event.target.value;
    if (event.target.value === "nonconforming") raise.open(card.element);
    else raise.close(card.element);
  });
  frame.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.matches("[data-answer]")) {
      event.preventDefault();
      for (const name of ["result", "reason", "note", "evidence", "interviewees", "sample", "flagged"]) {
        cardOf(form).field(name).save();
      }
    } else if (form.matches("[data-settle]")) {
      event.preventDefault();
      const reply = await send(form.action, new FormData(form));
      if (reply.status === 200) location.reload();
      else form.querySelector("p").textContent = reply.json?.error ?? walk.words.waiting;
    }
  });

  // What was typed and never acknowledged is still here, and is sent now.
  for (const { key, value, token } of kept(walk.mine)) {
    const [, question, name] = key.split(" ");
    const element = frame.querySelector(`[data-q="${CSS.escape(question)}"]`);
    const card = element && cardOf(element);
    if (!card) continue;
    const field = card.field(name);
    if (field.value === value) {
      forget(key, value);
      continue;
    }
    field.value = value;
    if (token) card.tokens.set(name, token);
    else card.tokens.delete(name);
    field.say(walk.words.restored, "saved-waiting");
    walk.unsaved.set(key, field);
    field.save();
  }
  addEventListener("online", () => {
    for (const field of walk.unsaved.values()) field.save?.();
  });
  photos(walk, cardOf);
  keys(cardOf);
  places();
  walk.tell();
}

// j, k, 1 to 9, n, f
function keys(cardOf) {
  const all = () => [...frame.querySelectorAll("article.question")];
  const here = () => {
    const focused = document.activeElement?.closest?.("article.question");
    if (focused) return focused;
    return all().find((card) => card.getBoundingClientRect().bottom > 160) ?? null;
  };
  const go = (card) => {
    if (!card) return;
    const smooth = !matchMedia("(prefers-reduced-motion: reduce)").matches;
    card.scrollIntoView({ block: "start", behavior: smooth ? "smooth" : "auto" });
    const target = card.querySelector("[name=result]:checked") ?? card.querySelector("a");
    target.focus({ preventScroll: true });
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("textarea, select, input:not([type=radio], [type=checkbox], [type=file])")) return;
    const card = here();
    if (!card) return;
    const cards = all();
    const at = cards.indexOf(card);
    if (event.key === "j") go(cards[at + 1]);
    else if (event.key === "k") go(cards[at - 1]);
    else if (!cardOf(card)) return;
    else if (/^[1-9]$/.test(event.key)) card.querySelectorAll("[data-answer] [name=result]")[Number(event.key) - 1]?.click();
    else if (event.key === "n") card.querySelector("[name=note]").focus();
    else if (event.key === "f") card.querySelector("[name=flagged][type=checkbox]").click();
    else return;
    event.preventDefault();
  });
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

if (frame) {
  document.documentElement.classList.add("has-script");
  const walk = new Walk(frame);
  if (frame.querySelector("[data-answer]")) begin(walk);
  else places();
  land();
  addEventListener("hashchange", land);
}
