// What was found, and how it is said. Same codes, same order and (in Dutch) same sentences as verify_draw.py.
//
// A value of a finding is a text, a number, or a function that gives the text in a language ("nl" or "en").

import { CONCLUSIONS, PRACTICE_SENTENCE, REASONS, SENTENCES, SHOWN, WORDS } from "./sentences.js";

const ACCEPTED_BUT = 3;
const PRACTICE = 4;

/** `failures` refuse the draw, `unchecked` could not be checked here, `limits` never can, `holds` are facts.
 *  Each is a list of {code, values}. */
export class Report {
  constructor() {
    this.failures = [];
    this.unchecked = [];
    this.limits = [];
    this.holds = [];
    this.practice = false;
    this.draw = null;
  }

  fail(code, values = {}) {
    this.failures.push({ code, values });
  }

  skip(code, values = {}) {
    this.unchecked.push({ code, values });
  }

  limit(code, values = {}) {
    this.limits.push({ code, values });
  }

  /** Note a fact, unless something failed since the report held `mark` failures. */
  hold(mark, code, values = {}) {
    if (this.failures.length === mark) this.holds.push({ code, values });
  }

  /** 0 accepted, 1 refused, 3 not everything could be checked, 4 a practice draw: as the script's exit code. */
  get verdict() {
    if (this.failures.length) return 1;
    if (this.practice) return 4;
    return this.unchecked.length ? 3 : 0;
  }
}

/** The sentence of a finding. */
export function sentence({ code, values }, language = "nl") {
  const said = (value) => String(typeof value === "function" ? value(language) : value);
  const text = SENTENCES[language][code].replace(/\{(\w+)\}/g, (_whole, name) => said(values[name]));
  const [first] = text;
  return first.toUpperCase() + text.slice(first.length);
}

/** The last word. Practice proves nothing, also when all of it holds. */
export function conclusion(report, language = "nl") {
  const { verdict, unchecked } = report;
  const text = CONCLUSIONS[language][verdict === PRACTICE && unchecked.length ? ACCEPTED_BUT : verdict];
  return verdict === PRACTICE ? `${text} ${PRACTICE_SENTENCE[language]}` : text;
}

/** At most a handful of each kind, and how many were left out. */
export function shortened(failures) {
  const seen = new Map();
  const shown = failures.filter(({ code }) => {
    seen.set(code, (seen.get(code) || 0) + 1);
    return seen.get(code) <= SHOWN;
  });
  return { shown, leftOut: failures.length - shown.length };
}

/** Two decimals, rounded down: "2,73 %" and "2.73%". */
export function percentage(parts, whole) {
  const hundredths = Math.floor((parts * 10_000) / whole);
  const rest = String(hundredths % 100).padStart(2, "0");
  return (language) => `${Math.floor(hundredths / 100)}${WORDS[language].point}${rest}${WORDS[language].percent}`;
}

/** A reason as people read it. */
export function words(code) {
  return (language) => (Object.hasOwn(REASONS[language], code) ? REASONS[language][code] : code.replace(/[-_]/g, " "));
}

const DAY = 86_400;

/** A time in UTC. Counted by hand: the browser's Date ends at the year 275760, the script's calendar does not. */
export function momentText(seconds) {
  const [year, month, day] = dayOf(Math.floor(seconds / DAY));
  const rest = seconds % DAY;
  const clock = [Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60].map(two).join(":");
  const dates = { nl: `${two(day)}-${two(month)}-${year}`, en: `${year}-${two(month)}-${two(day)}` };
  return (language) => `${dates[language]} ${clock} UTC`;
}

function two(number) {
  return String(number).padStart(2, "0");
}

/** The civil date of a number of days since 1970, in years that begin in March. */
function dayOf(days) {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted % 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return [yearOfEra + 400 * era + (month <= 2 ? 1 : 0), month, day];
}
