// One field of one answer: on disk as it is typed, an operation when the hand leaves it, and told where it is now.
import { draftOf, typing, write } from "./operations.js";
import { drop } from "./store.js";

const DRAFT = 300; // ms without typing until a text is on disk
const PAUSE = 1200; // ms without typing until it is an answer; leaving the field makes it one at once

export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
export const versionOf = (token) => Number((token ?? "").split(".")[0]) || 0;
export const clock = (iso) => new Date(iso).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export class Field {
  constructor(walk, card, name) {
    this.walk = walk;
    this.card = card;
    this.name = name;
    this.timers = [];
    this.busy = false;
    this.op = null; // the last operation of ours on this field
    this.held = this.shown; // what is on disk, or what the page came with
    this.written = null; // what the disk had last of what was typed
    this.touched = false;
  }

  get question() {
    return this.card.element.dataset.q;
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
    if (first.type === "radio") {
      const wanted = [...this.inputs].find((radio) => radio.value === String(value));
      if (wanted && !wanted.checked) wanted.checked = true;
    }
    else if (first.type === "checkbox") first.checked = value === true || value === "1";
    else first.value = value;
  }

  get inHand() {
    return this.inputs[0].type === "textarea" && document.activeElement === this.inputs[0];
  }

  get token() {
    return this.card.tokens.get(this.name) ?? "";
  }

  say(words, kind = "", again = null) {
    const place = this.card.form.querySelector(`[data-saved="${this.name}"]`);
    if (!place) return;
    place.textContent = words;
    place.className = `saved ${kind}`;
    if (!again) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-text";
    button.textContent = this.walk.words.again;
    button.addEventListener("click", again);
    place.append(" ", button);
  }

  typed() {
    this.touched = true;
    this.quiet();
    this.timers = [setTimeout(() => this.draft(), DRAFT), setTimeout(() => this.save(), PAUSE)];
  }

  quiet() {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers = [];
  }

  async draft() {
    const { value } = this;
    if (value === this.held) return;
    try {
      await typing(this.question, this.name, value, this.token);
      this.written = value;
    } catch (error) {
      this.failed(error);
    }
  }

  // An answer: operation and value in one transaction. What it says is said when that is on disk, not before.
  async save() {
    this.quiet();
    this.touched = true;
    const { value } = this;
    if (value === this.held) {
      if (this.written !== null && this.written !== value) drop("drafts", draftOf(this.question, this.name)).catch(() => {});
      return;
    }
    if (this.busy) return; // what is newer follows below
    this.busy = true;
    try {
      const body = { question: this.question, field: this.name, value };
      const op = await write("answer", body, { answer: { ...body, known: this.token }, draft: draftOf(this.question, this.name) });
      this.op = op.id;
      this.held = value;
      this.written = null;
      this.say(this.walk.words.kept, "saved-kept");
      if (this.walk.failing.delete(this) && !this.walk.failing.size) this.walk.trouble("");
      this.card.answeredHere();
    } catch (error) {
      this.failed(error);
      return;
    } finally {
      this.busy = false;
    }
    if (this.value !== this.held && !this.timers.length) await this.save();
  }

  failed(error) {
    const words = error?.name === "QuotaExceededError" ? this.walk.words.full : this.walk.words.notKept;
    this.say(words, "saved-wrong", () => this.save());
    this.walk.failing.add(this);
    this.walk.trouble(words);
  }

  // The server has it.
  received(op, receipt) {
    if (op.id !== this.op) return; // something newer is on its way
    const stands = receipt.values?.[this.name];
    const now = this.name === "flagged" ? (stands ? "1" : "0") : stands;
    const { inHand } = this;
    const conflict = receipt.state === "conflict";
    if (receipt.state === "refused" || receipt.state === "reused" || receipt.state === "broken") {
      this.say(fill(this.walk.words.parked, { why: receipt.why ?? "" }), "saved-wrong");
      return;
    }
    // While somebody still types on top of an older value, more words of theirs belong to the same conflict.
    const token = receipt.tokens?.[this.name];
    if (token && !(conflict && inHand)) this.card.tokens.set(this.name, token);
    if (now !== undefined && this.value === this.held && now !== this.held && !inHand) {
      this.value = now;
      this.held = this.value;
    }
    if (conflict) this.say(this.walk.words.met, "saved-wrong-kept");
    else this.say(fill(this.walk.words.received, { time: clock(receipt.at) }));
  }

  verified(op, held) {
    if (op.id !== this.op || op.receipt?.state === "conflict") return;
    if (held) this.say(fill(this.walk.words.verified, { time: clock(op.at_server) }), "saved-sure");
    else this.say(this.walk.words.kept, "saved-kept");
  }

  // What this tablet holds, put over what the page came with (which may be an old copy).
  restore(row) {
    if (this.touched) return; // a finger was faster
    const newer = versionOf(row.known) >= versionOf(this.token);
    if (row.state === "received" && versionOf(this.token) > versionOf(row.known)) return; // the page is younger
    this.op = row.op;
    if (newer && row.known) this.card.tokens.set(this.name, row.known);
    else if (row.state !== "received") this.keepToken(row.known);
    if (this.value !== row.value) this.value = row.value;
    this.held = this.value;
    if (row.state === "kept") this.say(this.walk.words.kept, "saved-kept");
    else if (row.state === "parked") this.say(fill(this.walk.words.parked, { why: row.why }), "saved-wrong");
    else this.say(fill(row.verified ? this.walk.words.verified : this.walk.words.received, { time: clock(row.received) }), row.verified ? "saved-sure" : "");
  }

  // Typed on top of what the page showed then, not of what it shows now: two values may have met.
  keepToken(token) {
    if (token) this.card.tokens.set(this.name, token);
    else this.card.tokens.delete(this.name);
  }

  // Another value came from the office or another tablet: shown unless something of ours is under way.
  from(card) {
    const token = card.tokens.get(this.name) ?? "";
    if (versionOf(token) <= versionOf(this.token) || this.inHand || this.value !== this.held) return;
    const value = this.name === "flagged" ? (card.values.flagged ? "1" : "0") : card.values[this.name];
    this.card.tokens.set(this.name, token);
    this.value = value;
    this.held = this.value;
    this.say(card.saved?.[this.name] ?? "");
  }
}
