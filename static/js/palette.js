// The palette: Ctrl+K, a few letters, Enter. Without this file the same links lead to the page that holds the same list.
const PAUSE = 90; // milliseconds of quiet before it asks

document.addEventListener("DOMContentLoaded", () => {
  const dialog = document.getElementById("palette");
  if (!dialog || !dialog.showModal) return;
  const input = dialog.querySelector("input");
  const list = document.getElementById("palette-list");
  const count = document.getElementById("palette-count");
  let options = [];
  let chosen = -1;
  let timer = 0;
  let asked = null;

  function choose(index) {
    if (chosen >= 0 && options[chosen]) options[chosen].setAttribute("aria-selected", "false");
    chosen = options.length ? (index + options.length) % options.length : -1;
    if (chosen < 0) return input.removeAttribute("aria-activedescendant");
    options[chosen].setAttribute("aria-selected", "true");
    options[chosen].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[chosen].id);
  }

  function show(html) {
    list.innerHTML = html;
    for (const [index, group] of list.querySelectorAll("[data-group]").entries()) {
      const head = group.querySelector("p");
      head.id = `palette-group-${index}`;
      group.setAttribute("role", "group");
      group.setAttribute("aria-labelledby", head.id);
      head.setAttribute("role", "presentation");
    }
    options = [...list.querySelectorAll("[data-hit]")];
    for (const [index, option] of options.entries()) {
      option.id = `palette-option-${index}`;
      option.tabIndex = -1;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
    }
    if (options.length) list.setAttribute("role", "listbox");
    else list.removeAttribute("role"); // a sentence is no list to choose from
    input.setAttribute("aria-expanded", String(options.length > 0));
    count.textContent = options.length === 1 ? "1 result" : `${options.length} results`;
    choose(0);
  }

  async function ask() {
    if (asked) asked.abort();
    asked = new AbortController();
    const address = `${input.form.action}?q=${encodeURIComponent(input.value)}`;
    try {
      const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal: asked.signal });
      if (answer.ok && !answer.redirected) show(await answer.text());
    } catch (error) {
      if (error.name !== "AbortError") count.textContent = "No connection. Try again.";
    }
  }

  function open(event) {
    event.preventDefault();
    if (dialog.open) return;
    input.value = "";
    dialog.showModal();
    ask();
  }

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") open(event);
  });
  for (const link of document.querySelectorAll("[data-palette]")) link.addEventListener("click", open);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Enter" && options[chosen]) options[chosen].click();
    else return;
    event.preventDefault();
  });
});
