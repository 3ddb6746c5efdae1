// Checks the public folder of a draw as verify_draw.py does, in the same order and with the same codes. No DOM.
//
//   const report = await check(files, { receipt, progress });   // files: Map of names to Uint8Array
//   report.failures, .unchecked, .limits, .holds                // lists of {code, values}
//   report.verdict                                              // 0, 1, 3 or 4: as the script's exit code
//   report.draw                                                 // name and times, once the manifest is read
//
// It shares no code with the script, so that one mistake is not made twice: tests compare the two.

import { LINE_END, byCodePoint, hex, sha256 } from "./bytes.js";
import * as bls from "./bls.js";
import { momentOf } from "./chains.js";
import * as ed25519 from "./ed25519.js";
import { checkKeys, checkLog } from "./log.js";
import { checkBeaconRules, checkManifest, isPractice, tellSeats } from "./manifest.js";
import { readPanels } from "./panels.js";
import { checkReceipt } from "./receipt.js";
import { Report } from "./report.js";
import { checkResult } from "./result.js";
import { MANIFEST, RESULT, SPACES, read } from "./shapes.js";

const REQUIRED = ["manifest.json", "panels.txt", "SHA256SUMS", "verify_draw.py", "README.md"];
const ALLOWED = new Set([...REQUIRED, "log.json", "result.json"]);
export const NAMES = [...ALLOWED];
const MOST_SUMS = 1_000_000; // ours has seven lines: junk must not keep a phone busy
const EMPTY = new Uint8Array(0);
// no slash, and no space sign as Python sees them
const SUM = new RegExp(`^([0-9a-f]{64})  ([^/${SPACES}]+)$`);

/** `options`: receipt (bytes), witnesses (a Map of names to keys, from the witnesses themselves), progress (called
 *  with the name of each step), libraries (for tests). */
export async function check(files, options = {}) {
  const { receipt = null, witnesses = null, progress = async () => {}, libraries = {} } = options;
  const report = new Report();
  const known = { beaconHolds: bls.beaconHolds, ed25519, ...libraries };
  await progress("files");
  await checkFiles(files, report);
  const manifest = read(files.get("manifest.json") || EMPTY, "manifest.json", MANIFEST, report);
  if (manifest === null) return report;
  report.practice = isPractice(manifest);
  if (!checkBeaconRules(manifest, report)) return report;
  const { draw: name, frozen_at: frozen, committed_at: committed } = manifest;
  report.draw = { name, frozen, committed, drawn: momentOf(manifest.beacon.chain, manifest.beacon.round) };
  const commitment = await sha256(files.get("manifest.json"));
  await checkManifest(manifest, commitment, await sha256(files.get("verify_draw.py") || EMPTY), report);
  await progress("panels");
  const panels = await readPanels(files.get("panels.txt") || EMPTY, manifest, report);
  const result = files.has("result.json") ? read(files.get("result.json"), "result.json", RESULT, report) : null;
  const resultHash = hex(await sha256(files.get("result.json") || EMPTY));
  const bundle = { manifest, commitment, panels, result, resultHash };
  await progress("log");
  const log = await checkLog(files.get("log.json"), bundle, known, report);
  checkKeys(manifest.witnesses, witnesses, report);
  await progress("result");
  if (!files.has("result.json")) report.skip("no_result");
  else if (result !== null) await checkResult(bundle, log, known, report);
  for (const code of ["log_private", "bound_unproved", "person_private", "readme_unchecked"]) report.limit(code);
  tellSeats(manifest, report);
  report.limit("quotas_private");
  if (receipt !== null) {
    await progress("receipt");
    await checkReceipt(bundle, receipt, report);
  }
  return report;
}

async function checkFiles(files, report) {
  const mark = report.failures.length;
  for (const name of REQUIRED) {
    if (!files.has(name)) report.fail("file_missing", { file: name });
  }
  const names = [...files.keys()].sort(byCodePoint);
  for (const name of names.filter((one) => !ALLOWED.has(one))) report.fail("file_unlisted", { file: name });
  const sums = readSums(files.get("SHA256SUMS") || EMPTY, report);
  for (const name of names.filter((one) => ALLOWED.has(one) && one !== "SHA256SUMS")) {
    if (sums.get(name) !== hex(await sha256(files.get(name)))) report.fail("file_changed", { file: name });
  }
  const lost = [...sums.keys()].filter((one) => !files.has(one) && !REQUIRED.includes(one));
  for (const name of lost.sort(byCodePoint)) report.fail("file_missing", { file: name });
  report.hold(mark, "files", { count: files.size });
}

/** The lines of SHA256SUMS, ended as Python's `splitlines` sees it. */
function readSums(data, report) {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(data.subarray(0, MOST_SUMS));
  const lines = text.split(LINE_END);
  if (lines.at(-1) === "") lines.pop();
  const sums = new Map();
  for (const line of lines) {
    const found = SUM.exec(line);
    if (found) sums.set(found[2], found[1]);
  }
  if (sums.size !== lines.length || data.length > MOST_SUMS) report.fail("sums_unreadable");
  return sums;
}
