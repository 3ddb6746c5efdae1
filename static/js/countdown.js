// Counts down to the public number. The server wrote the same figures; without this module the page is
// loaded again. A reader hears three warnings and the result, not every second.

const WARNINGS = [[300, "five"], [60, "one"], [10, "ten"]];
const TICK = 250;
let told = Infinity;
let result = "";

function two(number) {
  return String(number).padStart(2, "0");
}

// The clock of the visitor may be wrong: what counts is how much later it is than when the server wrote.
function secondsLeft(clock) {
  if (clock.dataset.seen !== clock.dataset.now) {
    clock.dataset.seen = clock.dataset.now;
    clock.dataset.start = String(performance.now());
  }
  const passed = (performance.now() - Number(clock.dataset.start)) / 1000;
  return Math.max(0, Math.ceil(Number(clock.dataset.until) - Number(clock.dataset.now) - passed));
}

function textOf(left, clock) {
  const days = Math.floor(left / 86400);
  const time = [Math.floor(left / 3600) % 24, Math.floor(left / 60) % 60, left % 60].map(two).join(":");
  return days ? `${days} ${days === 1 ? clock.dataset.day : clock.dataset.days} ${time}` : time;
}

function say(text) {
  const spoken = document.querySelector("[data-spoken]");
  if (spoken && text && spoken.textContent !== text) spoken.textContent = text;
}

function warn(left) {
  const spoken = document.querySelector("[data-spoken]");
  // only what was passed just now: who opens the page late hears no warnings of long ago
  const due = WARNINGS.find(([limit]) => left <= limit && left > limit - 5 && told > limit);
  if (!spoken || !due) return;
  told = due[0];
  say(spoken.dataset[due[1]]);
}

function tick() {
  const clock = document.querySelector("[data-until]");
  if (clock) {
    const left = secondsLeft(clock);
    const text = textOf(left, clock);
    if (clock.textContent !== text) clock.textContent = text;
    warn(left);
  }
  const block = document.getElementById("zaal");
  if (block && block.dataset.result && block.dataset.result !== result) {
    result = block.dataset.result;
    say(result);
  }
}

tick();
setInterval(tick, TICK);
