// What was written and is not safe on the server yet, kept in this browser. Nothing stays here once it is saved or sent.

const PREFIX = "helpdesk.kept.";

export function keep(key, text) {
  try {
    if (text.trim()) localStorage.setItem(PREFIX + key, JSON.stringify({ text, at: Date.now() }));
    else localStorage.removeItem(PREFIX + key);
    return true;
  } catch {
    // Full, or switched off. The page itself still holds the text.
    return false;
  }
}

export function kept(key) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key))?.text ?? "";
  } catch {
    return "";
  }
}

export function forget(key) {
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // There was nothing, then.
  }
}
