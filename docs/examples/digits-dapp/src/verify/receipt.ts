// Checks a receipt: its proof against its block's header, and its result by running the model again.
//
// The node that is asked is trusted for one thing, that the block it names is the chain's; its hash is
// shown, to be compared elsewhere. Engine and model come out of its state and are held against their
// hashes, the input is the caller's own.

import { decompress } from 'fzstd';
import { bytesToHex, type Hex } from 'viem';
import { Engine } from './engine.ts';
import { account, accountOf, blockHash, contentRoot, keccak, receiptId, receiptsRoot, resultId, rootOf } from './hashes.ts';
import { Node, type EngineInfo, type Model, type Receipt, type ReceiptProof, whole } from './node.ts';
import { writeTensors, type Tensor } from './scale.ts';
import { CannotVerify, text } from './selftest.ts';

// What is verified.
export interface Question {
  // RPC of a node.
  node: string;
  // Id of the receipt, out of the contract's call.
  receipt: Hex;
  // The contract that called the model.
  contract: Hex;
  model: number;
  inputs: Tensor[];
  // Raw data of the outputs that the page showed.
  outputs: Hex;
  // Hashes of released engines: the chain's must be one of them.
  engines: { hash: Hex; version: number }[];
}

export interface Check {
  name: string;
  // What receipt or chain say.
  expected: string;
  // What was made here; empty when nothing could be.
  got: string;
  holds: boolean;
}

export interface Answer {
  verified: boolean;
  checks: Check[];
  block: { number: number; hash: Hex; final: boolean };
  // Of the run in this browser; missing when a check before it failed.
  run?: { fuel: bigint; loadFuel: bigint; milliseconds: number; engineVersion: number };
}

// What is being done, for people.
export type Tell = (step: string) => void;

class Checks {
  readonly list: Check[] = [];

  compare(name: string, expected: string | number | bigint, got: string | number | bigint | undefined): void {
    const [left, right] = [String(expected), got === undefined ? '' : String(got)];
    this.list.push({ name, expected: left, got: right, holds: left === right });
  }

  get hold(): boolean {
    return this.list.length > 0 && this.list.every((check) => check.holds);
  }
}

// Compiled engines, by hash.
const engines = new Map<Hex, Engine>();

export async function verify(question: Question, tell: Tell): Promise<Answer> {
  const node = new Node(question.node);
  const checks = new Checks();

  tell('asking the node for the receipt and its proof');
  const proof = await node.receiptProof(question.receipt);
  if (!proof) throw new Error(`the node has no receipt ${question.receipt}; the chain keeps receipts for a day`);
  const { receipt } = proof;
  const block = await checkProof(node, question, proof, checks);

  tell('looking for the engine that the result names');
  const inputs = writeTensors(question.inputs);
  checks.compare('input: the picture you drew', receipt.inputHash, keccak(inputs));
  const model = await node.model(receipt.model);
  if (!model) throw new Error(`model ${receipt.model} was removed from the chain`);
  const engine = engineOf(await node.engines(), model, receipt);
  checks.compare('result id: made of engine, model, input and output', receipt.resultId, engine && receipt.resultId);
  if (engine) {
    const released = question.engines.find(({ hash }) => hash === engine.hash);
    checks.compare('engine: one that was released', engine.hash, released?.hash);
  }
  if (!engine || !checks.hold) return { verified: false, checks: checks.list, block };

  tell('fetching the model out of the state');
  const chunks = await node.content(receipt.model, model.length);
  checks.compare('model: root of its chunks', model.root, contentRoot(chunks));
  if (!checks.hold) return { verified: false, checks: checks.list, block };
  const ready = await compiled(node, engine, checks, tell);
  if (!ready) return { verified: false, checks: checks.list, block };

  tell('running the model');
  const start = performance.now();
  const outcome = attempt(() => {
    const loaded = ready.load(whole(chunks));
    return { loaded, ran: ready.run(loaded, inputs) };
  });
  if (typeof outcome === 'string') {
    checks.compare('the model runs', 'yes', outcome);
    return { verified: false, checks: checks.list, block };
  }
  const { loaded, ran } = outcome;
  if (model.costs && model.engineHash === engine.hash) {
    checks.compare('memory after loading the model', model.costs.imageHash, bytesToHex(loaded.imageHash));
  }
  const milliseconds = performance.now() - start;
  const outputHash = keccak(ran.encoded);
  checks.compare('output of the run', receipt.outputHash, outputHash);
  checks.compare('fuel of the run', receipt.fuel, ran.fuel);
  checks.compare('result id of the run', receipt.resultId, resultId({
    engineHash: engine.hash, profile: engine.profile, modelRoot: contentRoot(chunks), inputHash: keccak(inputs), outputHash,
  }));
  const shown = bytesToHex(whole(ran.outputs.map(({ data }) => data)));
  checks.compare('what this page shows', question.outputs, shown);
  const run = { fuel: ran.fuel, loadFuel: loaded.fuel, milliseconds, engineVersion: engine.version };
  return { verified: checks.hold, checks: checks.list, block, run };
}

