// What was found earlier against the same requirement, while somebody writes. Without this a button or a link asks.
for (const place of document.querySelectorAll("[data-similar]")) {
  const form = place.closest("form");
  const here = place.querySelector("[data-similar-here]");
  let asked = "";
  let latest = 0;

  const wanted = () => {
    const query = new URLSearchParams();
    for (const one of form.querySelectorAll("[data-requirement], [name=requirements]:checked")) {
      if (one.value.trim()) query.append("requirement", one.value);
    }
    const grade = form.querySelector("[name=grade]:checked");
    if (grade && query.size) query.append("grade", grade.value);
    return query.toString();
  };

  async function look() {
    const query = wanted();
    if (query === asked) return;
    asked = query;
    if (!query) {
      here.replaceChildren();
      return;
    }
    latest += 1;
    const mine = latest;
    try {
      const reply = await fetch(`${place.dataset.similar}?${query}`, { headers: { "X-Requested-With": "fetch" } });
      if (!reply.ok || mine !== latest) return;
      const page = new DOMParser().parseFromString(await reply.text(), "text/html");
      if (mine === latest) here.replaceChildren(...page.body.childNodes);
    } catch {
      asked = ""; // no connection: the next change asks again
    }
  }

  form.addEventListener("change", look);
  look();
}
