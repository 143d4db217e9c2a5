// The statement's scheduled calls: schedules that run beside the other calls, and fail in every way.

import { check, checkEqual, until } from '../checks.mjs';
import { DEPOSIT_LIMIT, MANNERS, Scheduled, fromContract, to } from '../scheduled.mjs';

// Schedules that succeed: with the others at most 16, so that one block has room for all of them.
const MOST = 8;
const LEAST = 4;
// As long as until the 1,000th call is settled, and longer.
const END_MS = 600_000;
// What a schedule may cost besides its prices.
const FEES = 30n * 10n ** 18n;

const rest = (count) => Math.min(MOST, Math.max(LEAST, Math.ceil(count / 2)));

export async function deployScheduled(ctx) {
  const signer = ctx.account('contract caller');
  const made = {};
  for (const [name, manners] of [
    ['scheduled', {}],
    ['unwilling', { giving: MANNERS.revert, receiving: MANNERS.revert }],
    ['burning', { giving: MANNERS.burn }],
  ]) made[name] = await Scheduled.deploy(ctx.chain, signer, ctx.packed(0), manners);
  return made;
}

export const scheduled = {
  name: 'scheduled',
  parts: 5,
  // Half of them tell a contract of each run, one in four has its inputs from one, and one in four tells
  // a contract that won't hear of it: that doesn't undo the run.
  arrange(ctx, count) {
    const { schedule, credit, utility } = ctx.tx;
    const { scheduled: contract, unwilling, burning } = ctx.contracts;
    const every = ctx.chain.api.consts.schedule.minPeriod.toNumber();
    const terms = (runs, more) => schedule.create({
      model: ctx.model, every, runs, input: { Fixed: ctx.packed(runs) }, delivery: null,
      maxPrice: ctx.price, maxFuel: ctx.quote.maxFuel, ...more,
    });
    const create = (name, call, plan) => ({ signer: ctx.account(name), call, plan });
    const number = rest(count);
    const ways = [
      [{}, 'Nothing'],
      [{ delivery: to(contract) }, 'Told'],
      [{ input: fromContract(contract), delivery: to(contract) }, 'Told'],
      [{ delivery: to(unwilling) }, 'Failed.Reverted'],
    ];
    const good = Array.from({ length: number }, (_, i) => {
      const runs = Math.floor((count + i) / number);
      const [more, delivered] = ways[i % ways.length];
      return create('scheduler', terms(runs, more), { runs, delivered, reason: 'Complete' });
    });
    // Two that may take more than half of a block's time for runs each, and do: when one has run, the other
    // misses its turn, and is before it in the next.
    const refTime = (ctx.chain.api.consts.schedule.maxRunRefTime.toBigInt() * 55n) / 100n;
    const heavy = terms(2, { input: fromContract(burning, refTime) });
    return [
      { signer: ctx.account('scheduler'), call: credit.deposit(ctx.price * BigInt(count) + FEES) },
      { signer: ctx.account('unlucky scheduler'), call: credit.deposit(FEES) },
      // Covers the bookkeeping of turns, and no run.
      { signer: ctx.account('poor scheduler'), call: credit.deposit(ctx.price) },
      ...good,
      create('unlucky scheduler', terms(2, { input: fromContract(unwilling) }),
        { runs: 2, reason: 'Complete', fails: /^Input\.Reverted$/ }),
      create('unlucky scheduler', utility.batchAll([heavy, heavy]),
        { runs: 2, reason: 'Complete', fails: /^(Input\.Failed|Missed)$/, heavy: true }),
      create('poor scheduler', terms(2), { runs: 2, reason: 'Complete', fails: /^InsufficientCredit$/ }),
      // Nobody pays for the first turn, so there is no second.
      create('pauper scheduler', terms(3), { runs: 1, reason: 'Unpaid', fails: /^InsufficientCredit$/ }),
    ];
  },
  calls: () => [],
  // The runs of the schedules that were arranged, once all of these have ended.
  async runs(ctx, arranged, blocks) {
    const plans = new Map(arranged.filter(({ plan }) => plan).flatMap(({ group, plan, signer }) =>
      group.find('schedule', 'ScheduleCreated').map((data) => [data.schedule.toBigInt(), { ...plan, signer }])));
    this.plans = plans;
    this.ended = new Map();
    await until(END_MS, `${plans.size} schedules end`, async () => {
      await blocks.read();
      for (const data of blocks.list.flatMap(({ groups }) => groups.flatMap((group) => group.find('schedule', 'ScheduleEnded')))) {
        this.ended.set(data.schedule.toBigInt(), data.reason.type);
      }
      return [...plans.keys()].every((id) => this.ended.has(id));
    });
    return blocks.list.flatMap(({ groups }) => groups).filter(({ run }) => plans.has(run?.schedule)).map((group) => {
      const { signer, fails } = plans.get(group.run.schedule);
      return { group, signer, fails, calls: 1, tip: 0n, from: 'credit', payer: signer.address, limit: { schedule: group.run.schedule } };
    });
  },
  end: (ctx) => ['scheduler', 'unlucky scheduler']
    .map((name) => ({ signer: ctx.account(name), call: ctx.tx.credit.withdraw(10n ** 18n) })),
};

// What events say of schedules is what was to be.
export function checkSchedules(settled) {
  const { plans, ended } = scheduled;
  const runs = settled.filter(({ group }) => group.run).map(({ group }) => group.run);
  const of = (id) => runs.filter(({ schedule }) => schedule === id);
  const wrong = [...plans].filter(([id, plan]) => of(id).length !== plan.runs || ended.get(id) !== plan.reason);
  check('every schedule had its turns, and ended as it should', wrong.length === 0 && plans.size > LEAST,
    wrong.map(([id, plan]) => `${id}: ${of(id).length} of ${plan.runs}, ${ended.get(id)}`).join() || `${plans.size} schedules, ${runs.length} turns`);
  const done = runs.filter(({ error }) => error === undefined);
  const undelivered = done.filter((run) => run.delivered !== plans.get(run.schedule).delivered);
  check('contracts were told of runs, or refused to be', undelivered.length === 0 && done.length > 0,
    undelivered.map((run) => `${run.schedule}: ${run.delivered}`).join() || `${done.length} runs`);
  const told = done.filter(({ delivered }) => delivered === 'Told');
  check('what a contract stored was paid for, within the limit',
    told.length > 0 && told.every(({ deposit }) => deposit > 0n && deposit <= DEPOSIT_LIMIT)
      && done.every(({ deposit, released, delivered }) => released === 0n && (delivered === 'Told') === (deposit > 0n)),
    `${told.length} deliveries`);
  const heavy = runs.filter(({ schedule }) => plans.get(schedule).heavy);
  const missed = heavy.filter(({ error }) => error === 'Missed');
  checkEqual('of two turns that one block has no room for, one is missed', missed.length * 2, heavy.length);
  check('a missed turn costs nothing, and tells what it needed',
    missed.length > 0 && missed.every(({ fee, needed }) => fee === 0n && needed > 0n), `${missed.length} turns`);
}
