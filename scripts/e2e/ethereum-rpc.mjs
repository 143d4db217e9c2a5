// The Ethereum RPC, method by method, by plain JSON-RPC: every method answers in the form that Ethereum's
// clients expect, what isn't served says so, hostile requests get an error, and node and server stay up.
//
// Usage: node ethereum-rpc.mjs --net NET.json      (after demo.mjs: transactions are there)

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createPublicClient, encodeFunctionData, parseAbi, webSocket } from 'viem';
import { connect } from './chain.mjs';
import { check, checkEqual, failed, stage, until, within } from './checks.mjs';
import { heldOut, hex } from './digits.mjs';
import { Ethereum, ethereumAccount } from './ethereum.mjs';

const { values: options } = parseArgs({ options: { net: { type: 'string' } } });
const net = JSON.parse(readFileSync(options.net, 'utf8'));
const chains = await Promise.all(net.validators.map((validator) => connect(validator.ws)));
const [chain] = chains;
const ethereum = new Ethereum(net.ethereum, net.slot_ms);
const sender = ethereumAccount(2);
const [from, to] = [2, 3].map((i) => ethereumAccount(i).address.toLowerCase());
const MODEL = 1;
const INFERENCE = '0x000000000000000000000000000000000a010000';
const abi = parseAbi([
  'function infer(uint32 modelId, bytes inputs) payable returns (bytes)',
  'function tryInfer(uint32 modelId, bytes inputs) payable returns (uint32, uint256[], bytes)',
]);

async function post(body, timeout = 120_000) {
  let response;
  try {
    response = await within(timeout, 'the server', fetch(net.ethereum.http, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body,
    }));
  } catch (error) {
    // The server closes the connection of a body that is too long before it has read all of it.
    if (error.cause?.code !== 'EPIPE' && error.cause?.code !== 'ECONNRESET') throw error;
    return { status: 413, answer: { error: { message: error.cause.code } } };
  }
  const text = await response.text();
  try {
    return { status: response.status, answer: JSON.parse(text) };
  } catch {
    return { status: response.status, answer: { error: { message: text } } };
  }
}
const request = (method, params, id = 1) => ({ jsonrpc: '2.0', id, method, params });
const call = async (method, ...params) => (await post(JSON.stringify(request(method, params)))).answer;

stage('a transfer and an inference, for the methods to tell of');
const wallet = ethereum.wallet(sender);
const sent = await ethereum.mined(await wallet.sendTransaction({ to, value: 1n }));
const price = BigInt((await chain.rpc('inference_quote', MODEL)).price);
const image = hex(heldOut()[0].pixels);
const data = encodeFunctionData({ abi, functionName: 'infer', args: [MODEL, image] });
const inferred = await ethereum.mined(await wallet.sendTransaction({ to: INFERENCE, data, value: price }));
await ethereum.final(inferred.blockNumber);
const number = `0x${inferred.blockNumber.toString(16)}`;
const { blockHash, transactionHash } = inferred;

