// Whether this browser computes what profile 1 says, as far as it can't be arranged (exact.ts).
//
// Fused multiply-add rounds once. WebAssembly lets a host round twice, and browsers do on processors
// without such an instruction. Each instruction is run on operands where the two differ. What a NaN's
// bits are is left open by WebAssembly and not compared: the engine makes NaNs canonical where they
// come in and go out.

// This browser can't verify anything: no statement about the receipt.
export class CannotVerify extends Error {
  override name = 'CannotVerify';
}

// 1 + 2⁻¹², whose square needs 25 bits; that square without its last bit, negated; what is left of
// their sum when nothing was rounded in between.
const A32 = 0x3f800800;
const B32 = 0xbf801000;
const FUSED32 = 0x33800000;
// The same for 64 bits: 1 + 2⁻²⁷, 2⁻⁵⁴. Upper words; the lower ones are 0.
const A64 = 0x3ff00000_02000000n;
const B64 = 0xbff00000_04000000n;
const FUSED64 = 0x3c900000_00000000n;
const MINUS32 = 0x80000000;
const MINUS64 = 1n << 63n;

interface Case {
  name: string;
  operands: BigUint64Array[];
  expected: BigUint64Array;
}

const all32 = (bits: number) => new BigUint64Array(2).fill((BigInt(bits) << 32n) | BigInt(bits));
const all64 = (bits: bigint) => new BigUint64Array(2).fill(bits);

const CASES = new Map<number, Case>([
  [0x105, {
    name: 'f32x4.relaxed_madd',
    operands: [all32(A32), all32(A32), all32(B32)],
    expected: all32(FUSED32),
  }],
  [0x106, {
    name: 'f32x4.relaxed_nmadd',
    operands: [all32(A32), all32(A32), all32((B32 ^ MINUS32) >>> 0)],
    expected: all32((FUSED32 | MINUS32) >>> 0),
  }],
  [0x107, {
    name: 'f64x2.relaxed_madd',
    operands: [all64(A64), all64(A64), all64(B64)],
    expected: all64(FUSED64),
  }],
  [0x108, {
    name: 'f64x2.relaxed_nmadd',
    operands: [all64(A64), all64(A64), all64(B64 ^ MINUS64)],
    expected: all64(FUSED64 | MINUS64),
  }],
]);

// Where the result is stored: after three operands.
const RESULT = 48;

// Runs the instructions that an engine relies on.
//
// Throws `CannotVerify` when one of them isn't there or rounds twice.
export function selfTest(instructions: number[]): void {
  for (const number of instructions) {
    const one = CASES.get(number);
    if (!one) throw new CannotVerify(`the engine uses instruction 0xfd ${number}, which this page can't test`);
    const got = evaluate(number, one);
    if (got.some((word, i) => word !== one.expected[i])) {
      throw new CannotVerify(
        `${one.name} rounds twice here: this browser or processor has no fused multiply-add, which the ` +
        'chain computes with. Results would differ in their last bits. Use a browser on a processor with ' +
        'FMA (x86-64 since 2013, any 64-bit ARM), or `opg-node receipt verify`.',
      );
    }
  }
}

function evaluate(number: number, { name, operands }: Case): BigUint64Array {
  let instance: WebAssembly.Instance;
  try {
    instance = new WebAssembly.Instance(new WebAssembly.Module(program(number)));
  } catch (error) {
    throw new CannotVerify(`this browser doesn't know ${name} (relaxed SIMD): ${text(error)}`);
  }
  const memory = new BigUint64Array((instance.exports.m as WebAssembly.Memory).buffer);
  operands.forEach((operand, i) => memory.set(operand, 2 * i));
  (instance.exports.f as () => void)();
  return memory.slice(RESULT / 8, RESULT / 8 + 2);
}

// A module with a memory `m` and a function `f` that applies the instruction to the vectors at 0, 16
// and 32 and stores the result (WebAssembly core specification, 5: binary format).
function program(number: number): Uint8Array<ArrayBuffer> {
  const load = (at: number) => [0x41, at, 0xfd, 0x00, 0, 0];
  const code = [
    0, 0x41, RESULT, ...load(0), ...load(16), ...load(32),
    0xfd, (number & 0x7f) | 0x80, number >> 7, 0xfd, 0x0b, 0, 0, 0x0b,
  ];
  const section = (id: number, content: number[]) => [id, content.length, ...content];
  return Uint8Array.from([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, [1, 0x60, 0, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 1, 1, 1]),
    ...section(7, [2, 1, 0x6d, 2, 0, 1, 0x66, 0, 0]),
    ...section(10, [1, code.length, ...code]),
  ]);
}

export function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
