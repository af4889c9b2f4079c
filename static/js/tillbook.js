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

document.addEventListener("DOMContentLoaded", () => offerDismissal(document));
document.addEventListener("htmx:afterSwap", (event) => offerDismissal(event.target));
