// Engines that differ from the released one in one thing, as chains store them (one zstd frame).

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decompress } from 'fzstd';

const BLOB = join(dirname(fileURLToPath(import.meta.url)), '../../precompiles/engine/blob/engine-v1.wasm.zst');
// A raw block of zstd holds at most this much (RFC 8878, 3.1.1.2.4).
const BLOCK = 128 * 1024;
// About 1/6 as f32, little-endian: a coefficient of the exponential (FreeBSD's e_expf.c, P1).
const COEFFICIENT = Buffer.from('8faa2a3e', 'hex');

export const released = () => Buffer.from(decompress(readFileSync(BLOB)));

// The same engine with another hash: a custom section more, named by one letter.
export function sameResults(wasm) {
  return Buffer.concat([wasm, Buffer.from([0, 2, 1, 'v'.charCodeAt(0)])]);
}

// An engine whose exponentials are a little off.
export function otherResults(wasm) {
  const changed = Buffer.from(wasm);
  let found = 0;
  for (let at = changed.indexOf(COEFFICIENT); at >= 0; at = changed.indexOf(COEFFICIENT, at + 4)) {
    changed[at + 2] ^= 1;
    found += 1;
  }
  if (found === 0) throw new Error('the engine has another exponential');
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
