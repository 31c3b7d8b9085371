// The finding beside the answer: grade, save. What it starts with comes from the question and the notes.
import { send } from "./walk-send.js";

export function findings(walk) {
  const template = document.querySelector("#finding-beside");
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

  const close = (card) => card.querySelector("[data-raise]")?.remove();

  function open(card) {
    if (!template || card.querySelector("[data-raise]") || card.querySelector(".raised")) return;
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
    const note = card.querySelector("[name=note]").value.trim();
    const nonconforming = card.dataset.result === "nonconforming";
    form.elements.statement.value = note || !nonconforming ? note : fill(walk.words.noEvidence, { question: card.querySelector(".asks").textContent });
    const suggested = walk.words.gradeOf[card.dataset.result];
    if (suggested) form.querySelector(`[name=grade][value="${suggested}"]`).checked = true;
    card.querySelector(".extras").before(form);
    form.querySelector("[data-close]").addEventListener("click", () => form.remove());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      save(card, form);
    });
    form.scrollIntoView({ block: "nearest" });
  }

  async function save(card, form) {
    const said = form.querySelector("[data-said]");
    if (!form.querySelector("[name=grade]:checked")) {
      said.textContent = walk.words.chooseGrade;
      said.className = "saved saved-wrong";
      form.querySelector("[name=grade]").focus();
      return;
    }
    if (form.dataset.sending) return;
    form.dataset.sending = "yes";
    said.textContent = walk.words.saving;
    said.className = "saved saved-waiting";
    const body = new FormData(form);
    body.set("question", card.dataset.n);
    walk.unsaved.set(form, form);
    walk.tell();
    const reply = await send(walk.words.findings, body);
    delete form.dataset.sending;
    if (reply.status !== 201) {
      said.textContent = reply.json?.error ?? walk.words.offline;
      said.className = "saved saved-wrong";
      return;
    }
    walk.unsaved.delete(form);
    walk.tell();
    const line = document.createElement("li");
    line.className = `grade grade-${reply.json.grade}`;
    const mark = document.createElement("span");
    mark.className = "grade-mark";
    const link = document.createElement("a");
    link.href = reply.json.page;
    link.textContent = reply.json.ref;
    const text = document.createElement("span");
    text.className = "line-text";
    text.textContent = reply.json.statement;
    line.append(mark, link, " ", text);
    let list = card.querySelector(".raised");
    if (!list) {
      list = document.createElement("ul");
      list.className = "raised";
      card.querySelector(".extras").prepend(list);
    }
    list.append(line);
    const done = document.createElement("p");
    done.className = "saved";
    done.setAttribute("role", "status");
    done.textContent = fill(walk.words.findingSaved, { ref: reply.json.ref });
    form.replaceWith(done);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-finding]");
    const card = link?.closest("article.question");
    if (!card || !template || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const list = card.querySelector(".raised");
    if (list) {
      location.href = link.href; // a second finding on the same question is written on its own page
      return;
    }
    open(card);
    card.querySelector("[data-raise] [name=grade]")?.focus();
  });

  return { open, close: (card) => !card.querySelector("[data-raise]")?.dataset.sending && close(card) };
}
