// What one transaction settled, read from its events, and what it should have.

import { decodeEventLog } from 'viem';
import { Sums, total } from './books.mjs';
import { treasuryPart } from './fees.mjs';

const PARTS = 1_000_000_000n;

// What each receiver of a price must get, by the formula: everybody's part rounds down but the first
// beneficiary's, who takes what is left.
export function split(price, { protocolShare, beneficiaries, treasury }) {
  const share = (price * protocolShare) / PARTS;
  const rest = price - share;
  const amounts = beneficiaries.map(({ parts }) => (rest * parts) / PARTS);
  amounts[0] = rest - amounts.slice(1).reduce((a, b) => a + b, 0n);
  return {
    share,
    payments: [[treasury, share], ...beneficiaries.map(({ account }, i) => [account, amounts[i]])],
  };
}

export function settle(record, ctx) {
  const { group } = record;
  const settled = { ...record, error: group.error, fee: group.fee, charged: group.fee + group.tip + group.rounding };
  const inferred = group.find('inference', 'Inferred').filter((data) => data.model.toNumber() === ctx.model);
  const redeemed = group.find('credit', 'VoucherRedeemed');
  const payments = [];
  settled.prices = inferred.map((data) => data.price.toBigInt());
  settled.shares = inferred.map((data) => data.protocolShare.toBigInt());
  settled.payers = inferred.map((data) => data.payer.toString());
  settled.resultIds = inferred.map((data) => data.resultId.toHex());
  settled.dueShares = settled.prices.map((price) => {
    const due = split(price, ctx);
    payments.push(...due.payments);
    return due.share;
  });
  if (redeemed.length > 0) settled.payers = redeemed.map((data) => ctx.books.payerOf(data.channel.toString()));
  for (const data of redeemed) payments.push([data.payee.toString(), data.amount.toBigInt()]);
  settled.done = inferred.length + redeemed.length;
  settled.price = payments.reduce((sum, [, amount]) => sum + amount, 0n);
  settled.share = settled.shares.reduce((a, b) => a + b, 0n);

  // Due and paid, by receiver; what a payer would pay itself stays where it is.
  settled.due = new Sums();
  settled.kept = 0n;
  for (const [account, amount] of payments) {
    if (account === record.payer) settled.kept += amount;
    else settled.due.add(account, amount);
  }
  settled.got = new Sums();
  const sources = new Set([record.payer, ctx.pot]);
  for (const data of group.find('balances', 'Transfer')) {
    const to = data.to.toString();
    if (sources.has(data.from.toString()) && settled.due.has(to)) settled.got.add(to, data.amount.toBigInt());
  }
  for (const data of group.find('credit', 'PayoutCredited')) {
    settled.got.add(data.account.toString(), data.amount.toBigInt());
  }
  const spent = group.find('credit', 'CreditSpent');
  settled.source = sourceOf(spent, redeemed, inferred);
  settled.answer = attempted(group, ctx);
  settled.deposits =
    total(group.find('balances', 'TransferAndHold'), (data) => data.transferred.toBigInt())
    - total(group.find('balances', 'TransferOnHold'), (data) => data.amount.toBigInt());
  settled.spent = total(spent, (data) => data.amount.toBigInt());
  if (group.run) {
    // A schedule's credit pays fee and deposits as well, and what it advanced for these comes back.
    settled.spent -= settled.fee + settled.deposits
      + total(group.find('credit', 'CreditDeposited'), (data) => data.amount.toBigInt());
  }

  // Who is richer and poorer by it, and the same without its fee and tip.
  settled.without = new Sums(group.wealth);
  settled.without.add(group.payer, group.fee + group.tip + group.rounding);
  settled.without.add(ctx.treasury, -treasuryPart(group.fee) - group.rounding);
  settled.without.add(group.block.author, treasuryPart(group.fee) - group.fee - group.tip);
  const poorer = new Set([record.signer.address, record.payer, ...ctx.contractAccounts]);
  settled.lost = -total([...poorer], (account) => settled.without.of(account));
  return settled;
}

// What a price really came from, as the events tell it.
function sourceOf(spent, redeemed, inferred) {
  if (redeemed.length > 0) return 'channel';
  if (inferred.length === 0) return undefined;
  if (spent.length === 0) return 'balance';
  return spent.every((data) => data.beneficiary.isSome) ? 'sponsor' : 'credit';
}

// What a contract's attempt returned.
function attempted(group, ctx) {
  const { abi } = ctx.contracts.value;
  for (const { data, topics } of group.find('revive', 'ContractEmitted')) {
    try {
      const log = decodeEventLog({ abi, data: data.toHex(), topics: topics.map((topic) => topic.toHex()) });
      if (log.eventName === 'Attempted') return BigInt(log.args.code);
    } catch {
      // The precompile's own event.
    }
  }
  return undefined;
}
