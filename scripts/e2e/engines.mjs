// Engine versions side by side on a running network, under load: two more versions are uploaded and
// set by root; models pinned to each run; a model moves between them when its golden vectors allow
// it; root switches a version off. No result of the first version changes, and no block is lost.
//
// Usage: node engines.mjs --net NET.json    (after demo.mjs: model 1)

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { keccakAsHex } from '@polkadot/util-crypto';
import { account, connect } from './chain.mjs';
import { check, checkEqual, checkFails, failed, stage, until } from './checks.mjs';
import { MODEL, heldOut, inputTensor } from './digits.mjs';
import { otherResults, released, sameResults, zstdFrame } from './engine-variants.mjs';

const { values: options } = parseArgs({ options: { net: { type: 'string' } } });
const net = JSON.parse(readFileSync(options.net, 'utf8'));
const CHUNK = 512 * 1024;
// Chunks of one uploader under way at the same time.
const IN_FLIGHT = 4;
const FUEL = 3_000_000_000;

const chain = await connect(net.validators[0].ws);
const other = await connect(net.validators[1].ws);
const [root, owner, caller] = [account('Alice'), account('Bob'), account('Charlie')];
const { tx, query } = chain.api;
const images = heldOut().slice(0, 3);
const inputs = images.map((image) => [inputTensor(image)]);

const chunks = (bytes) =>
  Array.from({ length: Math.ceil(bytes.length / CHUNK) }, (_, i) => bytes.subarray(i * CHUNK, (i + 1) * CHUNK));

// Creates a content and uploads it. Gives its id.
async function upload(bytes, engine, signer, name) {
  const parts = chunks(bytes);
  const manifest = {
    length: bytes.length,
    chunkHashes: parts.map((part) => keccakAsHex(part)),
    engine,
    name,
    cardUri: '',
    cardHash: null,
  };
  const [created] = (await chain.send(tx.modelRegistry.create(manifest), signer)).find('modelRegistry', 'ModelCreated');
  const id = created.model.toNumber();
  for (let at = 0; at < parts.length; at += IN_FLIGHT) {
    const some = parts.slice(at, at + IN_FLIGHT);
    await Promise.all(some.map((part, i) =>
      chain.send(tx.modelRegistry.uploadChunk(id, at + i, `0x${part.toString('hex')}`), signer)));
  }
  return id;
}

async function publish(engine, canaries = []) {
  const id = await upload(readFileSync(MODEL), engine, owner, `digits on ${engine}`);
  await chain.send(tx.modelRegistry.activate(id, 0, canaries, FUEL), owner);
  return id;
}

async function sudo(call) {
  const [done] = (await chain.send(tx.sudo.sudo(call), root)).find('sudo', 'Sudid');
  if (done.sudoResult.isErr) throw new Error(chain.errorName(done.sudoResult.asErr));
}

const asJson = (tensor) => ({ ...tensor, dtype: 'float32' });
// One after the other: a node runs few dry runs at the same time.
async function results(id) {
  const all = [];
  for (const tensors of inputs) all.push(await chain.rpc('inference_dryRun', id, tensors.map(asJson)));
  return all;
}
const ids = async (id) => (await results(id)).map((result) => result.resultId).join();
const outputs = async (id) => keccakAsHex(JSON.stringify((await results(id)).map((result) => result.outputs)));
const migrate = (id, engine, accept, canaries = inputs) =>
  chain.send(tx.modelRegistry.migrate(id, engine, 0, canaries, accept, FUEL), owner);

