// Keys of the state: twox hashes of pallet and item, then hashers of the map's keys.

import { joined } from './bytes.ts';
import { u32 } from './scale.ts';

const MASK = (1n << 64n) - 1n;
const P1 = 0x9e3779b185ebca87n;
const P2 = 0xc2b2ae3d27d4eb4fn;
const P3 = 0x165667b19e3779f9n;
const P4 = 0x85ebca77c2b2ae63n;
const P5 = 0x27d4eb2f165667c5n;

const rotated = (value: bigint, by: bigint): bigint => ((value << by) | (value >> (64n - by))) & MASK;
const word = (bytes: Uint8Array, at: number, length: number): bigint =>
  Array.from({ length }, (_, i) => BigInt(bytes[at + i]) << BigInt(8 * i)).reduce((a, b) => a | b, 0n);
const round = (sum: bigint, input: bigint): bigint => (rotated((sum + input * P2) & MASK, 31n) * P1) & MASK;

// XXH64 (xxHash specification, "XXH64 algorithm description") of fewer than 32 bytes: all names and ids
// here are.
export function xxh64(bytes: Uint8Array, seed: bigint): bigint {
  if (bytes.length >= 32) throw new Error('xxh64 is for less than 32 bytes here');
  let hash = (seed + P5 + BigInt(bytes.length)) & MASK;
  let at = 0;
  for (; at + 8 <= bytes.length; at += 8) {
    hash = (rotated(hash ^ round(0n, word(bytes, at, 8)), 27n) * P1 + P4) & MASK;
  }
  if (at + 4 <= bytes.length) {
    hash = (rotated(hash ^ ((word(bytes, at, 4) * P1) & MASK), 23n) * P2 + P3) & MASK;
    at += 4;
  }
  for (; at < bytes.length; at += 1) {
    hash = (rotated(hash ^ ((BigInt(bytes[at]) * P5) & MASK), 11n) * P1) & MASK;
  }
  hash = ((hash ^ (hash >> 33n)) * P2) & MASK;
  hash = ((hash ^ (hash >> 29n)) * P3) & MASK;
  return hash ^ (hash >> 32n);
}

const twox = (bytes: Uint8Array, words: number): Uint8Array => {
  const hashes = BigUint64Array.from({ length: words }, (_, seed) => xxh64(bytes, BigInt(seed)));
  const out = new DataView(new ArrayBuffer(8 * words));
  hashes.forEach((hash, i) => out.setBigUint64(8 * i, hash, true));
  return new Uint8Array(out.buffer);
};

// Key of a value, or prefix of a map.
export function item(pallet: string, name: string): Uint8Array {
  const text = new TextEncoder();
  return joined([twox(text.encode(pallet), 2), twox(text.encode(name), 2)]);
}

// Key by hasher Twox64Concat.
const concat = (id: number): Uint8Array => joined([twox(u32(id), 1), u32(id)]);

const PALLET = 'ModelRegistry';

export const currentEngine = (): Uint8Array => item(PALLET, 'CurrentEngine');
export const engineInfo = (version: number): Uint8Array => joined([item(PALLET, 'Engines'), concat(version)]);
export const chunk = (content: number, index: number): Uint8Array =>
  joined([item(PALLET, 'Chunks'), concat(content), u32(index)]);
