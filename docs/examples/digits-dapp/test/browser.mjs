// The dApp in headless Chromium on a running network: drawing, classifying, verifying, lying nodes, a
// wallet, a browser that can't verify. Prints "ok: …" or "FAILED: …" for each check.
//
// Usage: node --import tsx test/browser.mjs --net NET.json --node OPG_NODE --chromium PATH [--pictures DIR]
//          [--golden-every N]
//
// NET.json is what scripts/localnet leaves in its folder. The page must have been built. With --pictures
// it leaves screenshots. Of the golden vectors' models it runs every N-th (default 25; 1: all, half an hour).

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createPublicClient, formatEther, http } from 'viem';
import { mnemonicToAccount } from 'viem/accounts';
import { build } from 'vite';
import { check, checkEqual, checkFails, failed, stage } from '../../../../scripts/e2e/checks.mjs';
import { Cli } from '../../../../scripts/e2e/cli.mjs';
import { heldOut, MODEL } from '../../../../scripts/e2e/digits.mjs';
import { deploy } from '../tools/deploy.mjs';
import { Dapp, launch } from './browser/page.mjs';
import { Server } from './browser/server.mjs';
import { Wallet } from './browser/wallet.mjs';
import { DIGITS } from './strokes.ts';

const { values: options } = parseArgs({
  options: {
    net: { type: 'string' }, node: { type: 'string' }, chromium: { type: 'string' }, pictures: { type: 'string' },
    'golden-every': { type: 'string', default: '25' },
  },
});
const net = JSON.parse(readFileSync(options.net, 'utf8'));
const PRICE = '0.01';
// Chromium without fused multiply-add, as on a processor that has none.
const NO_FMA = '--no-enable-fma3';
// A percentage of two decimals, and the difference between the engine's and onnxruntime's floats.
const CLOSE = 0.0051 / 100 + 1e-5;
const PHRASE = 'test test test test test test test test test test test junk';

const picture = (dapp, name) => {
  if (!options.pictures) return undefined;
  mkdirSync(options.pictures, { recursive: true });
  return dapp.picture(join(options.pictures, `${name}.png`));
};

stage('publishing the model, deploying the contract');
const published = await new Cli(options.node).publish(MODEL, {
  ws: net.validators[0].ws, suri: '//Charlie', name: 'digits-dapp', price: PRICE,
});
const network = await deploy(net, published.model);
const ethereum = createPublicClient({ transport: http(network.ethereum) });
const server = await new Server(network).listen();
const browser = await launch(options.chromium);
console.log(`model ${network.model}, contract ${network.contract}, ${await browser.version()}`);

// Images of different digits that nobody trained with.
const images = heldOut();
const image = images.find(({ label }) => label === 3);

try {
  await classifies();
  await refusesLies();
  await draws();
  await usesWallet();
  await saysWhatIsWrong();
  await saysThatItCannot();
  await givesTheRecord();
} finally {
  await browser.close();
  await server.close();
}
process.exit(failed() === 0 ? 0 : 1);

