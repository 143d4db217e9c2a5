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

// One RPC call without a client, which would ask for the state of every block that it sees: a node
// that synced by warp doesn't have the old ones.
async function ask(url, method, ...params) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  return (await response.json()).result;
}

// Block `height`, once the node is up, has synced and has finalised it.
async function synced(url, height) {
  try {
    const final = await ask(url, 'chain_getHeader', await ask(url, 'chain_getFinalizedHead'));
    const { isSyncing } = await ask(url, 'system_health');
    const hash = await ask(url, 'chain_getBlockHash', height);
    // After a warp sync old blocks come last.
    if (Number(final.number) < height || isSyncing || hash === null) return false;
    const { stateRoot } = await ask(url, 'chain_getHeader', hash);
    return { hash, stateRoot };
  } catch {
    return false; // Not up yet, or in the middle of it.
  }
}

// Starts a node that authors nothing and waits until it has caught up with block `least`: its block
// and state must be the validators'. Its log is shown when it ends early or late.
async function newcomer(name, least, ...more) {
  const port = await freePort();
  const log = join(work, `${name}.log`);
  const out = openSync(log, 'w');
  const showLog = () => console.error(readFileSync(log, 'utf8').split('\n').slice(-20).join('\n'));
  const args = [...spec, ...basePath(name), '--bootnodes', bootnode, '--listen-addr', '/ip4/127.0.0.1/tcp/0',
    '--rpc-port', String(port), '--no-prometheus', '--no-telemetry', '--no-mdns', ...more];
  const child = spawn(options.node, args, { stdio: ['ignore', out, out] });
  const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
  ended.then((code) => code === 0 || showLog());
  process.on('exit', () => child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}`;
  let own;
  try {
    own = await until(SYNC_MS, `${name} at block ${least}`, () => synced(url, least));
  } catch (error) {
    showLog();
    throw error;
  }
  const theirs = await validator.headerAt(least);
  checkEqual(`${name}: the same block`, own.hash, theirs.hash);
  checkEqual(`${name}: the same state root`, own.stateRoot, theirs.stateRoot);
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      checkEqual(`${name}: ends as asked`, await within(END_MS, `${name} ends`, ended), 0);
    },
  };
}

const input = { ...inputTensor(heldOut()[0]), dtype: 'float32' };
const { number: target } = await validator.finalised();
const expected = await validator.rpc('inference_dryRun', MODEL, [input]);

stage('a newcomer that executes every block');
const full = await newcomer('full', target, '--sync', 'full');
await full.stop();

stage('a newcomer by warp sync');
const warp = await newcomer('warp', target, '--sync', 'warp');
const answer = await ask(warp.url, 'inference_dryRun', MODEL, [input]);
checkEqual('warp: the same result', answer.resultId, expected.resultId);
checkEqual('warp: the same fuel', answer.chargedFuel, expected.chargedFuel);
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
