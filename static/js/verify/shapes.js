// What the JSON files must look like, and reading one. Written apart from verify_draw.py.
//
// A shape is: a regular expression (a text that fits), Below (a whole number from 0), TEXT, YESNO, TEXTS (any
// names, texts as values), ANYTHING (any object), [shape] (a list), Pair (a list of two), Either (two shapes, told
// apart by a name that only the first has) or {name: shape} (exactly these names).

import { byCodePoint, utf8 } from "./bytes.js";
import { Unreadable, canonical, parse } from "./canonical.js";

class Below {
  constructor(end) {
    this.end = end;
  }

  has(value) {
    return Number.isInteger(value) && value >= 0 && value < this.end;
  }
}

class Pair {
  constructor(shape) {
    this.shape = shape;
  }
}

class Either {
  constructor(name, first, second) {
    Object.assign(this, { name, first, second });
  }

  of(value) {
    return value instanceof Map && value.has(this.name) ? this.first : this.second;
  }
}

const TEXT = Symbol("text");
const YESNO = Symbol("yes or no");
const TEXTS = Symbol("texts by name");
const ANYTHING = Symbol("any object");

// what Python's `\S` means: the space signs of the two languages differ
export const SPACES = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const INK = `[^${SPACES}]`;
export const HEX = /^[0-9a-f]{64}$/;
const HEX_OR_EMPTY = /^([0-9a-f]{64})?$/;
const SALT = /^[0-9a-f]{32}$/;
const ED25519_SIGNATURE = /^[0-9a-f]{128}$/;
export const SIGNATURE = /^([0-9a-f]{2}){32,96}$/;
const LABEL = /^[0-9a-f]{20}$/;
const DIGITS = /^[0-9]{0,9}$/;
const DRAW = /^[a-z0-9][a-z0-9-]{0,63}$/;
const NAME = new RegExp(`^${INK}([^\\n]{0,198}${INK})?$`, "u");
const CODE = /^[A-Za-z0-9_.:/+=-]{0,100}$/;
const RULE = /^[a-z0-9-]{1,100}$/;
const COUNT = new Below(2 ** 32); // fits the four bytes of a label
const NUMBER = new Below(2 ** 53);

const ROUND = { chain: HEX, round: NUMBER };
const QUOTA = { condition: [new Pair(TEXT)], constituencies: [TEXT], max: COUNT, min: COUNT };

export const MANIFEST = {
  address_rule: { applies: YESNO, exempt: HEX },
  balls: { digits: new Below(10) },
  beacon: ROUND,
  committed_at: NUMBER,
  constituency: TEXT,
  draw: DRAW,
  excluded: COUNT,
  fallback: [ROUND],
  fixed: COUNT,
  format: /^civic-draw\/1$/,
  frozen_at: NUMBER,
  histogram: [new Pair(COUNT)],
  impossible: COUNT,
  kind: /^(panel|replacement|reserve)$/,
  largest_shortfall: NUMBER,
  panel_size: COUNT,
  panels: COUNT,
  panels_sha256: HEX,
  pool: DRAW,
  pool_root: HEX,
  pool_size: COUNT,
  practice: YESNO,
  previous: HEX_OR_EMPTY,
  quotas: [QUOTA],
  sequence: COUNT,
  software: NAME,
  upper_bound: NUMBER,
  verifier_sha256: HEX,
  void_rules: [RULE],
  witnesses: [{ key: HEX, name: NAME }],
};

export const RESULT = {
  balls: DIGITS,
  beacon: { ...ROUND, previous_signature: /^([0-9a-f]{192})?$/, randomness: HEX, signature: SIGNATURE },
  commitment: HEX,
  draw: DRAW,
  format: /^civic-result\/1$/,
  index: COUNT,
  labels: [LABEL],
  practice: YESNO,
  sequence: COUNT,
};

export const LOG = {
  format: /^civic-log\/1$/,
  records: [
    {
      checkpoint: TEXT,
      entry: TEXT,
      index: COUNT,
      proof: [HEX],
      signatures: [{ name: NAME, signature: ED25519_SIGNATURE, time: NUMBER }],
    },
  ],
};

