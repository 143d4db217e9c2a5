// Which network the page is for: network.json beside it, written by `npm run deploy`.

import { createPublicClient, defineChain, http, isAddress, type Chain, type PublicClient, type Transport } from 'viem';

export interface Network {
  name: string;
  chainId: number;
  // URL of the Ethereum RPC, for contract and wallet.
  ethereum: string;
  // URL of a node's RPC, for receipts and the state.
  node: string;
  // The deployed DigitClassifier, and the model that it calls.
  contract: `0x${string}`;
  model: number;
  // Keys of its accounts are public: the page may offer one.
  development: boolean;
}

// Reads network.json, and says what is wrong with it.
export async function readNetwork(): Promise<Network> {
  const response = await fetch('network.json').catch(() => undefined);
  // A development server answers a missing file with the page itself.
  if (!response?.ok || !response.headers.get('content-type')?.includes('json')) {
    throw new Error('network.json is missing beside this page. Deploy the contract first: npm run deploy -- --net NET.json');
  }
  return checkNetwork(await response.json());
}

export function checkNetwork(value: unknown): Network {
  const network = value as Network;
  const wrong = (what: string) => new Error(`network.json: ${what}`);
  if (typeof network !== 'object' || network === null) throw wrong('no object');
  for (const name of ['chainId', 'model'] as const) {
    if (!Number.isSafeInteger(network[name]) || network[name] < 1) throw wrong(`${name} is no number above 0`);
  }
  for (const name of ['ethereum', 'node'] as const) {
    if (typeof network[name] !== 'string' || !/^https?:\/\//.test(network[name])) throw wrong(`${name} is no http URL`);
  }
  if (typeof network.name !== 'string') throw wrong('name is no text');
  if (typeof network.contract !== 'string' || !isAddress(network.contract)) throw wrong('contract is no address');
  return { ...network, development: network.development === true };
}

export const currency = { name: 'OPG', symbol: 'OPG', decimals: 18 };

export function chainOf({ chainId, name, ethereum }: Network): Chain {
  return defineChain({ id: chainId, name, nativeCurrency: currency, rpcUrls: { default: { http: [ethereum] } } });
}

export const clientOf = (network: Network): PublicClient<Transport, Chain> =>
  createPublicClient({ chain: chainOf(network), transport: http(network.ethereum), pollingInterval: 500 });
