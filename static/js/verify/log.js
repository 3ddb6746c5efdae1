// The sealed log and its witnesses: which entries there are about this draw, and who signed them when.

import { byCodePoint, fromHex, hex, utf8 } from "./bytes.js";
import { Unreadable, canonical, parse } from "./canonical.js";
import { CHAINS, momentOf } from "./chains.js";
import { DAY, leastOf } from "./manifest.js";
import { leafHash, rootOfProof } from "./merkle.js";
import { momentText, words } from "./report.js";
import { EVENT, LOG, STEP, misfit, read } from "./shapes.js";

const CHECKPOINT = /^[^\n]+\n([0-9]{1,15})\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*$/;
const UNWITNESSED = "te-weinig-getuigen"; // the one reason for a void draw that can be looked up in the log itself
const DECIDED_BY = /^([0-9a-f]{64}):([1-9][0-9]{0,15})$/;

/** The entries about this draw; null without a log. A real draw needs one. */
export async function checkLog(data, bundle, libraries, report) {
  if (data === undefined) {
    if (!report.practice) report.fail("log_missing");
    return null;
  }
  const mark = report.failures.length;
  const content = read(data, "log.json", LOG, report);
  if (content === null) return null;
  const entries = [];
  for (const [place, one] of content.records.entries()) {
    const entry = await readRecord(place + 1, one, bundle, report);
    if (entry !== null) entries.push(entry);
  }
  const canSign = await libraries.ed25519.available();
  await checkWitnesses(content.records, bundle.manifest.witnesses, canSign && libraries.ed25519, report);
  checkCommitments(entries, bundle, report);
  const mine = entries.filter((one) => one.kind === "commitment" && one.commitment === hex(bundle.commitment));
  if (canSign && !report.practice) {
    const times = mine.map((one) => one.witnessed || 0);
    const moment = momentText(times.reduce((one, other) => Math.min(one, other), times[0] ?? 0));
    report.hold(mark, "log", { count: leastOf(bundle.manifest), moment });
  }
  return entries;
}

/** null for an entry that cannot be read, and for an event that is no step of the draw. */
async function readRecord(number, record, bundle, report) {
  if (!(await isInCheckpoint(record))) report.fail("log_proof", { number });
  const event = eventOf(record.entry);
  if (event === null) {
    report.fail("log_entry", { number });
    return null;
  }
  const at = event.get("at");
  for (const { name, time } of record.signatures) if (time < at) report.fail("witness_early", { name, number });
  const step = event.get("data");
  if (!step.has("kind")) return null;
  const [kind, commitment, value] = ["kind", "commitment", "value"].map((name) => step.get(name));
  const { draw, sequence } = bundle.manifest;
  const isOwn = commitment !== hex(bundle.commitment) || step.get("sequence") === sequence;
  if (step.get("draw") !== draw || !isOwn) report.fail("log_other", { number });
  const witnessed = report.practice ? at : witnessedAt(record, leastOf(bundle.manifest));
  const entry = { kind, commitment, sequence: step.get("sequence"), value, place: record.index, witnessed };
  if (kind === "commitment") checkRound(number, entry, bundle, report);
  return entry;
}

/** A commitment says in the log itself which round decides it, and the own manifest says the same. */
function checkRound(number, { commitment, value }, bundle, report) {
  const { chain, round } = bundle.manifest.beacon;
  if (decidedAt(value) === null) {
    report.fail("log_entry", { number });
  } else if (commitment === hex(bundle.commitment) && value !== `${chain}:${round}`) {
    report.fail("commitment_round", { number });
  }
}

/** When the number comes that decides a commitment, by the value of its entry (a BigInt); null: it is not said. */
function decidedAt(value) {
  const found = DECIDED_BY.exec(value);
  return found && CHAINS.has(found[1]) ? momentOf(found[1], found[2]) : null;
}

/** An event about a public draw: the steps of a draw are canonical and have their five fields; of other events
 *  only the frame is looked at. null when it is no such event. */
function eventOf(text) {
  let event;
  try {
    event = parse(utf8(text), { loose: true });
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return null;
  }
  if (misfit(event, EVENT) !== null) return null;
  const step = event.get("data");
  const isRight = !step.has("kind") || (misfit(step, STEP) === null && canonical(event) === text);
  return isRight ? event : null;
}

async function isInCheckpoint(record) {
  const checkpoint = CHECKPOINT.exec(record.checkpoint);
  if (!checkpoint) return false;
  const leaf = await leafHash(utf8(record.entry));
  const root = await rootOfProof(leaf, record.index, Number(checkpoint[1]), record.proof.map(fromHex));
  return root !== null && btoa(String.fromCharCode(...root)) === checkpoint[2];
}

/** When enough different witnesses had signed; null when they never had. */
function witnessedAt(record, least) {
  const first = new Map();
  for (const { name, time } of record.signatures) first.set(name, Math.min(time, first.get(name) ?? time));
  const times = [...first.values()].sort((one, other) => one - other);
  return times[least - 1] ?? null;
}

