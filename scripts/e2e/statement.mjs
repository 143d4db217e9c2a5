// A settlement statement: many calls of every kind, scheduled ones too, paid from balances, credits, sponsors
// and channels, some of which fail; then every unit is accounted for, by events and by state.
//
// Usage: node statement.mjs --net NET.json --node OPG_NODE [--calls N]      (N ≥ 100, default 1000)

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { keccak256, toBytes } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { account as keyOf, connect } from './chain.mjs';
import { check, failed, opg, stage } from './checks.mjs';
import { Cli } from './cli.mjs';
import { MODEL, heldOut } from './digits.mjs';
import { Blocks, Sender } from './statement/blocks.mjs';
import { Books, Sums, snapshot } from './statement/books.mjs';
import { checkBooks, checkCalls, checkCharges } from './statement/checks.mjs';
import { Fees } from './statement/fees.mjs';
import { KINDS, Payer, counts, packed } from './statement/kinds.mjs';
import { byAccount, byKind } from './statement/report.mjs';
import { deployScheduled } from './statement/scheduled.mjs';
import { settle } from './statement/settled.mjs';

const { values: options } = parseArgs({
  options: { net: { type: 'string' }, node: { type: 'string' }, calls: { type: 'string', default: '1000' } },
});
const calls = Number(options.calls);
if (!(calls >= 100)) throw new Error('a statement has at least 100 calls');
const net = JSON.parse(readFileSync(options.net, 'utf8'));
const ws = net.validators[0].ws;
const cli = new Cli(options.node);
const chains = await Promise.all(net.validators.map((validator) => connect(validator.ws)));
const [chain] = chains;
const { tx, consts, query } = chain.api;
const images = heldOut();
// No round number: every part of it has to be rounded.
const PRICE = 12_345_678_912_345_679n;
const FUNDS = 1_000n * 10n ** 18n;

// Keys of this run alone, so that one network can have several statements.
const start = await chain.finalised();
const names = new Map();
const keys = new Map();
function account(name) {
  if (!keys.has(name)) {
    const key = keyOf(`statement/${start.number}/${name}`.replaceAll('/', '//'));
    keys.set(name, key);
    names.set(key.address, name);
  }
  return keys.get(name);
}

stage('accounts, model and contracts');
const funded = ['owner', 'caller', 'contract caller', 'creditor', 'funder', 'sponsor', 'sponsored', 'channel payer', 'redeemer', 'payee 1', 'payee 2', 'batcher', 'leaver', 'pauper',
  'scheduler', 'unlucky scheduler', 'poor scheduler', 'pauper scheduler'];
// An Ethereum wallet, and the account that it is here.
const ethereum = privateKeyToAccount(keccak256(toBytes(`statement of block ${start.number}`)));
const wallet = {
  key: ethereum,
  address: chain.api.createType('AccountId', `${ethereum.address}${'ee'.repeat(12)}`).toString(),
};
names.set(wallet.address, 'ethereum wallet');
const receivers = [...funded.map((name) => account(name).address), wallet.address];
await chain.send(
  tx.utility.batchAll(receivers.map((address) => tx.balances.transferKeepAlive(address, FUNDS))), keyOf('Dave'));
const publishing = cli.publish(MODEL, {
  ws, suri: `//statement//${start.number}//owner`, name: 'digits of a statement', price: '0.012345678912345679',
});
const contracts = {};
for (const name of ['value', 'credit', 'sponsored']) {
  contracts[name] = await Payer.deploy(chain, account('contract caller'));
}
const published = await publishing;
const ctx = {
  chain, tx, account, wallet, price: PRICE, model: published.model,
  image: (i) => images[i % images.length],
  packed: (i) => packed(images[i % images.length]),
  addressOf: (key) => `0x${keccak256(key.publicKey).slice(-40)}`,
  pot: consts.credit.potAccount.toString(),
  existential: consts.balances.existentialDeposit.toBigInt(),
  protocolShare: consts.inference.protocolShare.toBigInt(),
  gasPrice: (await chain.api.call.reviveApi.gasPrice()).toBigInt(),
  evmChainId: (await query.chainParams.evmChainId()).toNumber(),
};
// The owner, the sponsor (so that a payer is among the receivers), and an account that isn't there yet.
ctx.beneficiaries = [['owner', 616_666_667n], ['sponsor', 333_333_332n], ['newcomer', 50_000_001n]]
  .map(([name, parts]) => ({ account: account(name).address, parts }));
await chain.send(tx.modelRegistry.setBeneficiaries(ctx.model, ctx.beneficiaries), account('owner'));
ctx.contracts = { ...contracts, ...await deployScheduled(ctx) };
for (const [name, contract] of Object.entries(ctx.contracts)) names.set(contract.account, `contract (${name})`);
ctx.contractAccounts = Object.values(ctx.contracts).map((contract) => contract.account);
ctx.quote = await chain.rpc('inference_quote', ctx.model);
ctx.firstChannel = (await query.credit.nextChannelId()).toBigInt();
// `PalletId("py/trsry")`, as every pallet's account is made.
ctx.treasury = chain.api.createType('AccountId', `0x${Buffer.from('modlpy/trsry').toString('hex').padEnd(64, '0')}`).toString();
names.set(ctx.treasury, 'treasury');
names.set(ctx.pot, 'pot of credits and channels');
for (const { name } of net.validators) {
  const label = name[0].toUpperCase() + name.slice(1);
  names.set(keyOf(label).address, `validator ${label}`);
}
ctx.name = (address) => names.get(address) ?? address;
console.log(`model ${ctx.model}, price ${opg(PRICE)}, beneficiaries ${ctx.beneficiaries.map(({ account: who, parts }) => `${ctx.name(who)} ${parts}`).join(', ')} of 10⁹`);

