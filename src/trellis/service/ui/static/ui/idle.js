// Warns before the session ends, and keeps on the server what somebody is typing. The server decides when it ends; the
// clock here is only asked again, because another tab may have used the session meanwhile.
const BACKGROUND = { "X-Trellis-Background": "1" };
const KEEP_AFTER_MS = 20_000;
const LOOK_EVERY_MS = 5_000;

const dialog = document.getElementById("idle");
const token = () => document.querySelector("input[name=csrfmiddlewaretoken]").value;
let endsAt = Date.now() + dialog.dataset.left * 1000;
const left = () => (endsAt - Date.now()) / 1000;
const warning = Number(dialog.dataset.warning);

// Opens the page anew, never sending a form again: where the session has ended, it leads to signing in and says why.
const leave = () => location.replace(location.href.split("#")[0]);

// A redirect is not followed here, or the page that says why would be read and thrown away.
const asked = (address, options) => fetch(address, { redirect: "manual", ...options });
const heard = async (response) => {
  if (!response.ok) {
    leave();
    return;
  }
  endsAt = Date.now() + (await response.json()).left * 1000;
};

// Whatever has been typed into a form of the page; never passwords, codes and files.
const drafted = () =>
  [...document.querySelectorAll("main form[method=post]:not([data-no-draft])")].find((form) => form.dataset.typed);

const keep = async (background) => {
  const form = drafted();
  if (!form) {
    return;
  }
  delete form.dataset.typed;
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && name !== "csrfmiddlewaretoken" && form.elements[name]?.type !== "password") {
      fields.append(name, value);
    }
  }
  fields.set("page", location.pathname);
  const headers = { "X-CSRFToken": token(), ...(background ? BACKGROUND : {}) };
  await heard(await asked(dialog.dataset.keep, { method: "POST", headers, body: fields }));
};

let waiting = 0;
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.matches("main form[method=post]:not([data-no-draft])")) {
    form.dataset.typed = "yes";
    waiting ||= setTimeout(() => {
      waiting = 0;
      keep(false);
    }, KEEP_AFTER_MS);
  }
});

const inWords = (seconds) => {
  const minutes = Math.ceil(seconds / 60);
  return minutes > 1 ? `in ${minutes} minutes` : "in less than a minute";
};

const look = async () => {
  if (left() > warning) {
    if (dialog.open) {
      dialog.close();
    }
    return;
  }
  await heard(await asked(dialog.dataset.ask, { headers: BACKGROUND }));
  if (left() <= 0) {
    leave();
  } else if (left() <= warning) {
    if (!dialog.open) {
      await keep(true);
      dialog.showModal();
    }
    const words = inWords(left());
    dialog.querySelector("[data-idle-left]").textContent = words;
    const said = dialog.querySelector("[data-idle-said]");
    if (said.textContent !== words) {
      said.textContent = words;
    }
  }
};

dialog.querySelector("[data-idle-stay]").addEventListener("submit", async (event) => {
  event.preventDefault();
  await heard(await asked(event.target.action, { method: "POST", headers: { "X-CSRFToken": token() } }));
  dialog.close();
});
setInterval(look, LOOK_EVERY_MS);
document.addEventListener("visibilitychange", look);

// Puts a draft back into the form of the page whose fields it names.
const offer = document.querySelector("[data-draft]");
if (offer) {
  const fields = Object.entries(JSON.parse(offer.dataset.draft));
  const button = offer.querySelector("[data-draft-restore]");
  const form = [...document.querySelectorAll("main form[method=post]:not([data-no-draft])")].find((one) =>
    fields.some(([name]) => one.elements[name]),
  );
  button.hidden = !form;
  button.addEventListener("click", () => {
    for (const [name, values] of fields) {
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (["checkbox", "radio"].includes(field.type)) {
          field.checked = values.includes(field.value);
        } else if (field.name === "drawn_from" || !["hidden", "file", "password"].includes(field.type)) {
          // With what the page was drawn from when it was typed, so that a change since then is merged, not undone.
          field.value = values[0];
        }
        field.dispatchEvent(new Event("change", { bubbles: true }));
      }
    }
    form.querySelector("textarea, input:not([type=hidden])")?.focus();
  });
}
