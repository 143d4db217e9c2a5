// Scheduled inference on a live network: inputs from the last outputs and from a contract, delivery with
// bounded gas, runs that fail or are missed, what they cost, and what RPC and command line say of it.
//
// Usage: node schedules.mjs --net NET.json --node OPG_NODE

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { encodeAbiParameters, keccak256 } from 'viem';
import { account as keyOf, connect } from './chain.mjs';
import { check, checkEqual, checkFails, failed, opg, stage, until } from './checks.mjs';
import { Cli } from './cli.mjs';
import { hex } from './digits.mjs';
import { DEPOSIT_LIMIT, MANNERS, Scheduled, fromContract, to } from './scheduled.mjs';
import { Blocks } from './statement/blocks.mjs';

const { values: options } = parseArgs({ options: { net: { type: 'string' }, node: { type: 'string' } } });
const net = JSON.parse(readFileSync(options.net, 'utf8'));
const { ws } = net.validators[0];
const cli = new Cli(options.node);
const chain = await connect(ws);
const { tx, query, consts } = chain.api;
// One input and one output of four float32, so that a run's outputs can be the next one's inputs.
const MODEL = join(dirname(fileURLToPath(import.meta.url)), '../../pallets/model-registry/testdata/affine.onnx');
const ONE = 10n ** 18n;
const CREDIT = 20n * ONE;
// All turns, and then some.
const END_MS = 180_000;

stage('model, contracts and credit');
const start = await chain.finalised();
const suri = `//schedules//${start.number}`;
const owner = keyOf(suri.slice(2));
const publisher = `${suri}//models`;
await chain.send(tx.utility.batchAll([owner, keyOf(publisher.slice(2))].map(({ address }) =>
  tx.balances.transferKeepAlive(address, 1_000n * ONE))), keyOf('Dave'));
const publishing = cli.publish(MODEL, { ws, suri: publisher, name: 'affine of schedules', price: '0.01' });
const initial = hex(Float32Array.of(1, -2, 3.5, 0));
const given = hex(Float32Array.of(0.25, 4, -8, 100));
const makers = [
  ['gives', {}],
  ['short', { giving: MANNERS.short }],
  ['burns', { giving: MANNERS.burn, receiving: MANNERS.burn }],
];
const contracts = {};
for (const [name, manners] of makers) contracts[name] = await Scheduled.deploy(chain, keyOf('Dave'), given, manners);
const { model } = await publishing;
const quote = await chain.rpc('inference_quote', model);
const deposited = await cli.json('credit', 'deposit', '20', '--url', ws, '--suri', suri);
checkEqual('the command line deposits credit', deposited.credit, CREDIT);
checkEqual('RPC knows the credit', await chain.rpc('credit_balance', owner.address), CREDIT);
const blocks = new Blocks(chain, await chain.finalised());
const issuance = await chain.balances(blocks.last.hash);

stage('schedules that are refused');
const every = consts.schedule.minPeriod.toNumber();
const terms = (more) => ({
  model, every, runs: 2, input: { Fixed: initial }, delivery: null, maxPrice: quote.price, maxFuel: quote.maxFuel, ...more,
});
const create = (more) => tx.schedule.create(terms(more));
const heaviest = consts.schedule.maxRunRefTime.toBigInt();
const refusals = [
  ['a period below the least', create({ every: every - 1 }), /PeriodTooShort/],
  ['a period beyond the last block', create({ every: 0xffff_ffff }), /PeriodTooLong/],
  ['no turns', create({ runs: 0 }), /NoRuns/],
  ['an unknown model', create({ model: 1 << 30 }), /UnknownModel/],
  ['a price above the maximum', create({ maxPrice: BigInt(quote.price) - 1n }), /PriceAboveMax/],
  ['too little fuel', create({ maxFuel: quote.maxFuel - 1 }), /FuelLimitTooLow/],
  ['a byte too little', create({ input: { Fixed: initial.slice(0, -2) } }), /WrongInputLength/],
  ['a first input that is none', create({ input: { LastOutput: { initial: '0x' } } }), /WrongInputLength/],
  ['a contract that may take too long', create({ input: fromContract(contracts.gives, heaviest) }), /TooHeavy/],
  ['more fuel than a block has for runs', create({ maxFuel: (1n << 64n) - 1n }), /TooHeavy/],
  ['ending what isn\'t there', tx.schedule.cancel(1n << 60n), /UnknownSchedule/],
];
const refused = await Promise.all(refusals.map(([, call]) => chain.sendAnyhow(call, owner)));
for (const [i, [name, , pattern]] of refusals.entries()) check(name, pattern.test(refused[i].error ?? ''), refused[i].error ?? 'succeeded');

