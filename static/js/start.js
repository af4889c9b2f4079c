// Guesses time zone and country from the browser, while nobody has chosen otherwise.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("[data-guess-place]");
  if (!form || form.querySelector("[aria-invalid]")) return;
  choose(form.elements.timezone, Intl.DateTimeFormat().resolvedOptions().timeZone);
  choose(form.elements.country, (navigator.language.split("-")[1] || "").toUpperCase());
});

function choose(select, value) {
  if ([...select.options].some((option) => option.value === value)) select.value = value;
}