async function classifies() {
  stage('a held-out image, paid by a development account');
  const dapp = await Dapp.open(browser, server.url);
  checkEqual('without account and picture nothing can be sent', await dapp.page.$eval('#classify', (button) => button.disabled), true);
  const price = await dapp.told('#price');
  check('the price is told before', /costs 0\.01 OPG/.test(price), price);
  await dapp.press('Use a development account');
  check('the account is named for what it is', /Development account: everybody has its key/.test(await dapp.text('#account')));
  await dapp.show(image.pixels);
  const { address } = mnemonicToAccount(PHRASE);
  const before = await ethereum.getBalance({ address });
  const said = await dapp.classify();
  checkEqual('the class is onnxruntime\'s', said.digit, image.label);
  const far = said.probabilities.filter((text, i) => Math.abs(fraction(text) - image.probabilities[i]) > CLOSE + (/[<>]/.test(text) ? 0.0001 : 0));
  checkEqual('probabilities are onnxruntime\'s', far.join(), '');
  const { facts } = said;
  const receipt = await ethereum.getTransactionReceipt({ hash: facts.Transaction });
  checkEqual('the block is the transaction\'s', facts.Block.replace(/\D/g, ''), receipt.blockNumber);
  checkEqual('what was paid is what the account lost', facts['OPG paid'],
    `${formatEther(before - (await ethereum.getBalance({ address })))} OPG`);
  checkEqual('of it, for the model', facts['for the model'], `${PRICE} OPG`);
  const kept = await ask('inference_receipt', facts.Receipt);
  checkEqual('receipt and result id are the chain\'s', kept.resultId, facts['Result id']);
  checkEqual('and the fuel', facts['Fuel of the run'].replace(/\D/g, ''), kept.fuel);

  stage('verifying in the browser');
  const verdict = await dapp.verify();
  checkEqual('the receipt is verified', verdict.verdict, 'verified');
  check('every comparison holds', verdict.failing.length === 0 && verdict.checks === 17, `${verdict.checks} of them`);
  checkEqual('in a thread of its own', dapp.page.workers().length, 1);
  await picture(dapp, 'verified');
  checkEqual('again, with the engine at hand', (await dapp.verify()).verdict, 'verified');
  checkEqual('no errors on the page', dapp.errors.join('; '), '');
  await dapp.page.close();
  if (options.pictures) await moods();
}

// The page in other moods, for people to look at.
async function moods() {
  for (const [name, how] of [['narrow', { width: 390 }], ['dark', { dark: true }]]) {
    const dapp = await Dapp.open(browser, server.url, how);
    await dapp.press('Use a development account');
    await dapp.show(images.find(({ label }) => label === 8).pixels);
    await dapp.classify();
    await dapp.verify();
    await picture(dapp, name);
    await dapp.page.close();
  }
}

// What a lying node could change, and the comparisons that must fail.
async function refusesLies() {
  stage('lying nodes');
  const id = 'receipt id: made of the receipt\'s fields';
  const result = 'result id: made of engine, model, input and output';
  const proved = 'Merkle proof to that root';
  const changed = (change) => (method, _params, found) => (method === 'inference_receiptProof' ? change(found) : found);
  const field = (name, value) => changed((found) => ({ ...found, receipt: { ...found.receipt, [name]: value(found.receipt[name]) } }));
  const flipped = (hash) => `${hash.slice(0, -1)}${hash.endsWith('0') ? '1' : '0'}`;
  // Chunks are what is long in the state: the engine's are fetched after the model's, which is short.
  const chunks = (long) => (method, _params, found) =>
    (method === 'state_getStorage' && found?.length > 1000 && (found.length > 100_000) === long ? flipped(found) : found);
  const engine = (change) => (method, _params, found) =>
    (method === 'state_getStorage' && /^0x[0-9a-f]{8}/.test(found ?? '') && found.length > 64 && found.length < 200 ? change(found) : found);
  const lies = [
    ['another fuel', field('fuel', (fuel) => fuel + 1), [id, proved]],
    ['another price', field('price', (price) => `${price}0`), [id, proved]],
    ['another payer', field('payer', () => '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'), [id, proved]],
    ['another caller', field('caller', () => '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'), [id, 'caller: the contract', proved]],
    ['another result', field('resultId', flipped), [id, proved, result]],
    ['another output', field('outputHash', flipped), [result]],
    ['another input', field('inputHash', flipped), ['input: the picture you drew', result]],
    ['a changed root', changed((found) => ({ ...found, root: flipped(found.root) })), ['root of the block\'s receipts in the header']],
    ['a longer proof', changed((found) => ({ ...found, proof: [...found.proof, found.root] })), [proved]],
    ['a changed header', (method, _params, found) => (method === 'chain_getHeader' ? { ...found, stateRoot: flipped(found.stateRoot) } : found),
      ['block hash: made of the block\'s header']],
    ['a header without receipts', (method, _params, found) => (method === 'chain_getHeader' ? { ...found, digest: { logs: found.digest.logs.filter((log) => !log.startsWith('0x046f706772')) } } : found),
      ['block hash: made of the block\'s header', 'root of the block\'s receipts in the header', proved]],
    ['another engine', engine((found) => `${found.slice(0, 10)}${'ab'.repeat(32)}${found.slice(74)}`), [result]],
    ['a changed engine', chunks(true), ['engine: hash of its code']],
    ['a changed model', chunks(false), ['model: root of its chunks']],
    ['another memory', (method, _params, found) => (method === 'models_get' ? { ...found, costs: { ...found.costs, imageHash: flipped(found.costs.imageHash) } } : found),
      ['memory after loading the model']],
  ];
  const dapp = await Dapp.open(browser, server.url);
  await dapp.press('Use a development account');
  await dapp.show(image.pixels);
  await dapp.classify();
  for (const [name, lie, failing] of lies) {
    server.lie = lie;
    const verdict = await dapp.verify();
    checkEqual(`${name}: not verified`, `${verdict.verdict} ${verdict.failing.sort().join('; ')}`, `not-verified ${failing.sort().join('; ')}`);
    if (name === 'another fuel') await picture(dapp, 'not-verified');
  }
  for (const [name, lie, why] of [
    ['a node that knows no receipt', (method, _params, found) => (method === 'inference_receiptProof' ? null : found), /no receipt/],
    ['a node that refuses', (method, _params, found) => (method === 'state_getStorage' ? new Error('State already discarded') : found), /State already discarded/],
    ['a node that talks nonsense', field('payer', () => 'nobody'), /nobody/],
  ]) {
    server.lie = lie;
    const { verdict, text } = await dapp.verify();
    check(`${name}: nothing is claimed`, verdict === 'failed' && why.test(text), text.slice(0, 120));
  }
  server.lie = (_method, _params, found) => found;
  checkEqual('an honest node again', (await dapp.verify()).verdict, 'verified');
  await dapp.page.close();
}

