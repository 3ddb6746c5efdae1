// Bytes, hexadecimal and the two functions of SHA-256 everything rests on. No DOM: also for other pages.

const ENCODER = new TextEncoder();
// where Python's `splitlines` ends a line
export const LINE_END = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/;

/** Text as UTF-8. */
export function utf8(text) {
  return ENCODER.encode(text);
}

export function hex(bytes) {
  let text = "";
  for (const one of bytes) text += one.toString(16).padStart(2, "0");
  return text;
}

/** The bytes of an even number of hexadecimal digits; whoever calls has checked that they are. */
export function fromHex(text) {
  const bytes = new Uint8Array(text.length / 2);
  for (let place = 0; place < bytes.length; place += 1) {
    bytes[place] = Number.parseInt(text.slice(2 * place, 2 * place + 2), 16);
  }
  return bytes;
}

export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((length, one) => length + one.length, 0));
  let place = 0;
  for (const one of parts) {
    whole.set(one, place);
    place += one.length;
  }
  return whole;
}

/** A number as 4 bytes, big-endian. */
export function fourBytes(number) {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, number);
  return bytes;
}

/** A whole number up to 2^53 - 1 as 8 bytes, big-endian. */
export function eightBytes(number) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(number));
  return bytes;
}

/** Browsers give their cryptography only to pages that came over a safe connection. */
export function canHash() {
  return Boolean(globalThis.crypto && globalThis.crypto.subtle);
}

export async function sha256(data) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", data));
}

/** HMAC-SHA-256 with one key for many messages: `const sign = await hmac(key); await sign(message)`. */
export async function hmac(key) {
  const ready = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return async (message) => new Uint8Array(await crypto.subtle.sign("HMAC", ready, message));
}

/** The order of Python's `sorted` on texts: by code point, which is not JavaScript's own order. */
export function byCodePoint(first, second) {
  const one = [...first];
  const other = [...second];
  const shortest = Math.min(one.length, other.length);
  for (let place = 0; place < shortest; place += 1) {
    const difference = one[place].codePointAt(0) - other[place].codePointAt(0);
    if (difference) return difference;
  }
  return one.length - other.length;
}
