// The engine made exact: WebAssembly leaves two things to the host, and profile 1 fixes both.
//
// - Relaxed SIMD. Profile 1 gives each relaxed instruction one meaning, that of WebAssembly's
//   deterministic profile. For most of them another instruction has exactly this meaning everywhere,
//   and takes the relaxed one's place. Fused multiply-add has no substitute: a host that rounds twice
//   can't verify (selftest.ts).
// - The bits of a NaN that arithmetic makes. Validators make it canonical after every operation
//   (`cranelift_nan_canonicalization`); the same is done here, by instructions.
//
// The engine's hash is checked before. Its fuel stays what it is: the engine counts by instructions of
// its own, which aren't touched.
//
// The pass reads every instruction of the code section (core specification 3.0, 5.4: MVP, sign
// extension, saturating conversions, SIMD). One that it doesn't know is an error, never skipped.

import { HEADER, Reader, sections, u32, Writer } from './wasm.ts';

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

const F32 = 0x7d;
const F64 = 0x7c;
const V128 = 0x7b;

// The type (v128, v128, v128) -> v128.
const DOT_TYPE = [0x60, 3, V128, V128, V128, 1, V128];
// The dot product of signed bytes in pairs, added to 32-bit lanes, without saturation: products of the
// low and the high half; their even and odd lanes added; pairs of those added.
const DOT_BODY = [
  1, 2, V128, // two locals: 3 = low products, 4 = high products
  0x20, 0, 0x20, 1, 0xfd, 0x9c, 0x01, 0x21, 3, // i16x8.extmul_low_i8x16_s
  0x20, 0, 0x20, 1, 0xfd, 0x9d, 0x01, 0x21, 4, // i16x8.extmul_high_i8x16_s
  0x20, 3, 0x20, 4, 0xfd, 0x0d, 0, 1, 4, 5, 8, 9, 12, 13, 16, 17, 20, 21, 24, 25, 28, 29,
  0x20, 3, 0x20, 4, 0xfd, 0x0d, 2, 3, 6, 7, 10, 11, 14, 15, 18, 19, 22, 23, 26, 27, 30, 31,
  0xfd, 0x8e, 0x01, // i16x8.add
  0xfd, 0x7e, // i32x4.extadd_pairwise_i16x8_s
  0x20, 2, 0xfd, 0xae, 0x01, // i32x4.add
  0x0b,
];

// What arithmetic gives: scalars and vectors of floats whose NaNs are made canonical.
type Float = 'f32' | 'f64' | 'f32x4' | 'f64x2';
const NAN32 = [0, 0, 0xc0, 0x7f];
const NAN64 = [0, 0, 0, 0, 0, 0, 0xf8, 0x7f];
// The canonical NaN; is equal to itself; choose by that. Between them stands the value, from a local.
const CANONICAL: Record<Float, [nan: number[], choose: number[]]> = {
  f32: [[0x43, ...NAN32], [0x5b, 0x1b]],
  f64: [[0x44, ...NAN64], [0x61, 0x1b]],
  f32x4: [[0xfd, 0x0c, ...NAN32, ...NAN32, ...NAN32, ...NAN32], [0xfd, 0x41, 0xfd, 0x52]],
  f64x2: [[0xfd, 0x0c, ...NAN64, ...NAN64], [0xfd, 0x47, 0xfd, 0x52]],
};
// Which of the three added locals it takes.
const LOCAL: Record<Float, number> = { f32: 0, f64: 1, f32x4: 2, f64x2: 2 };

const range = (first: number, last: number, float: Float): [number, Float][] =>
  Array.from({ length: last - first + 1 }, (_, i) => [first + i, float]);