// Calls of model 1 in every block, until they are stopped. Each must give what the dry run gave.
function load(expected) {
  let stopped = false;
  const seen = new Map();
  const one = async (k) => {
    const quote = await chain.rpc('inference_quote', 1);
    while (!stopped) {
      const sent = await chain.send(tx.inference.infer(1, inputs[k], quote.price, quote.maxFuel), caller);
      const [event] = sent.find('inference', 'Inferred');
      const key = `${k} ${event.resultId.toHex()}`;
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
  };
  const all = Promise.all(inputs.map((_, k) => one(k)));
  return async () => {
    stopped = true;
    await all;
    const calls = [...seen.values()].reduce((a, b) => a + b, 0);
    const right = expected.every((id, k) => seen.has(`${k} ${id}`)) && seen.size === expected.length;
    check('every call of model 1 under load gave the same results', right, `${calls} calls`);
  };
}

const before = await results(1);
const first = before.map((result) => result.resultId);
const height = async () => ({
  block: (await query.system.number()).toNumber(),
  slot: (await query.aura.currentSlot()).toNumber(),
});
const start = await height();
const stop = load(first);

stage('two more engines are uploaded and set');
const plain = released();
const versions = [[2, sameResults(plain)], [3, otherResults(plain)]];
let callableFrom = 0;
for (const [version, wasm] of versions) {
  const id = await upload(zstdFrame(wasm), 1, root, `engine ${version}`);
  const set = (v, length) => tx.modelRegistry.setEngine(v, id, keccakAsHex(wasm), length, 1);
  await checkFails(`version ${version}: not by anybody`, chain.send(set(version, wasm.length), owner), /BadOrigin/);
  await checkFails(`version ${version}: with another length`, sudo(set(version, wasm.length + 1)), /EngineRefused/);
  await sudo(set(version, wasm.length));
  const info = (await query.modelRegistry.engines(version)).unwrap();
  callableFrom = Math.max(callableFrom, info.callableFrom.toNumber());
}
const early = await upload(readFileSync(MODEL), 3, owner, 'early');
await checkFails('no model before the engine is callable',
  chain.send(tx.modelRegistry.activate(early, 0, [], FUEL), owner), /EngineNotCallable/);

stage(`until block ${callableFrom}`);
await until(300_000, `block ${callableFrom}`, async () => (await chain.finalised()).number >= callableFrom);

stage('models on every version');
const second = await publish(2);
const third = await publish(3);
checkEqual('model 1 gives what it gave', await ids(1), first.join());
checkEqual('version 2 computes the same', await outputs(second), await outputs(1));
check('and its results say which engine', (await ids(second)) !== first.join());
check('version 3 computes something else', (await outputs(third)) !== (await outputs(1)));

stage('a model moves');
const moving = await publish(1, inputs);
const canonical = await outputs(moving);
await checkFails('not without its canaries', migrate(moving, 2, true, []), /WrongCanaries/);
await checkFails('not where its outputs differ', migrate(moving, 3, false), /OutputsDiffer/);
checkEqual('a refused move changes nothing', await outputs(moving), canonical);
const moved = (await migrate(moving, 2, false)).find('modelRegistry', 'ModelMigrated')[0];
checkEqual('to version 2, unchanged', [moved.to.toNumber(), moved.changed.toString()], [2, 'false']);
checkEqual('it computes the same there', await outputs(moving), canonical);
const changed = (await migrate(moving, 3, true)).find('modelRegistry', 'ModelMigrated')[0];
checkEqual('to version 3, accepted', [changed.to.toNumber(), changed.changed.toString()], [3, 'true']);
check('it computes something else there', (await outputs(moving)) !== canonical);

stage('root switches version 3 off');
await sudo(tx.modelRegistry.disableEngine(3));
await until(60_000, 'version 3 is off', async () => {
  const callable = async (id) => (await chain.rpc('models_get', id))?.callable;
  return (await callable(third)) === false && (await callable(moving)) === false;
});
const quote = await chain.rpc('inference_quote', 1);
await checkFails('its models are not called',
  chain.send(tx.inference.infer(third, inputs[0], quote.price, FUEL), caller), /[Ee]ngine/);
await checkFails('nobody moves there', migrate(second, 3, true, []), /EngineIsDisabled/);
const back = (await migrate(moving, 1, true)).find('modelRegistry', 'ModelMigrated')[0];
checkEqual('its model moves away', back.to.toNumber(), 1);
checkEqual('and computes what it did at first', await outputs(moving), canonical);

stage('the chain');
await stop();
const end = await chain.finalised();
await until(60_000, 'the other validator', async () => (await other.finalised()).number >= end.number);
checkEqual('both validators have the same state', (await other.headerAt(end.number)).stateRoot, end.stateRoot);
checkEqual('model 1 gives what it gave', await ids(1), first.join());
const now = await height();
console.log(`${now.block - start.block} blocks in ${now.slot - start.slot} slots of ${net.slot_ms} ms`);
// A validator says so when it leaves a block that it had followed for another.
const lines = (file) => readFileSync(file, 'utf8').split('\n');
const lost = net.validators.flatMap(({ log }) => lines(log)).filter((line) => /Retracted|reorg|Reorg|♻️/.test(line));
checkEqual('no block was lost', lost.length, 0);

await Promise.all([chain.close(), other.close()]);
process.exit(failed() === 0 ? 0 : 1);
