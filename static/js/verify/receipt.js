// One's own receipt: is this registration in the pool, in which panels, and was it drawn? All of it here, in
// the browser: a receipt holds personal data and is never sent anywhere.

import { concat, fourBytes, fromHex, hex, hmac, sha256, utf8 } from "./bytes.js";
import { canonical } from "./canonical.js";
import { leafHash, rootOfProof } from "./merkle.js";
import { percentage } from "./report.js";
import { WORDS } from "./sentences.js";
import { RECEIPT, read } from "./shapes.js";

const NAME = (language) => WORDS[language].receipt;
const LABEL_BYTES = 10;
const AT_ONCE = 1000;

export async function checkReceipt(bundle, data, report) {
  const content = read(data, NAME, RECEIPT, report);
  if (content === null) return;
  const { manifest } = bundle;
  const isOfPool = "pool_root" in content; // saved before there was a draw: its "draw" is the pool
  const isOther = isOfPool
    ? content.draw !== manifest.pool
    : ["draw", "pool", "sequence"].some((name) => content[name] !== manifest[name]);
  if (isOther) {
    report.fail("receipt_other_draw");
    return;
  }
  const leaf = await openingLeaf(manifest.pool, content);
  if (hex(leaf) !== content.leaf) report.fail("receipt_leaf");
  const root = await rootOfProof(leaf, content.index, content.size, content.proof.map(fromHex));
  if (content.size !== manifest.pool_size || root === null || hex(root) !== manifest.pool_root) {
    report.fail("receipt_proof");
  }
  if (bundle.panels !== null) await tellChance(bundle, fromHex(content.secret), report);
}

/** The leaf that belongs to these data. */
async function openingLeaf(pool, opening) {
  const { address, answers } = opening;
  const entry = {
    attributes: await saltedHash(opening.salt_attributes, { address, answers }),
    draw: pool,
    person: await saltedHash(opening.salt_person, opening.person),
    secret: hex(await sha256(fromHex(opening.secret))),
  };
  return leafHash(utf8(canonical(entry)));
}

async function saltedHash(salt, content) {
  return hex(await sha256(concat(fromHex(salt), utf8(canonical(content)))));
}

/** Nothing about a draw that is refused: no chance, and not who was drawn. */
async function tellChance(bundle, secret, report) {
  const { manifest, result } = bundle;
  const mine = await ownPanels(bundle, secret);
  const chance = percentage(mine.length, manifest.panels);
  report.hold(0, "receipt", { found: mine.length, panels: manifest.panels, chance });
  if (result !== null) report.hold(0, mine.includes(result.index) ? "receipt_drawn" : "receipt_not_drawn");
}

/** The panels in which the holder of this secret sits. */
async function ownPanels({ manifest, panels }, secret) {
  const prefix = concat(utf8(`civic-label/v1\0${manifest.draw}\0`), fourBytes(manifest.sequence));
  const sign = await hmac(secret);
  const mine = [];
  for (let start = 0; start < panels.length; start += AT_ONCE) {
    const group = panels.slice(start, start + AT_ONCE);
    const labels = await Promise.all(group.map((_one, place) => sign(concat(prefix, fourBytes(start + place)))));
    for (const [place, label] of labels.entries()) {
      if (group[place].includes(hex(label.subarray(0, LABEL_BYTES)))) mine.push(start + place);
    }
  }
  return mine;
}
