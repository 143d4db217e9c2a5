// The commands that write to the chain, as a person uses them: credit, sponsors, channels with vouchers,
// schedules, beneficiaries, migration. What they print is compared with what the chain says. And the
// databases that a node opens.
//
// Usage: node commands.mjs --net NET.json --node OPG_NODE

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { keccak256, toBytes } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { account as keyOf, connect } from './chain.mjs';
import { check, checkEqual, checkFails, failed, stage } from './checks.mjs';
import { Cli } from './cli.mjs';
import { MODEL, heldOut } from './digits.mjs';
import { writeNpy } from './npy.mjs';

const { values: options } = parseArgs({ options: { net: { type: 'string' }, node: { type: 'string' } } });
const net = JSON.parse(readFileSync(options.net, 'utf8'));
const { ws } = net.validators[0];
const cli = new Cli(options.node);
const chain = await connect(ws);
const { tx, query, consts } = chain.api;
const ONE = 10n ** 18n;
const folder = mkdtempSync(join(tmpdir(), 'opg-commands-'));
process.on('exit', () => rmSync(folder, { recursive: true }));

const start = await chain.finalised();
const suris = Object.fromEntries(['owner', 'payee'].map((name) => [name, `//commands//${start.number}//${name}`]));
const [owner, payee] = Object.values(suris).map((suri) => keyOf(suri.slice(2)));
const as = (name) => ['--url', ws, '--wait', 'best', '--suri', suris[name]];
await chain.send(tx.utility.batchAll([owner, payee].map(({ address }) =>
  tx.balances.transferKeepAlive(address, 1_000n * ONE))), keyOf('Dave'));

stage('credit');
const deposited = await cli.json('credit', 'deposit', '12.000000000000000001', ...as('owner'));
checkEqual('a deposit', `${deposited.account} ${deposited.amount} ${deposited.credit}`,
  `${owner.address} ${12n * ONE + 1n} ${12n * ONE + 1n}`);
check('the fee is told', BigInt(deposited.fee) > 0n && /^0x[0-9a-f]{64}$/.test(deposited.transaction), deposited.fee);
const contract = `0x${'5c'.repeat(20)}`;
const given = await cli.json('credit', 'deposit', '0.5', '--to', contract, ...as('owner'));
checkEqual('a deposit for an Ethereum address', await chain.rpc('credit_balance', contract), given.credit);
const withdrawn = await cli.json('credit', 'withdraw', '2', ...as('owner'));
checkEqual('a withdrawal', withdrawn.credit, 10n * ONE + 1n);
await checkFails('more than there is', cli.json('credit', 'withdraw', '1000', ...as('owner')), /InsufficientCredit/);
await checkFails('nothing', cli.json('credit', 'deposit', '0', ...as('owner')), /ZeroAmount/);
await checkFails('an amount that is none', cli.json('credit', 'deposit', '1e18', ...as('owner')), /is no amount/);
await checkFails('an account that is none', cli.json('credit', 'show', '0x12', '--url', ws), /is no account/);

stage('sponsors');
await cli.json('credit', 'sponsor', payee.address, '--per-call', '0.1', '--total', '1', '--model', '7', '--blocks', '100', ...as('owner'));
const shown = await cli.json('credit', 'show', owner.address, '--url', ws);
const [allowance] = await chain.rpc('credit_allowances', owner.address);
checkEqual('the credit is shown', shown.credit, 10n * ONE + 1n);
checkEqual('and what others may spend', `${shown.allowances.length} ${shown.allowances[0].beneficiary} ${shown.allowances[0].total}`, `1 ${payee.address} ${ONE}`);
checkEqual('RPC says the same', `${allowance.perCall} ${allowance.spent} ${allowance.models}`, `${ONE / 10n} 0 7`);
checkEqual('of both by name', (await chain.rpc('credit_allowance', owner.address, payee.address)).expires, allowance.expires);
checkEqual('nothing is after the last', (await chain.rpc('credit_allowances', owner.address, payee.address)).length, 0);
await checkFails('it hasn\'t expired', cli.json('credit', 'remove-expired', owner.address, payee.address, ...as('payee')), /NotExpired/);
await cli.json('credit', 'revoke', payee.address, ...as('owner'));
checkEqual('it is revoked', await chain.rpc('credit_allowance', owner.address, payee.address), null);
await checkFails('twice', cli.json('credit', 'revoke', payee.address, ...as('owner')), /NotSponsored/);

stage('channels and vouchers');
const key = keccak256(toBytes(`commands of block ${start.number}`));
const signer = privateKeyToAccount(key).address;
writeFileSync(join(folder, 'key'), key);
const { channel } = await cli.json('credit', 'channel', 'open', payee.address, '3', '--signer', signer, '--blocks', '1000', ...as('owner'));
await cli.json('credit', 'channel', 'top-up', String(channel), '1', ...as('owner'));
const open = await cli.json('credit', 'channel', 'show', String(channel), '--url', ws);
checkEqual('a channel', `${open.payer} ${open.payee} ${open.signer} ${open.funds}`, `${owner.address} ${payee.address} ${signer.toLowerCase()} ${4n * ONE}`);
checkEqual('RPC lists it', (await chain.rpc('credit_channels', channel, 1))[0].id, channel);
const voucher = await cli.json('credit', 'voucher', 'sign', '--channel', String(channel), '--cumulative', '1.5',
  '--valid-until', '4000000000', '--key', `@${join(folder, 'key')}`, '--url', ws);
