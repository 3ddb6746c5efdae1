// The result: it follows from the manifest, the balls and the public number, and from nothing else.

import { concat, fourBytes, fromHex, hex, hmac, sha256, utf8 } from "./bytes.js";
import { CHAINS, PRACTICE } from "./chains.js";
import { drawTime, isBy } from "./log.js";
import { WORDS } from "./sentences.js";
import { SIGNATURE } from "./shapes.js";

const END = 2n ** 64n; // of the numbers of eight bytes
const LABEL = utf8("civic-draw/v1\0");

export async function checkResult(bundle, log, libraries, report) {
  const { manifest, result } = bundle;
  if (["draw", "sequence", "practice"].some((name) => result[name] !== manifest[name])) {
    report.fail("result_other_draw");
  }
  if (result.commitment !== hex(bundle.commitment)) report.fail("commitment_stale");
  const own = (log || []).filter((one) => one.commitment === hex(bundle.commitment));
  await checkBeacon(bundle, own, libraries, report);
  checkBalls(bundle, own, report);
  await checkIndex(bundle, report);
  const logged = own.filter((one) => one.kind === "result");
  if (logged.some((one) => one.value !== bundle.resultHash)) report.fail("result_differs");
  if (!logged.length && !report.practice) report.skip("result_unlogged");
}

async function checkBeacon(bundle, own, libraries, report) {
  const mark = report.failures.length;
  const record = bundle.result.beacon;
  const isChosen = ({ chain, round }) => record.chain === chain && record.round === round;
  if (bundle.manifest.fallback.some(isChosen)) await checkFallback(bundle, own, libraries, report);
  else if (!isChosen(bundle.manifest.beacon)) report.fail("chain_wrong");
  if (hex(await sha256(fromHex(record.signature))) !== record.randomness) report.fail("randomness_wrong");
  if (!CHAINS.has(record.chain)) return;
  const { round, signature, previous_signature: previousSignature } = record;
  const holds = await libraries.beaconHolds(record.chain, { round, signature, previousSignature });
  if (holds === null) report.skip("beacon_unchecked");
  else if (!holds) report.fail("signature_wrong", { round });
  else report.hold(mark, "beacon", { round, chain: nameOf(record.chain) });
}

function nameOf(chain) {
  return (language) => (chain === PRACTICE ? WORDS[language].practice : CHAINS.get(chain).name);
}

/** Only by a logged decision; a valid signature of the first source undoes it at any later time. */
async function checkFallback(bundle, own, libraries, report) {
  if (!own.some((one) => one.kind === "fallback")) report.fail("fallback_unlogged");
  report.skip("fallback_unchecked");
  const { chain, round } = bundle.manifest.beacon;
  for (const one of own.filter(({ kind, value }) => kind === "signature" && SIGNATURE.test(value))) {
    const holds = await libraries.beaconHolds(chain, { round, signature: one.value, previousSignature: "" });
    if (holds !== false) report.fail("fallback_void");
  }
}

/** Balls count only when they were in the log before the round; otherwise they are 0 for good. */
function checkBalls(bundle, own, report) {
  const { digits } = bundle.manifest.balls;
  const found = bundle.result.balls;
  const drawn = own.filter((one) => one.kind === "balls");
  const inTime = new Set(drawn.filter((one) => isBy(one, drawTime(bundle) - 1n)).map((one) => one.value));
  if (inTime.size > 1) {
    report.fail("balls_twice");
    return;
  }
  const [wanted = "0".repeat(digits)] = inTime;
  if (drawn.length && !inTime.size) report.limit("balls_ignored");
  if (found !== wanted || found.length !== digits) {
    report.fail("balls_wrong", { found: found || "–", wanted: wanted || "–" });
  }
}

async function checkIndex(bundle, report) {
  const mark = report.failures.length;
  const { manifest, result, panels } = bundle;
  if (!manifest.panels) return; // refused already
  const wanted = await drawIndex(
    fromHex(result.beacon.randomness), bundle.commitment, manifest.panels, Number(result.balls),
  );
  if (result.index !== wanted) report.fail("index_wrong", { found: result.index, wanted });
  if (panels !== null) {
    const labels = panels[wanted];
    const isSame = result.labels.length === labels.length && result.labels.every((one, at) => one === labels[at]);
    if (!isSame) report.fail("labels_wrong", { panel: wanted });
    report.hold(mark, "result", { panel: wanted });
  }
}

/** The panel that the public number picks; words beyond a multiple of M are thrown away. */
export async function drawIndex(randomness, commitment, panels, balls = 0) {
  const many = BigInt(panels);
  const ceiling = END - (END % many);
  const sign = await hmac(randomness);
  for (let counter = 0; ; counter += 1) {
    const found = await sign(concat(LABEL, commitment, fourBytes(counter)));
    const word = new DataView(found.buffer).getBigUint64(0);
    if (word < ceiling) return Number(((word % many) + BigInt(balls)) % many);
  }
}
