// The statement in two tables.

import { check, opg } from '../checks.mjs';
import { table } from '../table.mjs';
import { Sums, total } from './books.mjs';
import { KINDS } from './kinds.mjs';

// 18 decimals without the unit, so that columns align.
const amount = (units) => opg(units).replace(' OPG', '');
const SOURCES = ['balance', 'credit', 'sponsor', 'channel'];

export function byKind(settled) {
  const row = (name, list) => {
    const [done, not] = [list.filter((one) => one.done > 0), list.filter((one) => one.done === 0)];
    const sum = (field, of = list) => total(of, (one) => one[field]);
    return [
      name, done.reduce((n, one) => n + one.done, 0), name === 'arrangements' ? 0 : not.length, list.length,
      ...[sum('price'), sum('share'), sum('price') - sum('share'), sum('charged'), sum('deposits')].map(amount),
      ...SOURCES.map((source) => amount(sum('price', list.filter((one) => one.source === source)))),
    ];
  };
  const rows = [...KINDS.map(({ name }) => name), 'arrangements']
    .map((name) => row(name, settled.filter(({ kind }) => kind === name)));
  const sum = row('sum', settled);
  sum[2] = rows.reduce((n, cells) => n + cells[2], 0);
  console.log(table(
    ['kind', 'calls', 'failed', 'transactions and turns', 'prices', 'protocol share', 'beneficiaries', 'fees and tips', 'deposits', ...SOURCES.map((source) => `from ${source}`)],
    [...rows, sum],
  ));
}

// Opening and closing are balance, held funds, credit and channels together. In and out are what a
// transaction changed besides its sender's own fee.
export function byAccount({ before, after, groups, ctx }) {
  const [ins, outs, fees] = [new Sums(), new Sums(), new Sums()];
  for (const group of groups) {
    const fee = group.fee === undefined ? 0n : group.fee + group.tip + group.rounding;
    if (fee > 0n) fees.add(group.payer, fee);
    for (const [account, change] of group.wealth) {
      const moved = account === group.payer ? change + fee : change;
      if (moved > 0n) ins.add(account, moved);
      if (moved < 0n) outs.add(account, -moved);
    }
  }
  const accounts = [...new Set([...before.accounts, ...after.accounts])].filter((account) =>
    [ins, outs, fees].some((sums) => sums.of(account) !== 0n) || before.wealth(account) !== after.wealth(account));
  let wrong = 0;
  const sums = Array(6).fill(0n);
  const rows = accounts.map((account) => {
    const [opening, closing] = [before.wealth(account), after.wealth(account)];
    const difference = closing - (opening + ins.of(account) - outs.of(account) - fees.of(account));
    if (difference !== 0n) wrong += 1;
    const cells = [opening, ins.of(account), outs.of(account), fees.of(account), closing, difference];
    cells.forEach((cell, i) => { sums[i] += cell; });
    return [ctx.name(account), ...cells.map(amount)];
  });
  rows.sort(([a], [b]) => (a < b ? -1 : 1));
  console.log(table(['account', 'opening', 'in', 'out', 'fees and tips', 'closing', 'difference'], [...rows, ['sum', ...sums.map(amount)]]));
  check('every account\'s difference is 0', wrong === 0 && accounts.length > 0, `${accounts.length} accounts`);
  check('what came in is what went out and fees', sums[1] === sums[2] + sums[3] + ctx.books.minted, `${sums[1]}`);
}