const opening = await chain.finalised();
const before = await snapshot(chain, opening.hash, ctx.pot);
const blocks = new Blocks(chain, opening);
const sender = new Sender(chains);
const records = [];
async function run(list) {
  await sender.send(list);
  await blocks.until(list);
  records.push(...list);
}
const numbers = counts(calls);
const arrangements = (list) => list.map((one) => ({
  calls: 0, from: undefined, payer: one.signer.address, limit: 'declared', tip: 0n, ...one, kind: 'arrangements',
}));

stage('deposits, allowances and channels');
const remark = { signer: account('funder'), call: tx.system.remark('0x') };
const arranged = arrangements([remark, ...KINDS.flatMap((kind, i) => kind.arrange?.(ctx, numbers[i]) ?? [])]);
await run(arranged);
ctx.fees = await Fees.of(chain, records[0]);

stage(`${calls} calls, and some that fail`);
const begun = Date.now();
const made = [];
for (const [i, kind] of KINDS.entries()) {
  const list = await kind.calls(ctx, numbers[i]);
  made.push(list.map((one) => ({ calls: 1, tip: 0n, ...one, kind: kind.name })));
}
// Kinds side by side, each in its own order.
const mixed = [];
for (let i = 0; made.some((list) => i < list.length); i += 1) {
  for (const list of made) if (i < list.length) mixed.push(list[i]);
}
await run(mixed);
console.log(`${mixed.length} transactions in ${((Date.now() - begun) / 1000).toFixed(0)} s, ${blocks.list.length} blocks`);

stage('schedules have their last turns');
for (const kind of KINDS) {
  const runs = await kind.runs?.(ctx, arranged, blocks) ?? [];
  records.push(...runs.map((one) => ({ ...one, kind: kind.name })));
}

stage('what is left is claimed');
// One account goes with all it has, another but for less than an account needs.
const leave = (amount) => tx.balances.transferAllowDeath(account('funder').address, amount);
const { partialFee } = await leave(FUNDS).paymentInfo(account('pauper'));
await run(arrangements([
  ...KINDS.flatMap((kind) => kind.end?.(ctx) ?? []),
  { signer: account('leaver'), call: tx.balances.transferAll(account('funder').address, false), tip: 1_001n },
  { signer: account('pauper'), call: leave(FUNDS - partialFee.toBigInt() - ctx.existential / 2n) },
  { signer: account('funder'), call: tx.balances.transferKeepAlive(account('newcomer').address, 10n ** 18n) },
]));
// It is there now, and takes what it was paid while it wasn't.
const claim = (await query.credit.credits(account('newcomer').address)).toBigInt();
await run(arrangements([{ signer: account('newcomer'), call: tx.credit.withdraw(claim) }]));

const closing = blocks.last;
const after = await snapshot(chain, closing.hash, ctx.pot);

stage('settlement');
ctx.books = new Books(ctx.pot);
for (const [channel, payer] of before.channels) ctx.books.channels.set(channel, payer);
const groups = blocks.list.flatMap((block) => block.groups);
for (const group of groups) {
  group.moves = group.events.flatMap((event) => ctx.books.moves(event));
  group.wealth = new Sums();
  for (const { account: who, amount } of group.moves) group.wealth.add(who, amount);
}
const settled = records.map((record) => settle(record, ctx));
for (const one of settled) {
  one.quoted = BigInt((await ctx.fees.quote(ctx.model, one.group.block)).price);
}
const ours = new Set(records.map(({ group }) => group));
const others = groups.filter((group) => group.fee !== undefined && !ours.has(group)).length;
console.log(`blocks ${opening.number + 1} to ${closing.number}, ${records.length} transactions and scheduled runs of the statement, ${others} others`);
check('arrangements succeed', settled.every((one) => one.kind !== 'arrangements' || !one.error),
  settled.find((one) => one.kind === 'arrangements' && one.error)?.error ?? `${settled.filter((one) => one.kind === 'arrangements').length}`);
const done = settled.reduce((sum, one) => sum + one.done, 0);
check('as many calls were settled as were asked for', done === calls, `${done} of ${calls}`);

stage('checks: calls');
checkCalls(settled.filter(({ kind }) => kind !== 'arrangements'), ctx);
stage('checks: charges');
await checkCharges(settled.filter(({ kind }) => kind !== 'arrangements'), ctx);
stage('checks: books');
checkBooks({ before, after, groups, blocks: blocks.list, ctx });

stage(`statement, blocks ${opening.number + 1} to ${closing.number}: by kind, in OPG`);
byKind(settled);
stage('statement: by account, in OPG');
byAccount({ before, after, groups, ctx });

await Promise.all(chains.map((one) => one.close()));
process.exit(failed() === 0 ? 0 : 1);