stage('every method');
const quantity = (value) => /^0x(0|[1-9a-f][0-9a-f]*)$/.test(value);
const bytes = (value) => /^0x([0-9a-f]{2})*$/.test(value);
const isBlock = (value) => value?.hash === blockHash && value.number === number;
const isTransaction = (value) => value?.hash === transactionHash && value.blockHash === blockHash;
const isReceipt = (value) => value?.transactionHash === transactionHash && value.status === '0x1' && value.logs.length > 0;
const isTrace = (value) => value?.from === from && value.to === INFERENCE;
const transaction = { from, to: INFERENCE, data, value: `0x${price.toString(16)}` };
const callTracer = { tracer: 'callTracer' };
const METHODS = [
  ['eth_accounts', [], (list) => Array.isArray(list)],
  ['eth_blockNumber', [], quantity],
  ['eth_call', [transaction, 'latest'], (value) => bytes(value) && value.length > 2],
  ['eth_call', [transaction, { blockHash }], bytes],
  ['eth_chainId', [], (value) => Number(value) === net.ethereum.chain_id],
  ['eth_estimateGas', [transaction], (value) => quantity(value) && BigInt(value) > 21_000n],
  ['eth_feeHistory', ['0x2', 'latest', [50]], (value) => value.baseFeePerGas.every(quantity)],
  ['eth_gasPrice', [], (value) => quantity(value) && BigInt(value) > 0n],
  ['eth_getBalance', [from, 'latest'], (value) => quantity(value) && BigInt(value) > 0n],
  ['eth_getBalance', [from, 'finalized'], quantity],
  ['eth_getBlockByHash', [blockHash, false], isBlock],
  ['eth_getBlockByNumber', [number, true], isBlock],
  ['eth_getBlockReceipts', [number], (list) => list.some(isReceipt)],
  ['eth_getBlockTransactionCountByHash', [blockHash], (value) => BigInt(value) >= 1n],
  ['eth_getBlockTransactionCountByNumber', [number], (value) => BigInt(value) >= 1n],
  ['eth_getCode', [INFERENCE, 'latest'], bytes],
  ['eth_getLogs', [{ fromBlock: number, toBlock: number, address: INFERENCE }], (list) => list.some((log) => log.transactionHash === transactionHash)],
  ['eth_getStorageAt', [to, '0x0', 'latest'], bytes],
  ['eth_getTransactionByBlockHashAndIndex', [blockHash, inferred.transactionIndex], isTransaction],
  ['eth_getTransactionByBlockNumberAndIndex', [number, inferred.transactionIndex], isTransaction],
  ['eth_getTransactionByHash', [transactionHash], isTransaction],
  ['eth_getTransactionCount', [from, 'latest'], (value) => BigInt(value) >= 2n],
  ['eth_getTransactionCount', [from, 'pending'], quantity],
  ['eth_getTransactionReceipt', [transactionHash], isReceipt],
  ['eth_maxPriorityFeePerGas', [], quantity],
  ['eth_syncing', [], (value) => value === false],
  ['net_listening', [], (value) => value === true],
  ['net_peerCount', [], quantity],
  ['net_version', [], (value) => value === String(net.ethereum.chain_id)],
  ['web3_clientVersion', [], (value) => value.startsWith('eth-rpc/')],
  ['system_health', [], (value) => value.isSyncing === false],
  ['debug_getAutomine', [], (value) => value === false],
  ['debug_traceBlockByNumber', [number, callTracer], (list) => list.some(({ result }) => isTrace(result))],
  ['debug_traceTransaction', [transactionHash, callTracer], isTrace],
  ['debug_traceCall', [transaction, 'latest', callTracer], isTrace],
  ['polkadot_postDispatchWeight', [transactionHash], (value) => BigInt(value.ref_time) > 0n],
];
for (const [method, params, holds] of METHODS) {
  const { result, error } = await call(method, ...params.map((p) => (typeof p === 'number' ? `0x${p.toString(16)}` : p)));
  const text = JSON.stringify(result ?? error) ?? '';
  let right = false;
  try { right = error === undefined && holds(result); } catch { /* a wrong form is a failed check */ }
  check(`${method} ${params[1] !== undefined && typeof params[1] === 'string' ? params[1].slice(0, 12) : ''}`.trim(), right, text.slice(0, 90));
}

stage('block tags');
const at = async (tag) => BigInt((await call('eth_getBlockByNumber', tag, false)).result.number);
const grandpa = BigInt((await chain.finalised()).number);
const finalised = await at('finalized');
check('finalized follows GRANDPA', finalised >= grandpa && finalised <= grandpa + 3n, `${finalised}, GRANDPA ${grandpa}`);
check('safe is finalized', (await at('safe')) >= finalised);
check('latest isn\'t before finalized', (await at('latest')) >= finalised);
checkEqual('earliest is the genesis', await at('earliest'), 0n);
checkEqual('a block that isn\'t there is null', (await call('eth_getBlockByNumber', '0xffffff', false)).result, null);

stage('subscriptions');
const heads = [];
const logs = [];
const socket = createPublicClient({ chain: ethereum.chain, transport: webSocket(net.ethereum.ws) });
const stop = [
  socket.watchBlocks({ onBlock: (block) => heads.push(block) }),
  socket.watchEvent({ address: INFERENCE, onLogs: (list) => logs.push(...list) }),
];
await until(60_000, 'a block', async () => heads.length >= 1);
const again = await ethereum.mined(await wallet.sendTransaction({ to: INFERENCE, data, value: price }));
await until(60_000, 'news', async () => heads.length >= 3 && logs.length >= 1);
check('newHeads tells of blocks', heads.every(({ hash, number: n }) => /^0x[0-9a-f]{64}$/.test(hash) && typeof n === 'bigint'), `${heads.length} blocks`);
check('logs tells of an inference', logs.some((log) => log.transactionHash === again.transactionHash));
stop.forEach((end) => end());
(await socket.transport.getRpcClient()).close();

