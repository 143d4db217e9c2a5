// The engine with its relaxed SIMD instructions made exact.
//
// Relaxed instructions are the only ones whose result may differ between hosts, besides the bits of a
// NaN. Profile 1 gives each of them one meaning, that of WebAssembly's deterministic profile. For most
// of them another instruction has exactly this meaning everywhere: it takes the relaxed one's place
// here, after the engine's hash was checked. Both take two bytes after the prefix, so nothing else
// moves, and fuel, which the engine counts by instructions of its own, stays what it is. What has no
// substitute is fused multiply-add: a browser that rounds twice can't verify (selftest.ts).
//
// The pass reads every instruction of the code section (WebAssembly core specification 3.0, 5.4: MVP,
// sign extension, saturating conversions, SIMD). One that it doesn't know is an error, never skipped.

// Relaxed instruction, and the exact one with its deterministic meaning. Numbers after 0xFD.
const SUBSTITUTES = new Map<number, number>([
  [0x100, 0x0e], // i8x16.swizzle
  [0x101, 0xf8], // i32x4.trunc_sat_f32x4_s
  [0x102, 0xf9], // i32x4.trunc_sat_f32x4_u
  [0x103, 0xfc], // i32x4.trunc_sat_f64x2_s_zero
  [0x104, 0xfd], // i32x4.trunc_sat_f64x2_u_zero
  [0x109, 0x52], // v128.bitselect, for each width of lanes
  [0x10a, 0x52],
  [0x10b, 0x52],
  [0x10c, 0x52],
  [0x10d, 0xe8], // f32x4.min
  [0x10e, 0xe9], // f32x4.max
  [0x10f, 0xf4], // f64x2.min
  [0x110, 0xf5], // f64x2.max
  [0x111, 0x82], // i16x8.q15mulr_sat_s
]);
const RELAXED_FIRST = 0x100;
const RELAXED_LAST = 0x113;
// i32x4.relaxed_dot_i8x16_i7x16_add_s: no single instruction, so a call of a function that is added.
const DOT_ADD = 0x113;

const TYPES = 1;
const FUNCTIONS = 3;
const CODE = 10;

// The type (v128, v128, v128) -> v128.
const DOT_TYPE = [0x60, 3, 0x7b, 0x7b, 0x7b, 1, 0x7b];
// The dot product of signed bytes in pairs, added to 32-bit lanes, without saturation:
// products of the low and the high half; their even and odd lanes added; pairs of those added.
const DOT_BODY = [
  1, 2, 0x7b, // two locals: 3 = low products, 4 = high products
  0x20, 0, 0x20, 1, 0xfd, 0x9c, 0x01, 0x21, 3, // i16x8.extmul_low_i8x16_s
  0x20, 0, 0x20, 1, 0xfd, 0x9d, 0x01, 0x21, 4, // i16x8.extmul_high_i8x16_s
  0x20, 3, 0x20, 4, 0xfd, 0x0d, 0, 1, 4, 5, 8, 9, 12, 13, 16, 17, 20, 21, 24, 25, 28, 29,
  0x20, 3, 0x20, 4, 0xfd, 0x0d, 2, 3, 6, 7, 10, 11, 14, 15, 18, 19, 22, 23, 26, 27, 30, 31,
  0xfd, 0x8e, 0x01, // i16x8.add
  0xfd, 0x7e, // i32x4.extadd_pairwise_i16x8_s
  0x20, 2, 0xfd, 0xae, 0x01, // i32x4.add
  0x0b,
];

export interface Exact {
  wasm: Uint8Array;
  // Relaxed instructions that are still there: the host must compute them exactly.
  left: number[];
  // How many instructions were replaced.
  replaced: number;
}

// A reader of WebAssembly's binary format.
class Reader {
  constructor(
    readonly bytes: Uint8Array,
    public at: number,
    private readonly end: number,
  ) {}

  get done(): boolean {
    return this.at >= this.end;
  }

  byte(): number {
    if (this.at >= this.end) throw new Error('the engine ends inside of an instruction');
    return this.bytes[this.at++];
  }

  // An unsigned LEB128 of at most 32 bits.
  u32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new Error('the engine has a number of more than 32 bits');
  }

  // Passes over a LEB128 of any sign, at most 64 bits.
  leb(): void {
    for (let i = 0; i < 10; i += 1) if (this.byte() < 0x80) return;
    throw new Error('the engine has a number of more than 64 bits');
  }

  skip(count: number): void {
    if (count > this.end - this.at) throw new Error('the engine ends inside of an instruction');
    this.at += count;
  }

  // The next `length` bytes.
  part(length: number): Reader {
    const start = this.at;
    this.skip(length);
    return new Reader(this.bytes, start, this.at);
  }

  rest(): Uint8Array {
    return this.bytes.subarray(this.at, this.end);
  }
}

// What a pass over the code has found and done.
interface Pass {
  dot: number;
  left: Set<number>;
  replaced: number;
  dots: number;
}

