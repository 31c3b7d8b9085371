// The opening and the closing meeting without a network: kept while it is typed, signed on the screen.
import { words } from "./capture.js";
import { clock, fill } from "./field.js";
import { here, write } from "./operations.js";
import { all, drop, put } from "./store.js";
import { INKS, drawing, plain } from "./strokes.js";

const DRAFT = 300; // ms without typing until it is on disk
const draftKey = (kind) => `meeting ${kind} ${here().audit} ${here().person}`;
const local = (moment) => new Date(moment - new Date(moment).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
const forms = new Map(); // kind -> form

export async function press(button) {
  await open(button.dataset.meeting, button, { focus: true });
}

// A meeting that somebody was writing down when the page went away is open again; so is one that waits to be taken.
export async function resume() {
  const { audit, person } = here();
  const operations = await all("operations", "audit", audit);
  operations.sort((one, other) => one.seq - other.seq);
  for (const button of document.querySelectorAll("[data-meeting]")) {
    const kind = button.dataset.meeting;
    const op = operations.findLast((one) => one.kind === kind && one.person === person && one.state !== "received");
    if (op || await draftOf(kind)) await open(kind, button, { focus: false, op });
  }
}

const draftOf = async (kind) => (await all("drafts", null, draftKey(kind)))[0];

async function open(kind, button, { focus, op = null }) {
  if (forms.has(kind)) {
    forms.get(kind).elements.held_at.focus();
    return;
  }
  const template = document.querySelector(`#tablet-${CSS.escape(kind)}`);
  if (!template) throw new Error("no such form here");
  const form = template.content.firstElementChild.cloneNode(true);
  forms.set(kind, form);
  for (const label of form.querySelectorAll("[data-for]")) {
    label.htmlFor = form.elements[label.dataset.for].id = `meeting-${kind}-${label.dataset.for}`;
  }
  const kept = await draftOf(kind);
  const draft = kept ?? (op && { ...op.body, held_at: local(Date.parse(op.body.held_at)) });
  form.elements.held_at.value = draft?.held_at ?? local(Date.now());
  for (const name of ["participants", "notes", "override"]) {
    if (draft && form.elements[name]) form.elements[name].value = draft[name] ?? "";
  }
  (button.closest(".notice") ?? button.closest(".actions")).after(form);
  const meeting = new Meeting(kind, form, button, draft?.signatures ?? []);
  if (op) meeting.recorded(op, kept);
  if (!focus) return;
  form.scrollIntoView({ block: "start" });
  form.elements.held_at.focus({ preventScroll: true });
}

class Meeting {
  constructor(kind, form, button, signatures) {
    this.kind = kind;
    this.form = form;
    this.button = button;
    this.signatures = signatures;
    this.said = form.querySelector("[data-said]");
    this.timer = 0;
    this.recording = false; // what stands in the form is an operation already
    this.ops = new Set();
    form.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.draft(), DRAFT);
    });
    this.now = () => this.draft();
    addEventListener("pagehide", this.now);
    document.addEventListener("visibilitychange", this.now);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.record();
    });
    form.querySelector("[data-close]").addEventListener("click", () => this.close());
    this.receipt = ({ detail: { op, receipt } }) => this.ops.has(op.id) && this.received(receipt);
    for (const name of ["tablet:received", "tablet:waiting"]) document.addEventListener(name, this.receipt);
    if (kind === "closing") this.signing();
  }

  say(text, kind = "") {
    this.said.textContent = text;
    this.said.className = `saved ${kind}`;
  }

  values() {
    const { held_at: held, participants, notes, override } = this.form.elements;
    return { held_at: held.value, participants: participants.value, notes: notes.value, ...(override ? { signatures: this.signatures, override: override.value } : {}) };
  }

  async draft() {
    clearTimeout(this.timer);
    if (this.recording || !this.form.isConnected) return;
    const { audit, person } = here();
    try {
      await put("drafts", { key: draftKey(this.kind), audit, person, ...this.values(), at: Date.now() });
      if (!this.said.textContent) this.say(words.meetingDraft, "saved-waiting");
    } catch (error) {
      this.say(error?.name === "QuotaExceededError" ? words.full : words.notKept, "saved-wrong");
    }
  }

  // Kept for later: the draft stays on this tablet.
  async close() {
    await this.draft();
    removeEventListener("pagehide", this.now);
    document.removeEventListener("visibilitychange", this.now);
    for (const name of ["tablet:received", "tablet:waiting"]) document.removeEventListener(name, this.receipt);
    forms.delete(this.kind);
    this.form.remove();
    this.button.focus();
  }

  async record() {
    const { held_at: held, participants, override } = this.form.elements;
    const wrong = !held.value ? [held, words.whenFirst] : !participants.value.trim() ? [participants, words.participantsFirst]
      : override && !override.closest("[data-override]").hidden && !override.value.trim() ? [override, words.reasonFirst] : null;
    if (wrong) {
      this.say(wrong[1], "saved-wrong");
      wrong[0].focus();
      return;
    }
    const body = { ...this.values(), held_at: new Date(held.value).toISOString() };
    clearTimeout(this.timer);
    this.still(true);
    try {
      this.recorded(await write(this.kind, body, { draft: draftKey(this.kind) }));
    } catch (error) {
      this.still(false);
      this.say(error?.name === "QuotaExceededError" ? words.full : words.notKept, "saved-wrong");
    }
  }

  still(on) {
    this.recording = on;
    this.form.querySelector("[type=submit]").disabled = on;
  }

  // ``newer``: something was written into the form since.
  recorded(op, newer = false) {
    this.ops.add(op.id);
    if (op.why) this.received({ state: "refused", why: op.why });
    else if (!newer) {
      this.still(true);
      this.say(words.meetingKept, "saved-kept");
    }
  }

  received(receipt) {
    if (["applied", "same"].includes(receipt.state)) {
      this.still(true);
      drop("drafts", draftKey(this.kind)).catch(() => {});
      this.say(fill(words.meetingReceived, { time: clock(receipt.at) }));
    } else if (["refused", "waiting"].includes(receipt.state) && receipt.why) {
      // Told once: it is tried again by the clock, and what the form says of what was typed since stands.
      if (this.why !== receipt.why) this.say(fill(words.meetingRefused, { why: receipt.why }), "saved-wrong");
      this.why = receipt.why;
      this.still(false); // what is recorded next is another operation
      const reason = this.form.querySelector("[data-override]");
      if (reason) reason.hidden = false;
      this.draft();
    }
  }

  async signing() {
    const { default: SignaturePad } = await import("../../vendor/signature_pad.js");
    const find = (name) => this.form.querySelector(name);
    const canvas = find("canvas");
    const signer = find("[name=signer]");
    const said = find("[data-signed]");
    const pad = new SignaturePad(canvas, { penColor: INKS.black, minDistance: 2 });
    let width = 0;
    const fit = () => {
      if (!canvas.clientWidth || canvas.clientWidth === width) return;
      const kept = pad.toData();
      const scale = width ? canvas.clientWidth / width : 1;
      width = canvas.clientWidth;
      const dense = Math.min(devicePixelRatio || 1, 2);
      canvas.width = Math.round(width * dense);
      canvas.height = Math.round(canvas.clientHeight * dense);
      canvas.getContext("2d").scale(dense, dense);
      pad.fromData(kept.map((group) => ({ ...group, points: group.points.map((point) => ({ ...point, x: point.x * scale, y: point.y * scale })) })));
    };
    fit();
    new ResizeObserver(fit).observe(canvas);
    signer.addEventListener("focus", () => {
      const names = this.form.elements.participants.value.split("\n").map((line) => line.split(",")[0].trim()).filter(Boolean);
      find("datalist").replaceChildren(...names.map((name) => new Option(name)));
    });
    const add = (strokes) => {
      const name = signer.value.trim();
      const wrong = !name ? words.nameFirst : strokes && !strokes.length ? words.drawFirst : "";
      said.textContent = wrong;
      said.className = `saved ${wrong ? "saved-wrong" : ""}`;
      if (wrong) {
        if (!name) signer.focus();
        return;
      }
      this.signatures = [...this.signatures.filter((one) => one.name !== name), { name, strokes: strokes ?? [], at: new Date().toISOString() }];
      pad.clear();
      signer.value = "";
      this.list();
      this.draft();
    };
    find("[data-sign]").addEventListener("click", () => add(plain(pad.toData(), width)));
    find("[data-type]").addEventListener("click", () => add(null));
    find("[data-wipe]").addEventListener("click", () => pad.clear());
    this.list();
  }

  list() {
    const list = this.form.querySelector("[data-signatures]");
    list.replaceChildren(...this.signatures.map((one) => {
      const item = document.createElement("li");
      const name = Object.assign(document.createElement("b"), { textContent: one.name });
      const off = Object.assign(document.createElement("button"), { type: "button", className: "button button-text", textContent: words.takeOff });
      off.addEventListener("click", () => {
        this.signatures = this.signatures.filter((other) => other !== one);
        this.list();
        this.draft();
      });
      item.append(one.strokes.length ? drawing(one.strokes, { label: fill(words.signedBy, { name: one.name }) }) : Object.assign(document.createElement("span"), { className: "soft", textContent: words.typed }), name, off);
      return item;
    }));
  }
}
