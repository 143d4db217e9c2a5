// Bad input over RPC, by extrinsic and by contract call: a typed refusal, no price moved, and the
// validators go on.
//
// Usage: node bad-input.mjs --net NET.json      (after demo.mjs: model 1 is there)

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { account, connect } from './chain.mjs';
import { check, checkEqual, checkFails, failed, stage, until } from './checks.mjs';
import { heldOut, hex, inputTensor } from './digits.mjs';

const { values: options } = parseArgs({ options: { net: { type: 'string' } } });
const net = JSON.parse(readFileSync(options.net, 'utf8'));
const chains = await Promise.all(net.validators.map((validator) => connect(validator.ws)));
const [chain] = chains;
const { tx } = chain.api;
const MODEL = 1;
const PRECOMPILE = '0x000000000000000000000000000000000a010000';
const owner = account('Charlie');
const caller = account('Dave');
const [image] = heldOut();
const quote = await chain.rpc('inference_quote', MODEL);
const startHeights = await Promise.all(chains.map(async (one) => (await one.finalised()).number));

const good = { dtype: 'float32', shape: [1, 64], data: hex(image.pixels) };
const dryRun = (...params) => chain.rpc('inference_dryRun', ...params);

stage('RPC');
const answer = await dryRun(MODEL, [good]);
checkEqual('a good dry run answers', answer.outputs.length, 2);
const named = await dryRun(MODEL, [{ ...good, name: 'image' }]);
checkEqual('a named input is the same input', named.resultId, answer.resultId);
await checkFails('unknown model', dryRun(999, [good]), /UnknownModel/);
await checkFails('unknown model, quote', chain.rpc('inference_quote', 999), /UnknownModel/);
await checkFails('no input', dryRun(MODEL, []), /WrongInputCount/);
await checkFails('two inputs', dryRun(MODEL, [good, good]), /WrongInputCount/);
await checkFails('wrong dtype', dryRun(MODEL, [{ ...good, dtype: 'int32' }]), /WrongDtype/);
await checkFails('a dtype that nobody has', dryRun(MODEL, [{ ...good, dtype: 'float31' }]), /DtypeUnsupported/);
await checkFails('wrong shape', dryRun(MODEL, [{ ...good, shape: [64, 1] }]), /WrongShape/);
await checkFails('data shorter than the shape', dryRun(MODEL, [{ ...good, data: '0x00' }]), /WrongDataLength/);
await checkFails('an unknown name', dryRun(MODEL, [{ ...good, name: 'picture' }]), /UnknownInput/);
await checkFails('an oversize tensor', dryRun(MODEL, [{ ...good, data: `0x${'00'.repeat((1 << 20) + 1)}` }]), /TensorTooLarge/);
await checkFails('17 inputs', dryRun(MODEL, Array(17).fill(good)), /TooManyTensors/);
await checkFails('a price above the limit', dryRun(MODEL, [good], { maxPrice: '1' }), /PriceAboveMax/);
await checkFails('a fuel limit below the need', dryRun(MODEL, [good], { maxFuel: 1 }), /FuelLimitTooLow/);
await checkFails('a payer without funds', dryRun(MODEL, [good], { caller: account('Nobody').address }), /InsufficientFunds/);
await checkFails('a payer with an endless name', dryRun(MODEL, [good], { caller: '5'.repeat(1 << 20) }), /no account|[Ii]nvalid params/);
await checkFails('an unknown option', dryRun(MODEL, [good], { maxprice: '1' }), /unknown field|[Ii]nvalid params/);
await checkFails('a block that isn\'t there', dryRun(MODEL, [good], null, `0x${'11'.repeat(32)}`), /StateUnavailable/);
await checkFails('parameters of another type', chain.rpc('inference_quote', 'one'), /[Ii]nvalid (params|type)/);
await checkFails('a negative model', chain.rpc('models_get', -1), /[Ii]nvalid (params|value)/);
await checkFails('missing parameters', chain.rpc('inference_dryRun'), /[Ii]nvalid params|No more params/);
await checkFails('hex that is none', dryRun(MODEL, [{ ...good, data: '0xzz' }]), /[Ii]nvalid/);
checkEqual('an unknown receipt', await chain.rpc('inference_receipt', `0x${'22'.repeat(32)}`), null);
checkEqual('a model that isn\'t there', await chain.rpc('models_get', 999), null);
const nobody = account('Nobody').address;
const most = Number.MAX_SAFE_INTEGER;
const u64 = '18446744073709551615';
checkEqual('credit of nobody', await chain.rpc('credit_balance', nobody), '0');
checkEqual('credit of an Ethereum address', await chain.rpc('credit_balance', `0x${'12'.repeat(20)}`), '0');
await checkFails('credit of no account', chain.rpc('credit_balance', '0x12'), /no account|[Ii]nvalid params/);
await checkFails('credit of a number', chain.rpc('credit_balance', 7), /[Ii]nvalid (params|type)/);
await checkFails('credit of half a megabyte', chain.rpc('credit_balance', '5'.repeat(1 << 19)), /no account|[Ii]nvalid params/);
await checkFails('credit in a block that isn\'t there', chain.rpc('credit_balance', nobody, `0x${'11'.repeat(32)}`), /StateUnavailable/);
checkEqual('an allowance that nobody gave', await chain.rpc('credit_allowance', nobody, nobody), null);
await checkFails('an allowance of one account', chain.rpc('credit_allowance', nobody), /[Ii]nvalid params|No more params/);
checkEqual('allowances of nobody, after somebody, more than there can be',
  (await chain.rpc('credit_allowances', nobody, owner.address, 0xffff_ffff)).length, 0);