// ceil, floor, trunc, nearest, sqrt, add, sub, mul, div, min, max, and conversions between floats.
const ARITHMETIC = new Map([
  ...range(0x8d, 0x97, 'f32'), ...range(0x9b, 0xa5, 'f64'), ...range(0xb6, 0xb6, 'f32'), ...range(0xbb, 0xbb, 'f64'),
]);
// The same of vectors, and multiply-adds. Numbers after 0xFD.
const VECTOR_ARITHMETIC = new Map([
  ...range(0x67, 0x6a, 'f32x4'), ...range(0xe3, 0xe9, 'f32x4'), ...range(0x5e, 0x5e, 'f32x4'), ...range(0x105, 0x106, 'f32x4'),
  ...range(0x74, 0x75, 'f64x2'), ...range(0x7a, 0x7a, 'f64x2'), ...range(0x94, 0x94, 'f64x2'),
  ...range(0xef, 0xf5, 'f64x2'), ...range(0x5f, 0x5f, 'f64x2'), ...range(0x107, 0x108, 'f64x2'),
]);

const TYPES = 1;
const FUNCTIONS = 3;
const CODE = 10;

export interface Exact {
  wasm: Uint8Array;
  // Relaxed instructions that are still there: the host must compute them exactly.
  left: number[];
  // How many instructions were replaced.
  replaced: number;
  // How many are followed by others that make NaNs canonical.
  canonical: number;
}

// The module made exact; `wasm` stays as it is.
export function exact(wasm: Uint8Array): Exact {
  const all = sections(wasm);
  const reader = (id: number) => {
    const content = all.find((section) => section.id === id)?.content;
    return content ? new Reader(content.bytes, content.at, content.end) : new Reader(wasm, 0, 0);
  };
  const parameters = types(reader(TYPES));
  const functions = list(reader(FUNCTIONS), (from) => from.u32());
  // The engine imports nothing, so its own functions are counted from 0; the added one comes last.
  const pass: Pass = { dot: functions.length, left: new Set(), replaced: 0, canonical: 0 };
  const out = new Writer().add(HEADER);
  const section = (id: number, count: number, rest: Uint8Array, added: number[]) => {
    const head = u32(count + 1);
    out.add([id, ...u32(head.length + rest.length + added.length), ...head]).add(rest).add(added);
  };
  for (const { id, content, whole } of all) {
    if (id === TYPES || id === FUNCTIONS) {
      const count = content.u32();
      section(id, count, content.rest(), id === TYPES ? DOT_TYPE : u32(parameters.length));
    } else if (id === CODE) {
      const code = new Writer();
      const bodies = list(content, (from) => from.part(from.u32()));
      if (bodies.length !== functions.length) throw new Error('the engine has functions without code');
      bodies.forEach((body, i) => {
        const made = rewritten(body, parameters[functions[i]], pass);
        code.add(u32(made.length)).add(made);
      });
      section(id, bodies.length, code.written, [...u32(DOT_BODY.length), ...DOT_BODY]);
    } else {
      out.add(whole);
    }
  }
  const { replaced, canonical } = pass;
  return { wasm: out.written, left: [...pass.left].sort((a, b) => a - b), replaced, canonical };
}

function list<T>(from: Reader, read: (from: Reader) => T): T[] {
  if (from.done) return [];
  return Array.from({ length: from.u32() }, () => read(from));
}

// Number of parameters of each type.
function types(from: Reader): number[] {
  return list(from, (type) => {
    if (type.byte() !== 0x60) throw unknown('a type that is no function');
    const parameters = type.u32();
    type.skip(parameters);
    type.skip(type.u32());
    return parameters;
  });
}

// What a pass over the code needs, and what it has found.
interface Pass {
  dot: number;
  left: Set<number>;
  replaced: number;
  canonical: number;
}

// What becomes of an instruction: others in its place, and which NaNs are made canonical after it.
interface Change {
  instead?: number[];
  canonical?: Float;
}

