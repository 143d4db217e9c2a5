// Kills a validator, goes on without it, starts it again with an empty engine cache: it catches up
// and comes to the same state.
//
// Usage: node crash.mjs --net NET.json --localnet scripts/localnet    (after demo.mjs: model 1)

import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { account, connect } from './chain.mjs';
import { check, checkEqual, failed, stage, until } from './checks.mjs';
import { heldOut, inputTensor } from './digits.mjs';

const { values: options } = parseArgs({
  options: { net: { type: 'string' }, localnet: { type: 'string' } },
});
const net = JSON.parse(readFileSync(options.net, 'utf8'));
const localnet = (...args) => execFileSync(options.localnet, [...args, '--base', net.base]);
const MODEL = 1;
const ALONE_BLOCKS = 4;

const chain = await connect(net.validators[0].ws);
const quote = await chain.rpc('inference_quote', MODEL);
const bestHeight = async () => (await chain.api.rpc.chain.getHeader()).number.toNumber();
const start = await bestHeight();

stage('killing the second validator');
localnet('kill', '2');
// They can't be final before the second one is back.
const calls = heldOut().slice(0, 10).map((image) =>
  chain.send(chain.api.tx.inference.infer(MODEL, [inputTensor(image)], quote.price, quote.maxFuel), account('Dave')));
const alone = await until(60_000, 'blocks without it', async () => {
  const height = await bestHeight();
  return height >= start + ALONE_BLOCKS && height;
});
const { number: stalled } = await chain.finalised();
check('the first validator goes on', true, `block ${alone}, final ${stalled}`);

stage('starting it again, with an empty engine cache');
rmSync(join(dirname(net.validators[1].data), 'engine-cache'), { recursive: true, force: true });
localnet('restart', '2');
const settled = await Promise.all(calls);
checkEqual('every call made meanwhile is final', settled.length, 10);
const other = await connect(net.validators[1].ws);
const height = await until(120_000, 'the same finality', async () => {
  const [a, b] = [await chain.finalised(), await other.finalised()];
  const both = Math.min(a.number, b.number);
  return both >= Math.max(alone, ...settled.map(({ number }) => number ?? 0)) && both;
});
const [mine, its] = [await chain.headerAt(height), await other.headerAt(height)];
checkEqual('the restarted validator has the same state root', its.stateRoot, mine.stateRoot);
checkEqual('the restarted validator has the same block', its.hash, mine.hash);
await Promise.all([chain.close(), other.close()]);
process.exit(failed() === 0 ? 0 : 1);
