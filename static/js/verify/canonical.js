// JSON as the files of a draw are written: RFC 8785 (JCS) of texts in NFC, whole numbers, booleans, lists and
// objects. The browser's own JSON.parse takes a name that stands there twice, and floats; this one refuses.
//
// Objects become a Map (a name such as "__proto__" is then a name like any other), the rest what it is.

export class Unreadable extends Error {}

// deeper than any file of ours; the parser calls itself for each level
const DEEPEST = 500;
// far more than any file of ours: junk must not keep a phone busy
const MOST_VALUES = 1_000_000;
const SPACE = new Set([" ", "\t", "\n", "\r"]);
const WORDS = [["true", true], ["false", false], ["null", null]];
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const WHOLE = /-?(?:0|[1-9][0-9]*)/y;
const FOUR_DIGITS = /^[0-9a-fA-F]{4}$/;
const PLAIN = /^[\x20-\x7e]*$/;
const HALF_PAIR = /\p{Surrogate}/u;

/** The value of a file of bytes. Throws `Unreadable` for anything that cannot be written in one way only.
 *
 *  `loose`: also null, large numbers (as BigInt) and any text; never floats or a name that stands there twice. */
export function parse(bytes, { loose = false } = {}) {
  let text;
  try {
    // a byte order mark stays in the text, and is then no JSON
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Unreadable("no UTF-8");
  }
  return new Parser(text, loose).whole();
}

class Parser {
  constructor(text, loose) {
    this.text = text;
    this.loose = loose;
    this.place = 0;
    this.depth = 0;
    this.values = 0;
  }

  whole() {
    const value = this.value();
    this.skip();
    if (this.place < this.text.length) throw new Unreadable("something after the end");
    return value;
  }

  skip() {
    while (SPACE.has(this.text[this.place])) this.place += 1;
  }

  /** Step over this sign when it is the next one. */
  takes(sign) {
    this.skip();
    if (this.text[this.place] !== sign) return false;
    this.place += 1;
    return true;
  }

  needs(sign) {
    if (!this.takes(sign)) throw new Unreadable(`no ${sign}`);
  }

  value() {
    this.skip();
    this.values += 1;
    if (this.values > MOST_VALUES) throw new Unreadable("too much");
    const sign = this.text[this.place];
    if (sign === '"') return this.string();
    if (sign === "{" || sign === "[") return this.nested(sign);
    for (const [word, value] of WORDS) {
      if (this.text.startsWith(word, this.place)) {
        this.place += word.length;
        if (value === null && !this.loose) throw new Unreadable("no place for null");
        return value;
      }
    }
    return this.number();
  }

  nested(sign) {
    this.place += 1;
    this.depth += 1;
    if (this.depth > DEEPEST) throw new Unreadable("too deep");
    const value = sign === "{" ? this.object() : this.list();
    this.depth -= 1;
    return value;
  }

  object() {
    const found = new Map();
    if (this.takes("}")) return found;
    do {
      this.skip();
      if (this.text[this.place] !== '"') throw new Unreadable("no name");
      const name = this.string();
      if (found.has(name)) throw new Unreadable("a name occurs twice");
      this.needs(":");
      found.set(name, this.value());
    } while (this.takes(","));
    this.needs("}");
    return found;
  }

  list() {
    const found = [];
    if (this.takes("]")) return found;
    do found.push(this.value());
    while (this.takes(","));
    this.needs("]");
    return found;
  }

  /** A float leaves something behind that no JSON of ours has there. */
  number() {
    WHOLE.lastIndex = this.place;
    const found = WHOLE.exec(this.text);
    if (!found) throw new Unreadable("no value");
    this.place += found[0].length;
    const number = Number(found[0]);
    if (!Number.isSafeInteger(number)) return this.large(found[0]);
    return number === 0 ? 0 : number;
  }

  /** Python reads whole numbers of at most 4,300 digits. */
  large(digits) {
    if (!this.loose || digits.length > 4300) throw new Unreadable("too large");
    return BigInt(digits);
  }

  string() {
    const parts = [];
    let start = this.place + 1;
    for (let at = start; ; at += 1) {
      const code = this.text.charCodeAt(at);
      if (code === 0x22) {
        parts.push(this.text.slice(start, at));
        this.place = at + 1;
        return this.loose ? parts.join("") : checked(parts.join(""));
      }
      if (code === 0x5c) {
        parts.push(this.text.slice(start, at), this.escape(at));
        at += this.text[at + 1] === "u" ? 5 : 1;
        start = at + 1;
      } else if (!(code >= 0x20)) {
        throw new Unreadable("a text does not end, or holds a control character");
      }
    }
  }

  escape(at) {
    const letter = this.text[at + 1];
    if (letter === "u") {
      const digits = this.text.slice(at + 2, at + 6);
      if (!FOUR_DIGITS.test(digits)) throw new Unreadable("no code");
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    if (!Object.hasOwn(ESCAPES, letter)) throw new Unreadable("no escape");
    return ESCAPES[letter];
  }
}

function checked(text) {
  if (PLAIN.test(text)) return text;
  if (HALF_PAIR.test(text)) throw new Unreadable("half a surrogate pair");
  if (text.normalize("NFC") !== text) throw new Unreadable("not NFC");
  return text;
}

/** How a value is written in the one way: of what `parse` gave, or of plain objects of the same. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object") return JSON.stringify(value);
  const pairs = value instanceof Map ? value : new Map(Object.entries(value));
  const names = [...pairs.keys()].sort(); // by UTF-16 code units, as RFC 8785 wants
  return `{${names.map((one) => `${JSON.stringify(one)}:${canonical(pairs.get(one))}`).join(",")}}`;
}
