// The public list of panels: lines "NNN label", each label once.

import { hex, sha256 } from "./bytes.js";

const SPACE = 0x20;
const END = 0x0a;
const LABEL_LENGTH = 20;

/** The labels per panel; null when the list has not exactly M panels of k different labels. */
export async function readPanels(data, manifest, report) {
  const mark = report.failures.length;
  const wanted = manifest.panels;
  if (hex(await sha256(data)) !== manifest.panels_sha256) report.fail("panels_changed");
  const changed = report.failures.length;
  const width = String(Math.max(0, wanted - 1)).length;
  const broken = firstBrokenLine(data, width);
  if (broken) {
    report.fail("panels_unreadable", { line: broken });
    return null;
  }
  const lines = new TextDecoder("ascii").decode(data).split("\n").slice(0, -1);
  const found = new Map();
  for (const line of lines) {
    const number = Number(line.slice(0, width));
    if (!found.has(number)) found.set(number, []);
    found.get(number).push(line.slice(width + 1));
  }
  if (lines.some((line, place) => place && lines[place - 1] > line)) report.fail("panels_order");
  if (found.size !== wanted || [...found.keys()].some((one) => one >= wanted)) {
    report.fail("panel_count", { found: found.size, wanted });
  }
  checkLabels(found, manifest.panel_size, report);
  report.hold(mark, "panels", { panels: wanted, size: manifest.panel_size });
  const isRight = wanted && report.failures.length === changed; // no panels at all are refused elsewhere
  return isRight ? Array.from({ length: wanted }, (_one, number) => found.get(number)) : null;
}

/** The number of the first line that is not "NNN label" and an end of line; 0 when all are. */
function firstBrokenLine(data, width) {
  const length = width + 1 + LABEL_LENGTH + 1;
  const lines = Math.ceil(data.length / length);
  for (let line = 0; line < lines; line += 1) {
    if (!isLine(data, line * length, width, length)) return line + 1;
  }
  return 0;
}

function isLine(data, start, width, length) {
  for (let place = 0; place < length - 1; place += 1) {
    const byte = data[start + place];
    const isDigit = byte >= 0x30 && byte <= 0x39;
    const isLetter = place > width && byte >= 0x61 && byte <= 0x66;
    if (place === width ? byte !== SPACE : !isDigit && !isLetter) return false;
  }
  return data[start + length - 1] === END;
}

function checkLabels(found, size, report) {
  const times = new Map();
  for (const [number, members] of found) {
    if (members.length !== size) report.fail("panel_size", { panel: number, found: members.length, wanted: size });
    for (const one of members) times.set(one, (times.get(one) || 0) + 1);
  }
  for (const [label, number] of times) {
    if (number > 1) report.fail("label_twice", { label, times: number });
  }
}