async function draws() {
  stage('digits drawn with the mouse');
  const dapp = await Dapp.open(browser, server.url);
  await dapp.press('Use a development account');
  for (const digit of [7, 2, 5]) {
    await dapp.draw(DIGITS[digit]);
    checkEqual(`a drawn ${digit}`, (await dapp.classify()).digit, digit);
  }
  checkEqual('is verified too', (await dapp.verify()).verdict, 'verified');
  await picture(dapp, 'drawn');
  await dapp.press('Clear');
  checkEqual('without a picture nothing can be sent', await dapp.page.$eval('#classify', (button) => button.disabled), true);
  await dapp.press('Use a sample');
  check('a sample is told apart from a drawing', /handwritten/.test(await dapp.text('#origin')));
  await dapp.page.close();
}

async function usesWallet() {
  stage('a wallet');
  const wallet = new Wallet(mnemonicToAccount(PHRASE, { addressIndex: 2 }));
  const dapp = await Dapp.open(browser, server.url, { wallet });
  await dapp.press('Connect your wallet');
  await dapp.page.waitForFunction(() => /Your wallet/.test(document.querySelector('#account').textContent));
  const chainId = `0x${network.chainId.toString(16)}`;
  const flow = wallet.requests.map(({ method }) => method).filter((method) => /^wallet_|Accounts/.test(method));
  checkEqual('it is asked to switch, and then told of the network', flow.join(' '),
    'eth_requestAccounts wallet_switchEthereumChain wallet_addEthereumChain');
  checkEqual('what it is told', JSON.stringify(wallet.requests.find(({ method }) => method === 'wallet_addEthereumChain').params),
    JSON.stringify([{ chainId, chainName: network.name, nativeCurrency: { name: 'OPG', symbol: 'OPG', decimals: 18 }, rpcUrls: [network.ethereum] }]));
  checkEqual('it is on the network', wallet.chainId, chainId);
  // The wallet's own news of the change must not disconnect it.
  await new Promise((resolve) => setTimeout(resolve, 500));
  await dapp.show(image.pixels);
  const before = await ethereum.getTransactionCount(wallet.account);
  checkEqual('a digit that its account paid for', (await dapp.classify()).digit, image.label);
  checkEqual('in one transaction of the account', (await ethereum.getTransactionCount(wallet.account)) - before, 1);
  checkEqual('is verified', (await dapp.verify()).verdict, 'verified');
  wallet.declines = true;
  await checkFails('a declined transaction is told as that', dapp.classify(), /You declined the request/);
  wallet.declines = false;
  wallet.chainId = '0x1';
  await checkFails('a wallet that changed its network', dapp.classify(), /chain/i);
  await dapp.page.close();

  const again = await Dapp.open(browser, server.url, { wallet });
  wallet.requests.length = 0;
  await again.press('Connect your wallet');
  await again.page.waitForFunction(() => /Your wallet/.test(document.querySelector('#account').textContent));
  check('a network that it knows isn\'t added again',
    !wallet.requests.some(({ method }) => method === 'wallet_addEthereumChain'));
  await again.page.close();
}

