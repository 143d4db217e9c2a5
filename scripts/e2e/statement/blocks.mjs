// Sends transactions without waiting for each, and reads the finalised blocks that they are in.

import { until, within } from '../checks.mjs';
import { runOf, splitRuns } from '../scheduled.mjs';

// Transactions that are being signed and submitted at the same time.
const WIDTH = 32;
const FINAL_MS = 240_000;

// Every finalised block after one, in order, with its events by what caused them.
export class Blocks {
  constructor(chain, after) {
    this.chain = chain;
    this.last = after;
    this.list = [];
    this.found = new Map();
  }

  // Reads the blocks that are final by now.
  async read() {
    const head = await this.chain.finalised();
    while (this.last.number < head.number) {
      const block = await this.#block(this.last.number + 1);
      this.list.push(block);
      for (const group of block.groups) if (group.hash) this.found.set(group.hash, group);
      this.last = block;
    }
  }

  // Waits until all these transactions are in finalised blocks.
  async until(records) {
    await until(FINAL_MS, `${records.length} transactions in finalised blocks`, async () => {
      await this.read();
      return records.every((record) => this.found.has(record.hash));
    });
    for (const record of records) record.group = this.found.get(record.hash);
  }

  async #block(number) {
    const { api } = this.chain;
    const hash = await api.rpc.chain.getBlockHash(number);
    const [{ block }, at] = await Promise.all([api.rpc.chain.getBlock(hash), api.at(hash)]);
    const [events, validators, multiplier] = await Promise.all([
      at.query.system.events(),
      at.query.session.validators(),
      api.at(block.header.parentHash).then((before) => before.query.transactionPayment.nextFeeMultiplier()),
    ]);
    const one = {
      number,
      hash: hash.toHex(),
      parent: block.header.parentHash.toHex(),
      author: validators[Number(slotOf(block.header) % BigInt(validators.length))].toString(),
      // That of the block's transactions, in units of 10⁻¹⁸.
      multiplier: multiplier.toBigInt(),
    };
    const groups = block.extrinsics.map((extrinsic) => ({
      block: one,
      hash: extrinsic.hash.toHex(),
      length: extrinsic.encodedLength,
      ethereum: extrinsic.method.section === 'revive' && extrinsic.method.method === 'ethTransact',
      events: [],
    }));
    // What the block did itself before its extrinsics, and after them, where schedules have their turns.
    const [before, after] = [{ block: one, events: [] }, []];
    for (const { phase, event } of events) {
      if (phase.isApplyExtrinsic) groups[phase.asApplyExtrinsic.toNumber()].events.push(event);
      else (phase.isFinalization ? after : before.events).push(event);
    }
    groups.push(before, ...splitRuns(after).map((list) => ({ block: one, events: list, run: runOf(list) })));
    for (const group of groups) this.#read(group);
    return { ...one, groups };
  }

  #read(group) {
    group.find = (section, method) =>
      group.events.filter((e) => e.section === section && e.method === method).map((e) => e.data);
    const [failed] = [...group.find('system', 'ExtrinsicFailed'), ...group.find('revive', 'EthExtrinsicRevert')];
    group.error = failed ? this.chain.errorName(failed.dispatchError) : undefined;
    const [paid] = group.find('transactionPayment', 'TransactionFeePaid');
    if (group.run) {
      // Nobody sent it: its owner's credit pays what it used.
      group.payer = group.run.owner;
      group.fee = group.run.fee;
      group.tip = 0n;
      group.rounding = 0n;
      group.error = group.run.error;
    } else if (paid) {
      group.payer = paid.who.toString();
      group.tip = paid.tip.toBigInt();
      // Who is gone at the end gets nothing back of what was withheld, whatever this event says.
      const gone = group.find('system', 'KilledAccount').some((data) => data.account.toString() === group.payer);
      const of = (method) => group.find('balances', method)
        .filter((data) => data.who.toString() === group.payer)
        .reduce((sum, data) => sum + data.amount.toBigInt(), 0n);
      group.fee = (gone ? of('Withdraw') : paid.actualFee.toBigInt()) - group.tip;
      // Gas is paid in whole units: what they are more than the fee goes to the treasury.
      group.rounding = group.ethereum ? of('Withdraw') - of('Deposit') - group.fee - group.tip : 0n;
    }
  }
}

// The slot in AURA's digest item.
function slotOf(header) {
  const [slot] = header.digest.logs
    .filter((log) => log.isPreRuntime && log.asPreRuntime[0].toUtf8() === 'aura')
    .map((log) => Buffer.from(log.asPreRuntime[1].toU8a(true)).readBigUInt64LE(0));
  if (slot === undefined) throw new Error(`block ${header.number} has no slot`);
  return slot;
}

// Signs, and gives every signer's transactions to one validator, and the signers to the validators in turn.
export class Sender {
  constructor(chains) {
    this.chains = chains;
    this.signers = new Map();
  }

  // Submits records ({ call or ethereum, signer, tip? }); those of one signer are executed in this order.
  async send(records) {
    let next = 0;
    const worker = async () => {
      while (next < records.length) {
        const record = records[next];
        next += 1;
        await this.#one(record);
      }
    };
    await Promise.all(Array.from({ length: Math.min(WIDTH, records.length) }, worker));
  }

  #signer({ address }) {
    if (!this.signers.has(address)) {
      const { api } = this.chains[this.signers.size % this.chains.length];
      const nonce = api.rpc.system.accountNextIndex(address).then((index) => index.toNumber());
      this.signers.set(address, { api, nonce });
    }
    return this.signers.get(address);
  }

  async #one(record) {
    const signer = this.#signer(record.signer);
    const { nonce } = signer;
    signer.nonce = nonce.then((number) => number + 1);
    record.extrinsic = record.ethereum
      ? signer.api.tx.revive.ethTransact(await record.signer.key.signTransaction({ ...record.ethereum, nonce: await nonce }))
      : await record.call.signAsync(record.signer, { nonce: await nonce, era: 0, tip: record.tip ?? 0 });
    const submitted = signer.api.rpc.author.submitExtrinsic(record.extrinsic.toHex());
    record.hash = (await within(60_000, 'submitting a transaction', submitted)).toHex();
  }
}
