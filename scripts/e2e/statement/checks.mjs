// The checks of the statement: every unit that moved is told by events, is due by the formulas, and is
// found in the state.

import { check, checkEqual, opg } from '../checks.mjs';
import { BOOKS, Sums, total } from './books.mjs';
import { KINDS } from './kinds.mjs';
import { treasuryPart } from './fees.mjs';
import { checkSchedules } from './scheduled.mjs';

// Dry runs that are compared with charges, at most.
const SAMPLE = 50;

const good = (one) => !one.fails && one.code === undefined;

// Whether all of a list hold; names the first that doesn't.
function all(name, list, holds, tell) {
  const wrong = list.filter((one) => !holds(one));
  const [first] = wrong;
  return check(name, wrong.length === 0 && list.length > 0,
    first === undefined ? `${list.length} of ${list.length}` : `${wrong.length} of ${list.length} don't, one of ${first.kind}: ${tell(first)}`);
}

// Calls did what they should.
export function checkCalls(settled, ctx) {
  for (const { name } of KINDS) {
    const ours = settled.filter(({ kind }) => kind === name);
    all(`${name}: calls that should succeed do, each from its payer's ${ours[0].from}`,
      ours.filter(good),
      (one) => !one.error && one.done === one.calls && one.source === one.from && one.payers.every((payer) => payer === one.payer),
      (one) => `${one.error ?? ''} ${one.done} of ${one.calls} from ${one.source} of ${one.payers[0]}`);
    all(`${name}: calls that should fail do, as they should`,
      ours.filter((one) => !good(one)),
      (one) => one.done === 0 && (one.fails ? one.fails.test(one.error ?? '') : !one.error && one.answer === one.code),
      (one) => `${one.fails ?? one.code}, but ${one.error ?? one.answer}, ${one.done} done`);
  }
  all('failing calls move nothing but their fees',
    settled.filter((one) => !good(one)),
    (one) => [...one.without.values()].every((amount) => amount === 0n),
    (one) => `${one.error}: ${[...one.without].filter(([, amount]) => amount !== 0n).map(([who, amount]) => `${who} ${amount}`)}`);
  const runs = settled.filter((one) => one.prices.length > 0);
  all('every price is the quoted one', runs,
    (one) => one.prices.every((price) => price === one.quoted), (one) => `${one.prices} of ${one.quoted}`);
  all('every protocol share is that part of the price, rounded down', runs,
    (one) => String(one.shares) === String(one.dueShares), (one) => `${one.shares} of ${one.dueShares}`);
  const paying = settled.filter(good);
  all('every receiver gets its part to the unit, the first beneficiary the rest', paying,
    (one) => [...one.due].every(([account, amount]) => one.got.of(account) === amount)
      && one.got.total() === one.due.total(),
    (one) => [...one.due].map(([account, amount]) => `${account} ${one.got.of(account)} of ${amount}`));
  all('every payer loses the price less its own part, to the unit', paying,
    (one) => one.lost === one.price - one.kept, (one) => `${one.lost} of ${one.price - one.kept}`);
  all('what credits say they spent is what their payers lost',
    paying.filter(({ source }) => source === 'credit' || source === 'sponsor'),
    (one) => one.spent === one.lost, (one) => `${one.spent} of ${one.lost}`);
  const lost = total(paying, (one) => one.lost);
  const got = total(paying, (one) => one.got.total());
  check('what all payers lost is what all receivers got', lost === got, `${lost} and ${got}`);
  const newcomer = total(paying, (one) => one.got.of(ctx.account('newcomer').address));
  check('the beneficiary without an account was paid in credit', newcomer > 0n, opg(newcomer));
  checkSchedules(settled);
}

