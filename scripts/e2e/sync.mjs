// Nodes that come later: one syncs from genesis and so runs every inference again, one takes the
// state of a final block by warp sync, and one imports the blocks that the first exported. All come
// to the validators' blocks and state roots.
//
// Usage: node sync.mjs --net NET.json --node opg-node    (after demo.mjs: model 1)

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { connect } from './chain.mjs';
import { checkEqual, failed, stage, until, within } from './checks.mjs';
import { heldOut, inputTensor } from './digits.mjs';

const { values: options } = parseArgs({
  options: { net: { type: 'string' }, node: { type: 'string' } },
});
const net = JSON.parse(readFileSync(options.net, 'utf8'));
const MODEL = 1;
const SYNC_MS = 180_000;
const END_MS = 60_000;

const work = mkdtempSync(join(tmpdir(), 'opg-sync-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));
const spec = ['--chain', `local:${net.validators.length}:${net.slot_ms}`];
const basePath = (name) => ['--base-path', join(work, name)];

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

const validator = await connect(net.validators[0].ws);
const peer = await validator.rpc('system_localPeerId');
const [listen] = (await validator.rpc('system_localListenAddresses')).filter((a) => a.includes('127.0.0.1'));
const bootnode = listen.includes('/p2p/') ? listen : `${listen}/p2p/${peer}`;

// Starts a node that authors nothing. Its log is shown when it ends early.
async function start(name, ...more) {
  const port = await freePort();
  const log = join(work, `${name}.log`);
  const out = openSync(log, 'w');
  const args = [...spec, ...basePath(name), '--bootnodes', bootnode, '--listen-addr', '/ip4/127.0.0.1/tcp/0',
    '--rpc-port', String(port), '--no-prometheus', '--no-telemetry', '--no-mdns', ...more];
  const child = spawn(options.node, args, { stdio: ['ignore', out, out] });
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  ended.then(({ code }) => {
    if (code !== 0) console.error(readFileSync(log, 'utf8').split('\n').slice(-20).join('\n'));
  });
  process.on('exit', () => child.kill('SIGKILL'));
  const chain = await connect(`ws://127.0.0.1:${port}`);
  return {
    chain,
    async stop() {
      await chain.close();
      child.kill('SIGTERM');
      return within(END_MS, `${name} ends`, ended);
    },
  };
}

// The newcomer's block and state at the height that is final for both, at `least` or above.
async function catchesUp(name, chain, least) {
  const height = await until(SYNC_MS, `${name} at block ${least}`, async () => {
    const [a, b] = [await validator.finalised(), await chain.finalised()];
    const both = Math.min(a.number, b.number);
    return both >= least && both;
  });
  const [theirs, own] = [await validator.headerAt(height), await chain.headerAt(height)];
  checkEqual(`${name}: the same block`, own.hash, theirs.hash);
  checkEqual(`${name}: the same state root`, own.stateRoot, theirs.stateRoot);
  return height;
}

// RPC names dtypes as NumPy does.
const input = { ...inputTensor(heldOut()[0]), dtype: 'float32' };
const { number: target } = await validator.finalised();
const expected = await validator.rpc('inference_dryRun', MODEL, [input]);

stage('a newcomer from genesis');
const full = await start('full', '--sync', 'full');
await catchesUp('from genesis', full.chain, target);
const { code } = await full.stop();
checkEqual('it ends as asked', code, 0);

stage('a newcomer by warp sync');
const warp = await start('warp', '--sync', 'warp');
await catchesUp('by warp sync', warp.chain, target);
const answer = await warp.chain.rpc('inference_dryRun', MODEL, [input]);
checkEqual('by warp sync: the same dry run', JSON.stringify(answer.outputs), JSON.stringify(expected.outputs));
checkEqual('by warp sync: the same fuel', answer.fuel, expected.fuel);
await warp.stop();

stage('blocks exported and imported');
const file = join(work, 'blocks');
const node = (...args) => execFileSync(options.node, args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
node('export-blocks', ...spec, ...basePath('full'), '--binary', '--to', String(target), file);
node('import-blocks', ...spec, ...basePath('import'), '--binary', file);
const info = JSON.parse(node('chain-info', ...spec, ...basePath('import')));
const { hash } = await validator.headerAt(target);
checkEqual(`the imported chain ends in the same block ${target}`, info.best_hash, hash);

await validator.close();
process.exit(failed() === 0 ? 0 : 1);