checkEqual('a voucher is signed by the key', voucher.signer, signer.toLowerCase());
const file = join(folder, 'voucher.json');
writeFileSync(file, JSON.stringify(voucher));
const paid = await cli.json('credit', 'voucher', 'redeem', file, ...as('payee'));
checkEqual('and redeemed', `${paid.vouchers} ${paid.paid}`, `1 ${(3n * ONE) / 2n}`);
await checkFails('once', cli.json('credit', 'voucher', 'redeem', file, ...as('payee')), /BadVoucher/);
writeFileSync(file, '{"channel": 1}');
await checkFails('what is no voucher isn\'t sent', cli.json('credit', 'voucher', 'redeem', file, ...as('payee')), /NotVouchers/);
await checkFails('the payer can\'t close it yet', cli.json('credit', 'channel', 'close', String(channel), ...as('owner')), /NotClosable/);
const notice = await cli.json('credit', 'channel', 'close', String(channel), '--notice', ...as('owner'));
checkEqual('but give notice', notice.from - notice.block, consts.credit.closePeriod.toNumber());
const closed = await cli.json('credit', 'channel', 'close', String(channel), ...as('payee'));
checkEqual('the payee can', closed.returned, (5n * ONE) / 2n);
await checkFails('then it is gone', cli.json('credit', 'channel', 'show', String(channel), '--url', ws), /UnknownChannel/);

stage('models');
const { model } = await cli.publish(MODEL, { ws, suri: suris.owner, name: 'digits of commands', price: '0.01' });
await cli.json('model', 'beneficiaries', String(model), `${payee.address}=62.5%`, `${contract}=375000000`, ...as('owner'));
const { beneficiaries } = await chain.rpc('models_get', model);
checkEqual('beneficiaries', beneficiaries.map(({ parts }) => parts).join(), '625000000,375000000');
checkEqual('the first of them', beneficiaries[0].account, payee.address);
await checkFails('shares that aren\'t the whole', cli.json('model', 'beneficiaries', String(model), `${payee.address}=50%`, ...as('owner')), /WrongParts/);
await cli.json('model', 'beneficiaries', String(model), '--owner', ...as('owner'));
checkEqual('the owner again', (await chain.rpc('models_get', model)).beneficiaries.map(({ account }) => account).join(), owner.address);
await checkFails('a model moves only to another engine', cli.json('model', 'migrate', String(model), ...as('owner')), /AlreadyOnEngine/);
await checkFails('that is there', cli.json('model', 'migrate', String(model), '--engine', '77', ...as('owner')), /EngineUnavailable/);

stage('schedules');
const image = join(folder, 'image.npy');
writeNpy(image, [1, 64], heldOut()[0].pixels);
const created = await cli.json('schedule', 'create', String(model), '--every', '10', '--runs', '5', '--input', `image=${image}`,
  '--tell', contract, '--tell-time', '5', '--tell-deposit', '0.25', ...as('owner'));
const schedule = await chain.rpc('schedule_get', created.schedule);
checkEqual('a schedule', `${schedule.model} ${schedule.every} ${schedule.runs} ${schedule.next} ${schedule.input.from}`, `${model} 10 5 ${created.first} fixed`);
checkEqual('its delivery', `${schedule.delivery.contract} ${schedule.delivery.refTime} ${schedule.delivery.depositLimit}`, `${contract} 5000000000 ${ONE / 4n}`);
checkEqual('its costs', created.maxCost, (await chain.rpc('schedule_cost', created.schedule, created.blockHash)).total);
await checkFails('outputs that can\'t be inputs', cli.json('schedule', 'create', String(model), '--every', '10', '--runs', '5',
  '--input', `image=${image}`, '--feed-back', ...as('owner')), /OutputsAreNotInputs/);
await checkFails('a period below the least', cli.json('schedule', 'create', String(model), '--every', '1', '--runs', '5',
  '--input', `image=${image}`, ...as('owner')), /PeriodTooShort/);
await cli.json('schedule', 'cancel', String(created.schedule), ...as('owner'));
checkEqual('it is ended', await chain.rpc('schedule_get', created.schedule), null);

stage('databases');
const info = (database) =>
  cli.text('chain-info', '--chain', 'dev', '--database', database, '--base-path', join(folder, database));
for (const database of ['paritydb', 'auto']) {
  check(`a database by ${database}`, /"best_number": 0/.test(await info(database)));
}
await checkFails('no RocksDB', info('rocksdb'), /ParityDB only/);

stage('what is left');
await cli.json('credit', 'withdraw', 'all', ...as('owner'));
checkEqual('all credit is withdrawn', (await query.credit.credits(owner.address)).toBigInt(), 0n);
const { sum, issuance } = await chain.balances((await chain.finalised()).hash);
checkEqual('balances sum to the issuance', sum, issuance);
await chain.close();
process.exit(failed() === 0 ? 0 : 1);
