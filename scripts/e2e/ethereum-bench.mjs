// Measures estimates of gas and rates through the Ethereum RPC, with a small model.
//
// Usage: node ethereum-bench.mjs --net NET.json --node OPG_NODE [--calls N] [--json FILE]
//
// Calls of four kinds with random inputs: the precompile's `infer`, its `tryInfer`, a contract that calls
// it, and batches of 1 to 8 rows. Each is estimated by eth_estimateGas and sent with exactly the estimate
// as its gas limit. Then eth_call as fast as it goes, and transactions as fast as they are mined.

import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { encodeFunctionData } from 'viem';
import { metrics } from './chain.mjs';
import { check, failed, stage } from './checks.mjs';
import { Cli } from './cli.mjs';
import { Classifier, compile } from './contract.mjs';
import { MODEL, hex } from './digits.mjs';
import { Ethereum, ethereumAccount } from './ethereum.mjs';
import { table } from './table.mjs';

const { values: options } = parseArgs({
  options: {
    net: { type: 'string' },
    node: { type: 'string' },
    calls: { type: 'string', default: '200' },
    json: { type: 'string' },
  },
});
const net = JSON.parse(readFileSync(options.net, 'utf8'));
const calls = Number(options.calls);
const ethereum = new Ethereum(net.ethereum, net.slot_ms);
const { client } = ethereum;
const INFERENCE = '0x000000000000000000000000000000000a010000';
const { abi } = compile('precompiles/inference/Inference.sol', 'IInference');
// The largest median of estimate ÷ gas used − 1 that is promised.
const MEDIAN = 0.1;
// Calls that are estimated, then sent together.
const GROUP = 50;
// Rows of a batch at most.
const ROWS = 8;
const SECONDS = 5;

// The same numbers in every run (mulberry32).
let seed = 20_260_101;
function random() {
  seed = (seed + 0x6d2b79f5) | 0;
  let x = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
  return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
}
const image = () => Float32Array.from({ length: 64 }, () => Math.floor(random() * 17 * 4) / 4);
const rows = (count) => `0x${Array.from({ length: count }, () => hex(image()).slice(2)).join('')}`;

stage('a model and a contract');
const { model } = await new Cli(options.node).publish(MODEL, {
  ws: net.validators[0].ws, suri: '//Charlie', name: 'digits', price: '0.001',
});
const [price, maxCompute, expectedCompute] = await client.readContract({
  address: INFERENCE, abi, functionName: 'quote', args: [model],
});
const contract = await Classifier.deploy(ethereum, ethereumAccount(0), model);
const to = (functionName, args, value) => ({ to: INFERENCE, data: encodeFunctionData({ abi, functionName, args }), value });
const KINDS = {
  infer: () => to('infer', [model, rows(1)], price),
  tryInfer: () => to('tryInfer', [model, rows(1)], 2n * price),
  contract: () => ({
    to: contract.address,
    data: encodeFunctionData({ abi: contract.abi, functionName: 'classify', args: [rows(1)] }),
    value: price,
  }),
  batch: () => {
    const count = 1 + Math.floor(random() * ROWS);
    return to('inferBatch', [model, count, rows(count)], BigInt(count) * price);
  },
};
const kinds = Object.keys(KINDS);
const accounts = [1, 2, 3, 4].map(ethereumAccount);

// Applies work to all items, so many at a time.
async function each(items, width, work) {
  const results = new Array(items.length);
  let next = 0;
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, async () => {
    while (next < items.length) {
      const i = next;
      next += 1;
      results[i] = await work(items[i], i);
    }
  }));
  return results;
}
const engine = () => metrics(net.validators[0].prometheus, /^opg_engine_(runs|rpc_result_hits)_total$/);

stage(`${calls} estimates, each sent with exactly its estimate`);
const done = [];
const perKind = Object.fromEntries(kinds.map((kind) => [kind, { estimates: 0, runs: 0, hits: 0, ms: 0 }]));
while (done.length < calls) {
  const wanted = Array.from({ length: Math.min(GROUP, calls - done.length) }, (_, i) => {
    const kind = kinds[(done.length + i) % kinds.length];
    return { kind, account: accounts[i % accounts.length], transaction: KINDS[kind]() };
  });
  // By kind and one at a time, with nothing under way: what the engine runs meanwhile is the estimates'.
  for (const kind of kinds) {
    const ours = wanted.filter((one) => one.kind === kind);
    const [before, start] = [await engine(), performance.now()];
    for (const one of ours) one.gas = await client.estimateGas({ account: one.account, ...one.transaction });
    const [after, sum] = [await engine(), perKind[kind]];
    sum.ms += performance.now() - start;
    sum.estimates += ours.length;
    sum.runs += after.opg_engine_runs_total - before.opg_engine_runs_total;
    sum.hits += after.opg_engine_rpc_result_hits_total - before.opg_engine_rpc_result_hits_total;
  }
  const hashes = await each(wanted, GROUP, ({ account, transaction, gas }) =>
    ethereum.wallet(account).sendTransaction({ ...transaction, gas }));
  const receipts = await each(hashes, GROUP, (hash) => client.waitForTransactionReceipt({ hash, timeout: 120_000 }));
  receipts.forEach(({ status, gasUsed }, i) => done.push({ ...wanted[i], status, gasUsed }));
  console.log(`${done.length} calls`);
}