/** Are the keys those of the witnesses? Only who asked them knows: a manifest can name any key. */
export function checkKeys(named, known, report) {
  if (known === null) {
    if (!report.practice) for (const { name, key } of named) report.skip("witness_keys", { name, key });
    return;
  }
  const names = new Set(named.map((one) => one.name));
  const different = named.filter((one) => known.get(one.name) !== one.key).map((one) => one.name);
  const missing = [...known.keys()].filter((one) => !names.has(one));
  for (const name of [...new Set([...different, ...missing])].sort(byCodePoint)) {
    report.fail("witness_keys_differ", { name });
  }
}

/** Was this in the log, with its witnesses, at this time (a BigInt)? */
export function isBy(entry, limit) {
  return entry.witnessed !== null && entry.witnessed <= limit;
}

/** `ed25519` is false when this browser cannot check such signatures. */
async function checkWitnesses(records, witnesses, ed25519, report) {
  const keys = new Map(witnesses.map((one) => [one.name, one.key]));
  for (const [place, record] of records.entries()) {
    for (const one of record.signatures) {
      if (!keys.has(one.name)) {
        report.fail("witness_unknown", { name: one.name });
      } else if (ed25519) {
        const message = utf8(`cosignature/v1\ntime ${one.time}\n${record.checkpoint}`);
        const holds = await ed25519.holds(keys.get(one.name), one.signature, message);
        if (!holds) report.fail("witness_signature", { name: one.name, number: place + 1 });
      }
    }
  }
  if (!ed25519 && records.some((record) => record.signatures.length)) report.skip("witnesses_unchecked");
}

/** One open manifest, witnessed a day ahead, neither replaced nor declared void. */
function checkCommitments(entries, bundle, report) {
  const own = hex(bundle.commitment);
  const limit = drawTime(bundle);
  const mine = entries.filter((one) => one.kind === "commitment" && one.commitment === own);
  if (!mine.length) {
    report.fail("commitment_unlogged");
  } else if (!report.practice && !mine.some((one) => isBy(one, limit - DAY))) {
    report.fail("commitment_unwitnessed");
  }
  const isReplaced = entries.some(
    (one) => one.kind === "superseded" && one.commitment === own && isBy(one, limit),
  );
  const others = entries.filter((one) => one.kind === "commitment" && one.commitment !== own);
  const began = mine.reduce((first, one) => Math.min(first, one.place), mine[0]?.place ?? 0);
  if (!isReplaced && others.some((one) => !isClosed(one.commitment, entries, began, bundle))) {
    report.fail("two_manifests");
  }
  checkPrevious(entries, bundle.manifest, report);
  for (const one of entries) {
    if (one.commitment === own) refuseEntry(one, bundle, report);
    else tellOther(one, report);
  }
}

/** Another manifest is no rival when it was replaced before its own number came, or when its result or its being
 *  void stands in the log before the place where this one `began`. Witnesses must have signed either in time: what
 *  is written in an entry can be written later. */
function isClosed(other, entries, began, bundle) {
  const about = entries.filter((one) => one.commitment === other);
  const begun = about.filter((one) => one.kind === "commitment");
  const moments = begun.map((one) => decidedAt(one.value));
  const isInTime = (entry) => moments.every((moment) => moment !== null && isBy(entry, moment));
  return about.some((entry) => {
    if (entry.kind === "superseded" && isInTime(entry)) return true;
    const isEnd = entry.kind === "result" || (entry.kind === "voided" && isVoid(entry, begun, bundle));
    return isEnd && entry.place < began && isBy(entry, drawTime(bundle));
  });
}

/** For a reason that was fixed beforehand; too few witnesses only when the log shows no more than that. */
function isVoid({ value }, begun, bundle) {
  const wasSigned = begun.some((one) => {
    const moment = decidedAt(one.value);
    return moment === null || isBy(one, moment - DAY);
  });
  return bundle.manifest.void_rules.includes(value) && !(value === UNWITNESSED && wasSigned);
}

/** How often it was tried: whoever draws again has to explain why, and nobody may overlook it. */
function tellOther({ kind, sequence, value }, report) {
  const code = { superseded: "before_replaced", voided: "before_voided" }[kind];
  if (code) report.limit(code, { sequence, reason: words(value) });
}

/** The draw before this one is in the same log, with the number before. */
function checkPrevious(entries, { previous, sequence }, report) {
  const isBefore = (one) =>
    one.kind === "commitment" && one.commitment === previous && one.sequence === sequence - 1;
  if (sequence > 1 && !entries.some(isBefore)) report.fail("previous_unlogged", { sequence: sequence - 1 });
}

export function drawTime({ manifest }) {
  return momentOf(manifest.beacon.chain, manifest.beacon.round);
}

function refuseEntry(entry, bundle, report) {
  const reason = words(entry.value);
  if (entry.kind === "superseded") {
    if (isBy(entry, drawTime(bundle))) report.fail("superseded", { reason });
    else report.fail("superseded_late");
  }
  if (entry.kind === "voided") {
    report.fail("voided", { reason });
    if (!bundle.manifest.void_rules.includes(entry.value)) report.fail("void_reason", { reason });
  }
}
