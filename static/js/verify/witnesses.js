// The keys of the witnesses, as somebody got them from the witnesses themselves: the same list as the script's
// --getuigen. On each line a key, a space and the name. Reads as Python does, whose space signs are others.

import { LINE_END } from "./bytes.js";
import { HEX, SPACES } from "./shapes.js";

export class NoKeys extends Error {}

const AROUND = new RegExp(`^[${SPACES}]+|[${SPACES}]+$`, "g");

/** A Map of names to keys; throws NoKeys for anything else. */
export function readWitnesses(text) {
  const found = new Map();
  for (const line of text.replace(/^\ufeff/, "").split(LINE_END).map(stripped)) {
    if (!line) continue;
    const space = line.indexOf(" ");
    const key = line.slice(0, space).toLowerCase();
    const name = stripped(line.slice(space + 1));
    if (space < 0 || !HEX.test(key) || !name || found.has(name)) throw new NoKeys(line);
    found.set(name, key);
  }
  return found;
}

function stripped(text) {
  return text.replace(AROUND, "");
}
