// Shows a button that copies a link. Without it, or when copying is refused, the visitor selects the text.

function start(block) {
  const button = block.querySelector(".copy__button");
  const input = block.querySelector(".copy__input");
  const status = block.querySelector(".copy__status");
  if (!navigator.clipboard || !button || block.dataset.ready) return;
  block.dataset.ready = "yes";
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(input.value);
      status.textContent = block.dataset.copied;
    } catch {
      input.select();
    }
  });
}

function startAll() {
  document.querySelectorAll("[data-copy]").forEach(start);
}

startAll();
document.addEventListener("htmx:after:swap", startAll);
