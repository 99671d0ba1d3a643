/* The demonstration around the field: examples, policy, and a save that keeps nothing. */

const form = document.getElementById("record");
const words = document.getElementById("words").dataset;
const saved = document.getElementById("saved");
const fields = [...document.querySelectorAll("art9-field")];
let unchecked = false;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  saved.textContent = unchecked ? words.savedUnchecked : words.saved;
  saved.classList.toggle("unchecked", unchecked);
});

form.addEventListener("input", () => { saved.textContent = ""; });
form.addEventListener("reset", () => { saved.textContent = ""; });
form.addEventListener("art9-verdict", (event) => { unchecked = event.detail.status === "away"; });

document.getElementById("examples").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const comment = form.elements.namedItem("commentaire");
  comment.value = button.textContent;
  comment.dispatchEvent(new Event("input", { bubbles: true }));
  comment.focus();
});

for (const select of document.querySelectorAll("select[data-attribute]")) {
  const apply = () => fields.forEach((field) => field.setAttribute(select.dataset.attribute, select.value));
  select.addEventListener("change", apply);
  apply();
}
