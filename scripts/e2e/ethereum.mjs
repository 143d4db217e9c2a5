// The network as an Ethereum client sees it: viem over the Ethereum RPC, nothing of ours in between.

import { encodeAddress } from '@polkadot/util-crypto';
import { hexToU8a } from '@polkadot/util';
import { createPublicClient, createWalletClient, defineChain, http, nonceManager } from 'viem';
import { mnemonicToAccount } from 'viem/accounts';
import { until } from './checks.mjs';

// The phrase of Hardhat's and Foundry's accounts, which development networks fund.
const PHRASE = 'test test test test test test test test test test test junk';

// How long a transaction may take until it is in a block, or final.
const MINED_MS = 120_000;

// The account of that index, from 0. It counts its nonces itself, so that many transactions can be
// under way at the same time.
export const ethereumAccount = (addressIndex) =>
  mnemonicToAccount(PHRASE, { addressIndex, nonceManager });

// The account on chain of an Ethereum address, as other clients write it.
export const accountOf = (address) => encodeAddress(hexToU8a(`${address}${'ee'.repeat(12)}`), 42);

export class Ethereum {
  constructor({ http: url, chain_id: id }, slotMs) {
    this.url = url;
    this.chain = defineChain({
      id,
      name: 'OPG local',
      nativeCurrency: { name: 'OPG', symbol: 'OPG', decimals: 18 },
      rpcUrls: { default: { http: [url] } },
    });
    const options = { chain: this.chain, transport: http(url, { timeout: 60_000 }), pollingInterval: Math.min(slotMs, 1000) };
    this.client = createPublicClient(options);
    this.wallet = (account) => createWalletClient({ ...options, account });
  }

  // The receipt of a transaction that must succeed, and its latest cost in base units: what its gas
  // limit would have cost.
  async mined(hash) {
    const receipt = await this.client.waitForTransactionReceipt({ hash, timeout: MINED_MS });
    if (receipt.status !== 'success') throw new Error(`transaction ${hash} reverted`);
    const { gas } = await this.client.getTransaction({ hash });
    return { ...receipt, limit: gas * receipt.effectiveGasPrice };
  }

  // Waits until a block is final.
  final(number) {
    return until(MINED_MS, `finality of block ${number}`, async () =>
      (await this.client.getBlock({ blockTag: 'finalized' })).number >= number);
  }
}
