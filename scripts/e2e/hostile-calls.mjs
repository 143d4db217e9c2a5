// Hostile runtime calls: anybody who reaches a node's RPC has it execute what they like, for nothing. Many
// of them at once, while others send ordinary transactions: the validators stay up, blocks go on, the
// transactions are final, and every call is answered, with an error that says why when it was refused.
//
// Usage: node hostile-calls.mjs --net NET.json      (after demo.mjs: model 1 is there)

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { account, connect } from './chain.mjs';
import { check, checkEqual, failed, stage, until, within } from './checks.mjs';
import { heldOut, inputTensor } from './digits.mjs';
import { ethereumAccount } from './ethereum.mjs';

const { values: options } = parseArgs({ options: { net: { type: 'string' } } });
const net = JSON.parse(readFileSync(options.net, 'utf8'));
const chains = await Promise.all(net.validators.map((validator) => connect(validator.ws)));
const [chain] = chains;
const { api } = chain;
const { tx } = api;
const MODEL = 1;
const INFERENCE = '0x000000000000000000000000000000000a010000';
// Where pallet-revive dispatches calldata as a call of the runtime: the account of `PalletId("py/paddr")`.
const PALLETS = '0x6d6f646c70792f70616464720000000000000000';
// A contract that never ends: JUMPDEST, PUSH1 0, JUMP.
const ENDLESS = '0x5b600056';
const MOST = 2n ** 64n - 1n;
const AT_ONCE = 100;
const TRANSACTIONS = 20;
const ROWS = 64;
const signers = ['Eve', 'Ferdie'].map(account);
const caller = signers[0];
const rich = ethereumAccount(0).address;

// Bodies and answers as they are: no client's library in between.
async function post(url, method, params) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const response = await within(120_000, method, fetch(url, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body,
  }));
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return { error: { code: response.status, message: text } };
  }
}
const runtime = (node, method, data) => post(node, 'state_call', [method, data]);
const ethereum = (method, transaction) => post(net.ethereum.http, method, [transaction, 'latest']);
const encode = (types, values) => api.createType(`(${types})`, values).toHex();

const quote = await chain.rpc('inference_quote', MODEL);
const image = inputTensor(heldOut()[0]);
const infer = tx.inference.infer(MODEL, [image], quote.price, quote.maxFuel);
const ofRows = await chain.rpc('inference_quoteBatch', MODEL, ROWS);
const batched = tx.inference.inferBatch(MODEL, Array(ROWS).fill([image]), ofRows.price, ofRows.maxFuel);
// Inferences in one dispatch: a few, and as many as no block can have, one by one, nested, by rows.
const inferences = (count) => tx.utility.batchAll(Array(count).fill(infer)).method.toHex();
const small = tx.utility.batchAll(Array(20).fill(infer)).method.toHex();
const huge = inferences(4_000);
const nested = tx.utility.batchAll(Array(8).fill(tx.utility.batch(Array(200).fill(infer)))).method.toHex();
const manyRows = tx.utility.batchAll(Array(40).fill(batched)).method.toHex();
const endless = tx.revive.instantiateWithCode(0, { refTime: MOST, proofSize: MOST }, MOST, ENDLESS, '0x', null).method.toHex();

// The arguments of `ReviveApi_call` and `ReviveApi_instantiate`.
const limit = (refTime) => (refTime === null ? null : { refTime, proofSize: MOST });
const call = (to, input, refTime = null) =>
  encode('AccountId,H160,u128,Option<WeightV2>,Option<u128>,Bytes', [caller.address, to, 0, limit(refTime), null, input]);
const instantiate = (code, refTime) => encode('AccountId,u128,Option<WeightV2>,Option<u128>,(u8,Bytes),Bytes,Option<[u8;32]>',
  [caller.address, 0, limit(refTime), null, [0, code], '0x', null]);

