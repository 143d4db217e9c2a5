// A call of the contract, and everything that the page shows of it.

import { bytesToHex, hexToBytes, keccak256, parseAbi, parseEventLogs, type Hex } from 'viem';
import { abi } from './generated/contract.ts';
import { clientOf, type Network } from './network.ts';
import { Node } from './verify/node.ts';
import { writeTensors, type Tensor } from './verify/scale.ts';
import type { Signer } from './wallet.ts';

// What is used of precompiles/inference/Inference.sol.
export const INFERENCE = '0x000000000000000000000000000000000a010000';
const inferenceAbi = parseAbi([
  'function infer(uint32 modelId, bytes inputs) payable returns (bytes outputs)',
  'function quote(uint32 modelId) view returns (uint256 price, uint256 maxCompute, uint256 expectedCompute)',
  'event Inferred(address indexed caller, uint32 indexed modelId, bytes32 indexed receipt, uint64 fuel, uint256 price)',
]);

const FLOAT32 = 1;
const INT64 = 7;
const DIGITS = 10;
// Label as int64[1], then probabilities as float32[1,10].
const OUTPUT_BYTES = 8 + 4 * DIGITS;
const MINED_MS = 120_000;
const RECEIPT_MS = 30_000;

export interface Quote {
  price: bigint;
  maxCompute: bigint;
  expectedCompute: bigint;
}

// Amounts in OPG base units.
export interface Classified {
  digit: number;
  probabilities: number[];
  fuel: bigint;
  price: bigint;
  gas: bigint;
  block: bigint;
  transaction: Hex;
  receipt: Hex;
  resultId: Hex;
  inputs: Tensor[];
  outputs: Hex;
}

export async function quote(network: Network): Promise<Quote> {
  const [price, maxCompute, expectedCompute] = await clientOf(network).readContract({
    address: INFERENCE, abi: inferenceAbi, functionName: 'quote', args: [network.model],
  });
  return { price, maxCompute, expectedCompute };
}

// Classifies a picture in a transaction. `tell` says what is being done.
export async function classify(
  network: Network, signer: Signer, data: Uint8Array, tell: (step: string) => void,
): Promise<Classified> {
  const client = clientOf(network);
  const image = bytesToHex(data);
  const { price } = await quote(network);

  // The contract gives its caller the digit only. All outputs come from a call of the model that is
  // no transaction; the receipt's hash then shows whether they are the transaction's.
  tell('Trying the call, which costs nothing…');
  const { result: outputs } = await client.simulateContract({
    account: signer.address, address: INFERENCE, abi: inferenceAbi, functionName: 'infer',
    args: [network.model, image], value: price,
  });
  const { request } = await client.simulateContract({
    account: signer.client.account, address: network.contract, abi, functionName: 'classify', args: [image], value: price,
  });

  tell(signer.kind === 'wallet' ? 'Confirm the transaction in your wallet…' : 'Sending the transaction…');
  const hash = await signer.client.writeContract(request);
  tell('Waiting for the block…');
  const mined = await client.waitForTransactionReceipt({ hash, timeout: MINED_MS });
  if (mined.status !== 'success') {
    throw new Error(`The transaction ${hash} is in block ${mined.blockNumber}, but it reverted: the price may have risen meanwhile. Try again.`);
  }

  const { args: call } = only('Classified', parseEventLogs({ abi, eventName: 'Classified', logs: mined.logs })
    .filter((log) => log.address.toLowerCase() === network.contract.toLowerCase()));
  const { args: run } = only('Inferred', parseEventLogs({ abi: inferenceAbi, eventName: 'Inferred', logs: mined.logs })
    .filter((log) => log.address.toLowerCase() === INFERENCE));
  tell('Asking for the receipt…');
  const kept = await receiptOf(network, run.receipt);
  const read = readOutputs(outputs);
  if (keccak256(writeTensors(read.tensors)) !== kept.outputHash || read.digit !== call.digit) {
    throw new Error('The trial call and the transaction gave different outputs. That must not happen: keep the receipt ' +
      `${run.receipt} and report it.`);
  }
  return {
    digit: call.digit,
    probabilities: read.probabilities,
    fuel: run.fuel,
    price: call.price,
    gas: mined.gasUsed * mined.effectiveGasPrice,
    block: mined.blockNumber,
    transaction: hash,
    receipt: run.receipt,
    resultId: kept.resultId,
    inputs: [{ dtype: FLOAT32, shape: [1, 64], data }],
    outputs,
  };
}

function only<T>(name: string, [log, ...more]: T[]): T {
  if (!log || more.length > 0) throw new Error(`The transaction has no single ${name} event: is the contract in network.json the right one?`);
  return log;
}

// The node may learn of the block a moment later than the Ethereum RPC.
async function receiptOf(network: Network, id: Hex): Promise<{ resultId: Hex; outputHash: Hex }> {
  const node = new Node(network.node);
  for (const end = Date.now() + RECEIPT_MS; ; ) {
    const receipt = await node.ask<{ resultId: Hex; outputHash: Hex } | null>('inference_receipt', id);
    if (receipt) return receipt;
    if (Date.now() > end) throw new Error(`The node at ${network.node} doesn't know the receipt ${id}.`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

export function readOutputs(outputs: Hex): { digit: number; probabilities: number[]; tensors: Tensor[] } {
  const bytes = hexToBytes(outputs);
  if (bytes.length !== OUTPUT_BYTES) throw new Error(`The model gives ${bytes.length} bytes instead of ${OUTPUT_BYTES}: it isn't the digits model.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return {
    digit: Number(view.getBigInt64(0, true)),
    probabilities: Array.from({ length: DIGITS }, (_, i) => view.getFloat32(8 + 4 * i, true)),
    tensors: [
      { dtype: INT64, shape: [1], data: bytes.slice(0, 8) },
      { dtype: FLOAT32, shape: [1, DIGITS], data: bytes.slice(8) },
    ],
  };
}
