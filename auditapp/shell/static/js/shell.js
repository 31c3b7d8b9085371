// What the shell adds where JavaScript runs. Every page works without it.

// A menu closes when something else is touched, or with Escape.
const menus = () => document.querySelectorAll("details[data-menu][open]");
document.addEventListener("click", (event) => {
  for (const menu of menus()) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A form that was sent once is not sent a second time by an impatient finger.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.matches("form[data-once]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  for (const button of form.querySelectorAll("button[type=submit]")) button.setAttribute("aria-disabled", "true");
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button[type=submit]")) button.removeAttribute("aria-disabled");
  }
});

// Filters take effect when they are chosen; their button stays for everybody else.
for (const form of document.querySelectorAll("form[data-auto]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

// On a phone tabs run beyond the edge: the open one is brought into sight.
for (const tabs of document.querySelectorAll(".tabs")) {
  const open = tabs.querySelector("[aria-current]")?.getBoundingClientRect();
  const edge = tabs.getBoundingClientRect();
  if (open) tabs.scrollLeft += open.left + open.width / 2 - edge.left - edge.width / 2;
}

// What is wrong is read out first.
document.querySelector("[data-focus]")?.focus();

// Comfortable or compact rows; this browser remembers.
const KEY = "auditapp.compact";
const remembered = () => {
  try {
    return localStorage.getItem(KEY) === "yes";
  } catch {
    return false; // a browser that keeps nothing
  }
};
for (const button of document.querySelectorAll("[data-compact]")) {
  const table = button.closest(".table-frame").querySelector("table");
  const show = (compact) => {
    table.classList.toggle("table-compact", compact);
    button.setAttribute("aria-pressed", String(compact));
  };
  button.hidden = false;
  show(remembered());
  button.addEventListener("click", () => {
    const compact = button.getAttribute("aria-pressed") !== "true";
    show(compact);
    try {
      localStorage.setItem(KEY, compact ? "yes" : "no");
    } catch {
      // nothing kept: the choice holds for this page
    }
  });
}

// The service worker serves what was taken along. A new one waits until it is asked for: a page is not changed under
// somebody's hands.
const workers = navigator.serviceWorker;
if (workers) {
  const newer = document.querySelector("[data-newer]");
  let wanted = false;
  const offer = (waiting) => {
    if (!waiting || !workers.controller || !newer) return;
    newer.hidden = false;
    newer.querySelector("button").addEventListener("click", () => {
      wanted = true;
      document.activeElement?.blur(); // what is being typed is kept first
      dispatchEvent(new Event("pagehide"));
      // A photo that is still being made smaller, an answer on its way to the disk: they come first.
      const go = () => (document.documentElement.hasAttribute("data-writing") ? setTimeout(go, 100) : waiting.postMessage("use"));
      setTimeout(go, 400);
    }, { once: true });
  };
  workers.addEventListener("controllerchange", () => wanted && location.reload());
  workers.register("/sw.js", { scope: "/", updateViaCache: "none" }).then((registration) => {
    offer(registration.waiting);
    registration.addEventListener("updatefound", () => {
      const found = registration.installing;
      found?.addEventListener("statechange", () => found.state === "installed" && offer(registration.waiting));
    });
  }, () => {}); // no service worker here (an old browser, no https): everything else works
}

// Also where this page itself came past the worker (a hard reload): then nobody controls it, but the worker is there.
async function tellWorker(word) {
  const registration = await workers?.getRegistration().catch(() => null);
  registration?.active?.postMessage(word);
}
// Whoever signs in now may be somebody else: no copy is shown in a hurry until the server has said who it is.
document.addEventListener("submit", (event) => {
  if (event.target.querySelector?.("input[type=password]")) tellWorker("unsure");
});

// Signing out on a device that holds unsent work asks first; what was kept for this person is then shown to nobody.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-sign-out]")) return;
  event.preventDefault();
  let count = 0;
  try {
    count = await (await import("./tablet/store.js")).unsent(form.dataset.person);
  } catch {
    // a browser that keeps nothing
  }
  if (count && !confirm(form.dataset.signOut.replace("{count}", count))) return;
  await tellWorker("forget");
  form.submit();
});

// What this device has not sent goes out from every page; the walk and the page of the tablet do it by themselves.
const signedIn = document.querySelector("[data-sign-out]");
if (signedIn && !document.querySelector("[data-walk]")) {
  (async () => {
    const names = await globalThis.indexedDB?.databases?.(); // nothing is made where nothing was kept
    if (!names?.some((one) => one.name === "auditapp")) return;
    const { unsent } = await import("./tablet/store.js");
    if (await unsent(signedIn.dataset.person)) (await import("./tablet/sync.js")).begin();
  })().catch(() => {}); // the walk says what is wrong
}
