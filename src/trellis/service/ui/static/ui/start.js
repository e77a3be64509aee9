// Starts the GOV.UK and MoJ components. Their addresses come from the page, since stored files carry their hash.
const addressOf = (id) => document.getElementById(id).href;

Promise.all([import(addressOf("govuk-frontend")), import(addressOf("moj-frontend"))]).then(([govuk, moj]) => {
  govuk.initAll();
  moj.initAll();
});

// On a narrow screen a filter starts closed, unless something is already chosen.
if (window.matchMedia("(max-width: 40rem)").matches) {
  document.querySelectorAll("details.tr-filter:not([data-chosen])").forEach((filter) => {
    filter.open = false;
  });
}
