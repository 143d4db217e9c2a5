// The kinds of call in the statement. Each has a name, its parts of a hundred calls, what it arranges
// beforehand, and its calls: a list of
//   { call, signer, calls, from, payer, limit, fails?, code?, tip? }
// `calls` is how many calls (rows, vouchers) one transaction stands for, `from` what pays the price and
// `payer` whose it is, `limit` the most that the fee may be: 'quote', 'declared' (by the weight limit of
// the transaction), { rows } (the quote of a batch) or { gas } (what an Ethereum transaction offers, which
// has `ethereum` instead of `call`), { schedule } (the most that a turn of it can cost). `fails` is the error that must be; `code` what a
// contract's attempt must return instead.
//
// A kind may also have `runs`: calls that no transaction is sent for, with the `group` of their events.
//
// Another kind is one more entry in KINDS.

import { encodeFunctionData, parseAbi } from 'viem';
import { Contract, compile } from '../contract.mjs';
import { hex, inputTensor } from '../digits.mjs';
import { scheduled } from './scheduled.mjs';
import { Wallet } from './vouchers.mjs';

const STORAGE_DEPOSIT = 10n ** 21n;
const INFERENCE_ADDRESS = '0x000000000000000000000000000000000a010000';
const INFER = parseAbi(['function infer(uint32 modelId, bytes inputs) payable returns (bytes outputs)']);
const CREDIT_PRECOMPILE = '0x000000000000000000000000000000000a040000';
// Vouchers that one transaction redeems, at most, and rows of a batch.
const MOST = 64;
// No channel or allowance of a statement expires.
const NEVER = 4_000_000_000;

const repeat = (count, make) => Array.from({ length: count }, (_, i) => make(i));
// How many of each kind's calls fail, for each way to fail.
const failures = (count) => Math.max(1, Math.round(count / 50));

// A contract that pays, with its weight limits by dry runs.
export class Payer extends Contract {
  static async deploy(chain, signer) {
    return Payer.create(chain, signer, compile('scripts/e2e/statement/Payer.sol', 'Payer'), []);
  }

  // An Ethereum address's account.
  get account() {
    return this.chain.api.createType('AccountId', `${this.address}${'ee'.repeat(12)}`).toString();
  }

  // What a call needs, by a dry run: a quarter more, because later ones find more in state.
  async limit(functionName, args, value, from) {
    const { weightRequired } = await this.dryRun(functionName, args, value, from);
    const more = (part) => (part.toBigInt() * 5n) / 4n;
    return { refTime: more(weightRequired.refTime), proofSize: more(weightRequired.proofSize) };
  }

  call(functionName, args, value, limit) {
    const data = encodeFunctionData({ abi: this.abi, functionName, args });
    return this.chain.api.tx.revive.call(this.address, value, limit, STORAGE_DEPOSIT, data);
  }
}

const extrinsic = {
  name: 'extrinsic',
  parts: 15,
  calls(ctx, count) {
    const signer = ctx.account('caller');
    const own = { signer, from: 'balance', payer: signer.address, limit: 'quote' };
    const good = repeat(count, (i) => ({
      // Some give the author a tip.
      ...own, call: infer(ctx, i), tip: i % 10 === 0 ? 1_000_003n + BigInt(i) : 0n,
    }));
    const short = { ...inputTensor(ctx.image(0)), dtype: 'Int32' };
    const bad = repeat(failures(count), () => [
      { ...own, call: infer(ctx, 0, { price: ctx.price - 1n }), fails: /PriceAboveMax/ },
      { ...own, call: infer(ctx, 0, { inputs: [short] }), fails: /EngineRefused/ },
      { ...own, call: infer(ctx, 0, { inputs: [] }), fails: /EngineRefused/ },
      { ...own, call: infer(ctx, 0, { fuel: ctx.quote.maxFuel - 1 }), fails: /FuelLimitTooLow/ },
      { ...own, call: infer(ctx, 0, { model: 1 << 30 }), fails: /UnknownModel/ },
    ]).flat();
    return [...good, ...bad];
  },
};

