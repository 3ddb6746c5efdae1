// Keys and dragging for the queue. Everything they do can be done without them: links, checkboxes, a select and a button.
// The keys can be switched off (WCAG 2.1.4) and do nothing while somebody types. Dragging sends the form of the card.

const OFF = "civic-keys-off";
const help = document.querySelector("[data-keys]");
const rows = [...document.querySelectorAll("[data-row]")];
let here = -1;

function kept() {
  try { return localStorage.getItem(OFF) === "1"; } catch { return false; }
}

function keep(off) {
  try { localStorage.setItem(OFF, off ? "1" : "0"); } catch { /* a browser that keeps nothing */ }
}

function types(target) {
  return target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
}

function go(step) {
  const focused = rows.findIndex((row) => row.contains(document.activeElement));
  here = Math.min(Math.max((focused < 0 ? here : focused) + step, 0), rows.length - 1);
  rows[here]?.querySelector("a")?.focus();
}

const actions = {
  j: () => go(1),
  k: () => go(-1),
  o: () => rows[here]?.querySelector("a")?.click(),
  x: () => rows[here]?.querySelector("input[type=checkbox]")?.click(),
  "?": () => { help.open = true; help.querySelector("summary").focus(); },
};

function startKeys() {
  const on = help.querySelector("[data-keys-on]");
  on.checked = !kept();
  on.addEventListener("change", () => keep(!on.checked));
  help.hidden = false;
  document.addEventListener("keydown", (event) => {
    if (!on.checked || event.ctrlKey || event.metaKey || event.altKey || types(event.target)) return;
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

function startDragging(board) {
  let dragged = null;
  board.querySelectorAll("[data-card]").forEach((card) => {
    card.draggable = Boolean(card.querySelector("select"));
    card.addEventListener("dragstart", () => { dragged = card; });
    card.addEventListener("dragend", () => { dragged = null; });
  });
  board.querySelectorAll("[data-column]").forEach((column) => {
    const option = () => dragged?.querySelector(`option[value="${column.dataset.column}"]`);
    column.addEventListener("dragover", (event) => { if (option()) event.preventDefault(); });
    column.addEventListener("drop", (event) => {
      const chosen = option();
      if (!chosen) return;
      event.preventDefault();
      chosen.selected = true;
      chosen.closest("form").requestSubmit();
    });
  });
}

if (help && rows.length) startKeys();
document.querySelectorAll("[data-board]").forEach(startDragging);
