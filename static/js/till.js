// The till: keys, and posting its forms one after the other without leaving the page.
import { followScanner } from "./till-scan.js";
import { followPayment, refreshChange } from "./till-pay.js";
import { send, whenIdle } from "./till-send.js";

const scan = document.getElementById("scan");
const posted = new Set();
const help = document.getElementById("till-help");

function afterwards() {
  refreshChange();
  if (!document.activeElement || document.activeElement === document.body) scan.focus();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-live]")) return;
  event.preventDefault();
  const data = new FormData(form, event.submitter);
  if (form.id === "scan-form") scan.value = "";
  posted.add(form);
  setTimeout(() => posted.delete(form), 50);
  send(form.action, data).then(afterwards);
});

// What was typed into a line counts as soon as it is left, so that no payment overlooks it. Enter posts the form anyway.
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (!event.target.matches(".table--cart input, #discount")) return;
  setTimeout(() => {
    if (form.isConnected && !posted.has(form)) form.requestSubmit();
  });
});

// A payment waits until the last scan has arrived; afterwards the browser posts it as a page.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-pay]")) return;
  if (form.dataset.sent) return event.preventDefault();
  const busy = whenIdle();
  if (!busy) return void (form.dataset.sent = "yes");
  event.preventDefault();
  busy.then(() => document.querySelector("[data-pay]").requestSubmit());
});

function press(key) {
  const target = document.querySelector(`[data-key="${key}"]`);
  if (target && !target.disabled) target.click();
}

function pay() {
  const given = document.getElementById("given");
  const wait = whenIdle() || Promise.resolve();
  wait.then(() => {
    const method = document.querySelector("[data-pay] input[name=method]:checked");
    const field = method.value === "split" ? document.getElementById("part-cash") : method.value === "cash" ? document.getElementById("given") : method;
    (field || given).focus();
    field?.select?.();
  });
}

const keys = {
  F2: () => (scan.focus(), scan.select()),
  F4: () => press("F4"),
  F8: () => press("F8"),
  F9: pay,
  Escape: () => (scan.blur(), scan.focus()),
};

document.addEventListener("keydown", (event) => {
  if (help.open || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
  if (document.querySelector("dialog[open]")) return;
  if (keys[event.key]) {
    event.preventDefault();
    keys[event.key]();
  } else if (event.key === "?" && !event.target.matches("input:not(#scan), textarea, select") && !scan.value) {
    event.preventDefault();
    help.showModal();
  }
});

document.querySelector("[data-help]").addEventListener("click", () => help.showModal());
help.addEventListener("close", () => scan.focus());
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-pay]")) delete form.dataset.sent;
});

// On a phone the bar that leads to the payment goes once the payment is in sight.
const bar = document.querySelector(".till__paybar");
new IntersectionObserver(([aside]) => bar.classList.toggle("is-there", aside.isIntersecting), { rootMargin: "0px 0px -50% 0px" })
  .observe(document.querySelector('[data-part="pay"]'));

followScanner(scan, (data) => send(document.getElementById("scan-form").action, data).then(afterwards));
followPayment();
refreshChange();
