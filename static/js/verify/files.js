// Where the files of a draw come from: the site, a folder or a zip file of the visitor's own. All of it stays
// in the browser. Gives a Map of names to bytes, as the script's `read_folder`.

import { NoZip, TooLarge, isZip, unzip } from "./zip.js";

export class NotFetched extends Error {}
export { NoZip, TooLarge };

const MOST_BYTES = 200_000_000;
const MOST_FILES = 1000;
const GONE = new Set([404, 410]);

/** `listed`: [name, address] of each file. A file that is gone is missing; any other failure is NotFetched. */
export async function fetchAll(listed, progress) {
  const files = new Map();
  for (const [name, address] of listed) {
    await progress("fetch");
    const data = await fetchOne(address);
    if (data !== null) files.set(name, data);
  }
  return files;
}

async function fetchOne(address) {
  try {
    const response = await fetch(address, { credentials: "same-origin" });
    if (GONE.has(response.status)) return null;
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
  } catch {
    // no connection: said below
  }
  throw new NotFetched(address);
}

/** The files someone picked: a folder, all the files in it, or one zip file. */
export async function readPicked(picked) {
  const list = [...picked];
  const total = list.reduce((sum, one) => sum + one.size, 0);
  if (list.length > MOST_FILES || total > MOST_BYTES) throw new TooLarge("too much");
  if (list.length === 1 && !list[0].webkitRelativePath) {
    const bytes = await readOne(list[0]);
    if (isZip(bytes)) return flat(inside(await unzip(bytes, MOST_BYTES)));
    return new Map([[list[0].name, bytes]]);
  }
  const files = new Map();
  for (const one of list) {
    const path = one.webkitRelativePath;
    files.set(path ? path.slice(path.indexOf("/") + 1) : one.name, await readOne(one));
  }
  return flat(files);
}

export async function readOne(file) {
  if (file.size > MOST_BYTES) throw new TooLarge("too large");
  return new Uint8Array(await file.arrayBuffer());
}

/** Most zip files hold one folder with everything in it; a Mac adds a folder of its own. */
function inside(files) {
  const own = [...files].filter(([name]) => !name.startsWith("__MACOSX/"));
  const top = own.length ? own[0][0].slice(0, own[0][0].indexOf("/") + 1) : "";
  const isOne = top && own.every(([name]) => name.startsWith(top));
  const rest = isOne ? own.map(([name, data]) => [name.slice(top.length), data]) : own;
  return new Map(rest.filter(([name]) => name));
}

/** A folder inside the folder becomes "name/", which is then refused; what Python leaves behind is not looked at. */
function flat(files) {
  const found = new Map();
  for (const [name, data] of files) {
    const end = name.indexOf("/") + 1;
    if (name.startsWith("__pycache__/")) continue;
    if (end) found.set(name.slice(0, end), new Uint8Array(0));
    else found.set(name, data);
  }
  return found;
}
