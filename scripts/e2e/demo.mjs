// Drives scripts/demo: a real model, two different validators, extrinsics and a contract.
//
// Usage: node demo.mjs --net NET.json --node OPG_NODE [--images N] [--contract-images N]

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { byContract, byExtrinsic } from './calls.mjs';
import { account, connect, metrics } from './chain.mjs';
import { check, checkEqual, failed, opg, stage, until } from './checks.mjs';
import { Cli } from './cli.mjs';
import { Classifier } from './contract.mjs';
import { MODEL, heldOut } from './digits.mjs';
import { Ethereum, accountOf, ethereumAccount } from './ethereum.mjs';
import { checkMoney } from './money.mjs';
import { table } from './table.mjs';

const { values: options } = parseArgs({
  options: {
    net: { type: 'string' },
    node: { type: 'string' },
    images: { type: 'string', default: '100' },
    'contract-images': { type: 'string', default: '12' },
  },
});
const net = JSON.parse(readFileSync(options.net, 'utf8'));
const cli = new Cli(options.node);
const PRICE_OPG = '0.01';
// Largest difference of a probability from onnxruntime's: both compute in 32-bit floats, in
// different orders.
const CLOSE = 1e-5;

const images = heldOut();
const extrinsicImages = images.slice(0, Number(options.images));
const contractImages = images.slice(0, Number(options['contract-images']));
const owner = account('Charlie');
const caller = account('Dave');
const contractCaller = ethereumAccount(0);

const chains = await Promise.all(net.validators.map((validator) => connect(validator.ws)));
const [chain] = chains;
const ethereum = new Ethereum(net.ethereum, net.slot_ms);

stage('publishing the model through the command line');
const published = await cli.publish(MODEL, {
  ws: net.validators[0].ws, suri: '//Charlie', name: 'digits', price: PRICE_OPG,
});
const modelId = published.model;
console.log(`model ${modelId}, root ${published.contentRoot}, deposit ${opg(BigInt(published.deposit))}`);

const model = await chain.rpc('models_get', modelId);
checkEqual('the model is on chain and active', model.status, 'active');
checkEqual('its root is the published one', model.root, published.contentRoot);

stage('asking what a call costs');
const raw = await chain.rpc('inference_quote', modelId);
const quote = {
  price: BigInt(raw.price),
  maxCompute: BigInt(raw.maxCompute),
  expectedCompute: BigInt(raw.expectedCompute),
  maxFuel: raw.maxFuel,
  expectedFuel: raw.expectedFuel,
};
console.log(
  `price ${opg(quote.price)}, compute at most ${opg(quote.maxCompute)}, expected ${opg(quote.expectedCompute)}`,
);

stage('deploying the contract through the Ethereum RPC');
const contract = await Classifier.deploy(ethereum, contractCaller, modelId);
console.log(`DigitClassifier at ${contract.address}, ${contract.codeBytes} bytes of EVM initcode`);
await ethereum.final(contract.block);

const before = await chain.finalised();
const runsBefore = await Promise.all(net.validators.map((v) => metrics(v.prometheus, /opg/)));

stage(`${extrinsicImages.length} held-out images by extrinsic`);
const runs = await byExtrinsic(chain, caller, modelId, quote, extrinsicImages);

stage(`${contractImages.length} held-out images through the contract`);
const contractRuns = await byContract(chain, contract, contractCaller, quote.price, contractImages);

stage('checks: results');
const calls = [...runs, ...contractRuns];
const right = runs.filter((run) => run.label === run.image.truth).length;
const expectedRight = runs.filter((run) => run.image.label === run.image.truth).length;
checkEqual(
  `accuracy on chain over ${runs.length} images equals onnxruntime's`,
  (right / runs.length).toFixed(4),
  (expectedRight / runs.length).toFixed(4),
);
const same = (list) => list.filter((run) => Number(run.label) === run.image.label).length;
checkEqual('every class by extrinsic equals onnxruntime\'s', same(runs), runs.length);
checkEqual('every class by contract equals onnxruntime\'s', same(contractRuns), contractRuns.length);
const furthest = Math.max(
  ...runs.map((run) =>
    Math.max(...run.probabilities.map((p, i) => Math.abs(p - run.image.probabilities[i]))),
  ),
);
check('probabilities are close to onnxruntime\'s', furthest <= CLOSE, `at most ${furthest.toExponential(1)} apart`);

