// The engine in this browser, driven as the node's host drives it
// (precompiles/engine/host/src/{instance,image}.rs): filled counters, a fresh instance for every load
// and run, each from a byte-identical image.

import { keccak_256 } from '@noble/hashes/sha3';
import { exact } from './exact.ts';
import { CannotVerify, selfTest, text } from './selftest.ts';
import { Decoder, LIMITS_V1, RUN_FUEL, LOAD_FUEL, type Tensor, readTensors } from './scale.ts';

const WASM_PAGE = 65_536;
const IMAGE_PAGE = 4_096;
// Profile 1's units of call stack.
const CALL_STACK_UNITS = 262_144;
const INIT_FUEL = 1_000_000_000n;

// State of an instance: everything that two of them can differ in, besides the counters.
interface Image {
  memory: Uint8Array;
  stackPointer: number;
}

export interface Loaded {
  image: Image;
  fuel: bigint;
  // Hash of the prepared image, as the chain recorded it at activation.
  imageHash: Uint8Array;
}

export interface Ran {
  // SCALE encoding of the outputs.
  encoded: Uint8Array;
  outputs: Tensor[];
  fuel: bigint;
}

// The engine refuses a model or an input: the number is its error code (docs/reference/errors.md).
export class Refused extends Error {
  override name = 'Refused';

  constructor(
    what: string,
    readonly code: number,
    // What was used until then.
    readonly fuel: bigint,
  ) {
    super(`${what}: the engine refuses with code ${code}`);
  }
}

export class Engine {
  private constructor(
    private readonly module: WebAssembly.Module,
    private readonly base: Uint8Array,
    private readonly started: Image,
  ) {}

  // Compiles an engine whose hash was checked, and runs its `init`.
  static async start(wasm: Uint8Array): Promise<Engine> {
    const { wasm: code, left } = exact(wasm);
    selfTest(left);
    let module: WebAssembly.Module;
    try {
      module = await WebAssembly.compile(code as Uint8Array<ArrayBuffer>);
    } catch (error) {
      throw new CannotVerify(`this browser doesn't compile the engine: ${text(error)}`);
    }
    const guest = new Guest(module);
    const base = guest.bytes().slice();
    guest.fill(INIT_FUEL);
    if (guest.call('init') !== 0) throw new Error('the engine\'s init failed');
    return new Engine(module, base, guest.image());
  }

  load(model: Uint8Array): Loaded {
    const guest = new Guest(this.module, this.started);
    guest.fill(LOAD_FUEL);
    const limits = guest.pass(LIMITS_V1);
    guest.answer(guest.call('load', ...limits, ...guest.pass(model)), 'load', LOAD_FUEL);
    const image = guest.image();
    return { image, fuel: LOAD_FUEL - guest.fuel, imageHash: this.hash(image) };
  }

  run(loaded: Loaded, inputs: Uint8Array): Ran {
    const guest = new Guest(this.module, loaded.image);
    guest.fill(RUN_FUEL);
    const encoded = guest.answer(guest.call('run', ...guest.pass(inputs)), 'run', RUN_FUEL);
    return { encoded, outputs: readTensors(encoded), fuel: RUN_FUEL - guest.fuel };
  }

  // Size and stack pointer, then every page of 4 KiB that differs from the memory as instantiated.
  private hash({ memory, stackPointer }: Image): Uint8Array {
    const hasher = keccak_256.create();
    const words = (...numbers: number[]) => new Uint8Array(Uint32Array.from(numbers).buffer);
    hasher.update(words(memory.length / WASM_PAGE, stackPointer));
    for (let at = 0; at < memory.length; at += IMAGE_PAGE) {
      const page = memory.subarray(at, at + IMAGE_PAGE);
      if (page.some((byte, i) => byte !== (this.base[at + i] ?? 0))) {
        hasher.update(words(at / IMAGE_PAGE)).update(page);
      }
    }
    return hasher.digest();
  }
}

// A fresh instance, or one in the state of an image.
class Guest {
  private readonly exports: WebAssembly.Exports;

  constructor(module: WebAssembly.Module, image?: Image) {
    this.exports = new WebAssembly.Instance(module).exports;
    if (!image) return;
    const missing = (image.memory.length - this.bytes().length) / WASM_PAGE;
    try {
      if (missing > 0) this.memory.grow(missing);
    } catch (error) {
      throw new CannotVerify(`this browser has no memory for the model: ${text(error)}`);
    }
    this.bytes().set(image.memory);
    this.global('__stack_pointer').value = image.stackPointer;
  }

  private get memory(): WebAssembly.Memory {
    return this.exports.memory as WebAssembly.Memory;
  }

  private global(name: string): WebAssembly.Global {
    return this.exports[name] as WebAssembly.Global;
  }

  bytes(): Uint8Array {
    return new Uint8Array(this.memory.buffer);
  }

  image(): Image {
    return { memory: this.bytes().slice(), stackPointer: this.global('__stack_pointer').value as number };
  }

  fill(fuel: bigint): void {
    this.global('fuel').value = fuel;
    this.global('call_stack').value = CALL_STACK_UNITS;
  }

  // Fuel that is left.
  get fuel(): bigint {
    return this.global('fuel').value as bigint;
  }

  call(name: string, ...parameters: number[]): number | bigint {
    try {
      const answer = (this.exports[name] as (...all: number[]) => number | bigint)(...parameters);
      if (this.fuel < 0n) throw new Error(`${name}: out of fuel`);
      return answer;
    } catch (error) {
      // The engine bounds its own calls; a browser's stack may end before.
      if (error instanceof RangeError) throw new CannotVerify(`this browser's stack is too small for the model: ${text(error)}`);
      if (this.fuel < 0n) throw new Error(`${name}: out of fuel`);
      throw new Error(`${name}: ${text(error)}`);
    }
  }

  // Copies bytes to the guest: pointer and length.
  pass(bytes: Uint8Array): [number, number] {
    const at = (this.call('alloc', bytes.length) as number) >>> 0;
    this.bytes().set(bytes, at);
    return [at, bytes.length];
  }

  // What follows the mark of success in an answer `(pointer << 32) | length`.
  answer(packed: number | bigint, name: string, limit: bigint): Uint8Array {
    const bits = BigInt.asUintN(64, packed as bigint);
    const at = Number(bits >> 32n);
    const bytes = this.bytes().slice(at, at + Number(bits & 0xffff_ffffn));
    if (bytes[0] === 0) return bytes.subarray(1);
    throw new Refused(name, new Decoder(bytes.subarray(1)).byte(), limit - this.fuel);
  }
}
