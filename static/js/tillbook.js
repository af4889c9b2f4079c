// Small manners of the frame. Each page works without this file too, only less quickly.
document.documentElement.classList.add("js");

function offerDismissal(root) {
  for (const button of root.querySelectorAll("[data-dismiss]")) button.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dismiss]");
  if (button) button.closest("[data-message]").remove();
});

// A form that asks to be sure says its question in data-confirm.
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

// After a refused form one begins where it is wrong; a screen reader says the field with its error.
function begin() {
  const wrong = document.querySelector('main [aria-invalid="true"], main form [role="alert"]');
  const chosen = document.querySelector("main [autofocus]");
  if (!wrong || (chosen && chosen.form !== wrong.closest("form"))) return;
  if (!wrong.matches("input, select, textarea")) wrong.tabIndex = -1;
  wrong.focus();
}

document.addEventListener("DOMContentLoaded", begin);
document.addEventListener("DOMContentLoaded", () => offerDismissal(document));
document.addEventListener("htmx:afterSwap", (event) => offerDismissal(event.target));

// Copies a text, where the browser lets us; otherwise the button stays hidden and one selects by hand.
document.addEventListener("DOMContentLoaded", () => {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      button.querySelector("span").textContent = "Copied";
    });
  }
});

// On a phone the tabs scroll; the current one comes into sight.
document.addEventListener("DOMContentLoaded", () => {
  const tab = document.querySelector(".tabs [aria-current]");
  if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 48;
});

// All rows of this page are ticked or unticked at once; without this file one ticks them by hand, or changes all that match.
function offerTicks(root) {
  for (const label of root.querySelectorAll("[data-tick-all]")) label.hidden = false;
}

document.addEventListener("DOMContentLoaded", () => offerTicks(document));
document.addEventListener("htmx:afterSwap", (event) => offerTicks(event.target));
document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-tick-all]");
  if (!all) return;
  for (const box of all.closest("form").elements) if (box.name === "product") box.checked = event.target.checked;
});
