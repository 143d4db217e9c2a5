// The Solidity surface by Ethereum calls, with the committed ABIs: tensors, views, pipelines, staged inputs,
// a model's own address; what a quote says about gas holds.
//
// Usage: node surface.mjs --net NET.json      (after demo.mjs: model 1 is there)

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parseEventLogs } from 'viem';
import { connect } from './chain.mjs';
import { check, checkEqual, checkFails, failed, stage } from './checks.mjs';
import { heldOut, hex } from './digits.mjs';
import { Ethereum, ethereumAccount } from './ethereum.mjs';

const { values: options } = parseArgs({ options: { net: { type: 'string' } } });
const net = JSON.parse(readFileSync(options.net, 'utf8'));
const chain = await connect(net.validators[0].ws);
const ethereum = new Ethereum(net.ethereum, net.slot_ms);
const { client } = ethereum;
const caller = ethereumAccount(6);
const other = ethereumAccount(7);
const wallet = ethereum.wallet(caller);
const MODEL = 1;
const INFERENCE = '0x000000000000000000000000000000000a010000';
const STAGING = '0x000000000000000000000000000000000a090000';
const MODEL_ADDRESS = '0x000000010000000000000000000000000a030000';

const ABI = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'precompiles', 'abi');
const abiOf = (name) => JSON.parse(readFileSync(join(ABI, `${name}.json`), 'utf8'));
const [inference, staging, model] = ['IInference', 'IStaging', 'IModel'].map(abiOf);

const read = (address, abi, functionName, args, account = caller, value = 0n) =>
  client.simulateContract({ account, address, abi, functionName, args, value }).then((r) => r.result);
async function write(address, abi, functionName, args, value = 0n) {
  const { request } = await client.simulateContract({
    account: caller, address, abi, functionName, args, value,
  });
  return ethereum.mined(await wallet.writeContract(request));
}

const [image] = heldOut();
const pixels = hex(image.pixels);
const [price, maxCompute, expectedCompute, maxGas, expectedGas] =
  await read(INFERENCE, inference, 'quote', [MODEL]);
const outputs = await read(INFERENCE, inference, 'infer', [MODEL, pixels], caller, price);

stage('gas as quoted');
check('a quote gives gas', expectedGas > 0n && maxGas >= expectedGas, `${expectedGas}, ${maxGas}`);
check('and compute', expectedCompute > 0n && maxCompute >= expectedCompute);
const inferred = await write(INFERENCE, inference, 'infer', [MODEL, pixels], price);
check('a call uses at most the largest gas and what a transaction takes',
  inferred.gasUsed <= maxGas + 200_000n, `${inferred.gasUsed} of ${maxGas}`);
check('and at least what is expected, less a tenth',
  inferred.gasUsed * 10n >= expectedGas * 9n, `${inferred.gasUsed}, ${expectedGas}`);

stage('tensors, and a model by its address');
const [inputs] = await read(INFERENCE, inference, 'signature', [MODEL]);
const tensor = { dtype: inputs[0].dtype, shape: inputs[0].shape, data: pixels };
const tensors = await read(INFERENCE, inference, 'inferTensors', [MODEL, [tensor]], caller, price);
checkEqual('tensors give what raw data give', `0x${tensors.map((t) => t.data.slice(2)).join('')}`, outputs);
await checkFails('another shape is refused',
  read(INFERENCE, inference, 'inferTensors', [MODEL, [{ ...tensor, shape: [64] }]], caller, price), /WrongShape\(input=0,axis=255/);
const [code, data] = await read(MODEL_ADDRESS, model, 'tryPredict', [pixels], caller, price);
checkEqual("a model's address gives a code", code, 0);
checkEqual('and the same outputs', data, outputs);

stage('views and pipelines');
if (price > 0n) {
  await checkFails('a model with a price has no view',
  read(INFERENCE, inference, 'inferView', [MODEL, pixels]), /NotFree\(price=/);
} else {
  checkEqual('a view gives the same', await read(INFERENCE, inference, 'inferView', [MODEL, pixels]), outputs);
}
checkEqual('a pipeline of one is a call',
  await read(INFERENCE, inference, 'pipeline', [[MODEL], pixels], caller, price), outputs);
await checkFails('stages that do not fit are named',
  read(INFERENCE, inference, 'pipeline', [[MODEL, MODEL], pixels], caller, price * 2n), /\(stage=1,.*takes=.*,gets=.*\)/);

stage('staged inputs');
const length = (pixels.length - 2) / 2;
const begun = await write(STAGING, staging, 'begin', [length]);
const [log] = parseEventLogs({ abi: staging, eventName: 'BufferBegun', logs: begun.logs });
const { bufferId } = log.args;
const deposit = await read(STAGING, staging, 'depositFor', [length]);
checkEqual('the deposit is as told', (await read(STAGING, staging, 'bufferInfo', [bufferId])).deposit, deposit);
await checkFails('an incomplete buffer is refused',
  read(STAGING, staging, 'infer', [MODEL, bufferId], caller, price), /BufferIncomplete\(/);
await write(STAGING, staging, 'write', [bufferId, 0, pixels]);
checkEqual('a buffer gives the same outputs',
  await read(STAGING, staging, 'infer', [MODEL, bufferId], caller, price), outputs);
await write(STAGING, staging, 'infer', [MODEL, bufferId], price);
await checkFails("another account's buffer is refused",
  read(STAGING, staging, 'infer', [MODEL, bufferId], other, price), /NotBufferOwner\(/);
await write(STAGING, staging, 'discard', [bufferId]);
await checkFails('a discarded one is gone',
  read(STAGING, staging, 'bufferInfo', [bufferId]), /UnknownBuffer\(/);

// Longer than any call: 1 MiB in 16 pieces, and back.
const long = await write(STAGING, staging, 'begin', [1_048_576]);
const [longLog] = parseEventLogs({ abi: staging, eventName: 'BufferBegun', logs: long.logs });
const piece = `0x${'00'.repeat(65_536)}`;
for (let index = 0; index < 16; index += 1) {
  await write(STAGING, staging, 'write', [longLog.args.bufferId, index, piece]);
}
checkEqual('1 MiB is staged', (await read(STAGING, staging, 'bufferInfo', [longLog.args.bufferId])).written, 0xffff);
await checkFails('and refused by a model that takes less',
  read(STAGING, staging, 'infer', [MODEL, longLog.args.bufferId], caller, price), /WrongDataLength\(input=0,expected=\d+,got=1048576\)/);
await write(STAGING, staging, 'discard', [longLog.args.bufferId]);

await chain.close();
process.exit(failed() === 0 ? 0 : 1);
