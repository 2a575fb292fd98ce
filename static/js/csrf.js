// The token that proves a post to be ours: from the form around, else from the page, else from the cookie.

export function csrfToken(near = document) {
  const form = near.closest?.("form");
  const field = (form || near.querySelector?.("form") || document).querySelector?.("[name=csrfmiddlewaretoken]");
  if (field?.value) return field.value;
  const cookie = document.cookie.split("; ").find((each) => each.startsWith("csrftoken="));
  return cookie ? decodeURIComponent(cookie.split("=")[1]) : "";
}
