// Other systems' interfaces at the addresses that their clients know, by Ethereum calls: OpenGradient's
// precompile and hub, Ritual's ONNX precompile through a contract that was written for it, and ERC-8274.
// What they give equals onnxruntime's, what they refuse says why, and credit alone pays.
//
// Usage: node interfaces.mjs --net NET.json --node OPG_NODE      (after demo.mjs: model 1 is there)

import { dirname, join } from 'node:path';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { encodeAbiParameters, parseAbi, parseEventLogs } from 'viem';
import { account, connect } from './chain.mjs';
import { check, checkEqual, checkFails, failed, stage } from './checks.mjs';
import { Cli } from './cli.mjs';
import { compile } from './contract.mjs';
import { heldOut, hex } from './digits.mjs';
import { Ethereum, ethereumAccount } from './ethereum.mjs';

const { values: options } = parseArgs({
  options: { net: { type: 'string' }, node: { type: 'string' } },
});
const net = JSON.parse(readFileSync(options.net, 'utf8'));
const chain = await connect(net.validators[0].ws);
const cli = new Cli(options.node);
const ethereum = new Ethereum(net.ethereum, net.slot_ms);
const { client } = ethereum;
const MODEL = 1;
const NAME = 'digits.interfaces';
const OPENGRADIENT = '0x00000000000000000000000000000000000000F4';
const HUB = '0x8383C9bD7462F12Eb996DD02F78234C0421A6FaE';
const RITUAL = '0x0000000000000000000000000000000000000800';
const VERIFIER = '0x000000000000000000000000000000000A080000';
const CREDIT = '0x000000000000000000000000000000000a040000';
const AFFINE = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'pallets', 'model-registry', 'testdata', 'affine.onnx');
const [payer, other] = [4, 5].map(ethereumAccount);
const wallet = ethereum.wallet(payer);
const images = heldOut().slice(0, 3);
const price = BigInt((await chain.rpc('inference_quote', MODEL)).price);

const opengradient = compile('precompiles/facades/OpenGradient.sol', 'IOpenGradientInference').abi;
const hub = compile('precompiles/facades/OpenGradient.sol', 'IOpenGradientHub').abi;
const verifier = compile('precompiles/facades/ProofVerifier.sol', 'IProofVerifier').abi;
const credit = parseAbi([
  'function deposit() payable',
  'function creditOf(address account) view returns (uint256)',
]);

// A transaction of the payer's that must succeed, estimated as every client does it.
async function write(address, abi, functionName, args, value) {
  const { request } = await client.simulateContract({
    account: payer, address, abi, functionName, args, value,
  });
  return ethereum.mined(await wallet.writeContract(request));
}
const read = (address, abi, functionName, args, from = payer) =>
  client.readContract({ account: from, address, abi, functionName, args });
const creditOf = (address) => read(CREDIT, credit, 'creditOf', [address]);

// A pixel, an exact binary fraction or not, as the number that its digits are.
function number(value) {
  const [digits, exponent] = value.toExponential().split('e');
  const [whole, fraction = ''] = digits.split('.');
  const decimals = fraction.length - Number(exponent);
  const integer = BigInt(`${whole}${fraction}`);
  return decimals >= 0
    ? { value: integer, decimals: BigInt(decimals) }
    : { value: integer * 10n ** BigInt(-decimals), decimals: 0n };
}
const float = ({ value, decimals }) => Number(`${value}e-${decimals}`);
const tensors = (pixels, shape = [1, 64], name = 'image') => ({
  numbers: [{ name, values: Array.from(pixels, number), shape }],
  strings: [],
});
const request = (model, input, mode = 0) => [{ mode, modelCID: model, input }];
const bits = (values) => Array.from(new Int32Array(Float32Array.from(values).buffer));
const floats = (values) => Array.from(new Float32Array(Int32Array.from(values).buffer));

stage('a name, credit, and a free model');
await chain.send(chain.api.tx.modelRegistry.registerName(MODEL, NAME), account('Charlie'));
const before = await creditOf(payer.address);
await write(CREDIT, credit, 'deposit', [], price * 20n);
checkEqual('the payer has credit', await creditOf(payer.address), before + price * 20n);
const affine = await cli.publish(AFFINE, {
  ws: net.validators[0].ws, suri: '//Charlie', name: 'affine', price: '0',
});

function checkOutput(what, output, image) {
  const [label, probabilities] = output.numbers;
  checkEqual(`${what}: names`, `${label.name} ${probabilities.name}`, 'label probabilities');
  checkEqual(`${what}: the class is onnxruntime's`, float(label.values[0]), image.label);
  const furthest = Math.max(...probabilities.values.map((p, i) => Math.abs(float(p) - image.probabilities[i])));
  check(`${what}: probabilities are close to onnxruntime's`, furthest <= 1e-5, `${furthest.toExponential(1)}`);
}