async function saysWhatIsWrong() {
  stage('what is wrong is said');
  const dapp = await Dapp.open(browser, `${server.url}#pixels=1,2,3`);
  const told = await dapp.told('#error');
  check('a picture of three numbers', /64 numbers, this one has 3/.test(told), told);
  await dapp.page.close();
  const other = async (name, change, selector, pattern) => {
    const one = await new Server({ ...network, ...change }).listen();
    const page = await Dapp.open(browser, one.url);
    const text = await page.told(selector);
    check(name, pattern.test(text), text.slice(0, 160));
    await page.page.close();
    await one.close();
  };
  await other('an RPC that isn\'t there', { ethereum: 'http://127.0.0.1:9' }, '#error', /HTTP request failed/);
  await other('an RPC of another chain', { chainId: 1 }, '#error', /is of chain \d+, network.json says 1/);
  await other('a model that isn\'t there', { model: 999_999 }, '#error', /UnknownModel/);
  await other('a network.json without a contract', { contract: '' }, '#error', /contract is no address/);
  await other('no development account elsewhere', { development: false }, '#account', /^(?!.*development).*Install one/s);
  const poor = new Wallet(mnemonicToAccount(PHRASE, { addressIndex: 4711 }));
  const page = await Dapp.open(browser, server.url, { wallet: poor });
  await page.press('Connect your wallet');
  await page.show(image.pixels);
  await checkFails('an account without OPG', page.classify(), /too little OPG|insufficient|funds|balance/i);
  await page.page.close();
}

async function saysThatItCannot() {
  stage('a browser without fused multiply-add');
  const plain = await launch(options.chromium, NO_FMA);
  try {
    const dapp = await Dapp.open(plain, server.url);
    await dapp.press('Use a development account');
    await dapp.show(image.pixels);
    checkEqual('it classifies on chain all the same', (await dapp.classify()).digit, image.label);
    const { verdict, text } = await dapp.verify();
    checkEqual('and says that it can\'t verify', verdict, 'cannot');
    check('and why', /f32x4\.relaxed_madd rounds twice here/.test(text), text.slice(0, 160));
    await picture(dapp, 'cannot-verify');
  } finally {
    await plain.close();
  }
}

// The engine in the browser gives what validators recorded, whatever the model and its inputs.
async function givesTheRecord() {
  stage('golden vectors');
  const entry = fileURLToPath(new URL('browser/golden.ts', import.meta.url));
  await build({
    configFile: false, logLevel: 'error',
    build: { lib: { entry, formats: ['es'], fileName: 'golden' }, outDir: 'dist/golden', target: 'es2022', emptyOutDir: true, copyPublicDir: false },
  });
  const dapp = await Dapp.open(browser, server.url);
  const { models, same, others } = await dapp.page.evaluate(
    async (every) => (await import('/golden/golden.js')).observe(every), Number(options['golden-every']));
  check('loads and runs equal the record', others.length === 0 && same > 2 * models, `${same} of ${models} models; others: ${others.length}`);
  for (const other of others.slice(0, 10)) console.log(other);
  await dapp.page.close();
}

// Of `99.97 %`, `< 0.01 %` and `> 99.99 %`.
function fraction(text) {
  if (/</.test(text)) return 0;
  return Number(/[\d.]+/.exec(text)[0]) / 100;
}

async function ask(method, ...params) {
  const response = await fetch(network.node, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  return (await response.json()).result;
}