// The module with substitutes; `wasm` stays as it is.
export function exact(wasm: Uint8Array): Exact {
  const copy = wasm.slice();
  const sections = split(copy);
  const count = (id: number) => sections.find((section) => section.id === id)?.content.u32() ?? 0;
  const types = count(TYPES);
  // The engine imports nothing, so its own functions are counted from 0; the added one comes last.
  const dot = count(FUNCTIONS);
  const pass: Pass = { dot, left: new Set(), replaced: 0, dots: 0 };
  for (const { id, content } of sections) {
    if (id !== CODE) continue;
    const body = new Reader(copy, content.at, content.at + content.rest().length);
    for (let functions = body.u32(); functions > 0; functions -= 1) code(body.part(body.u32()), pass);
  }
  const left = [...pass.left].sort((a, b) => a - b);
  if (pass.dots === 0) return { wasm: copy, left, replaced: pass.replaced };

  const added = new Map([
    [TYPES, DOT_TYPE],
    [FUNCTIONS, u32(types)],
    [CODE, [...u32(DOT_BODY.length), ...DOT_BODY]],
  ]);
  const parts: Uint8Array[] = [copy.subarray(0, 8)];
  for (const { id, content, whole } of sections) {
    const more = added.get(id);
    if (!more) {
      parts.push(whole);
      continue;
    }
    if (id === CODE) content.u32();
    const entries = [types, dot, dot][[TYPES, FUNCTIONS, CODE].indexOf(id)] + 1;
    const head = u32(entries);
    const rest = content.rest();
    parts.push(Uint8Array.from([id, ...u32(head.length + rest.length + more.length), ...head]));
    parts.push(rest, Uint8Array.from(more));
  }
  return { wasm: joined(parts), left, replaced: pass.replaced + pass.dots };
}

interface Section {
  id: number;
  content: Reader;
  whole: Uint8Array;
}

function split(wasm: Uint8Array): Section[] {
  const magic = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
  const module = new Reader(wasm, 0, wasm.length);
  if (magic.some((byte) => module.byte() !== byte)) throw new Error('the engine is no WebAssembly module');
  const sections: Section[] = [];
  while (!module.done) {
    const start = module.at;
    const id = module.byte();
    const content = module.part(module.u32());
    sections.push({ id, content, whole: wasm.subarray(start, module.at) });
  }
  return sections;
}

// One function's locals and instructions.
function code(body: Reader, pass: Pass): void {
  for (let groups = body.u32(); groups > 0; groups -= 1) {
    body.u32(); // how many locals
    body.byte(); // of which type
  }
  while (!body.done) instruction(body, pass);
}

function instruction(body: Reader, pass: Pass): void {
  const opcode = body.byte();
  switch (opcode) {
    case 0x02: // block
    case 0x03: // loop
    case 0x04: // if
    case 0x41: // i32.const
    case 0x42: // i64.const
      return body.leb();
    case 0x0c: // br
    case 0x0d: // br_if
    case 0x10: // call
    case 0x20: // local.get
    case 0x21: // local.set
    case 0x22: // local.tee
    case 0x23: // global.get
    case 0x24: // global.set
      body.u32();
      return;
    case 0x0e: // br_table
      for (let labels = body.u32() + 1; labels > 0; labels -= 1) body.u32();
      return;
    case 0x11: // call_indirect
      body.u32();
      body.u32();
      return;
    case 0x3f: // memory.size
    case 0x40: // memory.grow
      return body.skip(1);
    case 0x43: // f32.const
      return body.skip(4);
    case 0x44: // f64.const
      return body.skip(8);
    case 0xfc: {
      const number = body.u32();
      if (number > 7) throw unknown(`0xfc ${number}`); // up to 7: saturating conversions
      return;
    }
    case 0xfd:
      return vector(body, pass);
    default:
      if (opcode >= 0x28 && opcode <= 0x3e) return memarg(body); // loads and stores
      if (!plain(opcode)) throw unknown(`0x${opcode.toString(16)}`);
  }
}

// Control, parametric and numeric instructions without immediates.
function plain(opcode: number): boolean {
  return (
    opcode <= 0x01 || [0x05, 0x0b, 0x0f, 0x1a, 0x1b].includes(opcode) || (opcode >= 0x45 && opcode <= 0xc4)
  );
}

function vector(body: Reader, pass: Pass): void {
  const start = body.at;
  const number = body.u32();
  if (number <= 0x0b || number === 0x5c || number === 0x5d) return memarg(body); // loads, v128.store
  if (number === 0x0c || number === 0x0d) return body.skip(16); // v128.const, i8x16.shuffle
  if (number >= 0x15 && number <= 0x22) return body.skip(1); // lanes
  if (number >= 0x54 && number <= 0x5b) {
    memarg(body); // loads and stores of a lane
    return body.skip(1);
  }
  if (number < RELAXED_FIRST) return;
  if (number > RELAXED_LAST) throw unknown(`0xfd ${number}`);
  const substitute = SUBSTITUTES.get(number);
  if (substitute === undefined && number !== DOT_ADD) {
    pass.left.add(number);
    return;
  }
  if (body.at - start !== 2) throw unknown(`0xfd ${number} in ${body.at - start} bytes`);
  if (substitute !== undefined) {
    body.bytes.set(two(substitute), start);
    pass.replaced += 1;
  } else {
    body.bytes[start - 1] = 0x10; // call
    body.bytes.set(two(pass.dot), start);
    pass.dots += 1;
  }
}

// Alignment and offset, of the only memory.
function memarg(body: Reader): void {
  body.u32();
  body.u32();
}

// A LEB128 of exactly two bytes.
function two(value: number): [number, number] {
  if (value >= 1 << 14) throw new Error('the engine has too many functions to add one');
  return [(value & 0x7f) | 0x80, value >> 7];
}

function u32(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

export function joined(parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function unknown(what: string): Error {
  return new Error(`the engine has an instruction that this page doesn't know: ${what}`);
}