stage('schedules');
const heavy = { input: fromContract(contracts.burns, (heaviest * 55n) / 100n) };
const plans = {
  // What it gives goes back in.
  loop: [{ runs: 3, input: { LastOutput: { initial } }, delivery: to(contracts.gives) }],
  asks: [{ input: fromContract(contracts.gives), delivery: to(contracts.gives) }],
  // The delivery burns all that it may have.
  burnt: [{ runs: 1, delivery: to(contracts.burns, 50_000_000_000n) }],
  short: [{ input: fromContract(contracts.short) }],
  heavy: [heavy, heavy],
  cancelled: [{ runs: 100 }],
};
const calls = Object.values(plans).flat().map(create);
const made = await chain.send(tx.utility.batchAll(calls), owner);
const list = made.find('schedule', 'ScheduleCreated');
checkEqual('schedules were created', list.length, calls.length);
const ids = {};
let next = 0;
for (const [name, some] of Object.entries(plans)) {
  ids[name] = list.slice(next, next + some.length).map((data) => data.schedule.toBigInt());
  next += some.length;
}
const [looping] = ids.loop;

stage('what RPC and command line say');
const shown = await chain.rpc('schedule_get', Number(looping));
checkEqual('its owner', shown.owner, owner.address);
checkEqual('its turns', `${shown.left} ${shown.succeeded} ${shown.failed} ${shown.missed}`, '3 0 0 0');
check('its next turn', shown.next >= made.number + every && shown.next <= made.number + every + 16, `block ${shown.next}`);
checkEqual('its inputs', `${shown.input.from} ${shown.input.initial}`, `lastOutput ${initial}`);
checkEqual('its delivery', shown.delivery.contract, contracts.gives.address.toLowerCase());
checkEqual('no result yet', `${shown.last} ${shown.lastFailure}`, 'null null');
const cost = await chain.rpc('schedule_cost', Number(looping));
checkEqual('the price of a run', cost.price, quote.price);
checkEqual('all that a run can cost', BigInt(cost.total), BigInt(cost.price) + BigInt(cost.maxFee) + BigInt(cost.depositLimit));
const listed = await chain.rpc('schedule_list', Number(looping), 100);
checkEqual('the list has all of them', listed.filter((one) => one.owner === owner.address).length, calls.length);
checkEqual('a list of one', (await chain.rpc('schedule_list', Number(looping), 1)).map(({ id }) => id).join(), looping);
checkEqual('a schedule that isn\'t there', await chain.rpc('schedule_get', 0), null);
checkEqual('nor does it cost', await chain.rpc('schedule_cost', Number.MAX_SAFE_INTEGER), null);
const printed = await cli.json('schedule', 'show', String(looping), '--url', ws);
checkEqual('the command line shows the same', `${printed.delivery.contract} ${printed.next} ${printed.cost.price}`,
  `${shown.delivery.contract} ${shown.next} ${cost.price}`);
const some = await cli.json('schedule', 'list', '--owner', owner.address, '--url', ws);
checkEqual('and lists an owner\'s', some.schedules.length, calls.length);
await checkFails('the command line knows none that isn\'t there', cli.json('schedule', 'show', '0', '--url', ws), /UnknownSchedule/);
await checkFails('somebody else can\'t end one', cli.json('schedule', 'cancel', String(ids.cancelled[0]), '--url', ws, '--suri', '//Dave'), /NotOwner/);
const ended = await cli.json('schedule', 'cancel', String(ids.cancelled[0]), '--url', ws, '--suri', suri);
checkEqual('its owner can', ended.schedule, ids.cancelled[0]);
checkEqual('then it is gone', await chain.rpc('schedule_get', Number(ids.cancelled[0])), null);

stage('turns');
const all = Object.values(ids).flat();
const events = (method) => blocks.list.flatMap(({ groups }) => groups).flatMap((group) =>
  group.find('schedule', method).map((data) => ({ data, group })));
const reasons = new Map();
await until(END_MS, 'all schedules end', async () => {
  await blocks.read();
  for (const { data } of events('ScheduleEnded')) reasons.set(data.schedule.toBigInt(), data.reason.type);
  return all.every((id) => reasons.has(id));
});
checkEqual('how they ended', all.map((id) => reasons.get(id)).join(),
  all.map((id) => (id === ids.cancelled[0] ? 'Cancelled' : 'Complete')).join());
const groups = blocks.list.flatMap(({ groups: some }) => some).filter(({ run }) => all.includes(run?.schedule));
const runs = groups.map(({ run, block }) => ({ ...run, block }));
const of = (name) => runs.filter(({ schedule }) => ids[name].includes(schedule));

// What the model gives for these inputs, by a dry run.
async function modelOf(data) {
  const { outputs } = await chain.rpc('inference_dryRun', model, [{ dtype: 'float32', shape: [1, 4], data }]);
  return outputs[0].data;
}
// What the contract keeps of a run that it was told of.
const kept = (run, output) => keccak256(encodeAbiParameters(
  [{ type: 'uint64' }, { type: 'uint32' }, { type: 'bytes32' }, { type: 'bytes' }], [run.schedule, model, run.receipt, output]));
