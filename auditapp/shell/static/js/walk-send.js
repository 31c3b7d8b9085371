// One request of ours: status 0 when there is no connection; json is null when the answer was none of ours.
const csrf = () => document.querySelector("meta[name=csrf-token]")?.content ?? "";

export async function send(url, body) {
  try {
    const reply = await fetch(url, {
      method: "POST",
      body,
      credentials: "same-origin",
      headers: { "X-Requested-With": "fetch", "X-CSRFToken": csrf() },
      redirect: "error",
    });
    let json = null;
    if (reply.headers.get("Content-Type")?.startsWith("application/json")) json = await reply.json();
    return { status: reply.status, json };
  } catch {
    return { status: 0, json: null };
  }
}
