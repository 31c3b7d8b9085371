// Rows of a register that are chosen together. Without this the boxes and buttons work all the same.

for (const register of document.querySelectorAll("[data-register]")) {
  const bar = register.querySelector("[data-bulk]");
  if (!bar) continue;
  const picks = [...register.querySelectorAll("[data-pick]")];
  const all = bar.querySelector("[data-all]");
  const count = bar.querySelector("[data-count]");
  const buttons = [...bar.querySelectorAll("[data-needs]")];

  const show = () => {
    const chosen = picks.filter((pick) => pick.checked).length;
    all.checked = chosen === picks.length;
    all.indeterminate = chosen > 0 && chosen < picks.length;
    count.textContent = chosen ? count.dataset.some.replace("#", String(chosen)) : count.dataset.none;
    for (const button of buttons) button.disabled = chosen === 0;
  };

  all.closest("label").hidden = false;
  all.addEventListener("change", () => {
    for (const pick of picks) pick.checked = all.checked;
    show();
  });
  // Shift chooses everything between two boxes, as lists do elsewhere.
  let last = null;
  register.addEventListener("click", (event) => {
    const here = picks.indexOf(event.target);
    if (here < 0) return;
    if (event.shiftKey && last !== null) {
      for (const pick of picks.slice(Math.min(here, last), Math.max(here, last) + 1)) pick.checked = event.target.checked;
    }
    last = here;
    show();
  });
  register.addEventListener("change", show);
  addEventListener("pageshow", show);
  show();
}
