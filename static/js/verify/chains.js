// Public sources of chance. Round r appears at genesis + (r - 1) · period, in seconds since 1970; its signature
// is `size` bytes long.
// Written apart from verify_draw.py; a test compares the two.

export const QUICKNET = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971";
export const DEFAULT = "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce";
// SHA-256("civic-practice-chain/v1: oefenloting")
export const PRACTICE = "5218aaae96d8a895620181b1d62288b5dbb5b6ece95b8d944b7246344d79d511";

export const CHAINS = new Map([
  [QUICKNET, {
    name: "drand quicknet",
    scheme: "bls-unchained-g1-rfc9380",
    genesis: 1692803367,
    period: 3,
    size: 48,
    key:
      "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451"
      + "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
  }],
  [DEFAULT, {
    name: "drand default",
    scheme: "pedersen-bls-chained",
    genesis: 1595431050,
    period: 30,
    size: 96,
    key:
      "868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a569937c529eeda66c7293784a9402801af31",
  }],
  [PRACTICE, { name: "oefenketen", scheme: "practice", genesis: 1692803367, period: 3, size: 32, key: "" }],
]);

/** When a round appears, as a BigInt: a round may be as large as 2^53 - 1. */
export function momentOf(chain, round) {
  const { genesis, period } = CHAINS.get(chain);
  return BigInt(genesis) + (BigInt(round) - 1n) * BigInt(period);
}