stage('what isn\'t served');
for (const method of [
  'eth_newFilter', 'eth_newBlockFilter', 'eth_newPendingTransactionFilter', 'eth_getFilterChanges', 'eth_getFilterLogs',
  'eth_uninstallFilter', 'eth_createAccessList', 'eth_getProof', 'eth_sign', 'eth_signTransaction', 'txpool_content',
  'engine_createBlock', 'author_submitExtrinsic', 'state_call',
]) {
  checkEqual(`${method} is no method`, (await call(method)).error?.code, -32601);
}

stage('hostile requests');
const word = '0x'.padEnd(66, '1');
const REFUSED = [
  ['bad hex', 'eth_getBalance', ['0xzz', 'latest']],
  ['a short address', 'eth_getBalance', ['0x1234', 'latest']],
  ['no parameters', 'eth_getBalance', []],
  ['an object in place of a list', 'eth_getBalance', { address: from }],
  ['an unknown tag', 'eth_getBalance', [from, 'newest']],
  ['a number above 2^256', 'eth_getStorageAt', [from, `0x1${'0'.repeat(64)}`, 'latest']],
  ['a block that isn\'t there', 'eth_call', [transaction, '0xffffff']],
  ['a block hash that isn\'t there', 'eth_call', [transaction, { blockHash: word }]],
  ['odd hex as data', 'eth_call', [{ to: INFERENCE, data: '0x123' }, 'latest']],
  ['a negative value', 'eth_call', [{ to: INFERENCE, data, value: '-0x1' }, 'latest']],
  ['a raw transaction of nothing', 'eth_sendRawTransaction', ['0x']],
  ['a raw transaction of noise', 'eth_sendRawTransaction', [`0x02${'f8'.repeat(200)}`]],
  ['a transaction of an account it has no key of', 'eth_sendTransaction', [{ ...transaction, from: word.slice(0, 42) }]],
  ['fee percentiles that go down', 'eth_feeHistory', ['0x2', 'latest', [90, 10]]],
  ['an unknown subscription over HTTP', 'eth_subscribe', ['everything']],
  ['a run that must revert', 'eth_call', [{ ...transaction, value: '0x0' }, 'latest']],
  ['gas for a run that must revert', 'eth_estimateGas', [{ ...transaction, value: '0x0' }]],
];
for (const [name, method, params] of REFUSED) {
  const { answer } = await post(JSON.stringify(request(method, params)));
  check(`${name} (${method})`, answer.error !== undefined && answer.result === undefined, answer.error?.message?.slice(0, 80));
}
const range = await call('eth_getLogs', { fromBlock: '0x0', toBlock: '0xffffffffff' });
check('a giant range of blocks answers', range.result !== undefined || range.error !== undefined, range.error?.message ?? `${range.result.length} logs`);
const history = await call('eth_feeHistory', '0xffffffffffffffff', 'latest', []);
check('a giant fee history is bounded', history.error !== undefined || history.result.baseFeePerGas.length <= 1025, history.error?.message ?? `${history.result.baseFeePerGas.length} blocks`);
const batch = await post(JSON.stringify(Array.from({ length: 1000 }, (_, i) => request('eth_chainId', [], i + 1))));
check('a batch of 1,000 requests answers', Array.isArray(batch.answer) ? batch.answer.length === 1000 : batch.answer.error !== undefined, `HTTP ${batch.status}`);
for (const [name, body] of [
  ['a body of 15 MB', JSON.stringify(request('eth_call', [{ to: INFERENCE, data: `0x${'00'.repeat(7_500_000)}` }, 'latest']))],
  ['a body of 40 MB', 'x'.repeat(40_000_000)],
  ['nested brackets', '['.repeat(100_000)],
  ['no JSON', 'hello'],
]) {
  const { status, answer } = await post(body);
  check(`${name} is refused`, status >= 400 || answer.error !== undefined, `HTTP ${status}: ${(answer.error?.message ?? '').slice(0, 60)}`);
}
const parallel = await Promise.all(Array.from({ length: 100 }, () => call('eth_call', transaction, 'latest')));
const answered = parallel.filter(({ result }) => result !== undefined).length;
check('100 calls of a model at once: each answers or is turned away', parallel.every(({ result, error }) => result !== undefined || error !== undefined) && answered > 0,
  `${answered} answered, ${parallel.length - answered} turned away`);
check('the server is well', (await call('system_health')).result?.isSyncing === false);
const { number: tip } = await chain.finalised();
const wentOn = await until(60_000, 'new blocks', async () => {
  const numbers = await Promise.all(chains.map(async (one) => (await one.finalised()).number));
  return numbers.every((one) => one > tip + 2) && numbers;
});
check('every validator went on', true, wentOn.join());

await Promise.all(chains.map((one) => one.close()));
process.exit(failed() === 0 ? 0 : 1);
