// What was typed and not acknowledged yet, on this device. A browser that keeps nothing loses nothing else.
const MARK = "auditapp.walk ";

export function keep(key, value, token) {
  try {
    localStorage.setItem(MARK + key, JSON.stringify({ value, token, at: Date.now() }));
  } catch {
    // full or forbidden: the page itself still holds it
  }
}

// Acknowledged: forgotten only if nothing newer was typed meanwhile.
export function forget(key, value) {
  try {
    const found = JSON.parse(localStorage.getItem(MARK + key) ?? "null");
    if (found && found.value === value) localStorage.removeItem(MARK + key);
  } catch {
    // nothing was kept
  }
}

export function kept(mine) {
  const found = [];
  try {
    for (let index = 0; index < localStorage.length; index += 1) {
      const name = localStorage.key(index);
      if (!name.startsWith(`${MARK}${mine} `)) continue;
      const { value, token } = JSON.parse(localStorage.getItem(name));
      found.push({ key: name.slice(MARK.length), value, token });
    }
  } catch {
    // nothing was kept
  }
  return found;
}
