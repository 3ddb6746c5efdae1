// Reads a zip file with what the browser has itself. Encrypted, split and very large (zip64) ones are not read.

export class NoZip extends Error {}
export class TooLarge extends Error {}

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const LONGEST_COMMENT = 0xffff + 22;
const ENCRYPTED = 1;
const STORED = 0;
const DEFLATED = 8;
const MOST_ENTRIES = 1000;

export function isZip(bytes) {
  return bytes.length >= 22 && [LOCAL, END].includes(view(bytes).getUint32(0, true));
}

/** {name: bytes} of a zip file; `most`: bytes in all, unpacked. Throws NoZip or TooLarge. */
export async function unzip(bytes, most) {
  const files = new Map();
  let left = most;
  for (const entry of entries(bytes)) {
    if (files.has(entry.name)) throw new NoZip("a name occurs twice");
    const data = entry.name.endsWith("/") ? new Uint8Array(0) : await unpack(bytes, entry, left);
    left -= data.length;
    files.set(entry.name, data);
  }
  return files;
}

function view(bytes) {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** What the list at the end of the file says is in it. */
function entries(bytes) {
  const data = view(bytes);
  const end = endOf(data);
  const count = data.getUint16(end + 10, true);
  if (count > MOST_ENTRIES) throw new TooLarge("too many files");
  const found = [];
  let place = data.getUint32(end + 16, true);
  for (let number = 0; number < count; number += 1) {
    if (place + 46 > bytes.length || data.getUint32(place, true) !== ENTRY) throw new NoZip("no entry");
    const lengths = [28, 30, 32].map((part) => data.getUint16(place + part, true));
    found.push({
      name: new TextDecoder().decode(bytes.subarray(place + 46, place + 46 + lengths[0])),
      flags: data.getUint16(place + 8, true),
      method: data.getUint16(place + 10, true),
      packed: data.getUint32(place + 20, true),
      start: data.getUint32(place + 42, true),
    });
    place += 46 + lengths[0] + lengths[1] + lengths[2];
  }
  return found;
}

function endOf(data) {
  const last = data.byteLength - 22;
  for (let place = last; place >= Math.max(0, last - LONGEST_COMMENT); place -= 1) {
    if (data.getUint32(place, true) === END) return place;
  }
  throw new NoZip("no end");
}

async function unpack(bytes, { flags, method, packed, start }, most) {
  const data = view(bytes);
  if (flags & ENCRYPTED || ![STORED, DEFLATED].includes(method)) throw new NoZip("packed in another way");
  if (start + 30 > bytes.length || data.getUint32(start, true) !== LOCAL) throw new NoZip("no file");
  const from = start + 30 + data.getUint16(start + 26, true) + data.getUint16(start + 28, true);
  if (from + packed > bytes.length) throw new NoZip("cut off");
  const content = bytes.subarray(from, from + packed);
  if (method === DEFLATED) return inflate(content, most);
  if (content.length > most) throw new TooLarge("too large");
  return content.slice();
}

/** Unpacks piece by piece, so that a small file cannot fill the memory. */
async function inflate(packed, most) {
  if (!("DecompressionStream" in globalThis)) throw new NoZip("this browser cannot unpack");
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const parts = [];
  let length = 0;
  try {
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      parts.push(step.value);
      length += step.value.length;
      if (length > most) throw new TooLarge("too large");
    }
  } catch (error) {
    reader.cancel().catch(() => {});
    throw error instanceof TooLarge ? error : new NoZip("broken");
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
