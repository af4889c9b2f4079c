// Says what is still missing as one ticks. Without this file the button "Recalculate" says it; the server checks in any case.
// Amounts are counted in ten-thousandths, as whole numbers: no cent is lost to binary fractions.
const form = document.querySelector("[data-reconcile]");

function units(text) {
  const [, sign, whole, part = ""] = text.match(/^(-?)(\d+)(?:\.(\d*))?$/);
  const amount = BigInt(whole) * 10000n + BigInt(part.padEnd(4, "0").slice(0, 4));
  return sign ? -amount : amount;
}

function shown(amount) {
  const money = new Intl.NumberFormat("en-GB", { style: "currency", currency: form.dataset.currency });
  return money.format(Number(amount) / 10000).replace("-", "−");
}

function say(part, text) {
  for (const place of form.querySelectorAll(`[data-part=${part}]`)) place.textContent = text;
}

function count() {
  let picked = 0n;
  for (const box of form.querySelectorAll("[name=tick]:checked")) picked += units(box.dataset.amount);
  const atOnce = units(form.querySelector("[data-at-once]").dataset.atOnce);
  const difference = units(form.dataset.statement) - units(form.dataset.fixed) - picked;
  say("ticked", shown(atOnce + picked));
  say("difference", shown(difference));
  form.querySelector("[data-part=agrees]").hidden = difference !== 0n;
  form.querySelector("[data-part=differs]").hidden = difference === 0n;
}

if (form) {
  form.addEventListener("change", (event) => event.target.name === "tick" && count());
  count();
}
