// The photo button: the camera, then sent at once and shown at the question. Its size is looked at before it is sent.
import { send } from "./walk-send.js";

export function photos(walk) {
  const camera = document.querySelector("#walk-camera");
  if (!camera) return;
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  let card = null;
  let sending = 0;

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-photo]");
    if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    card = button.closest("article.question");
    camera.value = "";
    camera.click();
  });
  camera.addEventListener("change", () => {
    for (const file of camera.files) sendPhoto(card, file);
  });
  addEventListener("beforeunload", (event) => {
    if (sending) event.preventDefault();
  });

  const note = (where) => {
    const line = document.createElement("p");
    line.className = "saved saved-waiting";
    line.setAttribute("role", "status");
    where.querySelector(".extras").prepend(line);
    return line;
  };

  async function sendPhoto(where, file) {
    const line = note(where);
    const most = walk.words.limit;
    if (file.size > most * 1024 * 1024) {
      line.className = "saved saved-wrong";
      line.textContent = fill(walk.words.tooLarge, { size: Math.ceil(file.size / 1024 / 1024), most });
      return;
    }
    line.textContent = walk.words.sendingPhoto;
    const body = new FormData();
    body.set("file", file);
    body.set("question", where.dataset.n);
    sending += 1;
    const reply = await send(walk.words.evidence, body);
    sending -= 1;
    if (reply.status === 201) {
      line.className = "saved";
      line.textContent = walk.words.photoSent;
      show(where, reply.json);
      return;
    }
    line.className = "saved saved-wrong";
    line.textContent = reply.json?.error ?? walk.words.photoFailed;
    if (reply.status === 422 || reply.status === 413) return;
    const again = document.createElement("button");
    again.type = "button";
    again.className = "button button-text";
    again.textContent = walk.words.again;
    again.addEventListener("click", () => {
      line.remove();
      sendPhoto(where, file);
    });
    line.append(" ", again);
  }

  function show(where, told) {
    let list = where.querySelector(".thumbs");
    if (!list) {
      list = document.createElement("ul");
      list.className = "thumbs";
      where.querySelector(".extras .adds").before(list);
    }
    const link = document.createElement("a");
    link.href = told.page;
    if (told.picture) {
      const image = document.createElement("img");
      image.src = told.picture;
      image.alt = "";
      image.width = 96;
      image.height = 72;
      link.append(image);
    }
    const title = document.createElement("span");
    title.className = "thumb-title";
    title.textContent = told.title;
    link.append(title);
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
}
