// Receipts and batches on a running network: rows of a batch give what single calls give, every
// receipt is proved by the header of its block, a contract checks one with ReceiptLib, and the node's
// command line verifies it by running the model again.
//
// Usage: node receipts.mjs --net NET.json --node OPG_NODE      (after demo.mjs: model 1 is there)

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { u8aToHex } from '@polkadot/util';
import { decodeAddress } from '@polkadot/util-crypto';
import { concat, encodeAbiParameters, keccak256 } from 'viem';
import { byContract } from './calls.mjs';
import { account, connect } from './chain.mjs';
import { check, checkEqual, checkFails, failed, stage } from './checks.mjs';
import { Cli } from './cli.mjs';
import { Classifier, Contract, compile } from './contract.mjs';
import { heldOut, inputTensor } from './digits.mjs';
import { Ethereum, ethereumAccount } from './ethereum.mjs';
import { writeNpy } from './npy.mjs';

const { values: options } = parseArgs({
  options: { net: { type: 'string' }, node: { type: 'string' } },
});
const net = JSON.parse(readFileSync(options.net, 'utf8'));
const cli = new Cli(options.node);
const chains = await Promise.all(net.validators.map((validator) => connect(validator.ws)));
const [chain, other] = chains;
const { tx } = chain.api;
const ws = net.validators[0].ws;
const MODEL = 1;
const ROWS = 5;
const caller = account('Dave');
const contractCaller = account('Eve');
const ethereum = new Ethereum(net.ethereum, net.slot_ms);
const images = heldOut().slice(0, ROWS);
const genesis = chain.api.genesisHash.toHex();

stage('a batch and single calls');
const rows = images.map((image) => [inputTensor(image)]);
const one = await chain.rpc('inference_quote', MODEL);
const quote = await chain.rpc('inference_quoteBatch', MODEL, ROWS);
checkEqual('a batch is quoted the price of its rows', quote.price, BigInt(one.price) * BigInt(ROWS));
check('and less compute than its rows alone',
  BigInt(quote.maxCompute) < BigInt(one.maxCompute) * BigInt(ROWS), `${quote.maxCompute} for ${ROWS}`);
const inferred = (sent) => sent.find('inference', 'Inferred').map((event) => ({
  receipt: event.receipt.toHex(),
  resultId: event.resultId.toHex(),
  fuel: event.fuel.toString(),
  price: event.price.toString(),
}));
const batch = await chain.send(tx.inference.inferBatch(MODEL, rows, quote.price, quote.maxFuel), caller);
const ofBatch = inferred(batch);
const singles = await Promise.all(rows.map(async (row) =>
  inferred(await chain.send(tx.inference.infer(MODEL, row, one.price, one.maxFuel), caller))[0]));
checkEqual('a batch has a receipt for every row', ofBatch.length, ROWS);
const without = (run) => `${run.resultId} ${run.fuel} ${run.price}`;
checkEqual('rows give what single calls give', ofBatch.map(without).join(), singles.map(without).join());
checkEqual('receipts are unique', new Set([...ofBatch, ...singles].map((run) => run.receipt)).size, 2 * ROWS);
const bad = [...rows.slice(0, 2), [{ ...rows[0][0], dtype: 'Int32' }]];
const refused = await chain.sendAnyhow(tx.inference.inferBatch(MODEL, bad, quote.price, quote.maxFuel), caller);
check('a batch with a bad row is refused', /RowRefused/.test(refused.error ?? ''), refused.error);
check('and runs nothing', refused.find('inference', 'Inferred').length === 0);

stage('a call by a contract');
const signer = ethereumAccount(1);
const classifier = await Classifier.deploy(ethereum, signer, MODEL);
const [byEvm] = await byContract(chain, classifier, signer, BigInt(one.price), images.slice(0, 1));

stage('proofs');
// What ReceiptLib and `opg_engine_abi::hash` make, once more: a third implementation.
const TYPES = ['string', 'bytes32', 'uint64', 'uint32', 'bytes32', 'bytes32', 'uint32', 'bytes32', 'uint64', 'uint256', 'uint256']
  .map((type) => ({ type }));
const word = (address) => u8aToHex(decodeAddress(address));
const fields = (receipt) => ({
  genesisHash: genesis,
  blockNumber: BigInt(receipt.block),
  index: receipt.index,
  caller: word(receipt.caller),
  payer: word(receipt.payer),
  modelId: receipt.model,
  resultId: receipt.resultId,
  fuel: BigInt(receipt.fuel),
  price: BigInt(receipt.price),
  protocolShare: BigInt(receipt.protocolShare),
});
const idOf = (receipt) =>
  keccak256(encodeAbiParameters(TYPES, ['OPG.receipt.1', ...Object.values(fields(receipt))]));

// The root that a proof leads to; undefined when it has too few or too many nodes.
function rootOf(id, index, count, proof) {
  let node = keccak256(id);
  const rest = [...proof];
  for (let width = count; width > 1; width = Math.ceil(width / 2)) {
    if (index % 2 === 1 || index + 1 < width) {
      const sibling = rest.shift();
      if (sibling === undefined) return undefined;
      node = keccak256(index % 2 === 0 ? concat([node, sibling]) : concat([sibling, node]));
    }
    index = Math.floor(index / 2);
  }
  return rest.length === 0 ? node : undefined;
}

