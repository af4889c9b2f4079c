// Guesses time zone, country and its currency from the browser, while nobody has chosen otherwise.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("[data-guess-place]");
  if (!form || form.querySelector("[aria-invalid]")) return;
  choose(form.elements.timezone, Intl.DateTimeFormat().resolvedOptions().timeZone);
  const { country, currency } = form.elements;
  choose(country, (navigator.language.split("-")[1] || "").toUpperCase());
  choose(currency, currencyOf(country.value));
  currency.addEventListener("change", () => (currency.dataset.chosen = "yes"));
  country.addEventListener("change", () => currency.dataset.chosen || choose(currency, currencyOf(country.value)));
});

const EURO = "AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK".split(" ");
const OWN = { AU: "AUD", CA: "CAD", CH: "CHF", DK: "DKK", GB: "GBP", IN: "INR", JP: "JPY", NO: "NOK", NZ: "NZD", PL: "PLN", SE: "SEK", US: "USD" };

function currencyOf(country) {
  return EURO.includes(country) ? "EUR" : OWN[country];
}

function choose(select, value) {
  if ([...select.options].some((option) => option.value === value)) select.value = value;
}
