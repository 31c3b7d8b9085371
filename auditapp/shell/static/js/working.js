// How far a long piece of work is, without loading the whole page. Without this the page loads itself anew.
const place = document.querySelector("[data-working]");

async function look() {
  try {
    const reply = await fetch(place.dataset.working);
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    const there = page.querySelector("[data-working]");
    if (!there) {
      location.replace(place.dataset.working); // it is done, or something is to be said
      return;
    }
    place.replaceChildren(...there.childNodes);
  } catch {
    // no connection: the next look may have one
  }
  setTimeout(look, 700);
}

if (place) setTimeout(look, 700);
