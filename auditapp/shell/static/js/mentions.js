// Naming somebody with @: a list of names under the field, while a name is being typed. Without it one types the name.
const MOST = 8;
// "@" at the start or after something that is no part of a word, and what was typed after it.
const TYPED = /(^|[^\p{L}\p{N}_.@+-])@([\p{L}\p{N}'’. -]{0,60})$/u;

const fold = (text) => text.toLocaleLowerCase();
const fits = (name, typed) => {
  const whole = fold(name);
  return whole.startsWith(typed) || whole.split(/\s+/).some((word) => word.startsWith(typed));
};

for (const field of document.querySelectorAll("textarea[data-mentions]")) {
  const people = document.getElementById(field.dataset.mentions);
  const told = field.parentElement.querySelector("[data-mentions-said]");
  if (!people) continue;
  const names = [...people.querySelectorAll("option")].map((option) => option.value);
  const list = document.createElement("ul");
  list.className = "mention-list";
  list.id = `${field.id}-people`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.labels[0]?.textContent ?? "");
  list.hidden = true;
  field.after(list);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  let chosen = 0;
  let refused = -1; // where an "@" stands whose list was closed with Escape

  const at = () => {
    const before = field.value.slice(0, field.selectionStart);
    const match = field.selectionStart === field.selectionEnd ? TYPED.exec(before) : null;
    return match ? { start: match.index + match[1].length, typed: fold(match[2]) } : null;
  };
  const close = () => {
    list.hidden = true;
    list.replaceChildren();
    field.removeAttribute("aria-activedescendant");
  };
  const mark = (number) => {
    const lines = [...list.children];
    chosen = (number + lines.length) % lines.length;
    lines.forEach((line, index) => line.setAttribute("aria-selected", String(index === chosen)));
    field.setAttribute("aria-activedescendant", lines[chosen].id);
    lines[chosen].scrollIntoView({ block: "nearest" });
  };
  const take = (name) => {
    const place = at();
    if (place) {
      const after = field.value.slice(field.selectionStart).replace(/^ /, "");
      const before = `${field.value.slice(0, place.start)}@${name} `;
      field.value = before + after;
      field.setSelectionRange(before.length, before.length);
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    close();
    field.focus();
  };
  const look = () => {
    const place = at();
    if (!place || place.start === refused) {
      if (!place) refused = -1;
      close();
      return;
    }
    const found = names.filter((name) => fits(name, place.typed)).slice(0, MOST);
    // A whole name that stands there already needs no list.
    if (!found.length || names.some((name) => place.typed.startsWith(`${fold(name)} `))) {
      if (told && place.typed && !found.length) told.textContent = told.dataset.none;
      close();
      return;
    }
    list.replaceChildren(
      ...found.map((name, index) => {
        const line = document.createElement("li");
        line.id = `${list.id}-${index}`;
        line.setAttribute("role", "option");
        line.textContent = name;
        line.addEventListener("pointerdown", (event) => {
          event.preventDefault(); // the field keeps the focus, and a phone its keyboard
          take(name);
        });
        return line;
      }),
    );
    list.hidden = false;
    if (told) told.textContent = told.dataset.many.replace("{count}", String(found.length));
    mark(0);
  };

  field.addEventListener("input", look);
  field.addEventListener("click", look);
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    if (event.key === "ArrowDown") mark(chosen + 1);
    else if (event.key === "ArrowUp") mark(chosen - 1);
    else if (event.key === "Enter" || event.key === "Tab") take(list.children[chosen].textContent);
    else if (event.key === "Escape") {
      refused = at()?.start ?? -1;
      close();
    } else return;
    event.preventDefault();
  });
}
