// Signatures of drand: BLS over BLS12-381. The curve is @noble/curves, in static/vendor (73 KB), fetched only
// when a real draw is checked. What is signed is written here.

import { concat, eightBytes, fromHex, hex, sha256, utf8 } from "./bytes.js";
import { CHAINS, DEFAULT, PRACTICE, QUICKNET } from "./chains.js";

const BUNDLE = "../../vendor/noble-curves-2.4.0-bls12-381.js";
// quicknet signs in G1, the default chain in G2; always compressed
const SCHEMES = {
  [QUICKNET]: { signatures: "shortSignatures", tag: "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_" },
  [DEFAULT]: { signatures: "longSignatures", tag: "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_" },
};

/** Is this the chain's signature of the round? null: the curve could not be fetched. */
export async function beaconHolds(chain, record) {
  if (chain === PRACTICE) return record.signature === hex(await practiceSignature(record.round));
  let curve;
  try {
    ({ bls12_381: curve } = await import(BUNDLE));
  } catch {
    return null;
  }
  return curve ? isSigned(curve[SCHEMES[chain].signatures], chain, record) : null;
}

async function isSigned(scheme, chain, record) {
  const { key, size } = CHAINS.get(chain);
  if (record.signature.length !== 2 * size) return false;
  const before = chain === DEFAULT ? fromHex(record.previousSignature) : new Uint8Array(0);
  const message = await sha256(concat(before, eightBytes(record.round)));
  const hashed = scheme.hash(message, utf8(SCHEMES[chain].tag));
  try {
    return scheme.verify(fromHex(record.signature), hashed, fromHex(key));
  } catch {
    return false; // no point of the curve, or not of the right group
  }
}

/** The practice chain's "signature" of a round: public beforehand, and only good for practice. */
export function practiceSignature(round) {
  return sha256(concat(utf8("civic-practice/v1\0"), fromHex(PRACTICE), eightBytes(round)));
}
