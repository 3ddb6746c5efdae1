// Counts the signs left in a text area, for the eye at once and for the ear after a pause.
// The text comes from the template (data-left, data-over), so it is translated there.
// A line break counts as two signs: that is what the browser sends.

const PAUSE = 900;

function lengthAsSent(text) {
  return text.replace(/\r\n|\r|\n/g, "\r\n").length;
}

function start(line) {
  const area = document.getElementById(line.dataset.counterFor);
  if (!area || line.dataset.ready) return;
  line.dataset.ready = "yes";
  const limit = Number(area.dataset.maxlength);
  const spoken = document.createElement("span");
  spoken.className = "visually-hidden";
  spoken.setAttribute("aria-live", "polite");
  line.after(spoken);
  let timer = 0;
  const show = () => {
    const left = limit - lengthAsSent(area.value);
    const text = (left < 0 ? line.dataset.over : line.dataset.left)
      .replace("{n}", Math.abs(left).toLocaleString(document.documentElement.lang));
    line.textContent = text;
    line.classList.toggle("field__count--over", left < 0);
    return text;
  };
  area.addEventListener("input", () => {
    const text = show();
    clearTimeout(timer);
    timer = setTimeout(() => { spoken.textContent = text; }, PAUSE);
  });
  show();
}

function startAll() {
  document.querySelectorAll("[data-counter-for]").forEach(start);
}

startAll();
document.addEventListener("htmx:after:swap", startAll);
