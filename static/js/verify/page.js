// The block "Controleer deze loting" (templates/panels/draws/_verifier.html). Texts come from the template, so
// they are translated there; sentences of the check are in the language of the page, or else Dutch.

import { canHash } from "./bytes.js";
import { NoZip, NotFetched, TooLarge, fetchAll, readOne, readPicked } from "./files.js";
import { conclusion, sentence, shortened } from "./report.js";
import { PRACTICE_BANNER } from "./sentences.js";
import { check } from "./verify.js";
import { NoKeys, readWitnesses } from "./witnesses.js";

const STEPS = 5;
const PRACTICE = 4; // the verdict itself says then that it is practice
const KINDS = { 0: "positive", 1: "negative", 3: "warning", 4: "warning" };
const LATEST = 8_640_000_000_000; // the last second of the browser's calendar
const ERRORS = [[NotFetched, "not_fetched"], [TooLarge, "too_large"], [NoZip, "no_zip"]];

class Block {
  constructor(root) {
    this.root = root;
    this.texts = JSON.parse(root.dataset.texts);
    this.listed = JSON.parse(root.dataset.files);
    this.picked = null;
    this.receipt = null;
    this.isBusy = false;
    const asked = document.documentElement.lang;
    this.language = Object.hasOwn(PRACTICE_BANNER, asked) ? asked : "nl";
  }

  part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  start() {
    this.part("without").hidden = true;
    if (!canHash()) {
      this.show([this.notice("warning", this.texts.insecure)]);
      return;
    }
    this.part("tools").hidden = false;
    const button = this.part("run");
    button.hidden = !this.listed.length;
    button.addEventListener("click", () => this.run(null));
    this.part("run-keys").addEventListener("click", () => this.run(this.picked));
    this.offerKeys();
    for (const name of ["folder", "files"]) {
      const input = this.part(name);
      input.addEventListener("change", () => input.files.length && this.run([...input.files]));
    }
    const receipt = this.part("receipt");
    receipt.addEventListener("change", () => {
      this.receipt = receipt.files[0] || null;
      if (this.listed.length || this.picked) this.run(this.picked);
    });
  }

  /** There is something to check again with these keys. */
  offerKeys() {
    this.part("run-keys").hidden = !this.listed.length && !this.picked;
  }

  /** The keys that the visitor brought; null: none; undefined: it is no list of keys, which is said beside it. */
  keys() {
    const input = this.part("keys");
    let known;
    try {
      known = input.value.trim() ? readWitnesses(input.value) : null;
    } catch (error) {
      if (!(error instanceof NoKeys)) throw error;
    }
    this.part("keys-error").hidden = known !== undefined;
    if (known === undefined) {
      input.setAttribute("aria-invalid", "true");
      input.closest("details").open = true;
      input.focus();
    } else {
      input.removeAttribute("aria-invalid");
    }
    return known;
  }

  /** `picked`: files of the visitor's own; null: those of the site. */
  async run(picked) {
    if (this.isBusy) return;
    this.picked = picked;
    this.offerKeys();
    this.witnesses = this.keys();
    if (this.witnesses === undefined) return;
    this.isBusy = true;
    this.mark(true);
    this.begin(STEPS + (picked ? 0 : this.listed.length));
    try {
      this.tell(await this.work(picked));
    } catch (error) {
      const [, text] = ERRORS.find(([kind]) => error instanceof kind) || [null, "failed"];
      this.show([this.notice("warning", this.texts[text])]);
      if (text === "failed") throw error; // for the console: this is a mistake of ours
    } finally {
      this.part("progress").hidden = true;
      this.mark(false);
      this.isBusy = false;
      this.part("result").querySelector("[tabindex]")?.focus();
    }
  }

  /** Not `disabled`: that would take the focus away from who pressed the button. */
  mark(isBusy) {
    for (const name of ["run", "run-keys"]) this.part(name).setAttribute("aria-disabled", String(isBusy));
  }

  async work(picked) {
    const found = await this.checkOnce(picked);
    // the log grows: its file may have changed between fetching it and fetching the list of sums
    const isBetween = !picked && found.report.failures.some((one) => one.code === "file_changed");
    return isBetween ? this.checkOnce(picked) : found;
  }

