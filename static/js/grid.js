// Rows typed over in the list: Enter saves and goes on to the same column of the next row, Esc puts back what was there.
let left = null;

document.addEventListener("keydown", (event) => {
  const field = event.target.closest("[data-was]");
  if (!field) return;
  if (event.key === "Enter") {
    left = field.name;
    if (field.matches("select")) field.form.requestSubmit();
  }
  if (event.key !== "Escape") return;
  for (const each of field.form.elements) if ("was" in each.dataset) each.value = each.dataset.was;
  field.select?.();
});

document.addEventListener("htmx:afterSettle", (event) => {
  const row = event.target.closest?.("[data-row]");
  if (!row) return;
  const wrong = row.querySelector('[aria-invalid="true"]') ?? row.querySelector("[data-now]")?.parentElement.querySelector("[data-was]");
  const next = left && row.nextElementSibling?.querySelector(`[name="${left}"]`);
  const field = wrong ?? (next || row.querySelector(`[name="${left ?? "price"}"]`));
  field?.focus();
  if (!wrong) field?.select?.();
  left = null;
});