const over = (list) => list.map(({ gas, gasUsed }) => Number(gas) / Number(gasUsed) - 1).sort((a, b) => a - b);
const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
const percent = (x) => `${(100 * x).toFixed(1)} %`;
const mean = (list, field) => Math.round(list.reduce((sum, one) => sum + Number(one[field]), 0) / list.length);
const groups = [...kinds.map((kind) => [kind, done.filter((one) => one.kind === kind)]), ['all', done]];
const figures = groups.map(([kind, list]) => {
  const sorted = over(list);
  const sums = kind === 'all' ? Object.values(perKind) : [perKind[kind]];
  const per = (field) => sums.reduce((sum, one) => sum + one[field], 0) / sums.reduce((sum, one) => sum + one.estimates, 0);
  return {
    kind,
    calls: list.length,
    failed: list.filter(({ status }) => status !== 'success').length,
    median: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    estimate: mean(list, 'gas'),
    used: mean(list, 'gasUsed'),
    runs: per('runs'),
    hits: per('hits'),
    ms: per('ms'),
  };
});
console.log(table(
  ['calls by', 'calls', 'failed', 'over, median', 'over, p99', 'estimate', 'gas used', 'runs', 'kept results', 'ms an estimate'],
  figures.map((f) => [f.kind, f.calls, f.failed, percent(f.median), percent(f.p99), f.estimate, f.used,
    f.runs.toFixed(2), f.hits.toFixed(2), f.ms.toFixed(0)]),
));
const gasPrice = await client.getGasPrice();
console.log(`quote in gas: at most ${maxCompute / gasPrice}, expected ${expectedCompute / gasPrice} `
  + `(the most is charged first, which the estimate has to cover; what isn't used comes back)`);

stage(`eth_call for ${SECONDS} s each`);
const rates = [];
for (const width of [1, 4, 16]) {
  let answered = 0;
  let refused = 0;
  let why = '';
  const start = performance.now();
  const end = start + 1000 * SECONDS;
  await Promise.all(Array.from({ length: width }, async () => {
    while (performance.now() < end) {
      try {
        await client.call({ account: accounts[0], ...KINDS.infer() });
        answered += 1;
      } catch (error) {
        refused += 1;
        why = error.shortMessage ?? error.message;
      }
    }
  }));
  rates.push({ width, perSecond: (1000 * answered) / (performance.now() - start), refused, why });
}
console.log(table(['at a time', 'calls a second', 'turned away', ''], rates.map((r) => [r.width, r.perSecond.toFixed(1), r.refused, r.why.slice(0, 80)])));

stage('transactions');
const load = Array.from({ length: calls }, (_, i) => ({
  account: accounts[i % accounts.length], transaction: KINDS.infer(),
}));
const fees = { maxFeePerGas: 2n * gasPrice, maxPriorityFeePerGas: 0n };
const largest = done.filter(({ kind }) => kind === 'infer').reduce((max, { gas }) => (gas > max ? gas : max), 0n);
const submitted = performance.now();
const sent = await each(load, 32, ({ account, transaction }) =>
  ethereum.wallet(account).sendTransaction({ ...transaction, ...fees, type: 'eip1559', gas: largest }));
const submitting = (performance.now() - submitted) / 1000;
const mined = await each(sent, 32, (hash) => client.waitForTransactionReceipt({ hash, timeout: 300_000 }));
const all = (performance.now() - submitted) / 1000;
const perBlock = new Map();
for (const { blockNumber } of mined) perBlock.set(blockNumber, (perBlock.get(blockNumber) ?? 0) + 1);
const transactions = {
  count: mined.length,
  failed: mined.filter(({ status }) => status !== 'success').length,
  submittedPerSecond: sent.length / submitting,
  perSecond: mined.length / all,
  blocks: perBlock.size,
  mostInABlock: Math.max(...perBlock.values()),
};
console.log(table(
  ['transactions', 'failed', 'submitted a second', 'mined a second, first sent to last seen', 'blocks', 'most in a block'],
  [[transactions.count, transactions.failed, transactions.submittedPerSecond.toFixed(1), transactions.perSecond.toFixed(1),
    transactions.blocks, transactions.mostInABlock]],
));

stage('promises');
const total = figures.at(-1);
check('no call ran out of gas at its estimate', total.failed === 0, `${total.failed} of ${total.calls}`);
check('estimates are close', total.median <= MEDIAN, `median ${percent(total.median)} above what was used`);
// A batch runs once for each of its rows.
const single = figures.filter(({ kind }) => kind !== 'batch' && kind !== 'all');
check('an estimate runs a model once', single.every(({ runs }) => runs <= 1.05), single.map(({ kind, runs }) => `${kind} ${runs.toFixed(2)}`).join(', '));
if (options.json) {
  writeFileSync(options.json, JSON.stringify({ slotMs: net.slot_ms, quote: { maxCompute: String(maxCompute), expectedCompute: String(expectedCompute), gasPrice: String(gasPrice) }, estimates: figures, ethCall: rates, transactions }, null, '\t'));
}
process.exit(failed() === 0 ? 0 : 1);