  async checkOnce(picked) {
    const progress = (step) => this.step(step);
    const files = picked ? await readPicked(picked) : await fetchAll(this.listed, progress);
    const receipt = this.receipt ? await readOne(this.receipt) : null;
    const began = performance.now();
    const report = await check(files, { receipt, progress, witnesses: this.witnesses });
    return { report, milliseconds: performance.now() - began };
  }

  begin(steps) {
    const bar = this.part("bar");
    bar.max = steps;
    bar.value = 0;
    this.part("progress").hidden = false;
    this.part("result").replaceChildren();
    this.say("");
  }

  /** Move the bar on, and give the browser a moment to draw it. */
  async step(name) {
    this.part("bar").value += 1;
    this.part("step").textContent = this.texts.steps[name];
    await new Promise((ready) => { setTimeout(ready, 0); });
  }

  say(text) {
    this.part("status").textContent = text;
  }

  show(parts) {
    this.part("result").replaceChildren(...parts);
  }

  tell({ report, milliseconds }) {
    const { shown, leftOut } = shortened(report.failures);
    const parts = [this.notice(KINDS[report.verdict], conclusion(report, this.language), this.language)];
    if (report.practice && report.verdict !== PRACTICE) {
      parts.push(this.notice("warning", PRACTICE_BANNER[this.language], this.language));
    }
    if (report.draw) parts.push(this.times(report.draw));
    const isOwn = ({ code }) => code.startsWith("receipt");
    parts.push(this.list("wrong", shown));
    if (leftOut) parts.push(line("p", this.texts.left_out.replace("{count}", leftOut)));
    parts.push(this.list("own", report.holds.filter(isOwn)));
    parts.push(this.list("holds", report.holds.filter((one) => !isOwn(one))));
    parts.push(this.list("unchecked", [...report.unchecked, ...report.limits]));
    const seconds = Math.max(0.1, milliseconds / 1000).toLocaleString(document.documentElement.lang, {
      minimumFractionDigits: 1, maximumFractionDigits: 1,
    });
    parts.push(line("p", this.texts.took.replace("{seconds}", seconds)));
    parts.at(-1).className = "meta";
    this.show(parts.filter((one) => one !== null));
    this.part("result").dataset.verdict = report.verdict;
    this.part("result").dataset.milliseconds = Math.round(milliseconds);
    this.say(this.texts.done);
  }

  copyOf(name) {
    return this.root.querySelector(`template[data-copy-of="${name}"]`).content.firstElementChild.cloneNode(true);
  }

  /** The first one gets the focus when the work is done. */
  notice(kind, text, lang) {
    const notice = this.copyOf(`notice-${kind}`);
    const title = notice.querySelector(".notice__title");
    title.textContent = text;
    title.tabIndex = -1;
    if (lang) title.lang = lang;
    return notice;
  }

  /** A heading, and each finding with its mark: an icon and a (hidden) word, never colour alone. */
  list(name, findings) {
    if (!findings.length) return null;
    const part = this.copyOf("list");
    part.querySelector("h3").textContent = this.texts.headings[name];
    const list = part.querySelector("ul");
    for (const finding of findings) {
      const item = this.copyOf(name);
      const place = item.querySelector("[data-sentence]");
      place.textContent = sentence(finding, this.language);
      place.lang = this.language;
      item.dataset.code = finding.code;
      list.append(item);
    }
    return part;
  }

  /** When the pool was frozen, the draw was recorded and the public number came, in words. */
  times(draw) {
    const part = this.copyOf("times");
    for (const value of part.querySelectorAll("[data-value]")) {
      const known = draw[value.dataset.value];
      value.textContent = typeof known === "string" ? known : inWords(known);
    }
    return part;
  }
}

function line(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

function inWords(seconds) {
  if (seconds > LATEST) return String(seconds);
  const format = { dateStyle: "full", timeStyle: "short", timeZone: "Europe/Amsterdam" };
  const text = new Date(Number(seconds) * 1000).toLocaleString(document.documentElement.lang, format);
  return document.documentElement.lang === "nl" ? text.replace(/(\d\d):(\d\d)$/, "$1.$2 uur") : text;
}

function startAll() {
  for (const root of document.querySelectorAll("[data-verifier]:not([data-ready])")) {
    root.dataset.ready = "yes";
    new Block(root).start();
  }
}

startAll();
document.addEventListener("htmx:after:swap", startAll);
