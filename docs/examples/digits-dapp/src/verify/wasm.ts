// Reading and writing WebAssembly's binary format (core specification 3.0, 5).

// Reads bytes; what doesn't fit is an error.
export class Reader {
  constructor(
    readonly bytes: Uint8Array,
    public at: number,
    readonly end: number,
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

// Bytes that grow.
export class Writer {
  private bytes = new Uint8Array(1 << 16);
  private length = 0;

  add(bytes: ArrayLike<number>): this {
    const length = this.length + bytes.length;
    if (length > this.bytes.length) {
      const larger = new Uint8Array(2 * length);
      larger.set(this.bytes.subarray(0, this.length));
      this.bytes = larger;
    }
    this.bytes.set(bytes, this.length);
    this.length = length;
    return this;
  }

  get written(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }
}

export function u32(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

export interface Section {
  id: number;
  content: Reader;
  whole: Uint8Array;
}

export const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

export function sections(wasm: Uint8Array): Section[] {
  const module = new Reader(wasm, 0, wasm.length);
  if (HEADER.some((byte) => module.byte() !== byte)) throw new Error('the engine is no WebAssembly module');
  const all: Section[] = [];
  while (!module.done) {
    const start = module.at;
    const id = module.byte();
    const content = module.part(module.u32());
    all.push({ id, content, whole: wasm.subarray(start, module.at) });
  }
  return all;
}
