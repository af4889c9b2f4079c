// Says in words what the browser refuses when it is asked for a passkey.
const REFUSALS = {
  NotAllowedError: "No passkey was given. Try again, or use your password.",
  InvalidStateError: "This device has a passkey for this account already.",
  SecurityError: "Passkeys need a secure address (https) and the right name of the site.",
};

document.addEventListener("allauth.error", (event) => {
  const place = document.getElementById("passkey-error");
  if (!place) return;
  event.preventDefault();
  place.textContent = REFUSALS[event.detail.exception.name] || "That did not work. Try again, or use your password.";
  place.hidden = false;
});