// What work gives, or why the engine failed at it: on chain it succeeded.
function attempt<T>(work: () => T): T | string {
  try {
    return work();
  } catch (error) {
    if (error instanceof CannotVerify) throw error;
    return text(error);
  }
}

// The receipt is made of its fields, names the call, and the header of its block has it.
async function checkProof(node: Node, question: Question, found: ReceiptProof, checks: Checks): Promise<Answer['block']> {
  const { receipt, leafCount, leafIndex, proof, root } = found;
  const genesis = await node.blockHash(0);
  const hash = await node.blockHash(receipt.block);
  const header = hash && await node.header(hash);
  if (!genesis || !hash || !header) throw new Error(`the node has no block ${receipt.block}; ask again: the chain may have been reorganised`);
  const id = receiptId(genesis, receipt);
  checks.compare('receipt id: made of the receipt\'s fields', question.receipt, id);
  checks.compare('caller: the contract', accountOf(question.contract), account(receipt.caller));
  checks.compare('model: the contract\'s', question.model, receipt.model);
  checks.compare('block hash: made of the block\'s header', hash, blockHash(header));
  checks.compare('block number in the header', receipt.block, Number(header.number));
  const inHeader = receiptsRoot(header);
  checks.compare('root of the block\'s receipts in the header', root, inHeader);
  const leads = inHeader !== undefined && rootOf(id, receipt.index, leafCount, proof) === inHeader;
  checks.compare('Merkle proof to that root', `leaf ${leafIndex} of ${leafCount}`, leads ? `leaf ${receipt.index} of ${leafCount}` : '');
  return { number: receipt.block, hash, final: (await node.final()) >= receipt.block };
}

// The engine version with which the receipt's result has its id.
function engineOf(all: EngineInfo[], model: Model, { inputHash, outputHash, resultId: id }: Receipt): EngineInfo | undefined {
  return all.find(({ hash, profile }) =>
    resultId({ engineHash: hash, profile, modelRoot: model.root, inputHash, outputHash }) === id);
}

// The engine, out of the state unless it was compiled before.
async function compiled(node: Node, engine: EngineInfo, checks: Checks, tell: Tell): Promise<Engine | undefined> {
  const name = 'engine: hash of its code';
  const known = engines.get(engine.hash);
  if (known) {
    checks.compare(name, engine.hash, engine.hash);
    return known;
  }
  tell(`fetching engine version ${engine.version} out of the state (${(engine.storedLength / 1e6).toFixed(1)} MB)`);
  const stored = whole(await node.content(engine.content, engine.storedLength));
  const wasm = unpacked(stored, engine.rawLength);
  checks.compare(name, engine.hash, wasm && keccak(wasm));
  if (!wasm || !checks.hold) return undefined;
  tell('compiling the engine');
  const ready = await Engine.start(wasm);
  engines.set(engine.hash, ready);
  return ready;
}

// Greatest size of an engine (`MAX_ENGINE_BYTES`).
const MAX_ENGINE = 16 * 1024 * 1024;

function unpacked(stored: Uint8Array, length: number): Uint8Array | undefined {
  if (length > MAX_ENGINE) return undefined;
  try {
    const wasm = decompress(stored, new Uint8Array(length));
    return wasm.length === length ? wasm : undefined;
  } catch {
    // Bytes that are no zstd have no hash to be compared: the check fails.
    return undefined;
  }
}