// One function, with three more locals.
function rewritten(body: Reader, parameters: number, pass: Pass): Uint8Array {
  const start = body.at;
  const groups = body.u32();
  let locals = parameters;
  const first = body.at;
  for (let i = 0; i < groups; i += 1) {
    locals += body.u32();
    body.byte(); // their type
  }
  const out = new Writer().add(u32(groups + 3)).add(body.bytes.subarray(first, body.at));
  out.add([1, F32, 1, F64, 1, V128]);
  let changed = false;
  let copied = body.at;
  while (!body.done) {
    const at = body.at;
    const change = instruction(body, pass);
    if (!change) continue;
    changed = true;
    const { instead, canonical } = change;
    out.add(body.bytes.subarray(copied, instead ? at : body.at));
    copied = body.at;
    if (instead) {
      pass.replaced += 1;
      out.add(instead);
    }
    if (canonical) {
      pass.canonical += 1;
      const local = u32(locals + LOCAL[canonical]);
      const [nan, choose] = CANONICAL[canonical];
      out.add([0x22, ...local, ...nan, 0x20, ...local, 0x20, ...local, ...choose]);
    }
  }
  return changed ? out.add(body.bytes.subarray(copied, body.end)).written : body.bytes.subarray(start, body.end);
}

function instruction(body: Reader, pass: Pass): Change | undefined {
  const opcode = body.byte();
  switch (opcode) {
    case 0x02: // block
    case 0x03: // loop
    case 0x04: // if
    case 0x41: // i32.const
    case 0x42: // i64.const
      body.leb();
      return undefined;
    case 0x0c: // br
    case 0x0d: // br_if
    case 0x10: // call
    case 0x20: // local.get
    case 0x21: // local.set
    case 0x22: // local.tee
    case 0x23: // global.get
    case 0x24: // global.set
      body.u32();
      return undefined;
    case 0x0e: // br_table
      for (let labels = body.u32() + 1; labels > 0; labels -= 1) body.u32();
      return undefined;
    case 0x11: // call_indirect
      body.u32();
      body.u32();
      return undefined;
    case 0x3f: // memory.size
    case 0x40: // memory.grow
      body.skip(1);
      return undefined;
    case 0x43: // f32.const
      body.skip(4);
      return undefined;
    case 0x44: // f64.const
      body.skip(8);
      return undefined;
    case 0xfc: {
      const number = body.u32();
      if (number > 7) throw unknown(`0xfc ${number}`); // up to 7: saturating conversions
      return undefined;
    }
    case 0xfd:
      return vector(body, pass);
    default: {
      if (opcode >= 0x28 && opcode <= 0x3e) {
        memarg(body); // loads and stores
        return undefined;
      }
      if (!plain(opcode)) throw unknown(`0x${opcode.toString(16)}`);
      const canonical = ARITHMETIC.get(opcode);
      return canonical && { canonical };
    }
  }
}

// Control, parametric and numeric instructions without immediates.
function plain(opcode: number): boolean {
  return (
    opcode <= 0x01 || [0x05, 0x0b, 0x0f, 0x1a, 0x1b].includes(opcode) || (opcode >= 0x45 && opcode <= 0xc4)
  );
}

function vector(body: Reader, pass: Pass): Change | undefined {
  const number = body.u32();
  if (number <= 0x0b || number === 0x5c || number === 0x5d) {
    memarg(body); // loads, v128.store
  } else if (number === 0x0c || number === 0x0d) {
    body.skip(16); // v128.const, i8x16.shuffle
  } else if (number >= 0x15 && number <= 0x22) {
    body.skip(1); // lanes
  } else if (number >= 0x54 && number <= 0x5b) {
    memarg(body); // loads and stores of a lane
    body.skip(1);
  }
  if (number > RELAXED_LAST) throw unknown(`0xfd ${number}`);
  if (number === DOT_ADD) return { instead: [0x10, ...u32(pass.dot)] }; // call
  const substitute = SUBSTITUTES.get(number);
  if (substitute === undefined) {
    if (number >= RELAXED_FIRST) pass.left.add(number);
    const canonical = VECTOR_ARITHMETIC.get(number);
    return canonical && { canonical };
  }
  return { instead: [0xfd, ...u32(substitute)], canonical: VECTOR_ARITHMETIC.get(substitute) };
}

// Alignment and offset, of the only memory.
function memarg(body: Reader): void {
  body.u32();
  body.u32();
}

function unknown(what: string): Error {
  return new Error(`the engine has an instruction that this page doesn't know: ${what}`);
}