// What is asked; what an error must say; whether there may be a result.
const dispatch = (data) => () => ethereum('eth_call', { from: rich, to: PALLETS, data });
const estimate = (data) => () => ethereum('eth_estimateGas', { from: rich, to: PALLETS, data });
const BUSY = /Busy\((permits|running)=\d+/;
const REFUSED = /CallFiltered|BlockFull|allowed weight/;
const GARBAGE = /Client error|Execution failed|[Ii]nvalid|decode|wasm|No more|panicked/;
const HOSTILE = [
  ['20 inferences in one dispatch', dispatch(small), BUSY, true],
  ['an estimate of 20 inferences in one dispatch', estimate(small), BUSY, true],
  ['4,000 inferences in one dispatch', dispatch(huge), [BUSY, REFUSED]],
  ['1,600 inferences in nested batches', dispatch(nested), [BUSY, REFUSED]],
  [`${40 * ROWS} rows of inferences in one dispatch`, dispatch(manyRows), [BUSY, REFUSED]],
  ['an endless contract in a dispatch', dispatch(endless), [BUSY, REFUSED]],
  ['an endless contract within a block\'s time', (node) => runtime(node, 'ReviveApi_instantiate', instantiate(ENDLESS, null)), BUSY, true],
  ['an endless contract without end', (node) => runtime(node, 'ReviveApi_instantiate', instantiate(ENDLESS, MOST)), [BUSY, /WeightLimitTooHigh\(given=\d+,max=\d+\)/]],
  ['a call without end', (node) => runtime(node, 'ReviveApi_call', call(INFERENCE, '0x', MOST)), [BUSY, /WeightLimitTooHigh/]],
  ['a block that is none', (node) => runtime(node, 'Core_execute_block', `0x${'ff'.repeat(1_000)}`), [BUSY, GARBAGE]],
  ['an empty block', (node) => runtime(node, 'Core_execute_block', '0x'), [BUSY, GARBAGE]],
  ['an unsigned extrinsic', (node) => runtime(node, 'BlockBuilder_apply_extrinsic', infer.toHex()), [BUSY, GARBAGE], true],
  ['an extrinsic that is none', (node) => runtime(node, 'BlockBuilder_apply_extrinsic', '0x00112233'), [BUSY, GARBAGE]],
  ['a genesis of garbage', (node) => runtime(node, 'GenesisBuilder_build_state', encode('Bytes', ['0x7b7b7b7b'])), [BUSY, GARBAGE], true],
  ['a dry run of a megabyte too much', (node) => runtime(node, 'InferenceApi_dry_run', `0x01000000fe${'ff'.repeat(2 << 20)}`), [BUSY, GARBAGE]],
  ['a dry run', (node) => post(node, 'inference_dryRun', [MODEL, [{ dtype: 'float32', shape: [1, 64], data: image.data }]]), /Busy/, true],
  ['arguments of one byte', (node) => runtime(node, 'ReviveApi_eth_transact', '0xff'), [BUSY, GARBAGE]],
  ['a function that isn\'t there', (node) => runtime(node, 'ReviveApi_give_me_all', '0x'), /not found|Client error|exported/i],
];

// Every answer is a result, where there may be one, or an error with a code and a message that says why.
function wrong([, , patterns, mayAnswer], { result, error }) {
  if (error === undefined) return mayAnswer && result !== undefined ? undefined : `answered ${JSON.stringify(result)?.slice(0, 80)}`;
  const expected = [patterns].flat().some((pattern) => pattern.test(error.message));
  return Number.isInteger(error.code) && expected ? undefined : `${error.code}: ${String(error.message).slice(0, 300)}`;
}

const slotOf = async (one) => {
  const { hash } = await one.finalised();
  const at = await one.api.at(hash);
  return { block: (await at.query.system.number()).toNumber(), slot: (await at.query.aura.currentSlot()).toNumber() };
};

const reports = () =>
  net.validators.map(({ log }) => readFileSync(log, 'utf8').match(/This is a bug/g)?.length ?? 0).join();
const reportsBefore = reports();

// One after the other, so that each is known to be refused for what it is and not for the crowd.
stage('one at a time');
for (const hostile of HOSTILE) {
  const answer = await hostile[1](net.validators[0].http);
  const reason = wrong(hostile, answer);
  check(hostile[0], reason === undefined && !BUSY.test(answer.error?.message ?? ''),
    reason ?? answer.error?.message?.slice(0, 120) ?? 'answered');
}

stage(`${AT_ONCE} at a time, beside ${TRANSACTIONS} transactions`);
const before = await Promise.all(chains.map(slotOf));
let stop = false;
const counts = new Map(HOSTILE.map(([name]) => [name, { answered: 0, refused: 0, busy: 0, wrong: [] }]));
async function attack(offset) {
  // Half of them each validator: a server takes 100 connections.
  const { http: node } = net.validators[offset % net.validators.length];
  for (let i = offset; !stop; i += 1) {
    const hostile = HOSTILE[i % HOSTILE.length];
    const answer = await hostile[1](node);
    const count = counts.get(hostile[0]);
    const reason = wrong(hostile, answer);
    if (reason !== undefined) count.wrong.push(reason);
    else if (answer.error === undefined) count.answered += 1;
    else if (/Busy/.test(answer.error.message)) count.busy += 1;
    else count.refused += 1;
  }
}
const attacks = Array.from({ length: AT_ONCE }, (_, i) => attack(i));
// Each signer through a validator of its own, which counts its nonces.
const sent = await Promise.all(Array.from({ length: TRANSACTIONS }, (_, i) => {
  const one = i % Math.min(signers.length, chains.length);
  const { api: { tx: calls } } = chains[one];
  const ordinary = i % 4 < 2
    ? calls.balances.transferKeepAlive(account('Charlie').address, 1n)
    : calls.inference.infer(MODEL, [image], quote.price, quote.maxFuel);
  return chains[one].sendAnyhow(ordinary, signers[one]);
}));
stop = true;
await Promise.all(attacks);
check(`${TRANSACTIONS} transactions became final meanwhile`, sent.every(({ error }) => error === undefined),
  sent.find(({ error }) => error)?.error ?? `blocks ${Math.min(...sent.map(({ number }) => number))} to ${Math.max(...sent.map(({ number }) => number))}`);
for (const [name, { answered, refused, busy, wrong: bad }] of counts) {
  check(`${name}: every call is answered, or refused with its reason`, bad.length === 0,
    bad[0] ?? `${answered} answered, ${refused} refused, ${busy} turned away`);
}

stage('afterwards');
const after = await Promise.all(chains.map(slotOf));
for (const [i, { block, slot }] of after.entries()) {
  const [blocks, slots] = [block - before[i].block, slot - before[i].slot];
  check(`${net.validators[i].name} went on`, blocks > 0, `${blocks} blocks in ${slots} slots of ${net.slot_ms} ms`);
}
const answer = await chain.rpc('inference_dryRun', MODEL, [{ dtype: 'float32', shape: [1, 64], data: image.data }]);
checkEqual('a dry run answers', answer.outputs.length, 2);
const well = await ethereum('eth_call', { from: rich, to: PALLETS, data: small });
check('an eth_call of inferences answers', well.error === undefined, well.error?.message?.slice(0, 120) ?? '');
const tips = await Promise.all(chains.map((one) => one.finalised()));
const tip = Math.max(...tips.map(({ number }) => number));
const heights = await until(60_000, 'new blocks', async () => {
  const numbers = await Promise.all(chains.map(async (one) => (await one.finalised()).number));
  return numbers.every((number) => number > tip + 2) && numbers;
});
check('every validator finalises', true, `blocks ${heights.join(', ')}`);
const roots = await Promise.all(chains.map((one) => one.headerAt(tip)));
checkEqual('all have the same state', new Set(roots.map(({ stateRoot }) => stateRoot)).size, 1);
// A call that is turned away is no bug of the node: what prints a report for each fills disks.
checkEqual('no validator has reported a bug in its log', reports(), reportsBefore);

await Promise.all(chains.map((one) => one.close()));
process.exit(failed() === 0 ? 0 : 1);
