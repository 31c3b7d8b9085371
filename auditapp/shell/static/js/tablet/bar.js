// Where everything is, in a few words above the walk; more of it, and what to do, unfolded.
import { fill } from "./field.js";
import { flush, listen } from "./sync.js";

const STEPS = ["B", "kB", "MB", "GB"];

export function size(bytes) {
  let step = 0;
  let left = bytes;
  while (left >= 1000 && step < STEPS.length - 1) {
    left /= 1000;
    step += 1;
  }
  return `${left >= 10 || !step ? Math.round(left) : left.toFixed(1)} ${STEPS[step]}`;
}

// Gives a function that says what could not be kept: the one message that stays until it is put right.
export function bar(walk) {
  const { words } = walk;
  const frame = document.querySelector("[data-state]");
  if (!frame) return () => {};
  const said = frame.querySelector("[data-said]");
  const details = frame.querySelector("[data-details]");
  const why = frame.querySelector("[data-why]");
  const signIn = frame.querySelector("[data-sign-in]");
  let trouble = "";
  frame.hidden = false;
  frame.querySelector("[data-send]").addEventListener("click", () => flush(true));

  const put = (node, text) => {
    if (node.textContent !== text) node.textContent = text; // a screen reader says again only what changed
    node.hidden = !text;
  };

  listen((state) => {
    if (!state.counted) return; // nothing is called received before anybody has looked
    const { unsent, photos, parked, bytes } = state;
    const left = unsent + photos + parked;
    frame.dataset.unsaved = trouble ? "!" : String(left);
    frame.dataset.trouble = state.trouble;
    put(said, trouble ? words.stopped : left ? fill(words.unsent, { count: left }) : words.allReceived);
    put(details, left ? fill(words.details, { answers: unsent, photos, parked, size: size(bytes) }) : "");
    const others = state.others ? fill(words.others, { count: state.others }) : "";
    put(why, [trouble, words.troubles[state.trouble] ?? "", state.trouble === "refused" ? state.why : "", parked ? words.parkedMore : "", others].filter(Boolean).join(" "));
    signIn.hidden = !["signin", "other"].includes(state.trouble);
  });

  return (words_) => {
    trouble = words_;
    if (trouble) frame.open = true;
    flush();
  };
}
