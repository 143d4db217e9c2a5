// Deploys the contract on a development network and writes public/network.json, which the page reads.
//
// Usage: npm run deploy -- --net NET.json [--model ID]
//
//   --net    the file that scripts/localnet and scripts/demo leave in their folder
//   --model  the digits model's id there (default 1, as scripts/demo publishes it)

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createPublicClient, createWalletClient, defineChain, http } from 'viem';
import { mnemonicToAccount } from 'viem/accounts';
import { compile } from './prepare.mjs';

// The phrase of Hardhat's and Foundry's accounts, which development networks fund.
const PHRASE = 'test test test test test test test test test test test junk';

// Deploys, and gives what the page must know.
export async function deploy(net, model) {
  const { http: url, chain_id: id } = net.ethereum;
  const chain = defineChain({
    id, name: 'OPG local', nativeCurrency: { name: 'OPG', symbol: 'OPG', decimals: 18 }, rpcUrls: { default: { http: [url] } },
  });
  const transport = http(url, { timeout: 60_000 });
  const account = mnemonicToAccount(PHRASE, { addressIndex: 1 });
  const hash = await createWalletClient({ chain, transport, account }).deployContract({ ...compile(), args: [model] });
  const receipt = await createPublicClient({ chain, transport, pollingInterval: 500 })
    .waitForTransactionReceipt({ hash, timeout: 120_000 });
  if (receipt.status !== 'success') throw new Error(`deployment ${hash} reverted`);
  return {
    name: chain.name,
    chainId: id,
    ethereum: url,
    node: net.validators[0].ws.replace(/^ws/, 'http'),
    contract: receipt.contractAddress,
    model,
    development: true,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { net: { type: 'string' }, model: { type: 'string', default: '1' } } });
  if (!values.net) throw new Error('--net NET.json is missing: the file that scripts/localnet leaves in its folder');
  const network = await deploy(JSON.parse(readFileSync(values.net, 'utf8')), Number(values.model));
  const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'public');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'network.json'), `${JSON.stringify(network, null, 2)}\n`);
  console.log(`contract ${network.contract} calls model ${network.model}; public/network.json is written`);
}
