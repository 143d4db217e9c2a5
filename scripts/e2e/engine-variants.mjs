// Engines that differ from the released one in one thing, as chains store them (one zstd frame).

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decompress } from 'fzstd';

const BLOB = join(dirname(fileURLToPath(import.meta.url)), '../../precompiles/engine/blob/engine-v1.wasm.zst');
// A raw block of zstd holds at most this much (RFC 8878, 3.1.1.2.4).
const BLOCK = 128 * 1024;
// Of a vector of four equal f32, which constants to change, by absolute value: coefficients of
// approximations, no masks, no infinities, and nothing that something else is made of.
const LEAST = 1e-6;
const MOST = 4;
const EXACT = [0.5, 1, 2, 3];

export const released = () => Buffer.from(decompress(readFileSync(BLOB)));

// The same engine with another hash: a custom section more, named by one letter.
export function sameResults(wasm) {
  return Buffer.concat([wasm, Buffer.from([0, 2, 1, 'v'.charCodeAt(0)])]);
}

// An engine whose approximations are off by a bit: the last one of every such constant.
export function otherResults(wasm) {
  const changed = Buffer.from(wasm);
  let found = 0;
  // v128.const is 0xfd 0x0c and 16 bytes.
  for (let at = wasm.indexOf('fd0c', 0, 'hex'); at >= 0; at = wasm.indexOf('fd0c', at + 2, 'hex')) {
    const first = wasm.subarray(at + 2, at + 6);
    const equal = [6, 10, 14].every((i) => first.equals(wasm.subarray(at + i, at + i + 4)));
    const value = first.length === 4 ? Math.abs(first.readFloatLE()) : NaN;
    if (!equal || !(value > LEAST && value < MOST) || EXACT.includes(value)) continue;
    for (const i of [2, 6, 10, 14]) changed[at + i] ^= 1;
    found += 1;
  }
  if (found === 0) throw new Error('the engine has no such constants');
  return changed;
}

// One zstd frame of uncompressed blocks: this script has no compressor.
export function zstdFrame(bytes) {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(bytes.length);
  // Magic number; single segment, with a content size of 4 bytes.
  const parts = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0]), size];
  for (let at = 0; at < bytes.length; at += BLOCK) {
    const block = bytes.subarray(at, at + BLOCK);
    const last = at + BLOCK >= bytes.length ? 1 : 0;
    const header = Buffer.alloc(4);
    header.writeUInt32LE((block.length << 3) | last);
    parts.push(header.subarray(0, 3), block);
  }
  return Buffer.concat(parts);
}