// A wallet that calls the precompile itself.
const ethereum = {
  name: 'ethereum',
  parts: 5,
  calls(ctx, count) {
    const signer = ctx.wallet;
    // Twice what a call may cost; what isn't used comes back.
    const gas = (2n * BigInt(ctx.quote.maxCompute)) / ctx.gasPrice + 200_000n;
    const own = { signer, from: 'balance', payer: signer.address, limit: { gas: 2n * gas * ctx.gasPrice } };
    const one = (i, value, inputs = ctx.packed(i)) => ({
      ...own,
      ethereum: {
        type: 'eip1559', chainId: ctx.evmChainId, to: INFERENCE_ADDRESS, value, gas,
        // The price may rise with every block; what is paid is the block's.
        maxFeePerGas: 2n * ctx.gasPrice, maxPriorityFeePerGas: 0n,
        data: encodeFunctionData({ abi: INFER, functionName: 'infer', args: [ctx.model, inputs] }),
      },
    });
    return [
      ...repeat(count, (i) => one(i, ctx.price + BigInt(i % 3))),
      ...repeat(failures(count), () => ({ ...one(0, ctx.price - 1n), fails: /ContractReverted/ })),
      ...repeat(failures(count), () => ({ ...one(0, ctx.price, '0x00'), fails: /ContractReverted/ })),
    ];
  },
};

const contract = {
  name: 'contract',
  parts: 15,
  async calls(ctx, count) {
    const signer = ctx.account('contract caller');
    const payer = ctx.contracts.value;
    const limit = await payer.limit('pay', [ctx.model, ctx.packed(0)], ctx.price, signer.address);
    const own = { signer, from: 'balance', payer: payer.account, limit: 'declared' };
    const call = (name, i, value, packed = ctx.packed(i)) => payer.call(name, [ctx.model, packed], value, limit);
    // Every other one offers more than the price, and gets it back.
    const good = repeat(count, (i) => ({ ...own, call: call('pay', i, ctx.price + BigInt(i % 2) * 12_345n) }));
    const bad = repeat(failures(count), () => [
      { ...own, call: call('pay', 0, ctx.price - 1n), fails: /ContractReverted/ },
      { ...own, call: call('pay', 0, ctx.price, '0x00'), fails: /ContractReverted/ },
      { ...own, call: call('attempt', 0, ctx.price - 1n), code: 259n },
      { ...own, call: call('attempt', 0, ctx.price, '0x00'), code: 35n },
    ]).flat();
    return [...good, ...bad];
  },
};

const credit = {
  name: 'credit',
  parts: 15,
  arrange(ctx, count) {
    const signer = ctx.account('creditor');
    const { credit: calls } = ctx.tx;
    // Two deposits, one of another account's; a part of it is left in the end.
    return [
      { signer, call: calls.deposit(ctx.price * BigInt(count)) },
      { signer: ctx.account('funder'), call: calls.depositTo(signer.address, ctx.price + 10n ** 17n) },
      { signer, call: calls.withdraw(1n) },
    ];
  },
  calls(ctx, count) {
    const signer = ctx.account('creditor');
    const own = { signer, from: 'credit', payer: signer.address, limit: 'quote' };
    const good = repeat(count, (i) => ({ ...own, call: infer(ctx, i) }));
    const bad = repeat(failures(count), () => [
      { ...own, call: infer(ctx, 0, { price: ctx.price - 1n }), fails: /PriceAboveMax/ },
      { ...own, call: ctx.tx.credit.withdraw(10n ** 24n), limit: 'declared', fails: /InsufficientCredit/ },
    ]).flat();
    return [...good, ...bad];
  },
  end: (ctx) => [{ signer: ctx.account('creditor'), call: ctx.tx.credit.withdraw(10n ** 17n) }],
};

const contractCredit = {
  name: 'contract\'s credit',
  parts: 10,
  arrange: (ctx, count) => [{
    signer: ctx.account('funder'),
    call: ctx.tx.credit.depositTo(ctx.contracts.credit.account, ctx.price * BigInt(count)),
  }],
  async calls(ctx, count) {
    const signer = ctx.account('contract caller');
    const payer = ctx.contracts.credit;
    const limit = await payer.limit('fromCredit', [ctx.model, ctx.packed(0)], 0n, signer.address);
    const own = { signer, from: 'credit', payer: payer.account, limit: 'declared' };
    const call = (i) => payer.call('fromCredit', [ctx.model, ctx.packed(i)], 0n, limit);
    // Once the credit is used up, nothing pays.
    return [
      ...repeat(count, (i) => ({ ...own, call: call(i) })),
      ...repeat(failures(count), (i) => ({ ...own, call: call(i), fails: /ContractReverted/ })),
    ];
  },
};