stage('OpenGradient');
for (const [i, image] of images.entries()) {
  const model = [NAME, `${NAME}@1`, `id:${MODEL}`][i];
  const input = tensors(image.pixels);
  checkOutput(`runModelInference of ${model}`,
    await read(OPENGRADIENT, opengradient, 'runModelInference', request(model, input)), image);
  const left = await creditOf(payer.address);
  const receipt = await write(HUB, hub, 'run', [model, 0, input]);
  const [log] = parseEventLogs({ abi: hub, logs: receipt.logs, eventName: 'InferenceResult' });
  check('InferenceResult comes from the hub', log?.address.toLowerCase() === HUB.toLowerCase(), log?.address);
  checkOutput(`run of ${model}`, log.args.output, image);
  checkEqual('the price came from credit', left - (await creditOf(payer.address)), price);
}
const [image] = images;
const good = tensors(image.pixels);
const refusals = [
  ['another mode', request(NAME, good, 2), /UnsupportedMode\(mode=2\)/],
  ['a CID', request('QmbUqS93oc4JTLMHwpVxsE39mhNxy6hpf6Py3r9oANr8aZ', good), /UnknownName\(name=Qm/],
  ['another shape', request(NAME, tensors(image.pixels, [64])), /WrongShape/],
  ['too few values', request(NAME, tensors(image.pixels.slice(1))), /WrongValueCount/],
  ['another input', request(NAME, tensors(image.pixels, [1, 64], 'picture')), /MissingInput\(input=0\)/],
  ['no input', request(NAME, { numbers: [], strings: [] }), /WrongInputCount/],
  ['strings', request(NAME, { ...good, strings: [{ name: 'x', values: ['y'] }] }), /StringTensorRefused/],
];
for (const [what, args, pattern] of refusals) {
  await checkFails(what, read(OPENGRADIENT, opengradient, 'runModelInference', args), pattern);
}
await checkFails('no credit', read(HUB, hub, 'run', [NAME, 0, good], other), /InsufficientCredit/);
await checkFails('value', client.call({
  account: payer, to: HUB, value: 1n,
  data: '0xcbf09d80',
}), /ValueRefused\(value=1\)/);
await checkFails('a call past the forwarder', read('0x000000000000000000000000000000000a060000', opengradient, 'runModelInference', request(NAME, good)), /NotForwarder/);

stage('Ritual');
const caller = compile('scripts/e2e/RitualCaller.sol', 'RitualCaller');
const { contractAddress } = await ethereum.mined(await wallet.deployContract(caller));
const run = (model, values, shape = [1, values.length]) =>
  read(contractAddress, caller.abi, 'run', [model, shape, bits(values)]);
const [shape, ones] = await run(`id:${affine.model}`, [0, 1, -2.5, 100]);
checkEqual('the output has the model\'s shape', shape.join(), '1,4');
const direct = await chain.rpc('inference_dryRun', affine.model, [
  { dtype: 'float32', shape: [1, 4], data: hex(Float32Array.from([0, 1, -2.5, 100])) },
]);
checkEqual('and its bits', hex(Float32Array.from(floats(ones))), direct.outputs[0].data);
// The contract's error has the precompile's as its argument.
await checkFails('a model with two outputs', run(NAME, image.pixels), /InferenceFailed/);
await checkFails('an unknown model', run('hf/owner/repo/file.onnx@0000', [1]), /InferenceFailed/);
const raw = (model, arithmetic) => client.call({
  account: payer,
  to: RITUAL,
  data: encodeAbiParameters(
    ['bytes', 'bytes', 'uint8', 'uint8', 'uint8', 'uint8', 'uint8'].map((type) => ({ type })),
    [`0x${Buffer.from(model).toString('hex')}`, '0x', arithmetic, 0, 2, 0, 1],
  ),
});
await checkFails('an unknown arithmetic', raw(NAME, 9), /UnknownArithmetic\(input=9\)/);
await checkFails('two outputs, by itself', raw(NAME, 2), /OneTensorOnly\(inputs=1,outputs=2\)/);

stage('ERC-8274');
const { inputHash, outputHash } = await chain.rpc('inference_dryRun', MODEL, [
  { dtype: 'float32', shape: [1, 64], data: hex(image.pixels) },
]);
const metadata = encodeAbiParameters(
  [{ type: 'uint32' }, { type: 'bytes' }], [MODEL, hex(image.pixels)],
);
const verify = (args) => read(VERIFIER, verifier, 'verify', args);
checkEqual('what is so is valid', await verify([inputHash, outputHash, metadata, '0x']), true);
checkEqual('another output isn\'t', await verify([inputHash, inputHash, metadata, '0x']), false);
checkEqual('another input isn\'t', await verify([outputHash, outputHash, metadata, '0x']), false);
await checkFails('a proof that isn\'t empty', verify([inputHash, outputHash, metadata, '0x00']), /ProofNotEmpty/);
checkEqual('the proof system', await read(VERIFIER, verifier, 'proofSystem', []), 'reexecution/opg');
const left = await creditOf(payer.address);
await write(VERIFIER, verifier, 'verify', [inputHash, outputHash, metadata, '0x']);
checkEqual('a verification costs a run', left - (await creditOf(payer.address)), price);

await chain.close();
process.exit(failed() === 0 ? 0 : 1);
