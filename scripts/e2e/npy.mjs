// Reads and writes the .npy files of the test vectors: version 1, C order, little-endian.

import { readFileSync, writeFileSync } from 'node:fs';

const TYPES = { '|u1': Uint8Array, '<f4': Float32Array, '<i8': BigInt64Array };

// { shape, data, rows }: rows are views of the first axis.
export function readNpy(path) {
  const file = readFileSync(path);
  if (file.subarray(0, 6).toString('latin1') !== '\x93NUMPY' || file[6] !== 1) {
    throw new Error(`${path}: no .npy of version 1`);
  }
  const start = 10 + file.readUInt16LE(8);
  const header = file.subarray(10, start).toString('latin1');
  const type = TYPES[/'descr': '([^']+)'/.exec(header)?.[1]];
  if (!type || !/'fortran_order': False/.test(header)) {
    throw new Error(`${path}: unsupported header ${header.trim()}`);
  }
  const shape = /'shape': \(([^)]*)\)/.exec(header)[1].split(',').filter((s) => s.trim()).map(Number);
  // A copy, because a typed array must begin at a multiple of its element's size.
  const data = new type(new Uint8Array(file.subarray(start)).buffer);
  const row = shape.slice(1).reduce((a, b) => a * b, 1);
  if (data.length !== row * (shape[0] ?? 1)) throw new Error(`${path}: cut short`);
  const rows = Array.from({ length: shape[0] ?? 0 }, (_, i) => data.subarray(i * row, (i + 1) * row));
  return { shape, data, rows };
}

// Writes float32 data.
export function writeNpy(path, shape, floats) {
  const dims = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${dims}), }`;
  const padded = text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11) + '\n';
  const head = Buffer.alloc(10);
  head.write('\x93NUMPY\x01\x00', 'latin1');
  head.writeUInt16LE(padded.length, 8);
  const data = Buffer.from(floats.buffer, floats.byteOffset, floats.byteLength);
  writeFileSync(path, Buffer.concat([head, Buffer.from(padded, 'latin1'), data]));
}
