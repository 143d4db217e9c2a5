// In the browser: golden vectors of the released engine (precompiles/engine/testdata), models and inputs of
// all kinds with NaNs, infinities and subnormal numbers, run as a receipt's model is. What they give is
// compared with the record that validators' machine code made.

import { keccak_256 } from '@noble/hashes/sha3';
import { decompress } from 'fzstd';
import { bytesToHex } from 'viem';
import { Engine, Refused, type Loaded } from '../../src/verify/engine.ts';
import { Decoder, readTensors } from '../../src/verify/scale.ts';

interface Vector {
  name: string;
  model: Uint8Array;
  runs: { label: string; inputs: Uint8Array }[];
}

// Codes of refusals that the record names.
const NAMES = new Map([[19, 'AnalysisFailed'], [37, 'RunFailed']]);
// Hashes in the record are cut.
const HASH_DIGITS = 32;

export interface Observed {
  models: number;
  // Loads and runs that are the record's, and the others.
  same: number;
  others: string[];
}

// Every so-many-th model with all of its runs.
export async function observe(every: number): Promise<Observed> {
  const [engine, vectors, record] = await Promise.all([
    file('engine-v1.wasm.zst').then((bytes) => Engine.start(decompress(bytes))),
    file('vectors.scale.zst').then((bytes) => read(decompress(bytes))),
    file('golden-v1.txt').then((bytes) => readRecord(new TextDecoder().decode(bytes))),
  ]);
  const chosen = vectors.filter((_, i) => i % every === 0);
  const observed: Observed = { models: chosen.length, same: 0, others: [] };
  const compare = (key: string, got: string) => {
    const expected = record.get(key);
    // The record has the result id after what is compared here.
    if (expected !== undefined && `${expected} `.startsWith(`${got} `)) observed.same += 1;
    else observed.others.push(`${key}: ${got}, expected ${expected}`);
  };
  for (const { name, model, runs } of chosen) {
    const loaded = attempt(() => engine.load(model));
    compare(name, typeof loaded === 'string' ? loaded : `${loaded.fuel} ${cut(loaded.imageHash)}`);
    if (typeof loaded === 'string') continue;
    for (const { label, inputs } of runs) compare(`${name}\t${label}`, run(engine, loaded, inputs));
  }
  return observed;
}

function run(engine: Engine, loaded: Loaded, inputs: Uint8Array): string {
  const ran = attempt(() => engine.run(loaded, inputs));
  return typeof ran === 'string' ? ran : `${ran.fuel} ${cut(keccak_256(ran.encoded))}`;
}

function attempt<T>(work: () => T): T | string {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return `refused ${NAMES.get(error.code) ?? error.code} ${error.fuel}`;
  }
}

const cut = (hash: Uint8Array): string => bytesToHex(hash).slice(2, 2 + HASH_DIGITS);

async function file(name: string): Promise<Uint8Array> {
  const response = await fetch(`golden/${name}`);
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

// SCALE of `Vec<(String, Vec<u8>, Vec<(String, Vec<Tensor>)>)>`; tensors stay encoded.
function read(bytes: Uint8Array): Vector[] {
  const from = new Decoder(bytes);
  const text = () => new TextDecoder().decode(from.vector());
  const list = <T>(item: () => T): T[] => Array.from({ length: from.compact() }, item);
  const vectors = list(() => ({
    name: text(),
    model: from.vector(),
    runs: list(() => ({ label: text(), inputs: from.taken(() => readTensors(from)) })),
  }));
  from.end();
  return vectors;
}

// Lines of models, `NAME: …`, and beneath them lines of runs that begin with a tab.
function readRecord(text: string): Map<string, string> {
  const record = new Map<string, string>();
  let model = '';
  for (const line of text.split('\n').filter((one) => one !== '' && !one.startsWith('#'))) {
    const at = line.indexOf(': ');
    const [key, value] = [line.slice(0, at), line.slice(at + 2)];
    if (!key.startsWith('\t')) model = key;
    record.set(key.startsWith('\t') ? `${model}${key}` : key, value);
  }
  return record;
}