const outputs = new Map();
let data = initial;
for (const run of of('loop')) {
  data = await modelOf(data);
  outputs.set(run, data);
}
for (const run of of('asks')) outputs.set(run, await modelOf(given));
const outcome = (run) => run.error ?? run.delivered;
checkEqual('outputs go back in, three times', of('loop').map(outcome).join(), 'Told,Told,Told');
checkEqual('a contract gives inputs, twice', of('asks').map(outcome).join(), 'Told,Told');
const told = runs.filter((run) => outputs.has(run));
checkEqual('the contract was told as often', await contracts.gives.read('told', [], owner.address), told.length);
const hashes = await Promise.all(told.map((_, i) => contracts.gives.read('runs', [BigInt(i)], owner.address)));
checkEqual('of what the model gives for those inputs', hashes.join(), told.map((run) => kept(run, outputs.get(run))).join());
const [, second] = of('loop');
const then = await chain.rpc('schedule_get', Number(looping), second.block.hash);
checkEqual('the state kept the last result', `${then.last.block} ${then.last.receipt} ${then.last.delivered.code} ${then.last.output}`,
  `${second.block.number} ${second.receipt} Told ${outputs.get(second)}`);
checkEqual('and counted', `${then.left} ${then.succeeded} ${then.failed} ${then.missed}`, '1 2 0 0');
const receipt = await chain.rpc('inference_receipt', second.receipt);
checkEqual('its receipt names caller and payer', `${receipt.caller} ${receipt.payer} ${receipt.price}`,
  `${owner.address} ${owner.address} ${quote.price}`);
const [burnt] = of('burnt');
check('a delivery that takes more than it may fails, and the run stays', /^Failed\./.test(burnt.delivered), burnt.delivered);
check('and costs no more than its limits', burnt.price === BigInt(quote.price) && burnt.deposit === 0n && burnt.released === 0n,
  `${opg(burnt.price)} and ${opg(burnt.fee)}`);
checkEqual('inputs of another length', of('short').map(outcome).join(), 'WrongInputLength,WrongInputLength');
const failure = (await chain.rpc('schedule_get', Number(ids.short[0]), of('short')[0].block.hash)).lastFailure;
checkEqual('the state says why', `${failure.block} ${failure.message}`,
  `${of('short')[0].block.number} WrongInputLength(expected=16,got=15)`);
const missed = of('heavy').filter(({ error }) => error === 'Missed');
checkEqual('a block has room for one heavy run: the other misses its turn', missed.length * 2, of('heavy').length);
check('each misses one: who has missed is first', new Set(missed.map(({ schedule }) => schedule)).size === 2, `${missed.map(({ schedule }) => schedule)}`);
check('a missed turn says what it needed, and costs nothing', missed.every(({ needed, fee }) => needed > heaviest / 2n && fee === 0n), `${missed.map(({ needed }) => needed)} ps`);
const burning = of('heavy').filter(({ error }) => error !== 'Missed');
check('a contract that burns its time fails the run', burning.every(({ error }) => error === 'Input.Failed'), `${burning.map(({ error }) => error)}`);

stage('money');
const spent = runs.reduce((sum, run) => sum + run.fee + (run.price ?? 0n) + (run.deposit ?? 0n) - (run.released ?? 0n), 0n);
const left = (await query.credit.credits(owner.address)).toBigInt();
checkEqual('the credit paid prices, fees and deposits, to the unit', CREDIT - left, spent);
check('runs that failed paid fees only', [...of('short'), ...burning].every(({ price, fee }) => price === undefined && fee > 0n));
for (const name of Object.keys(ids)) {
  for (const run of of(name)) {
    const most = await chain.rpc('schedule_cost', Number(run.schedule), run.block.parent);
    check(`${name}, block ${run.block.number}: no more than RPC said before`,
      run.fee <= BigInt(most.maxFee) && (run.price ?? 0n) <= BigInt(most.price) && (run.deposit ?? 0n) <= BigInt(most.depositLimit),
      `${opg(run.fee)} ≤ ${opg(BigInt(most.maxFee))}`);
  }
}
check('deposits are within the limit', told.every(({ deposit }) => deposit > 0n && deposit <= DEPOSIT_LIMIT));
const { data: account } = await query.system.account(owner.address);
checkEqual('every deposit for a schedule came back', account.reserved.toBigInt(), 0n);
await cli.json('credit', 'withdraw', 'all', '--url', ws, '--suri', suri);
checkEqual('the rest can be withdrawn', await chain.rpc('credit_balance', owner.address), 0n);
const after = await chain.balances((await chain.finalised()).hash);
checkEqual('balances sum to the issuance', after.sum, after.issuance);
checkEqual('and it is what it was', after.issuance, issuance.issuance);
await chain.close();
process.exit(failed() === 0 ? 0 : 1);
