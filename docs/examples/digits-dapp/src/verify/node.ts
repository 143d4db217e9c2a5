// What a node is asked over JSON-RPC. Nothing that it says is believed: see receipt.ts.

import { bytesToHex, hexToBytes, type Hex } from 'viem';
import { joined } from './bytes.ts';
import { Decoder } from './scale.ts';
import * as storage from './storage.ts';

// Bytes of a chunk.
const CHUNK = 524_288;
// No content on chain is longer.
const MAX_CONTENT = 64 * 1024 * 1024;
const TIMEOUT_MS = 60_000;

// A receipt as `inference_receiptProof` gives it.
export interface Receipt {
  block: number;
  index: number;
  caller: string;
  payer: string;
  model: number;
  resultId: Hex;
  inputHash: Hex;
  outputHash: Hex;
  fuel: number;
  price: string;
  protocolShare: string;
}

export interface ReceiptProof {
  receipt: Receipt;
  root: Hex;
  leafIndex: number;
  leafCount: number;
  proof: Hex[];
}

export interface Header {
  parentHash: Hex;
  number: Hex;
  stateRoot: Hex;
  extrinsicsRoot: Hex;
  digest: { logs: Hex[] };
}

export interface Model {
  root: Hex;
  length: number;
  engineHash: Hex;
  costs: { loadFuel: number; imageHash: Hex } | null;
}

// An engine version in the registry.
export interface EngineInfo {
  version: number;
  content: number;
  hash: Hex;
  profile: number;
  rawLength: number;
  storedLength: number;
}

// A node can't be reached, or answers with an error: no statement about a receipt.
export class NodeError extends Error {
  override name = 'NodeError';
}

export class Node {
  private id = 0;

  constructor(private readonly url: string) {}

  async ask<T>(method: string, ...params: unknown[]): Promise<T> {
    this.id += 1;
    let answer: { result?: T; error?: { message: string; data?: unknown } };
    try {
      const response = await fetch(this.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: this.id, method, params }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!response.ok) throw new Error(`HTTP status ${response.status}`);
      answer = await response.json();
    } catch (error) {
      throw new NodeError(`the node at ${this.url} doesn't answer ${method}: ${error instanceof Error ? error.message : error}`);
    }
    if (answer.error) throw new NodeError(`the node refuses ${method}: ${answer.error.message}`);
    return answer.result as T;
  }

  receiptProof = (id: Hex) => this.ask<ReceiptProof | null>('inference_receiptProof', id);
  blockHash = (number: number) => this.ask<Hex | null>('chain_getBlockHash', number);
  header = (hash: Hex) => this.ask<Header | null>('chain_getHeader', hash);
  model = (id: number) => this.ask<Model | null>('models_get', id);

  // Number of the last final block.
  async final(): Promise<number> {
    const header = await this.header(await this.ask<Hex>('chain_getFinalizedHead'));
    if (!header) throw new NodeError('the node doesn\'t know its own final block');
    return Number(header.number);
  }

  private async state(key: Uint8Array): Promise<Decoder | undefined> {
    const value = await this.ask<Hex | null>('state_getStorage', bytesToHex(key));
    return value === null ? undefined : new Decoder(hexToBytes(value));
  }

  // Every engine version that the chain has, the newest first.
  async engines(): Promise<EngineInfo[]> {
    const newest = (await this.state(storage.currentEngine()))?.u32() ?? 0;
    const all: EngineInfo[] = [];
    for (let version = newest; version > 0; version -= 1) {
      const info = await this.state(storage.engineInfo(version));
      if (!info) continue;
      all.push({
        version,
        content: info.u32(),
        hash: bytesToHex(info.take(32)),
        profile: info.u32(),
        rawLength: info.u32(),
        storedLength: info.u32(),
      });
    }
    return all;
  }

  // The chunks of a content, out of the state.
  async content(id: number, length: number): Promise<Uint8Array[]> {
    if (length > MAX_CONTENT) throw new NodeError(`the node claims a content of ${length} bytes`);
    const chunks = Array.from({ length: Math.ceil(length / CHUNK) }, async (_, index) => {
      const chunk = await this.state(storage.chunk(id, index));
      if (!chunk) throw new NodeError(`chunk ${index} of content ${id} isn't in the node's state: the model was removed`);
      return chunk.vector();
    });
    return Promise.all(chunks);
  }
}

export const whole = (chunks: Uint8Array[]): Uint8Array => joined(chunks);
export const CHUNK_BYTES = CHUNK;
