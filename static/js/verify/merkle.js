// The Merkle tree of the pool and of the log: RFC 6962 section 2.1, proofs as in RFC 9162 section 2.1.3.2.

import { concat, sha256 } from "./bytes.js";

const LEAF = new Uint8Array([0]);
const NODE = new Uint8Array([1]);

export function leafHash(entry) {
  return sha256(concat(LEAF, entry));
}

export function nodeHash(left, right) {
  return sha256(concat(NODE, left, right));
}

/** The root an inclusion proof leads to; null when its shape is wrong. Numbers go to 10^15: no 32-bit shifts. */
export async function rootOfProof(leaf, index, size, proof) {
  if (index >= size) return null;
  let place = index;
  let last = size - 1;
  let found = leaf;
  for (const step of proof) {
    if (!last) return null;
    if (place % 2 || place === last) {
      found = await nodeHash(step, found);
      while (!(place % 2) && place) {
        place = half(place);
        last = half(last);
      }
    } else {
      found = await nodeHash(found, step);
    }
    place = half(place);
    last = half(last);
  }
  return last ? null : found;
}

function half(number) {
  return Math.floor(number / 2);
}