const stored = await contract.read('count');
checkEqual('the contract counted its images', stored, contractRuns.length);
const lastIndex = contractRuns.reduce((a, b) => (b.contractIndex > a.contractIndex ? b : a));
checkEqual(
  'the contract stored the last digit',
  await contract.read('lastDigit'),
  lastIndex.image.label,
);

stage('checks: the same results off chain');
const offline = await cli.runImages(MODEL, extrinsicImages);
const offlineIds = new Map(offline.map((answer, i) => [extrinsicImages[i].index, answer.resultId]));
const equalIds = calls.filter((call) => call.resultId === offlineIds.get(call.image.index)).length;
checkEqual('result ids recomputed offline', equalIds, calls.length);
const kept = await Promise.all(calls.map((call) => chain.rpc('inference_receipt', call.receipt)));
checkEqual(
  'receipts kept on chain with the same result id',
  kept.filter((receipt, i) => receipt?.resultId === calls[i].resultId).length,
  calls.length,
);
checkEqual('receipts are unique', new Set(calls.map((call) => call.receipt)).size, calls.length);

stage('checks: two different validators agree');
const last = Math.max(...calls.map((call) => call.number));
const after = await until(60_000, 'finality on every validator', async () => {
  const heads = await Promise.all(chains.map((one) => one.finalised()));
  return heads.every((head) => head.number >= last) && heads[0];
});
const height = Math.min(...(await Promise.all(chains.map((one) => one.finalised()))).map((h) => h.number));
const roots = await Promise.all(chains.map((one) => one.headerAt(height)));
for (const [i, root] of roots.entries()) {
  console.log(`${net.validators[i].name} (engine ${net.validators[i].engine_cpu}): block ${height}, state root ${root.stateRoot}`);
}
checkEqual(
  'all validators are at the same finalised state root',
  new Set(roots.map((root) => `${root.hash} ${root.stateRoot}`)).size,
  1,
);

stage('checks: money');
const kinds = [
  { name: 'extrinsic', runs, payer: caller.address },
  { name: 'contract', runs: contractRuns, payer: accountOf(contractCaller.address) },
];
await checkMoney(chain, { kinds, quote, owner, before, after });

stage('what a call took');
const runsAfter = await Promise.all(net.validators.map((v) => metrics(v.prometheus, /opg/)));
const per = (list, field) => list.reduce((sum, run) => sum + run[field], 0n) / BigInt(list.length);
console.log(table(
  ['kind', 'calls', 'run fuel', 'price', 'fee (compute, bytes, base)'],
  kinds.map(({ name, runs: list }) => [
    name, list.length, per(list, 'fuel'), opg(per(list, 'price')), opg(per(list, 'fee')),
  ]),
));
console.log(table(
  ['validator', 'engine', 'runs', 'ms per run'],
  net.validators.map((validator, i) => engineRow(validator, runsBefore[i], runsAfter[i])),
));

await Promise.all(chains.map((one) => one.close()));
console.log('');
process.exit(failed() === 0 ? 0 : 1);

function engineRow(validator, from, to) {
  const grown = (name) => (to[name] ?? 0) - (from[name] ?? 0);
  const count = grown('opg_engine_runs_total');
  check(`${validator.name} ran the model`, count >= calls.length, `${count} runs`);
  const seconds = grown('opg_engine_run_seconds_total');
  return [validator.name, validator.engine_cpu, count, ((1000 * seconds) / count).toFixed(3)];
}
