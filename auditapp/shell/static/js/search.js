// Suggestions under a search box while somebody types. Without it the box is a plain form.
// The box becomes a combobox: arrows choose, Enter opens what is chosen (or searches), Escape closes.
// In a header, "/" brings the cursor into the box.

const WAIT = 180; // milliseconds after the last key

const element = (name, className, text) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
};

const enhance = (form) => {
  const box = form.querySelector("input[type=search]");
  const list = element("ul", "suggestions");
  const said = element("span", "seen-by-readers");
  list.id = `${box.id}-suggestions`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.getAttribute("aria-label"));
  said.setAttribute("role", "status");
  form.append(list, said);
  form.classList.add("suggesting");
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");

  let timer = 0;
  let asked = "";
  let running = null;
  let chosen = -1;
  const options = () => [...list.querySelectorAll("[role=option]")];

  const close = () => {
    list.hidden = true;
    chosen = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };
  const choose = (number) => {
    const all = options();
    chosen = all.length ? (number + all.length) % all.length : -1;
    all.forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
    if (chosen < 0) return;
    box.setAttribute("aria-activedescendant", all[chosen].id);
    all[chosen].scrollIntoView({ block: "nearest" });
  };
  const show = (groups) => {
    list.replaceChildren();
    let number = 0;
    for (const group of groups) {
      const part = element("li", "suggestion-group");
      const title = element("span", "suggestion-title", group.title);
      const inner = element("ul");
      part.setAttribute("role", "presentation");
      inner.setAttribute("role", "group");
      title.id = `${list.id}-g${number}`;
      inner.setAttribute("aria-labelledby", title.id);
      for (const hit of group.hits) {
        if (!hit.url) continue;
        const option = element("li", "suggestion");
        option.id = `${list.id}-${number}`;
        option.dataset.url = hit.url;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        if (hit.ref) option.append(element("span", "number", hit.ref), " ");
        option.append(element("span", "suggestion-name", hit.name));
        if (hit.about) option.append(" ", element("span", "soft", hit.about));
        inner.append(option);
        number += 1;
      }
      part.append(title, inner);
      list.append(part);
    }
    said.textContent = number ? form.dataset.found.replace("#", number) : form.dataset.none;
    chosen = -1;
    box.removeAttribute("aria-activedescendant");
    list.hidden = number === 0;
    box.setAttribute("aria-expanded", String(number > 0));
  };
  const ask = async () => {
    const words = box.value.trim();
    if (words === asked && !list.hidden) return;
    asked = words;
    running?.abort();
    if (words.length < 2) {
      close();
      return;
    }
    running = new AbortController();
    try {
      const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(words)}`, {
        headers: { "X-Requested-With": "fetch", Accept: "application/json" },
        signal: running.signal,
      });
      if (answer.ok && words === box.value.trim() && document.activeElement === box) show((await answer.json()).groups);
    } catch {
      close(); // no network, or asked anew: the form still works
    }
  };

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) {
        asked = "";
        ask();
      } else {
        const down = event.key === "ArrowDown";
        choose(chosen < 0 && !down ? -1 : chosen + (down ? 1 : -1));
      }
      event.preventDefault();
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      location.assign(options()[chosen].dataset.url);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault(); // the words stay
      event.stopPropagation();
      close();
    }
  });
  // Not on press: a finger that scrolls the list has not chosen.
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the cursor stays in the box
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.url);
  });
  box.addEventListener("blur", () => {
    clearTimeout(timer);
    close();
  });
  addEventListener("pageshow", close);
};

for (const form of document.querySelectorAll("form[data-suggest]")) enhance(form);

const typing = (target) =>
  target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio], [type=button]), textarea, select");
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target instanceof Element && typing(event.target)) return;
  const boxes = [...document.querySelectorAll("form[data-suggest] input[type=search]")];
  const box = boxes.find((one) => one.checkVisibility());
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});