async function headerRoot(one, number) {
  const hash = await one.api.rpc.chain.getBlockHash(number);
  const { digest } = await one.api.rpc.chain.getHeader(hash);
  const ours = digest.logs.filter((log) => log.isConsensus && log.asConsensus[0].toUtf8() === 'opgr');
  return ours.length === 1 ? ours[0].asConsensus[1].toHex() : undefined;
}

const all = [...ofBatch.map((run) => run.receipt), ...singles.map((run) => run.receipt), byEvm.receipt];
const proofs = new Map();
let proved = 0;
for (const id of all) {
  const proof = await chain.rpc('inference_receiptProof', id);
  proofs.set(id, proof);
  const { receipt } = proof;
  const roots = await Promise.all(chains.map((one) => headerRoot(one, receipt.block)));
  const root = rootOf(id, proof.leafIndex, proof.leafCount, proof.proof);
  const right = idOf(receipt) === id && proof.leafIndex === receipt.index && proof.root === root
    && roots.every((header) => header === root);
  if (right) proved += 1;
}
checkEqual('receipts proved by the headers of both validators', proved, all.length);
const [first] = ofBatch.map((run) => run.receipt);
check('a batch\'s receipts share their block\'s root', proofs.get(first).leafCount >= ROWS);
checkEqual('an unknown receipt has no proof', await chain.rpc('inference_receiptProof', `0x${'22'.repeat(32)}`), null);
checkEqual('another validator proves it alike',
  JSON.stringify(await other.rpc('inference_receiptProof', first)), JSON.stringify(proofs.get(first)));

stage('a contract that checks receipts');
const checker = await Contract.create(
  chain, contractCaller, compile('scripts/e2e/ReceiptChecker.sol', 'ReceiptChecker'), []);
const ask = (name, args) => checker.read(name, args, contractCaller.address);
let accepted = 0;
for (const id of all) {
  const { receipt, root, leafCount, proof } = proofs.get(id);
  const checked = await ask('check', [fields(receipt), leafCount, proof]);
  const stored = await ask('storedRoot', [BigInt(receipt.block)]);
  if (checked === id && stored === root) accepted += 1;
}
checkEqual('receipts that the contract accepts', accepted, all.length);
const { receipt, root, leafCount, proof } = proofs.get(first);
const dearer = { ...fields(receipt), price: fields(receipt).price + 1n };
await checkFails('a changed field', ask('check', [dearer, leafCount, proof]), /WrongReceiptProof/);
await checkFails('a cut proof', ask('check', [fields(receipt), leafCount, proof.slice(1)]), /WrongReceiptProof/);
await checkFails('a longer proof', ask('check', [fields(receipt), leafCount, [...proof, root]]), /WrongReceiptProof/);
await checkFails('another place', ask('check', [{ ...fields(receipt), index: receipt.index + 1 }, leafCount, proof]), /WrongReceiptProof/);
await checkFails('a block that isn\'t there', ask('check', [{ ...fields(receipt), blockNumber: 1n << 40n }, leafCount, proof]), /UnknownReceiptRoot/);
checkEqual('a block without receipts has no root', await ask('storedRoot', [0n]), `0x${'00'.repeat(32)}`);
checkEqual('a root that the contract was given', await ask('verify', [root, fields(receipt), leafCount, proof]), true);
checkEqual('another root', await ask('verify', [keccak256(root), fields(receipt), leafCount, proof]), false);
const model = await chain.rpc('models_get', MODEL);
checkEqual('the contract makes the result id', await ask('resultId', [{
  engineHash: model.engineHash, profile: model.profile, modelRoot: model.root,
  inputHash: receipt.inputHash, outputHash: receipt.outputHash,
}]), receipt.resultId);
const evmReceipt = proofs.get(byEvm.receipt).receipt;
checkEqual('and a contract\'s account', await ask('account', [classifier.address]), word(evmReceipt.caller));

stage('the command line');
const verify = (id, ...more) => cli.json('receipt', 'verify', id, '--url', ws, ...more);
for (const [name, id] of [['a row', ofBatch[ROWS - 1].receipt], ['a call', singles[0].receipt]]) {
  const answer = await verify(id);
  check(`${name} is verified by proof and by a run`, answer.verified === true && answer.checks.length === 10,
    `engine version ${answer.engineVersion}`);
}
checkEqual('a receipt is shown', (await cli.json('receipt', 'show', first, '--url', ws)).resultId, receipt.resultId);
await checkFails('a contract\'s inputs are in no extrinsic', verify(byEvm.receipt), /InputsUnknown/);
const folder = mkdtempSync(join(tmpdir(), 'opg-receipts-'));
try {
  const file = (i) => {
    const path = join(folder, `${i}.npy`);
    writeNpy(path, [1, 64], images[i].pixels);
    return path;
  };
  checkEqual('it is verified with them', (await verify(byEvm.receipt, '--input', `image=${file(0)}`)).verified, true);
  await checkFails('and not with others', verify(byEvm.receipt, '--input', `image=${file(1)}`), /NotVerified: input hash/);
} finally {
  rmSync(folder, { recursive: true });
}
await checkFails('an unknown receipt', verify(`0x${'22'.repeat(32)}`), /UnknownReceipt/);

await Promise.all(chains.map((one) => one.close()));
process.exit(failed() === 0 ? 0 : 1);
