// Photos, lines over them, the two meetings and the rescue file: each is fetched when somebody reaches for it.
import { here } from "./operations.js";
import { all, inOne } from "./store.js";

const PARTS = {
  photo: () => import("./capture.js"),
  library: () => import("./capture.js"),
  draw: () => import("./annotate.js"),
  meeting: () => import("./meeting.js"),
  rescue: () => import("./rescue.js"),
};
const HOOKS = Object.keys(PARTS).map((name) => `[data-${name}]`).join(", ");
const PLACE = "auditapp.place "; // where somebody was when the camera opened (capture.js)

const buttonOf = (event) => event.target.closest?.(HOOKS);
const partOf = (button) => PARTS[Object.keys(PARTS).find((name) => name in button.dataset)];

// A walk that was opened once and not taken along, and now there is no network.
function missing(button) {
  const words = JSON.parse(document.querySelector("#tablet-paper").dataset.words);
  const line = button.parentElement.querySelector("[data-missing]") ?? document.createElement("p");
  line.className = "saved saved-wrong";
  line.dataset.missing = "";
  line.setAttribute("role", "status");
  line.textContent = words.notHere;
  button.after(line);
}

export function paper() {
  const { audit, person } = here();
  if (!document.querySelector("#tablet-paper")) return;
  // A finger that comes down fetches, so that the camera opens within the same tap.
  for (const name of ["pointerdown", "focusin"]) {
    document.addEventListener(name, (event) => {
      const button = buttonOf(event);
      if (button) partOf(button)().catch(() => {});
    }, { passive: true });
  }
  document.addEventListener("click", async (event) => {
    const button = buttonOf(event);
    if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      (await partOf(button)()).press(button);
    } catch (error) {
      if (button.href && navigator.onLine) location.href = button.href; // the page without script does it as well
      else {
        missing(button);
        throw error;
      }
    }
  });
  const wake = async () => {
    const photos = await inOne(["photos"], "readonly", (tx) => tx.objectStore("photos").index("audit").count(audit)); // not their bytes
    const [drafts, operations] = await Promise.all([all("drafts"), all("operations", "audit", audit)]);
    const held = operations.some((one) => ["opening", "closing"].includes(one.kind) && one.person === person && one.state !== "received");
    if (photos || localStorage.getItem(`${PLACE}${audit}.${person}`)) await (await PARTS.photo()).resume();
    if (held || drafts.some((one) => one.key.startsWith("meeting ") && one.audit === audit && one.person === person)) await (await PARTS.meeting()).resume();
  };
  wake().catch(() => {}); // the walk itself says when this tablet keeps nothing
  // Where no service worker keeps them, they are fetched while there still is a network.
  if (!navigator.serviceWorker?.controller) {
    const idle = globalThis.requestIdleCallback ?? ((work) => setTimeout(work, 2_000));
    idle(() => Object.values(PARTS).forEach((part) => part().catch(() => {})));
  }
}
