// A wallet as the page sees one: `window.ethereum` (EIP-1193) with one account, on another network at
// first, which learns of new ones by wallet_addEthereumChain. The key stays in this process.

import { createWalletClient, http } from 'viem';

const OTHER_CHAIN = '0x1';

export class Wallet {
  // Every request that the page made: { method, params }.
  requests = [];
  chainId = OTHER_CHAIN;
  known = new Map();
  // Whether its person declines transactions.
  declines = false;

  constructor(account) {
    this.account = account;
  }

  // Puts it in a page, before the page loads.
  async install(page) {
    await page.exposeFunction('askWallet', async (method, params) => {
      try {
        return { result: await this.answer(method, params) };
      } catch (error) {
        return { error: { code: error.code ?? -32603, message: error.message } };
      }
    });
    await page.evaluateOnNewDocument(() => {
      const listeners = {};
      window.ethereum = {
        on: (event, listener) => (listeners[event] ??= []).push(listener),
        removeListener: () => {},
        request: async ({ method, params }) => {
          const { result, error } = await window.askWallet(method, params ?? []);
          if (error) throw Object.assign(new Error(error.message), { code: error.code });
          // Like real ones: the event comes after the answer.
          if (/^wallet_(switch|add)/.test(method)) {
            setTimeout(() => (listeners.chainChanged ?? []).forEach((one) => one(params[0].chainId)), 50);
          }
          return result;
        },
      };
    });
  }

  async answer(method, params) {
    this.requests.push({ method, params });
    const [first] = params;
    switch (method) {
      case 'eth_requestAccounts':
      case 'eth_accounts':
        return [this.account.address];
      case 'eth_chainId':
        return this.chainId;
      case 'wallet_switchEthereumChain':
        if (!this.known.has(first.chainId)) throw coded(4902, `Unrecognized chain ID "${first.chainId}".`);
        this.chainId = first.chainId;
        return null;
      case 'wallet_addEthereumChain':
        this.known.set(first.chainId, first);
        this.chainId = first.chainId;
        return null;
      case 'eth_sendTransaction': {
        if (this.declines) throw coded(4001, 'User rejected the request.');
        const client = createWalletClient({ account: this.account, transport: http(this.url()) });
        const { to, data, value, gas } = first;
        return client.sendTransaction({
          to, data, value: BigInt(value ?? 0), gas: gas && BigInt(gas), chain: null,
        });
      }
      default: {
        const response = await fetch(this.url(), {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
        });
        const { result, error } = await response.json();
        if (error) throw coded(error.code, error.message);
        return result;
      }
    }
  }

  url() {
    const network = this.known.get(this.chainId);
    if (!network) throw new Error(`no RPC for chain ${this.chainId}`);
    return network.rpcUrls[0];
  }
}

const coded = (code, message) => Object.assign(new Error(message), { code });
