// Who pays: an account of the browser's wallet (EIP-1193), or a development account.

import {
  createWalletClient, custom, http, numberToHex, type Account, type Address, type Chain, type EIP1193Provider,
  type Transport, type WalletClient,
} from 'viem';
import { mnemonicToAccount } from 'viem/accounts';
import { chainOf, currency, type Network } from './network.ts';

declare global {
  interface Window {
    ethereum?: EIP1193Provider;
  }
}

export interface Signer {
  kind: 'wallet' | 'development';
  address: Address;
  client: WalletClient<Transport, Chain, Account>;
}

// EIP-1193's and EIP-3326's codes.
const UNKNOWN_CHAIN = 4902;

// Connects the wallet: an account, and this network, which the wallet is told if it doesn't know it.
export async function connect(provider: EIP1193Provider, network: Network): Promise<Signer> {
  const [address] = await provider.request({ method: 'eth_requestAccounts' });
  if (!address) throw new Error('the wallet gave no account: allow one for this page');
  await useNetwork(provider, network);
  const client = createWalletClient({ account: address, chain: chainOf(network), transport: custom(provider) });
  return { kind: 'wallet', address, client };
}

async function useNetwork(provider: EIP1193Provider, network: Network): Promise<void> {
  const chainId = numberToHex(network.chainId);
  const isHere = async () => Number(await provider.request({ method: 'eth_chainId' })) === network.chainId;
  if (await isHere()) return;
  try {
    await provider.request({ method: 'wallet_switchEthereumChain', params: [{ chainId }] });
  } catch (error) {
    if (!isUnknownChain(error)) throw error;
    await provider.request({
      method: 'wallet_addEthereumChain',
      params: [{ chainId, chainName: network.name, nativeCurrency: currency, rpcUrls: [network.ethereum] }],
    });
    // A wallet may add a network without changing to it.
    if (!(await isHere())) await provider.request({ method: 'wallet_switchEthereumChain', params: [{ chainId }] });
  }
  if (!(await isHere())) throw new Error(`the wallet is still on another network: choose "${network.name}" (chain id ${network.chainId}) in it`);
}

// Some wallets wrap the error of their inner provider.
function isUnknownChain(error: unknown): boolean {
  const { code, data } = (error ?? {}) as { code?: number; data?: { originalError?: { code?: number } } };
  return code === UNKNOWN_CHAIN || data?.originalError?.code === UNKNOWN_CHAIN;
}

// Account 0 of the phrase that Hardhat and Foundry use. Everybody has its key: for development networks
// only.
export function developmentAccount(network: Network): Signer {
  if (!network.development) throw new Error(`${network.name} is no development network`);
  const account = mnemonicToAccount('test test test test test test test test test test test junk');
  const client = createWalletClient({ account, chain: chainOf(network), transport: http(network.ethereum) });
  return { kind: 'development', address: account.address, client };
}