// Nobody pays more than was quoted, and what a dry run says.
export async function checkCharges(settled, ctx) {
  for (const one of settled) one.most = await ctx.fees.limit(one, ctx.model);
  all('no fee is above its quote\'s maximum', settled, (one) => one.charged - one.tip <= one.most, (one) => `${one.charged} > ${one.most}`);
  const able = settled.filter((one) => good(one) && one.limit === 'quote');
  const step = Math.max(1, Math.floor(able.length / SAMPLE));
  const sample = able.filter((_, i) => i % step === 0).slice(0, SAMPLE);
  for (const one of sample) {
    const tensors = one.call.args.find((arg) => Array.isArray(arg) && arg[0]?.dtype).map((tensor) => ({
      dtype: tensor.dtype.toString().toLowerCase(), shape: tensor.shape.map(Number), data: tensor.data.toHex(),
    }));
    const dry = await ctx.chain.rpc('inference_dryRun', ctx.model, tensors,
      one.from === 'sponsor' ? null : { caller: one.payer }, one.group.block.parent);
    one.dry = {
      fee: await ctx.fees.whole(one.group, BigInt(dry.compute)),
      rest: `${dry.price} ${dry.resultId} ${one.from === 'sponsor' ? 'sponsor' : dry.paidFrom}`,
    };
  }
  all('a dry run in the state before tells the fee, to the unit', sample,
    (one) => one.fee === one.dry.fee, (one) => `${one.fee} of ${one.dry.fee}`);
  all('and the price, its payer and the result', sample,
    (one) => one.dry.rest === `${one.prices[0]} ${one.resultIds[0]} ${one.source}`, (one) => one.dry.rest);
}

// Events against state, for everybody.
export function checkBooks({ before, after, groups, blocks, ctx }) {
  const moved = Object.fromEntries(BOOKS.map((book) => [book, new Sums()]));
  for (const group of groups) for (const { book, account, amount } of group.moves) moved[book].add(account, amount);
  const accounts = new Set([...before.accounts, ...after.accounts, ...BOOKS.flatMap((book) => [...moved[book].keys()])]);
  checkEqual('events of money that nobody knows', [...ctx.books.unknown].join(), '');
  for (const book of BOOKS) {
    const wrong = [...accounts].filter((account) =>
      before.books[book].of(account) + moved[book].of(account) !== after.books[book].of(account));
    check(`${book}: before, and what events say, is after`, wrong.length === 0,
      wrong.length === 0 ? `${accounts.size} accounts` : `${wrong[0]}: ${before.books[book].of(wrong[0])} + ${moved[book].of(wrong[0])} ≠ ${after.books[book].of(wrong[0])}`);
  }
  checkEqual('the issuance changed by what events minted and burnt', after.issuance - before.issuance, ctx.books.minted);
  checkEqual('balances before sum to the issuance', before.sum, before.issuance);
  checkEqual('balances after sum to the issuance', after.sum, after.issuance);
  checkEqual('the pot holds all credits and channels, and its existential deposit',
    after.wealth(ctx.pot), ctx.existential);

  const gained = (account) => after.wealth(account) - before.wealth(account);
  const paid = groups.filter(({ fee }) => fee !== undefined);
  const shares = total(paid, (group) => total(group.find('inference', 'Inferred'), (data) => data.protocolShare.toBigInt()));
  const dust = total(groups, (group) => total(group.events.filter((e) => e.section === 'balances' && e.method === 'DustLost'), (e) => e.data.amount.toBigInt()));
  check('an account that ended left dust', dust > 0n && dust < ctx.existential, opg(dust));
  const parts = total(paid, ({ fee }) => treasuryPart(fee));
  const rounding = total(paid, (group) => group.rounding);
  check('gas was rounded up by less than its price', rounding > 0n
    && paid.every((group) => group.rounding >= 0n && group.rounding < 2n * ctx.gasPrice), `${rounding} in all`);
  checkEqual('the treasury gained the protocol\'s shares, its part of the fees, dust and roundings',
    gained(ctx.treasury), shares + parts + dust + rounding);
  for (const author of new Set(blocks.map((block) => block.author))) {
    const its = paid.filter(({ block }) => block.author === author);
    checkEqual(`the author ${ctx.name(author)} gained the rest of its blocks' fees, and tips`, gained(author),
      total(its, ({ fee, tip }) => fee - treasuryPart(fee) + tip));
  }
}
