// The walk by keyboard: j, k, 1 to 9, n, f. Gives what a key does.
export function keys(frame, cardOf) {
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
  return (event) => {
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
  };
}
