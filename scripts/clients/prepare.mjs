// Writes what every client needs to know into one file: where the network is, the model with its price and
// some images, and the contracts that Hardhat has compiled.
//
// Usage: node prepare.mjs --net NET.json --model ID --out FOLDER      (FOLDER has Hardhat's artifacts)

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { heldOut, hex } from '../e2e/digits.mjs';

const { values: options } = parseArgs({
  options: { net: { type: 'string' }, model: { type: 'string' }, out: { type: 'string' } },
});
const net = JSON.parse(readFileSync(options.net, 'utf8'));
const model = Number(options.model);

async function rpc(url, method, ...params) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const { result, error } = await response.json();
  if (error) throw new Error(`${method}: ${error.message}`);
  return result;
}

const artifact = (source, name) => {
  const file = join(options.out, 'artifacts', 'build', 'contracts', source, `${name}.json`);
  const { abi, bytecode } = JSON.parse(readFileSync(file, 'utf8'));
  return { abi, bytecode };
};
const { price } = await rpc(net.validators[0].http, 'inference_quote', model);

writeFileSync(join(options.out, 'world.json'), JSON.stringify({
  http: net.ethereum.http,
  ws: net.ethereum.ws,
  chainId: net.ethereum.chain_id,
  slotMs: net.slot_ms,
  model,
  price: String(BigInt(price)),
  inference: '0x000000000000000000000000000000000a010000',
  images: heldOut().slice(0, 8).map((image) => ({ hex: hex(image.pixels), label: image.label })),
  contracts: {
    Ledger: artifact('scripts/clients/contracts/Ledger.sol', 'Ledger'),
    Token: artifact('scripts/clients/contracts/Token.sol', 'Token'),
    Badge: artifact('scripts/clients/contracts/Badge.sol', 'Badge'),
    Vault: artifact('scripts/clients/contracts/Badge.sol', 'Vault'),
    DigitClassifier: artifact('docs/examples/digits/DigitClassifier.sol', 'DigitClassifier'),
    IInference: artifact('precompiles/inference/Inference.sol', 'IInference'),
  },
}));
