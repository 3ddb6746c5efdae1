// What the manifest says about itself must be possible. Large numbers are multiplied as BigInt.

import { hex } from "./bytes.js";
import { CHAINS, PRACTICE, momentOf } from "./chains.js";
import { percentage } from "./report.js";
import { WORDS } from "./sentences.js";

const BILLION = 1_000_000_000n;
export const DAY = 86_400n;
export const LEAST_WITNESSES = 2;
const PREFIX = "oefenloting-";

/** Anything that points at practice makes it practice. */
export function isPractice(manifest) {
  return manifest.practice || manifest.draw.startsWith(PREFIX) || manifest.beacon.chain === PRACTICE;
}

/** The source of chance is known, and practice and real are not mixed. */
export function checkBeaconRules(manifest, report) {
  const { chain, round } = manifest.beacon;
  if (!CHAINS.has(chain) || !round) {
    report.fail("unknown_chain", { chain });
    return false;
  }
  const signs = new Set([manifest.practice, manifest.draw.startsWith(PREFIX), chain === PRACTICE]);
  if (signs.size > 1) report.fail("practice_mixed");
  for (const other of manifest.fallback) {
    const isKnown = CHAINS.has(other.chain) && other.chain !== chain && other.chain !== PRACTICE;
    if (!isKnown || momentOf(other.chain, other.round) < momentOf(chain, round)) report.fail("fallback_chain");
  }
  return true;
}

/** `script` is the hash of the control script in the folder. */
export async function checkManifest(manifest, commitment, script, report) {
  const mark = report.failures.length;
  checkProcedure(manifest, report);
  if (hex(script) !== manifest.verifier_sha256) report.fail("verifier_changed");
  const { pool_size: people, panel_size: size, fixed, panels } = manifest;
  if (size < 1 || size > people || fixed > size || !panels) report.fail("pool_too_small", { people, size, fixed });
  for (const quota of manifest.quotas) {
    const { min, max } = quota;
    if (min > max) report.fail("quota_bounds", { quota: quotaName(quota), min, max });
  }
  checkHistogram(manifest, report);
  report.hold(mark, "manifest", { commitment: hex(commitment) });
}

/** Witnesses, sequence, times and balls. */
function checkProcedure(manifest, report) {
  const { beacon, witnesses, sequence, panels } = manifest;
  const isReal = !report.practice;
  if (isReal && witnesses.length < LEAST_WITNESSES) {
    report.fail("too_few_witnesses", { count: witnesses.length, least: LEAST_WITNESSES });
  }
  if (["name", "key"].some((part) => new Set(witnesses.map((one) => one[part])).size < witnesses.length)) {
    report.fail("witness_twice");
  }
  if (!sequence || (sequence === 1) === Boolean(manifest.previous)) report.fail("sequence_gap", { sequence });
  if (manifest.frozen_at > manifest.committed_at) report.fail("times_order");
  if (isReal && manifest.committed_at > momentOf(beacon.chain, beacon.round) - DAY) report.fail("committed_late");
  const { digits } = manifest.balls;
  if (digits && 10 ** digits !== panels) report.fail("ball_digits", { panels });
}

/** How many witnesses have to sign: more than half, so that no two halves can each have a log. */
export function leastOf({ witnesses }) {
  return Math.max(LEAST_WITNESSES, Math.floor(witnesses.length / 2) + 1);
}

function checkHistogram(manifest, report) {
  const mark = report.failures.length;
  const { histogram, panels } = manifest;
  const counts = histogram.map(([count]) => count);
  const [people, seats] = totals(histogram);
  if (!isOrdered(histogram)) report.fail("histogram_order");
  if (people !== BigInt(manifest.pool_size)) {
    report.fail("histogram_people", { found: people, people: manifest.pool_size });
  }
  const wanted = BigInt(panels) * BigInt(manifest.panel_size);
  if (seats !== wanted) report.fail("histogram_sum", { found: seats, wanted });
  const most = counts.reduce((one, other) => Math.max(one, other), 0);
  if (most > panels) report.fail("histogram_high", { count: most, panels });
  checkChances(mark, manifest, report);
}

/** The smallest and the largest chance of those who can be drawn. */
function checkChances(mark, manifest, report) {
  const { panels } = manifest;
  const free = drawable(manifest);
  const numbers = [...free.values()];
  if (numbers.some((number) => number < 0n)) report.fail("histogram_left");
  const counts = [...free].filter(([, number]) => number > 0n).map(([count]) => count).sort((one, two) => one - two);
  const [least, most] = counts.length ? [counts[0], counts.at(-1)] : [0, 0];
  if (BigInt(least) * BILLION > (BigInt(manifest.upper_bound) + 1n) * BigInt(panels)) report.fail("above_bound");
  if (panels) {
    const people = numbers.reduce((one, other) => one + other, 0n);
    const chances = { least: percentage(least, panels), most: percentage(most, panels) };
    report.hold(mark, "histogram", { people, ...chances });
  }
}

/** In how many panels how many people are of those who can be drawn; below 0 when there are not so many. */
function drawable({ histogram, panels, fixed, excluded, impossible }) {
  const found = new Map();
  const add = (count, people) => found.set(count, (found.get(count) ?? 0n) + BigInt(people));
  for (const [count, people] of histogram) add(count, people);
  add(panels, -fixed);
  add(0, -(excluded + impossible));
  return found;
}

/** Who is certain of a seat and who has no chance at all: nobody may overlook how many there are. */
export function tellSeats({ fixed, excluded, impossible }, report) {
  for (const [code, count] of [["fixed_seats", fixed], ["left_out", excluded], ["no_panel", impossible]]) {
    if (count) report.limit(code, { count });
  }
}

function totals(histogram) {
  let people = 0n;
  let seats = 0n;
  for (const [count, number] of histogram) {
    people += BigInt(number);
    seats += BigInt(count) * BigInt(number);
  }
  return [people, seats];
}

function isOrdered(histogram) {
  return histogram.every(([count, number], place) => number && (!place || histogram[place - 1][0] < count));
}

/** "leeftijd: 16-34, wijk: Noord (inwoners)", in the language it is asked in. */
function quotaName({ condition, constituencies }) {
  const name = condition.map(([feature, value]) => `${feature}: ${value}`).join(", ");
  const only = constituencies.length ? ` (${constituencies.join(", ")})` : "";
  return (language) => (name || WORDS[language].everybody) + only;
}
