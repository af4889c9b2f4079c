// One request after the other: what was scanned first is in the basket first.
let last = null;

export function whenIdle() {
  return last;
}

export function send(url, data) {
  const turn = (last || Promise.resolve()).then(() => post(url, data)).catch(sayOffline);
  const mine = turn.finally(() => {
    if (last === mine) last = null;
  });
  last = mine;
  return mine;
}

async function post(url, data) {
  const answer = await fetch(url, { method: "POST", body: data, headers: { "HX-Request": "true" }, credentials: "same-origin" });
  const elsewhere = answer.headers.get("HX-Redirect");
  if (elsewhere) return void window.location.assign(elsewhere);
  if (!answer.ok || answer.redirected) return void window.location.reload();
  show(await answer.text());
}

// Only the children change, so that the live region stays the one that screen readers follow.
function show(html) {
  const parts = new DOMParser().parseFromString(html, "text/html").querySelectorAll("[data-part]");
  const focused = document.activeElement?.id;
  const method = document.querySelector("[data-pay] input[name=method]:checked")?.value;
  const typed = [...document.querySelectorAll("[data-pay] input[inputmode]")].map((input) => [input.id, input.value]);
  for (const part of parts) {
    const here = document.querySelector(`[data-part="${part.dataset.part}"]`);
    here?.replaceChildren(...part.childNodes);
  }
  const chosen = document.querySelector(`[data-pay] input[name=method][value="${method}"]`);
  if (chosen) chosen.checked = true;
  for (const [id, value] of typed) document.getElementById(id).value = value;
  if (focused) document.getElementById(focused)?.focus();
  document.querySelector("tr.is-picked")?.scrollIntoView({ block: "nearest" });
}

function sayOffline() {
  const said = document.querySelector('[data-part="said"]');
  const banner = document.createElement("p");
  banner.className = "banner banner--out";
  banner.textContent = "No connection to the shop’s server: nothing was added. Scan it again in a moment.";
  said.replaceChildren(banner);
}
