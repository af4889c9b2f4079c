// Shows the change while the cash is typed. Whole numbers of the smallest coin; the server reckons again.
function places(text) {
  return (text.split(".")[1] || "").length;
}

function coins(text, digits) {
  const match = /^(\d*)(?:\.(\d*))?$/.exec(text.trim().replace(/^(\d*),(\d{1,2})$/, "$1.$2")); // a decimal comma, as the server reads it
  if (!match || (match[2] || "").length > digits) return null;
  return BigInt(`${match[1] || "0"}${(match[2] || "").padEnd(digits, "0")}`);
}

function written(amount, digits, symbol) {
  const text = amount.toString().padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${symbol}${/[A-Za-z]$/.test(symbol) ? " " : ""}${whole}${digits ? `.${text.slice(-digits)}` : ""}`;
}

export function refreshChange() {
  const form = document.querySelector("[data-pay]");
  const given = document.getElementById("given");
  if (!form || !given) return;
  const digits = places(form.dataset.due);
  const due = coins(form.dataset.due, digits);
  const paid = given.value.trim() ? coins(given.value, digits) : due;
  const short = paid !== null && paid < due;
  form.querySelector("[data-change-row]").classList.toggle("is-out", short);
  form.querySelector("[data-change-label]").textContent = short ? "Still to pay" : "Change";
  form.querySelector("[data-change]").textContent = paid === null ? "" : written(short ? due - paid : paid - due, digits, form.dataset.symbol);
  for (const button of form.querySelectorAll("[data-amount]")) {
    button.setAttribute("aria-pressed", String(Boolean(given.value.trim()) && coins(button.dataset.amount, digits) === paid));
  }
}

export function followPayment() {
  document.addEventListener("input", (event) => {
    if (event.target.id === "given") refreshChange();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-amount]");
    if (!button) return;
    const given = document.getElementById("given");
    given.value = button.dataset.amount;
    refreshChange();
    given.focus();
  });
}
