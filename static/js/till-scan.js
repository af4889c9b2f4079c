// A scanner types fast and ends with Enter, wherever the focus is; a person types slowly and looks at the list.
const FAST = 40; // ms between two characters of a scanner
const SHORTEST = 6; // characters of a code
const PAUSE = 140; // ms after which a person waits for the list

let burst = { text: "", at: 0, before: "" };

export function followScanner(scan, add) {
  const list = document.getElementById("matches");
  const form = document.getElementById("scan-form");
  document.addEventListener("keydown", (event) => aim(event, scan), true);
  document.addEventListener("keydown", (event) => catchScan(event, scan, form), true);
  followList(scan, list, form, add);
}

// What is typed while nothing else takes text goes to the scan box.
function aim(event, scan) {
  if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
  if (event.key.length !== 1 || event.key === " " || event.key === "?") return;
  if (!event.target.closest("input:not([type=radio]), textarea, select")) scan.focus();
}

// A scan into another field is taken out of it again and added.
function catchScan(event, scan, form) {
  const field = event.target;
  if (!field.matches?.("input:not([type=radio])") || field === scan || field.closest("dialog")) return;
  const now = performance.now();
  if (event.key === "Enter" && burst.field === field && burst.text.length >= SHORTEST && now - burst.at < FAST * 2) {
    event.preventDefault();
    event.stopImmediatePropagation();
    field.value = burst.before;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    scan.value = burst.text;
    scan.focus();
    form.requestSubmit();
  } else if (event.key.length === 1) {
    const goesOn = burst.field === field && now - burst.at < FAST;
    burst = goesOn ? { ...burst, text: burst.text + event.key, at: now } : { field, text: event.key, at: now, before: field.value };
  }
}

function followList(scan, list, form, add) {
  let timer = 0;
  let asked = "";

  function close() {
    clearTimeout(timer);
    list.hidden = true;
    list.replaceChildren();
    scan.setAttribute("aria-expanded", "false");
    scan.removeAttribute("aria-activedescendant");
  }

  async function open(text) {
    asked = text;
    const answer = await fetch(`${scan.dataset.search}?q=${encodeURIComponent(text)}`, { headers: { "HX-Request": "true" } });
    const html = await answer.text();
    if (asked !== text || scan.value.trim() !== text || !answer.ok) return;
    list.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
    list.hidden = false;
    scan.setAttribute("aria-expanded", "true");
  }

  function options() {
    return [...list.querySelectorAll("[data-product]")];
  }

  function move(step) {
    const all = options();
    const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const next = all[(at + step + all.length + (at < 0 && step < 0 ? 1 : 0)) % all.length];
    for (const option of all) option.setAttribute("aria-selected", String(option === next));
    if (!next) return;
    scan.setAttribute("aria-activedescendant", next.id);
    next.scrollIntoView({ block: "nearest" });
  }

  function take(option) {
    const data = new FormData(form);
    data.set("code", "");
    data.set("product", option.dataset.product);
    scan.value = "";
    close();
    scan.focus();
    add(data);
  }

  scan.setAttribute("role", "combobox");
  scan.setAttribute("aria-autocomplete", "list");
  scan.setAttribute("aria-expanded", "false");
  scan.addEventListener("input", () => {
    clearTimeout(timer);
    const text = scan.value.trim();
    if (text.length < 2) return close();
    timer = setTimeout(() => open(text), PAUSE);
  });
  scan.addEventListener("keydown", (event) => {
    const picked = list.querySelector('[aria-selected="true"]');
    if (event.key === "Escape" && (!list.hidden || scan.value)) {
      event.preventDefault();
      scan.value = "";
      close();
    } else if (!list.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && picked) {
      event.preventDefault();
      take(picked);
    }
  });
  form.addEventListener("submit", close);
  scan.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[data-product]");
    if (!option) return;
    event.preventDefault();
    take(option);
  });
}
