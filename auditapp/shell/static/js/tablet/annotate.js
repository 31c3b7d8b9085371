// Lines over a photo, with a finger or a stylus. The picture itself is never touched: the lines are kept beside it.
import SignaturePad from "../../vendor/signature_pad.js";
import { lay, remove, words } from "./capture.js";
import { fill } from "./field.js";
import { here, write } from "./operations.js";
import { drop, get, put } from "./store.js";
import { data, INKS, plain } from "./strokes.js";

const PEN = 5; // CSS pixels on a picture 700 wide
const key = (op) => `draw ${here().audit} ${here().person} ${op}`;

// A photo of this tablet, named by the button's list item.
export async function press(button) {
  const item = button.closest("[data-op]");
  const card = button.closest("article.question");
  const open = card.querySelector(".draw");
  if (open) {
    open.querySelector("[name=title]").focus();
    return;
  }
  const { photo } = item;
  const section = document.querySelector("#tablet-draw").content.firstElementChild.cloneNode(true);
  const find = (name) => section.querySelector(name);
  const image = find("img");
  const canvas = find("canvas");
  const title = find("[name=title]");
  const said = find("[data-said]");
  const save = find("[data-keep]");
  image.src = photo.url;
  if (photo.width) {
    image.width = photo.width;
    image.height = photo.height;
  }
  for (const label of section.querySelectorAll("[data-for]")) {
    const field = section.querySelector(`[name="${label.dataset.for}"]`);
    field.id = label.htmlFor = `draw-${card.dataset.n}-${label.dataset.for}`;
  }
  title.value = photo.title ?? "";
  item.parentElement.after(section);
  const pad = new SignaturePad(canvas, { minDistance: 2, throttle: 8 });
  let strokes = item.strokes;
  let width = 0;

  // Turning the tablet gives another width: what stands is drawn anew from its numbers.
  const fit = () => {
    if (!image.clientWidth || image.clientWidth === width) return;
    width = image.clientWidth;
    const dense = Math.min(devicePixelRatio || 1, 2);
    canvas.width = Math.round(width * dense);
    canvas.height = Math.round(image.clientHeight * dense);
    canvas.getContext("2d").scale(dense, dense);
    pad.minWidth = pad.maxWidth = pad.dotSize = Math.max(1.5, (PEN * width) / 700 / 2);
    pad.fromData(data(strokes, width, pad.minWidth * 2));
  };
  const changed = () => {
    strokes = plain(pad.toData(), width);
    put("drafts", { key: key(photo.op), audit: here().audit, person: here().person, strokes, at: Date.now() }).catch(() => {
      said.textContent = words.notKept;
      said.className = "saved saved-wrong";
    });
  };
  const ink = () => {
    pad.penColor = INKS[section.querySelector("[name=ink]:checked").value];
  };
  const watching = new ResizeObserver(fit);
  const close = () => {
    watching.disconnect();
    pad.off();
    section.remove();
    item.querySelector("[data-draw]").focus();
  };
  const draft = await get("drafts", key(photo.op));
  if (draft) strokes = draft.strokes;
  await image.decode().catch(() => {});
  ink();
  fit();
  watching.observe(image);
  pad.addEventListener("endStroke", changed);
  section.addEventListener("change", (event) => event.target.name === "ink" && ink());
  const redraw = (left) => {
    pad.fromData(left);
    changed();
  };
  find("[data-undo]").addEventListener("click", () => redraw(pad.toData().slice(0, -1)));
  find("[data-clear]").addEventListener("click", () => redraw([]));
  find("[data-close]").addEventListener("click", async () => {
    await drop("drafts", key(photo.op)).catch(() => {});
    close();
  });
  const trouble = (error) => {
    save.disabled = false;
    said.textContent = error?.name === "QuotaExceededError" ? words.full : words.notKept;
    said.className = "saved saved-wrong";
  };
  save.addEventListener("click", async () => {
    save.disabled = true;
    try {
      const words_ = title.value.trim();
      if (words_ && words_ !== (photo.title ?? "")) {
        await write("describe", { photo: photo.op, title: words_ });
        photo.title = words_;
        item.querySelector("[data-name]").textContent = words_;
      }
      if (JSON.stringify(strokes) !== JSON.stringify(item.strokes)) {
        await write("annotate", { photo: photo.op, annotation: strokes }, { draft: key(photo.op) });
        lay(item, strokes);
      } else await drop("drafts", key(photo.op));
      close();
    } catch (error) {
      trouble(error);
    }
  });
  find("[data-withdraw]").addEventListener("submit", async (event) => {
    event.preventDefault();
    const reason = event.target.elements.reason.value.trim();
    if (!reason) return;
    try {
      await write("withdraw", { photo: photo.op, reason }, { draft: key(photo.op) });
      close();
      remove(item);
    } catch (error) {
      trouble(error);
    }
  });
  find("h4").textContent = fill(words.drawOn, { name: item.querySelector("[data-name]").textContent });
  section.scrollIntoView({ block: "nearest" });
  find("[name=ink]:checked").focus({ preventScroll: true });
}