const sponsored = {
  name: 'sponsored',
  parts: 15,
  halves: (count) => [Math.ceil(count / 2), Math.floor(count / 2)],
  arrange(ctx, count) {
    const sponsor = ctx.account('sponsor');
    const [direct, byContract] = this.halves(count);
    const allowance = (calls, models) => ({
      // One unit less than another call would need.
      perCall: ctx.price, total: ctx.price * BigInt(calls + 1) - 1n, models, expires: NEVER,
    });
    const { credit: calls } = ctx.tx;
    return [
      { signer: sponsor, call: calls.deposit(ctx.price * BigInt(count + 4)) },
      { signer: sponsor, call: calls.sponsor(ctx.account('sponsored').address, allowance(direct, [])) },
      { signer: sponsor, call: calls.sponsor(ctx.contracts.sponsored.account, allowance(byContract, [ctx.model])) },
      { signer: sponsor, call: calls.sponsor(ctx.account('caller').address, allowance(1, [ctx.model + 1])) },
    ];
  },
  async calls(ctx, count) {
    const sponsor = ctx.account('sponsor');
    const paid = { from: 'sponsor', payer: sponsor.address };
    const [direct, byContract] = this.halves(count);
    const one = (signer, i, fails) => ({
      ...paid, signer, limit: 'quote', fails,
      call: ctx.tx.inference.inferSponsored(sponsor.address, ctx.model, [inputTensor(ctx.image(i))],
        ctx.price, ctx.quote.maxFuel),
    });
    const payer = ctx.contracts.sponsored;
    const signer = ctx.account('contract caller');
    const args = (i) => [ctx.addressOf(sponsor), ctx.model, ctx.packed(i)];
    const limit = await payer.limit('sponsored', args(0), 0n, signer.address);
    const through = (i, fails) => ({
      ...paid, signer, limit: 'declared', fails, call: payer.call('sponsored', args(i), 0n, limit),
    });
    return [
      ...repeat(direct, (i) => one(ctx.account('sponsored'), i)),
      ...repeat(failures(count), (i) => one(ctx.account('sponsored'), i, /AllowanceTotal/)),
      one(ctx.account('creditor'), 0, /NotSponsored/),
      one(ctx.account('caller'), 0, /ModelNotSponsored/),
      ...repeat(byContract, (i) => through(i)),
      ...repeat(failures(count), (i) => through(i, /ContractReverted/)),
    ];
  },
  end: (ctx) => [
    { signer: ctx.account('sponsor'), call: ctx.tx.credit.revoke(ctx.account('sponsored').address) },
    { signer: ctx.account('sponsor'), call: ctx.tx.credit.withdraw(ctx.price) },
  ],
};