/** An event of the organisation, as it stands in the log. */
export const EVENT = {
  action: CODE,
  actor: HEX,
  at: NUMBER,
  data: ANYTHING,
  format: /^civic-event\/1$/,
  from: CODE,
  reason: CODE,
  subject: /^public_draw$/,
  subject_id: NUMBER,
  to: CODE,
};

/** The data of an event that is a step of a draw. */
export const STEP = {
  commitment: HEX,
  draw: DRAW,
  kind: /^(balls|commitment|fallback|result|signature|superseded|voided)$/,
  sequence: COUNT,
  value: CODE,
};

const OWN = {
  address: TEXT,
  answers: TEXTS,
  draw: DRAW,
  index: COUNT,
  leaf: HEX,
  person: TEXTS,
  proof: [HEX],
  salt_attributes: SALT,
  salt_person: SALT,
  secret: SALT,
  size: COUNT,
};

/** A receipt of the draw, or the one that is there as soon as the pool is frozen ("draw" is the pool then). */
export const RECEIPT = new Either(
  "pool_root",
  { ...OWN, format: /^civic-pool-receipt\/1$/, pool_root: HEX, version: COUNT },
  { ...OWN, format: /^civic-receipt\/1$/, pool: DRAW, sequence: COUNT },
);

/** Where `value` leaves `shape`: the names that lead there, "?" for the value itself. null when it fits. */
export function misfit(value, shape) {
  if (shape === TEXTS) return isTexts(value) ? null : "?";
  if (shape === ANYTHING) return value instanceof Map ? null : "?";
  if (shape instanceof Either) return misfit(value, shape.of(value));
  if (shape instanceof RegExp || shape instanceof Below || typeof shape === "symbol") {
    return isPlain(value, shape) ? null : "?";
  }
  if (Array.isArray(shape)) return Array.isArray(value) ? firstMisfit(value.entries(), () => shape[0]) : "?";
  if (shape instanceof Pair) {
    const isPair = Array.isArray(value) && value.length === 2;
    return isPair ? firstMisfit(value.entries(), () => shape.shape) : "?";
  }
  return value instanceof Map ? misfitOfNames(value, shape) : "?";
}

function isTexts(value) {
  return value instanceof Map && [...value.values()].every((one) => typeof one === "string");
}

function isPlain(value, shape) {
  if (shape instanceof RegExp) return typeof value === "string" && shape.test(value);
  if (shape instanceof Below) return shape.has(value);
  return typeof value === (shape === TEXT ? "string" : "boolean");
}

function misfitOfNames(value, shape) {
  const names = Object.keys(shape);
  const different = [
    ...names.filter((one) => !value.has(one)),
    ...[...value.keys()].filter((one) => !Object.hasOwn(shape, one)),
  ];
  if (different.length) return different.reduce((one, other) => (byCodePoint(other, one) < 0 ? other : one));
  const pairs = names.sort().map((one) => [one, value.get(one)]);
  return firstMisfit(pairs, (name) => shape[name]);
}

function firstMisfit(pairs, shapeOf) {
  for (const [name, value] of pairs) {
    const found = misfit(value, shapeOf(name));
    if (found !== null) return found === "?" ? String(name) : `${name}.${found}`;
  }
  return null;
}

/** The content of a canonical JSON file of this shape, as plain objects; null (and a failure) when it is none. */
export function read(data, name, shape, report) {
  let value;
  try {
    value = parse(data);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    report.fail("unreadable", { file: name });
    return null;
  }
  const wrong = misfit(value, shape);
  if (wrong !== null) {
    report.fail("wrong_field", { file: name, field: wrong });
    return null;
  }
  if (!isSame(utf8(canonical(value)), data)) report.fail("not_canonical", { file: name });
  return plain(value);
}

function isSame(one, other) {
  return one.length === other.length && one.every((byte, place) => byte === other[place]);
}

/** Plain objects without a prototype, so that any name is a name like any other. */
function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (!(value instanceof Map)) return value;
  const found = Object.create(null);
  for (const [name, one] of value) found[name] = plain(one);
  return found;
}
