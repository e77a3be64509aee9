// Makes and proves passkeys. The form carries what the server asks of the browser, and sends what the browser answers.
const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
const opened = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

const asked = {
  create: ({ publicKey: key }) =>
    navigator.credentials.create({
      publicKey: {
        ...key,
        challenge: bytes(key.challenge),
        user: { ...key.user, id: bytes(key.user.id) },
        excludeCredentials: opened(key.excludeCredentials),
      },
    }),
  get: ({ publicKey: key }) =>
    navigator.credentials.get({
      publicKey: { ...key, challenge: bytes(key.challenge), allowCredentials: opened(key.allowCredentials) },
    }),
};

const answered = (credential) => {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) {
      response[name] = text(credential.response[name]);
    }
  }
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });
};

document.querySelectorAll("form[data-passkey]").forEach((form) => {
  const fault = form.querySelector("[data-passkey-fault]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    fault.hidden = true;
    try {
      const credential = await asked[form.dataset.passkey](JSON.parse(form.dataset.options));
      form.elements.credential.value = answered(credential);
      form.submit();
    } catch {
      // Given up, timed out, or no passkey of this site there: the browser tells a page no more, by design.
      fault.hidden = false;
    }
  });
});
