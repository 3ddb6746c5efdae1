// Signatures of witnesses: Ed25519 of the browser itself (WebCrypto). Older browsers do not have it.

import { fromHex } from "./bytes.js";

const ED25519 = { name: "Ed25519" };

let known;

/** Can this browser check such signatures? Asked once, with a key from RFC 8032. */
export function available() {
  known ??= keyOf("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a").then(() => true, () => false);
  return known;
}

function keyOf(key) {
  return crypto.subtle.importKey("raw", fromHex(key), ED25519, false, ["verify"]);
}

export async function holds(key, signature, message) {
  try {
    return await crypto.subtle.verify(ED25519, await keyOf(key), fromHex(signature), message);
  } catch {
    return false; // the key is no point of the curve
  }
}