const vouchers = {
  name: 'voucher',
  parts: 10,
  // Payees of the channels; the last one has no account and gets less than an account needs.
  payees: (ctx) => [ctx.account('payee 1'), ctx.account('payee 2'), ctx.account('payee 1'), ctx.account('stranger')],
  // By how much each channel's vouchers grow.
  steps: [7_000_000_000_000_001n, 3_000_000_000_000_007n, 11n, 4_000_000_000_001n],
  // Vouchers of each channel. The first has the rest, and funds for three more.
  sizes(count) {
    const each = Math.floor(count / 5);
    return [count - 3 * each, each, each, each];
  },
  wallet: (ctx) => new Wallet(`statement of model ${ctx.model}`, ctx.evmChainId, CREDIT_PRECOMPILE),
  arrange(ctx, count) {
    const signer = ctx.account('channel payer');
    const { address } = this.wallet(ctx);
    const { credit: calls } = ctx.tx;
    const sizes = this.sizes(count);
    const open = (payee, k) =>
      calls.openChannel(payee.address, address, this.steps[k] * BigInt(sizes[k]), NEVER);
    return [
      { signer, call: calls.deposit(10n ** 19n) },
      ...this.payees(ctx).map((payee, k) => ({ signer, call: open(payee, k) })),
      { signer, call: calls.topUp(ctx.firstChannel, 3n * this.steps[0]) },
    ];
  },
  async calls(ctx, count) {
    const wallet = this.wallet(ctx);
    const sizes = this.sizes(count);
    const sign = (key, k, n, more = 0n) =>
      key.sign(ctx.firstChannel + BigInt(k), this.steps[k] * BigInt(n) + more);
    const list = [];
    for (let n = 1; n <= sizes[0]; n += 1) {
      for (const [k, size] of sizes.entries()) {
        // The last one promises more than its channel has, and is paid what there is.
        const more = k > 0 && n === size ? 999n : 0n;
        if (n <= size) list.push(await sign(wallet, k, n, more));
      }
    }
    const signer = ctx.account('redeemer');
    const record = (some, fails) => ({
      signer, call: ctx.tx.credit.redeem(some), calls: fails ? 1 : some.length, fails,
      from: 'channel', payer: ctx.account('channel payer').address, limit: 'declared',
    });
    const size = Math.min(MOST, Math.ceil(count * 0.64));
    const batches = [];
    for (let at = 0; at < list.length; at += size) batches.push(record(list.slice(at, at + size)));
    const thief = new Wallet('another key', ctx.evmChainId, CREDIT_PRECOMPILE);
    const elsewhere = new Wallet(`statement of model ${ctx.model}`, ctx.evmChainId + 1, CREDIT_PRECOMPILE);
    const next = sizes[0] + 1;
    const bad = [
      [await sign(thief, 0, next)],
      [await sign(elsewhere, 0, next)],
      [list[0]],
      // A good one that falls with the one after it.
      [await sign(wallet, 0, next), await sign(thief, 0, next + 1)],
      [await wallet.sign(ctx.firstChannel + 1_000n, 1n)],
    ];
    return [...batches, ...bad.map((some) => record(some, /BadVoucher/))];
  },
  // The payee is content; what is left of the funds is the payer's credit again.
  end: (ctx) => [{ signer: ctx.account('payee 1'), call: ctx.tx.credit.close(ctx.firstChannel) }],
};

const batch = {
  name: 'batch',
  parts: 10,
  async calls(ctx, count) {
    const first = Math.min(MOST, Math.ceil(count * 0.64));
    const second = Math.ceil(count / 5);
    const third = count - first - second;
    const signer = ctx.account('batcher');
    const rows = (n) => repeat(n, (i) => [inputTensor(ctx.image(i))]);
    const fuel = async (n) => (await ctx.chain.rpc('inference_quoteBatch', ctx.model, n)).maxFuel;
    const make = async (n, { fails, price = ctx.price * BigInt(n), list = rows(n) } = {}) => ({
      signer, from: 'balance', payer: signer.address, limit: { rows: n }, calls: fails ? 1 : n, fails,
      call: ctx.tx.inference.inferBatch(ctx.model, list, price, await fuel(n)),
    });
    const byContract = ctx.account('contract caller');
    const payer = ctx.contracts.value;
    const packed = `0x${repeat(third, (i) => ctx.packed(i).slice(2)).join('')}`;
    const args = [ctx.model, third, packed];
    const value = ctx.price * BigInt(third);
    const limit = await payer.limit('payBatch', args, value, byContract.address);
    const through = { signer: byContract, from: 'balance', payer: payer.account, limit: 'declared' };
    return [
      await make(first),
      await make(second),
      { ...through, calls: third, call: payer.call('payBatch', args, value, limit) },
      await make(3, { fails: /PriceAboveMax/, price: 3n * ctx.price - 1n }),
      await make(3, { fails: /RowRefused/, list: [...rows(2), [{ ...inputTensor(ctx.image(0)), dtype: 'Int32' }]] }),
      { ...through, fails: /ContractReverted/, call: payer.call('payBatch', args, value - 1n, limit) },
    ];
  },
};

export const KINDS = [extrinsic, ethereum, contract, credit, contractCredit, sponsored, vouchers, scheduled, batch];

// The numbers of calls, `all` together: the last kind takes what rounding leaves.
export function counts(all) {
  const each = KINDS.map(({ parts }) => Math.round((all * parts) / 100));
  const sum = each.reduce((a, b) => a + b, 0);
  each[each.length - 1] += all - sum;
  return each;
}

function infer(ctx, i, { model = ctx.model, inputs = [inputTensor(ctx.image(i))], price = ctx.price, fuel = ctx.quote.maxFuel } = {}) {
  return ctx.tx.inference.infer(model, inputs, price, fuel);
}

export const packed = (image) => hex(image.pixels);
