// Pages work without this. It only adds what a form alone cannot do.
"use strict";

// A button that copies what stands beside it: <div class="copy"><input readonly><button hidden data-copy data-copied="…">
for (const button of document.querySelectorAll("[data-copy]")) {
  const field = button.parentElement.querySelector("input");
  if (!field || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      const said = button.textContent;
      button.textContent = button.dataset.copied;
      setTimeout(() => { button.textContent = said; }, 2000);
    } catch {
      // The text is selected: the keyboard copies it.
    }
  });
}
