// Quote against charge, and balances that sum to the unit.

import { check, checkEqual, opg } from './checks.mjs';
import { table } from './table.mjs';

// `kinds`: [{ name, runs, payer }], `before` and `after`: finalised blocks around all runs.
export async function checkMoney(chain, { kinds, quote, owner, before, after }) {
  for (const kind of kinds) checkCharges(kind, quote);

  const [from, to] = [await chain.balances(before.hash), await chain.balances(after.hash)];
  checkEqual('issuance before equals issuance after', to.issuance, from.issuance);
  checkEqual('balances before sum to the issuance', from.sum, from.issuance);
  checkEqual('balances after sum to the issuance', to.sum, to.issuance);

  const moved = (address) => (to.owned.get(address) ?? 0n) - (from.owned.get(address) ?? 0n);
  const sum = (runs, field) => runs.reduce((total, run) => total + run[field], 0n);
  const all = kinds.flatMap(({ runs }) => runs);
  for (const { name, runs, payer } of kinds) {
    checkEqual(
      `the payer by ${name} lost fees, prices and deposits, to the unit`,
      -moved(payer),
      sum(runs, 'fee') + sum(runs, 'price') + sum(runs, 'held'),
    );
  }
  const income = sum(all, 'price') - sum(all, 'share');
  checkEqual('the owner gained the prices less the protocol\'s share', moved(owner.address), income);

  const known = new Map([
    ...kinds.map(({ name, payer }) => [payer, `payer by ${name}`]),
    [owner.address, 'owner of the model'],
  ]);
  const rows = [...new Set([...from.owned.keys(), ...to.owned.keys()])]
    .filter((address) => moved(address) !== 0n)
    .map((address) => [
      known.get(address) ?? '', address,
      opg(from.owned.get(address) ?? 0n), opg(to.owned.get(address) ?? 0n), opg(moved(address)),
    ]);
  rows.push(['sum', '', opg(from.sum), opg(to.sum), opg(to.sum - from.sum)]);
  console.log(table(['who', 'account', 'before', 'after', 'change'], rows));
  const others = rows.slice(0, -1).filter(([who]) => who === '').length;
  check('what payers lost is what others gained', to.sum === from.sum, `${others} other accounts`);
}

// The most that a call may cost is its quoted price, and as a fee what its quoted compute costs besides
// what every transaction of its length pays; for an Ethereum transaction, its gas limit, which the
// client estimated.
function checkCharges({ name, runs }, quote) {
  checkEqual(
    `every price by ${name} is the quoted one`,
    runs.filter(({ price }) => price === quote.price).length,
    runs.length,
  );
  const [{ price, fee, limit }] = runs;
  console.log(
    `${name}: quoted price ${opg(quote.price)} and fee ≤ ${opg(limit)}; charged price ${opg(price)} and fee ${opg(fee)}`,
  );
  checkEqual(`no fee by ${name} is above its quote`, runs.filter((run) => run.fee > run.limit).length, 0);
}
