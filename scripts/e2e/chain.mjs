// A client of one validator: extrinsics, events, balances and the chain's own RPC methods.

import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';
import { within } from './checks.mjs';

// The transaction extensions that the library doesn't know. Neither carries data.
const SIGNED_EXTENSIONS = {
  EthSetOrigin: { extrinsic: {}, payload: {} },
};

// How long a transaction may take until its block is final.
const FINAL_MS = 180_000;

export async function connect(ws) {
  const provider = new WsProvider(ws, 1_000);
  const api = await within(
    60_000,
    `connection to ${ws}`,
    ApiPromise.create({ provider, noInitWarn: true, signedExtensions: SIGNED_EXTENSIONS }),
  );
  return new Chain(api, provider, ws);
}

// The accounts that development networks fund.
const keyring = new Keyring({ type: 'sr25519' });
export const account = (name) => keyring.addFromUri(`//${name}`);

export class Chain {
  constructor(api, provider, ws) {
    this.api = api;
    this.provider = provider;
    this.ws = ws;
    this.nonces = new Map();
  }

  close() {
    return this.api.disconnect();
  }

  rpc(method, ...params) {
    return within(60_000, method, this.provider.send(method, params));
  }

  // Signs with the account's next nonce, so that many can be under way at the same time. Resolves
  // when the block is final, with the events of this transaction; rejects with the name of the
  // error if the call failed.
  async send(call, signer) {
    const receipt = await this.sendAnyhow(call, signer);
    if (receipt.error) throw new Error(receipt.error);
    return receipt;
  }

  // The same, but a call that failed resolves too, with `error`.
  async sendAnyhow(call, signer) {
    const nonce = await this.#nextNonce(signer.address);
    const sent = new Promise((resolve, reject) => {
      call
        .signAndSend(signer, { nonce }, (status) => {
          if (status.status.isFinalized) resolve(this.#receipt(status));
          else if (status.isError) reject(new Error(`transaction ${status.status.type}`));
        })
        .catch((error) => {
          this.askNonceAgain(signer);
          reject(error);
        });
    });
    return within(FINAL_MS, `${call.method.section}.${call.method.method}`, sent);
  }

  // Asks the node once, then counts. Kept as a promise, so that calls made at the same time wait for
  // the same answer.
  #nextNonce(address) {
    const last = this.nonces.get(address);
    const next = last === undefined
      ? this.api.rpc.system.accountNextIndex(address).then((index) => index.toNumber())
      : last.then((nonce) => nonce + 1);
    this.nonces.set(address, next);
    return next;
  }

  // After something else than a transaction has raised the nonce: pallet-revive counts a contract's
  // creation too.
  askNonceAgain(signer) {
    this.nonces.delete(signer.address);
  }

  #receipt(status) {
    const events = status.events.map(({ event }) => event);
    const find = (section, method) =>
      events.filter((e) => e.section === section && e.method === method).map((e) => e.data);
    const error = status.dispatchError ? this.errorName(status.dispatchError) : undefined;
    const [paid] = find('transactionPayment', 'TransactionFeePaid');
    return {
      block: status.status.asFinalized.toHex(),
      number: status.blockNumber?.toNumber(),
      events,
      find,
      error,
      fee: paid ? paid.actualFee.toBigInt() : 0n,
    };
  }

  errorName(dispatchError) {
    if (!dispatchError.isModule) return dispatchError.toString();
    const { section, name } = this.api.registry.findMetaError(dispatchError.asModule);
    return `${section}.${name}`;
  }

  async finalised() {
    const hash = await this.api.rpc.chain.getFinalizedHead();
    const header = await this.api.rpc.chain.getHeader(hash);
    return { hash: hash.toHex(), number: header.number.toNumber(), stateRoot: header.stateRoot.toHex() };
  }

  async headerAt(number) {
    const hash = await this.api.rpc.chain.getBlockHash(number);
    const header = await this.api.rpc.chain.getHeader(hash);
    return { hash: hash.toHex(), number, stateRoot: header.stateRoot.toHex() };
  }

  // Everything that every account owns in a block (held amounts too), and the issuance.
  async balances(hash) {
    const at = await this.api.at(hash);
    const entries = await at.query.system.account.entries();
    const owned = new Map(
      entries.map(([key, { data }]) => [
        key.args[0].toString(),
        data.free.toBigInt() + data.reserved.toBigInt(),
      ]),
    );
    const sum = [...owned.values()].reduce((a, b) => a + b, 0n);
    return { owned, sum, issuance: (await at.query.balances.totalIssuance()).toBigInt() };
  }

  // What a transaction of that length costs whatever it does: the fee of a remark as long, or up to
  // three bytes longer.
  async fixedFee(call, signer) {
    const length = async (one) => (await one.signAsync(signer, { nonce: 0 })).encodedLength;
    const remark = (bytes) => this.api.tx.system.remark(`0x${'00'.repeat(bytes)}`);
    const padding = (await length(call)) - (await length(remark(0)));
    const { partialFee } = await remark(padding).paymentInfo(signer);
    return partialFee.toBigInt();
  }
}

// Prometheus metrics of a validator whose names match, summed over their labels.
export async function metrics(url, pattern) {
  const text = await (await fetch(url)).text();
  const sums = {};
  for (const line of text.split('\n')) {
    const match = /^([a-zA-Z_:][\w:]*)(?:\{[^}]*\})? ([0-9.eE+-]+)/.exec(line);
    if (match && pattern.test(match[1])) sums[match[1]] = (sums[match[1]] ?? 0) + Number(match[2]);
  }
  return sums;
}
