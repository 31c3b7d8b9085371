// The finding beside the answer: grade, save. What it starts with comes from the question and the notes; it is on this
// tablet at once and gets its number when the server has it.
import { fill } from "./tablet/field.js";
import { here, write } from "./tablet/operations.js";
import { all, drop, put } from "./tablet/store.js";

export async function findings(walk, byId) {
  const template = document.querySelector("#finding-beside");
  const draftOf = (card) => `finding ${here().audit} ${here().person} ${card.dataset.q}`;
  const close = (card) => card.querySelector("[data-raise]")?.remove();

  function open(card, draft = null) {
    if (!template || card.querySelector("[data-raise]") || (!draft && card.querySelector(".raised"))) return;
    const form = template.content.firstElementChild.cloneNode(true);
    const { n } = card.dataset;
    const similar = form.querySelector("[data-similar-ones]");
    if (similar) similar.href = `${similar.href}&question=${n}`;
    for (const label of form.querySelectorAll("[data-for]")) {
      const id = `q${n}-f-${label.dataset.for}`;
      label.htmlFor = id;
      form.elements[label.dataset.for].id = id;
    }
    for (const radio of form.querySelectorAll("[name=grade]")) radio.name = "grade";
    const note = byId(card.dataset.q).form.elements.note.value.trim();
    const nonconforming = card.dataset.result === "nonconforming";
    form.elements.statement.value = draft?.statement ?? (note || !nonconforming ? note : fill(walk.words.noEvidence, { question: card.querySelector(".asks").textContent }));
    const grade = draft?.grade || walk.words.gradeOf[card.dataset.result];
    if (grade) form.querySelector(`[name=grade][value="${grade}"]`).checked = true;
    if (draft?.auditee && form.elements.auditee) form.elements.auditee.value = draft.auditee;
    card.querySelector(".extras").before(form);
    form.querySelector("[data-close]").addEventListener("click", () => {
      form.remove();
      drop("drafts", draftOf(card)).catch(() => {});
    });
    const values = () => ({ grade: form.querySelector("[name=grade]:checked")?.value ?? "", statement: form.elements.statement.value, auditee: form.elements.auditee?.value || null });
    form.addEventListener("input", () => {
      clearTimeout(form.timer);
      form.timer = setTimeout(() => put("drafts", { key: draftOf(card), question: card.dataset.q, ...values() }).catch(() => {}), 300);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      save(card, form, values());
    });
    form.scrollIntoView({ block: "nearest" });
  }

  async function save(card, form, { grade, statement, auditee }) {
    const said = form.querySelector("[data-said]");
    const wrong = (words, focus) => {
      said.textContent = words;
      said.className = "saved saved-wrong";
      focus?.focus();
    };
    if (!grade) return wrong(walk.words.chooseGrade, form.querySelector("[name=grade]"));
    if (!statement.trim()) return wrong(walk.words.writeStatement, form.elements.statement);
    if (form.dataset.sending) return null;
    form.dataset.sending = "yes";
    clearTimeout(form.timer);
    try {
      const op = await write("finding", { question: card.dataset.q, grade, statement: statement.trim(), auditee }, { draft: draftOf(card) });
      form.remove();
      show(card, op);
    } catch (error) {
      delete form.dataset.sending;
      wrong(error?.name === "QuotaExceededError" ? walk.words.full : walk.words.notKept);
    }
    return null;
  }

  // A finding of this tablet in the list of the question: a number and a link once the server has it.
  function show(card, op) {
    if (card.querySelector(`[data-op="${op.id}"]`)) return;
    let list = card.querySelector(".raised[data-here]");
    if (!list) {
      list = document.createElement("ul");
      list.className = "raised";
      list.dataset.here = "";
      card.querySelector(".extras").prepend(list);
    }
    const line = document.createElement("li");
    line.className = `grade grade-${op.body.grade}`;
    line.dataset.op = op.id;
    const mark = document.createElement("span");
    mark.className = "grade-mark";
    const text = document.createElement("span");
    text.className = "line-text";
    text.textContent = op.body.statement;
    const state = document.createElement("span");
    state.className = "saved saved-kept";
    state.setAttribute("role", "status");
    state.textContent = op.state === "parked" ? fill(walk.words.parked, { why: op.why }) : walk.words.findingKept;
    line.append(mark, text, " ", state);
    list.append(line);
  }

  document.addEventListener("tablet:received", ({ detail: { op, receipt } }) => {
    if (op.kind !== "finding") return;
    const line = document.querySelector(`[data-op="${op.id}"]`);
    const state = line?.querySelector(".saved");
    if (!state) return;
    if (receipt.finding) {
      const link = document.createElement("a");
      link.href = receipt.page;
      link.textContent = receipt.finding;
      line.querySelector("a")?.remove();
      line.querySelector(".grade-mark").after(link, " ");
      state.textContent = fill(walk.words.findingSaved, { ref: receipt.finding });
      state.className = "saved";
    } else {
      state.textContent = fill(walk.words.parked, { why: receipt.why ?? "" });
      state.className = "saved saved-wrong";
    }
  });

  function press(link) {
    const card = link.closest("article.question");
    if (card.querySelector(".raised a") && navigator.onLine) {
      location.href = link.href; // a second finding on the same question is written on its own page
      return;
    }
    open(card, card.querySelector(".raised") ? {} : null);
    card.querySelector("[data-raise] [name=grade]")?.focus();
  }

  // What was raised here and has no number yet, and what was being written.
  for (const op of await all("operations", "audit", here().audit)) {
    if (op.kind !== "finding" || op.person !== here().person || op.state === "received") continue;
    const card = byId(op.body.question)?.element;
    if (card) show(card, op);
  }
  const start = `finding ${here().audit} ${here().person} `;
  for (const draft of await all("drafts", null, IDBKeyRange.bound(start, `${start}\uffff`))) {
    const card = byId(draft.question)?.element;
    if (card) open(card, draft);
  }

  return { open, press, close: (card) => !card.querySelector("[data-raise]")?.dataset.sending && close(card) };
}
