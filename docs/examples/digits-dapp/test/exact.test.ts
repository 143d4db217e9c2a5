// Relaxed instructions made exact: each gives what profile 1 says, on operands where hosts differ. The
// cases are those of the node's self-test (precompiles/engine/host/src/selftest.rs).

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { decompress } from 'fzstd';
import { exact } from '../src/verify/exact.ts';

type Vector = Uint8Array;

const u32s = (...bits: number[]): Vector => new Uint8Array(Uint32Array.from(bits).buffer);
const u64s = (...bits: bigint[]): Vector => new Uint8Array(BigUint64Array.from(bits).buffer);
const bytes = (byte: number): Vector => new Uint8Array(16).fill(byte);

const RESULT = 48;

const section = (id: number, content: number[]): number[] => [id, content.length, ...content];

// A module whose function `f` applies the instruction to the vectors at 0, 16, 32 and stores the result.
function program(number: number, operands: number): Uint8Array {
  const load = (at: number) => [0x41, at, 0xfd, 0x00, 0, 0];
  const loads = Array.from({ length: operands }, (_, i) => load(16 * i)).flat();
  const instruction = [0xfd, (number & 0x7f) | 0x80, number >> 7];
  const code = [0, 0x41, RESULT, ...loads, ...instruction, 0xfd, 0x0b, 0, 0, 0x0b];
  return Uint8Array.from([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, [1, 0x60, 0, 0]), ...section(3, [1, 0]), ...section(5, [1, 1, 1, 1]),
    ...section(7, [2, 1, 0x6d, 2, 0, 1, 0x66, 0, 0]), ...section(10, [1, code.length, ...code]),
  ]);
}

function evaluate(number: number, operands: Vector[]): Vector {
  const { wasm, left, replaced } = exact(program(number, operands.length));
  assert.deepEqual(left, []);
  assert.equal(replaced, 1);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm as Uint8Array<ArrayBuffer>));
  const memory = new Uint8Array((exports.m as WebAssembly.Memory).buffer);
  operands.forEach((operand, i) => memory.set(operand, 16 * i));
  (exports.f as () => void)();
  return memory.slice(RESULT, RESULT + 16);
}

const NAN32 = 0x7fc00000;
const NAN64 = 0x7ff80000_00000000n;
const ONE32 = 0x3f800000;
const MINUS32 = 0x80000000;
const MINUS64 = 1n << 63n;

// Lanes that must be a NaN, whichever.
const isNaN32 = (lane: number) => (lane & 0x7fffffff) > 0x7f800000;

test('minimum and maximum: a NaN wins, minus zero is less than zero', () => {
  const a = u32s(0, MINUS32, NAN32, ONE32);
  const b = u32s(MINUS32, 0, ONE32, NAN32);
  for (const [number, zero] of [[0x10d, MINUS32], [0x10e, 0]] as const) {
    const lanes = new Uint32Array(evaluate(number, [a, b]).buffer);
    assert.deepEqual([...lanes.slice(0, 2)], [zero, zero]);
    assert.ok(isNaN32(lanes[2]) && isNaN32(lanes[3]));
  }
  const [c, d] = [u64s(0n, NAN64), u64s(MINUS64, 0x3ff00000_00000000n)];
  for (const [number, zero] of [[0x10f, MINUS64], [0x110, 0n]] as const) {
    const lanes = new BigUint64Array(evaluate(number, [c, d]).buffer);
    assert.equal(lanes[0], zero);
    assert.ok((lanes[1] & ~MINUS64) > 0x7ff00000_00000000n);
  }
});

test('conversions saturate, and a NaN gives 0', () => {
  const big = u32s(0x4f800000, 0xcf800000, 0xffc12345, 0x40700000);
  assert.deepEqual(evaluate(0x101, [big]), u32s(0x7fffffff, 0x80000000, 0, 3));
  assert.deepEqual(evaluate(0x102, [big]), u32s(0xffffffff, 0, 0, 3));
  const wide = u64s(0x41f00000_00000000n, 0xfff80000_00012345n);
  assert.deepEqual(evaluate(0x103, [wide]), u32s(0x7fffffff, 0, 0, 0));
  assert.deepEqual(evaluate(0x104, [wide]), u32s(0xffffffff, 0, 0, 0));
});

test('swizzle gives 0 beyond the table, selection goes by bits', () => {
  const table = Uint8Array.from({ length: 16 }, (_, i) => i + 1);
  const index = Uint8Array.from([15, 16, 0x7f, 0x80, 0x8f, 0xff, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const chosen = Uint8Array.from([16, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.deepEqual(evaluate(0x100, [table, index]), chosen);
  for (const number of [0x109, 0x10a, 0x10b, 0x10c]) {
    assert.deepEqual(evaluate(number, [bytes(0xff), bytes(0), bytes(0x0f)]), bytes(0x0f));
  }
});

test('integer products saturate, dot products are of signed bytes', () => {
  const least = new Uint8Array(Int16Array.from({ length: 8 }, () => -32768).buffer);
  assert.deepEqual(evaluate(0x111, [least, least]), new Uint8Array(Int16Array.from({ length: 8 }, () => 32767).buffer));
  assert.deepEqual(evaluate(0x113, [bytes(0xfe), bytes(0x81), u32s(1, 2, 3, 0xffffffff)]), u32s(1017, 1018, 1019, 1015));
});

test('dot products of any bytes: pairs wrap to 16 bits, as the profile says', () => {
  let state = 7;
  const random = () => (state = (state * 48271) % 2147483647);
  const some = () => Int8Array.from({ length: 16 }, () => (random() % 4 === 0 ? -128 : (random() % 256) - 128));
  for (let round = 0; round < 500; round += 1) {
    const [a, b] = [some(), some()];
    const c = Int32Array.from({ length: 4 }, () => random() - 2 ** 30);
    const pair = (i: number) => ((a[2 * i] * b[2 * i] + a[2 * i + 1] * b[2 * i + 1]) << 16) >> 16;
    const expected = Int32Array.from(c, (sum, i) => sum + pair(2 * i) + pair(2 * i + 1));
    const got = evaluate(0x113, [new Uint8Array(a.buffer), new Uint8Array(b.buffer), new Uint8Array(c.buffer)]);
    assert.deepEqual(new Int32Array(got.buffer), expected);
  }
});

test('multiply-add has no substitute', () => {
  assert.deepEqual(exact(program(0x105, 3)).left, [0x105]);
});

test('of the released engine only fused multiply-add is left', () => {
  const blob = new URL('../../../../precompiles/engine/blob/engine-v1.wasm.zst', import.meta.url);
  const wasm = decompress(new Uint8Array(readFileSync(blob)));
  const before = wasm.slice();
  const { left, replaced } = exact(wasm);
  assert.deepEqual(wasm, before);
  assert.deepEqual(left, [0x105]);
  assert.ok(replaced > 0);
});

test('bytes that are no engine are refused', () => {
  assert.throws(() => exact(new Uint8Array(8)), /no WebAssembly module/);
  assert.throws(() => exact(Uint8Array.of(0, 0x61)), /ends/);
  const cut = program(0x10d, 2).subarray(0, -3);
  assert.throws(() => exact(cut), /ends/);
  const foreign = program(0x10d, 2);
  foreign[foreign.length - 8] = 0xfe; // an instruction of threads
  assert.throws(() => exact(foreign), /doesn't know/);
});