await checkFails('a limit of less than nothing', chain.rpc('credit_allowances', nobody, null, -1), /[Ii]nvalid (params|value)/);
checkEqual('a channel that isn\'t there', await chain.rpc('credit_channel', most), null);
checkEqual('channels from the last id on', (await chain.rpc('credit_channels', most, 0xffff_ffff)).length, 0);
await checkFails('a channel with a fraction', chain.rpc('credit_channel', 1.5), /[Ii]nvalid (params|type)/);
for (const method of ['schedule_get', 'schedule_cost']) {
  checkEqual(`${method} of what isn't there`, await chain.rpc(method, most), null);
  await checkFails(`${method} of a negative id`, chain.rpc(method, -1), /[Ii]nvalid (params|value)/);
  await checkFails(`${method} of a text`, chain.rpc(method, u64), /[Ii]nvalid (params|type)/);
  await checkFails(`${method} in a block that isn't there`, chain.rpc(method, 1, `0x${'11'.repeat(32)}`), /StateUnavailable/);
}
check('no more than 100 schedules at a time', (await chain.rpc('schedule_list', 0, 0xffff_ffff)).length <= 100);
checkEqual('no schedule was asked for', (await chain.rpc('schedule_list', 1, 0)).length, 0);
await checkFails('a limit beyond 32 bits', chain.rpc('schedule_list', 1, 2 ** 32), /[Ii]nvalid (params|value)/);
await checkFails('an extrinsic that is none', chain.rpc('author_submitExtrinsic', '0x00112233'), /./);

// Straight over HTTP, where the body needn't be JSON at all.
const post = (body) =>
  fetch(net.validators[0].http, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body,
  }).then(async (response) => `${response.status} ${await response.text()}`, (error) => `refused: ${error.cause?.code ?? error.message}`);
check('a body that is no JSON', /error|refused|^4/.test(await post('{"jsonrpc"')));
check('a body over the limit', /too (large|big)|413|refused|exceed/i.test(await post('x'.repeat(17 * 1024 * 1024))));

const nan = Float32Array.from(image.pixels);
nan.set([NaN, Infinity, -Infinity]);
const first = await dryRun(MODEL, [{ ...good, data: hex(nan) }]);
const second = await chains[1].rpc('inference_dryRun', MODEL, [{ ...good, data: hex(nan) }]);
checkEqual('NaN and infinities give one result on both validators', first.resultId, second.resultId);

stage('extrinsics');
const tensor = inputTensor(image);
const infer = (model, inputs, price = quote.price, fuel = quote.maxFuel) =>
  tx.inference.infer(model, inputs, price, fuel);

// Refused calls cost their fees and nothing else. All of them are under way at the same time.
async function refused(signer, calls) {
  const { hash } = await chain.finalised();
  const sent = await Promise.all(calls.map(([, call]) => chain.sendAnyhow(call, signer)));
  for (const [i, [name, , pattern]] of calls.entries()) {
    check(name, pattern.test(sent[i].error ?? ''), sent[i].error ?? 'succeeded');
    check(`${name}: no inference`, sent[i].find('inference', 'Inferred').length === 0);
  }
  const last = sent.reduce((a, b) => (b.number > a.number ? b : a));
  const [before, after] = [await chain.balances(hash), await chain.balances(last.block)];
  checkEqual(
    `${calls.length} refused calls cost their fees only`,
    before.owned.get(signer.address) - after.owned.get(signer.address),
    sent.reduce((sum, { fee }) => sum + fee, 0n),
  );
}
const evm = (data, value = 0) => tx.revive.call(
  PRECOMPILE, value, { refTime: 500_000_000_000n, proofSize: 10_000_000n }, 10n ** 21n, data);
await refused(caller, [
  ['an unknown model', infer(999, [tensor]), /UnknownModel/],
  ['a price above the maximum', infer(MODEL, [tensor], BigInt(quote.price) - 1n), /PriceAboveMax/],
  ['a fuel limit below the need', infer(MODEL, [tensor], quote.price, quote.maxFuel - 1), /FuelLimitTooLow/],
  ['inputs of another dtype', infer(MODEL, [{ ...tensor, dtype: 'Int32' }]), /EngineRefused/],
  ['no inputs', infer(MODEL, []), /EngineRefused/],
  ['pausing another\'s model', tx.modelRegistry.pause(MODEL), /NotOwner/],
  ['a batch with a call of too little fuel',
    tx.utility.batchAll([infer(MODEL, [tensor]), infer(MODEL, [tensor], quote.price, 1)]), /FuelLimitTooLow/],
  ['calldata that is no call', evm('0xdeadbeef'), /revive\./],
  ['calldata of half a call', evm('0x9e70eaa000'), /revive\./],
  ['value for a function that takes none', evm(`0x6f8b0eac${'1'.padStart(64, '0')}`, 1), /revive\./],
]);
await refused(owner, [
  ['activating an active model', tx.modelRegistry.activate(MODEL, 0, [], quote.maxFuel), /WrongStatus/],
]);
await chain.send(tx.modelRegistry.pause(MODEL), owner);
await refused(caller, [['a paused model', infer(MODEL, [tensor]), /ModelNotActive/]]);
await chain.send(tx.modelRegistry.resume(MODEL), owner);
const resumed = await chain.send(infer(MODEL, [tensor]), caller);
checkEqual('the resumed model runs', resumed.find('inference', 'Inferred').length, 1);

stage('the validators go on');
for (const [i, one] of chains.entries()) {
  const height = await until(60_000, 'finality', async () => {
    const { number } = await one.finalised();
    return number > startHeights[i] + 2 && number;
  });
  check(`${net.validators[i].name} finalises`, true, `block ${height}`);
}
await Promise.all(chains.map((one) => one.close()));
process.exit(failed() === 0 ? 0 : 1);
