// The chain's hashes, made again (precompiles/engine/abi/src/hash.rs, Receipt.sol,
// pallets/inference/src/proof.rs).

import { blake2b } from '@noble/hashes/blake2b';
import { keccak_256 } from '@noble/hashes/sha3';
import { bytesToHex, concat, encodeAbiParameters, hexToBytes, keccak256, type Hex } from 'viem';
import { joined } from './bytes.ts';
import { CHUNK_BYTES, type Header, type Receipt } from './node.ts';
import { compact, u32 } from './scale.ts';

export const keccak = (bytes: Uint8Array): Hex => bytesToHex(keccak_256(bytes));

// Content root of a model's chunks.
export function contentRoot(chunks: Uint8Array[]): Hex {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return keccak(joined([
    Uint8Array.of(0), u32(length), u32(0), u32(CHUNK_BYTES), ...chunks.map((chunk) => keccak_256(chunk)),
  ]));
}

const types = (...names: string[]) => names.map((type) => ({ type }));
const RESULT = types('string', 'bytes32', 'uint32', 'bytes32', 'bytes32', 'bytes32');
const RECEIPT = types(
  'string', 'bytes32', 'uint64', 'uint32', 'bytes32', 'bytes32', 'uint32', 'bytes32', 'uint64', 'uint256', 'uint256',
);

export interface ResultParts {
  engineHash: Hex;
  profile: number;
  modelRoot: Hex;
  inputHash: Hex;
  outputHash: Hex;
}

export const resultId = ({ engineHash, profile, modelRoot, inputHash, outputHash }: ResultParts): Hex =>
  keccak256(encodeAbiParameters(RESULT, ['OPG.result.1', engineHash, profile, modelRoot, inputHash, outputHash]));

export const receiptId = (genesis: Hex, receipt: Receipt): Hex =>
  keccak256(encodeAbiParameters(RECEIPT, [
    'OPG.receipt.1', genesis, BigInt(receipt.block), receipt.index, account(receipt.caller), account(receipt.payer),
    receipt.model, receipt.resultId, BigInt(receipt.fuel), BigInt(receipt.price), BigInt(receipt.protocolShare),
  ]));

// Hash of a block, of its header.
export function blockHash({ parentHash, number, stateRoot, extrinsicsRoot, digest }: Header): Hex {
  const bytes = joined([
    hexToBytes(parentHash), compact(Number(number)), hexToBytes(stateRoot), hexToBytes(extrinsicsRoot),
    compact(digest.logs.length), ...digest.logs.map((log) => hexToBytes(log)),
  ]);
  return bytesToHex(blake2b(bytes, { dkLen: 32 }));
}

// `Consensus("opgr", root)`: variant 4, the name, 32 bytes.
const RECEIPTS_ITEM = /^0x046f70677280([0-9a-f]{64})$/;

// Root over a block's receipts, out of its header.
export function receiptsRoot({ digest }: Header): Hex | undefined {
  const roots = digest.logs.flatMap((log) => RECEIPTS_ITEM.exec(log)?.[1] ?? []);
  return roots.length === 1 ? `0x${roots[0]}` : undefined;
}

// The root that a proof leads to; undefined when it has too few or too many nodes.
export function rootOf(id: Hex, index: number, count: number, proof: Hex[]): Hex | undefined {
  if (index >= count) return undefined;
  let node = keccak256(id);
  let at = index;
  const rest = [...proof];
  for (let width = count; width > 1; width = Math.ceil(width / 2)) {
    if (at % 2 === 1 || at + 1 < width) {
      const sibling = rest.shift();
      if (sibling === undefined) return undefined;
      node = keccak256(at % 2 === 0 ? concat([node, sibling]) : concat([sibling, node]));
    }
    at = Math.floor(at / 2);
  }
  return rest.length === 0 ? node : undefined;
}

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

// The 32 bytes of an SS58 address with a one-byte prefix, checked.
export function account(address: string): Hex {
  let value = 0n;
  for (const letter of address) {
    const digit = BASE58.indexOf(letter);
    if (digit < 0) throw new Error(`no address: ${address}`);
    value = value * 58n + BigInt(digit);
  }
  // Prefix, account, two bytes of checksum.
  if (value >> (8n * 35n) !== 0n) throw new Error(`no address: ${address}`);
  const bytes = hexToBytes(`0x${value.toString(16).padStart(70, '0')}`);
  const sum = blake2b(joined([new TextEncoder().encode('SS58PRE'), bytes.subarray(0, 33)]));
  if (sum[0] !== bytes[33] || sum[1] !== bytes[34]) throw new Error(`an address with a wrong checksum: ${address}`);
  return bytesToHex(bytes.subarray(1, 33));
}

// Account on chain of an Ethereum address.
export const accountOf = (address: Hex): Hex => `0x${address.slice(2).toLowerCase()}${'ee'.repeat(12)}`;
