// The administrator's own time zone, chosen before they look for it.

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

document.querySelectorAll("[data-own-zone] select").forEach((field) => {
  const known = [...field.options].some((option) => option.value === zone);
  if (known && !document.querySelector("[aria-invalid]")) field.value = zone;
});
