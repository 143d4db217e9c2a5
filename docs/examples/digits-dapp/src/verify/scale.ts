// The encodings that hashes are made of: SCALE, as far as tensors, limits and headers need it
// (precompiles/engine/abi/src/{tensor,limits}.rs).

import { joined } from './bytes.ts';

export interface Tensor {
  // ONNX code of the element type: 1 float32, 7 int64, …
  dtype: number;
  shape: number[];
  // Row-major, little-endian.
  data: Uint8Array;
}

const little = (value: bigint, bytes: number): Uint8Array =>
  Uint8Array.from({ length: bytes }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));

export const u32 = (value: number): Uint8Array => little(BigInt(value), 4);
const u64 = (value: bigint): Uint8Array => little(value, 8);

// Compact integer below 2³⁰, or of 32 bits.
export function compact(value: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) throw new Error(`no 32-bit number: ${value}`);
  if (value < 1 << 6) return Uint8Array.of(value << 2);
  if (value < 1 << 14) return little(BigInt(value) * 4n + 1n, 2);
  if (value < 1 << 30) return little(BigInt(value) * 4n + 2n, 4);
  return joined([Uint8Array.of(3), u32(value)]);
}

export const vector = (bytes: Uint8Array): Uint8Array => joined([compact(bytes.length), bytes]);

// `Vec<Tensor>`.
export function writeTensors(tensors: Tensor[]): Uint8Array {
  const parts = [compact(tensors.length)];
  for (const { dtype, shape, data } of tensors) {
    parts.push(Uint8Array.of(dtype), compact(shape.length), ...shape.map(u32), vector(data));
  }
  return joined(parts);
}

// Limits of engine version 1 (`Limits::V1`).
export const LOAD_FUEL = 20_000_000_000n;
export const RUN_FUEL = 20_000_000_000n;
const MEMORY_PAGES = 16_384;
export const LIMITS_V1 = joined([
  u32(64 * 1024 * 1024), // bytes of a model
  u32(1024 * 1024), // of all inputs
  u32(1024 * 1024), // of all outputs
  u32(4 * 1024), // of a signature
  u32(128), // of a name
  u32(8), // axes
  u32(16), // inputs, and outputs
  u32(20_000), // nodes
  u32(4), // depth of subgraphs
  u64(LOAD_FUEL),
  u64(RUN_FUEL),
  u32(MEMORY_PAGES),
]);

// Reads what was encoded; anything that doesn't fit is an error.
export class Decoder {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  byte(): number {
    return this.take(1)[0];
  }

  take(length: number): Uint8Array {
    if (length > this.bytes.length - this.at) throw new Error('an encoding is cut short');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  u32(): number {
    const view = this.take(4);
    return new DataView(view.buffer, view.byteOffset, 4).getUint32(0, true);
  }

  compact(): number {
    const first = this.byte();
    const mode = first & 3;
    if (mode === 0) return first >> 2;
    if (mode === 1) return (first >> 2) + this.byte() * 64;
    if (mode === 2) {
      const [a, b, c] = this.take(3);
      return (first >> 2) + a * 2 ** 6 + b * 2 ** 14 + c * 2 ** 22;
    }
    if (first !== 3) throw new Error('an encoding has a number of more than 32 bits');
    return this.u32();
  }

  vector(): Uint8Array {
    return this.take(this.compact());
  }

  // The bytes that reading something takes.
  taken(read: () => void): Uint8Array {
    const start = this.at;
    read();
    return this.bytes.subarray(start, this.at);
  }

  end(): void {
    if (this.at !== this.bytes.length) throw new Error('an encoding is too long');
  }
}

// `Vec<Tensor>`, the next in a decoder or the whole of some bytes.
export function readTensors(from: Decoder | Uint8Array): Tensor[] {
  const decoder = from instanceof Decoder ? from : new Decoder(from);
  const tensors = Array.from({ length: decoder.compact() }, () => {
    const dtype = decoder.byte();
    const shape = Array.from({ length: decoder.compact() }, () => decoder.u32());
    return { dtype, shape, data: decoder.vector() };
  });
  if (decoder !== from) decoder.end();
  return tensors;
}
