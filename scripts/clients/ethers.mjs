// ethers' journeys.

import {
  Contract, ContractFactory, EventLog, HDNodeWallet, Interface, JsonRpcProvider, NonceManager, Signature, WebSocketProvider,
  getCreateAddress, isError,
} from 'ethers';
import { failed, until } from '../e2e/checks.mjs';
import { journeys, readWorld } from './journal.mjs';

const world = readWorld();
const { Ledger, Token, Badge, Vault, DigitClassifier, IInference } = world.contracts;
const journey = journeys('ethers');
const price = BigInt(world.price);
const [image, other, third] = world.images;

// `polling`: without it ethers asks for filters, which aren't served.
const provider = new JsonRpcProvider(world.http, world.chainId, { staticNetwork: true, polling: true, pollingInterval: 300 });
const phrase = 'test test test test test test test test test test test junk';
const key = (index) => HDNodeWallet.fromPhrase(phrase, undefined, `m/44'/60'/0'/0/${index}`).connect(provider);
const [bare, bareFriend] = [key(2), key(3)];
const signer = new NonceManager(bare);
const friend = new NonceManager(bareFriend);

const mined = async (sent) => {
  const receipt = await (await sent).wait(1, 60_000);
  if (receipt.status !== 1) throw new Error(`transaction ${receipt.hash} reverted`);
  return receipt;
};
const deploy = async ({ abi, bytecode }, ...args) => {
  const contract = await new ContractFactory(abi, bytecode, signer).deploy(...args);
  return contract.waitForDeployment();
};
// What a call reverts with, as ethers' error names it.
const reverted = async (call) => {
  try {
    await call;
  } catch (error) {
    if (isError(error, 'CALL_EXCEPTION')) return error;
    throw error;
  }
  throw new Error('the call succeeded');
};
const named = ({ revert }) => `${revert.name}(${[...revert.args].join()})`;
const inference = new Contract(world.inference, IInference.abi, signer);
let ledger;
let digits;
let first;

await journey('deploy', async (t) => {
  const nonce = await bare.getNonce();
  ledger = await deploy(Ledger, 'ethers');
  first = await ledger.deploymentTransaction().wait();
  const address = await ledger.getAddress();
  t.equal('the address is the one of CREATE', address, getCreateAddress({ from: bare.address, nonce }));
  t.check('its code is there', (await provider.getCode(address)).length > 2);
  t.equal('the constructor had its argument', await ledger.title(), 'ethers');
  digits = await deploy(DigitClassifier, world.model);
});

await journey('call with value', async (t) => {
  const value = 2n * price;
  t.equal('the simulated digit is onnxruntime\'s', await digits.classify.staticCall(image.hex, { value }), image.label);
  const before = await provider.getBalance(bare.address);
  const receipt = await mined(digits.classify(image.hex, { value }));
  t.equal('it cost the price and the gas, the rest came back', before - (await provider.getBalance(bare.address)), price + receipt.fee);
  t.equal('the contract keeps the digit', await digits.lastDigit(), image.label);
  const direct = await mined(inference.infer(world.model, other.hex, { value: price }));
  const log = direct.logs.find((one) => one instanceof EventLog && one.eventName === 'Inferred');
  t.equal('the precompile, called directly, tells the price', log.args.price, price);
});

await journey('transaction types', async (t) => {
  const { gasPrice } = await provider.getFeeData();
  const to = bareFriend.address;
  const kinds = [
    [0, { gasPrice }],
    [1, { gasPrice, accessList: [{ address: to, storageKeys: [] }] }],
    [2, { maxFeePerGas: 2n * gasPrice, maxPriorityFeePerGas: 0n }],
  ];
  for (const [type, fields] of kinds) {
    const receipt = await mined(signer.sendTransaction({ type, to, value: 1n, ...fields }));
    t.equal(`type ${type} is mined as such`, receipt.type, type);
  }
});

await journey('read', async (t) => {
  t.equal('a mapping', await digits.digits(0n), image.label);
  t.equal('a storage slot', BigInt(await provider.getStorage(ledger, 1)), 0n);
  const [quoted] = await inference.quote(world.model);
  t.equal('the precompile\'s quote', quoted, price);
  // ethers puts what is asked in the same moment into one JSON-RPC batch.
  const [block, balance, title] = await Promise.all([provider.getBlockNumber(), provider.getBalance(friend), ledger.title()]);
  t.check('several at once in a JSON-RPC batch', block > 0 && balance > 0n && title === 'ethers');
});

await journey('events', async (t) => {
  const receipt = await mined(ledger.note(7n, 'seven'));
  const [log] = receipt.logs;
  t.equal('the receipt\'s log, decoded', `${log.eventName} ${log.args.key} ${log.args.text} ${log.args.by}`, `Noted 7 seven ${bare.address}`);
  await mined(ledger.note(8n, 'eight'));
  const all = await ledger.queryFilter('Noted', first.blockNumber, 'latest');
  t.equal('queryFilter over a range', all.map(({ args }) => args.text).join(), 'seven,eight');
  const one = await ledger.queryFilter(ledger.filters.Noted(null, 8n), first.blockNumber);
  t.equal('by an indexed argument', one.map(({ args }) => args.text).join(), 'eight');
  const inBlock = await provider.getLogs({ address: ledger, blockHash: receipt.blockHash });
  t.equal('getLogs of a block by its hash', inBlock.map(({ transactionHash }) => transactionHash).join(), receipt.hash);
  const runs = await inference.queryFilter(inference.filters.Inferred(digits), first.blockNumber);
  t.equal('runs of a model by their caller', runs.map(({ args }) => args.modelId).join(), world.model);
});

await journey('log filters', async (t) => {
  await t.fails('eth_newFilter isn\'t served', provider.send('eth_newFilter', [{}]), /not found|does not exist|unsupported|-32601/i);
  t.around('queryFilter; JsonRpcProvider with polling: true makes contract.on poll eth_getLogs');
  const seen = [];
  await ledger.on('Noted', (by, number, text) => seen.push(text));
  // It looks at the blocks after the first one that it has seen.
  await new Promise((resolve) => { setTimeout(resolve, 2 * world.slotMs); });
  await mined(ledger.note(9n, 'watched'));
  await until(30_000, 'the watched event', async () => seen.length > 0);
  await ledger.removeAllListeners();
  t.equal('contract.on over HTTP', seen.join(), 'watched');
});

await journey('revert reasons', async (t) => {
  t.equal('require\'s text', (await reverted(ledger.note.staticCall(1n, ''))).reason, 'Ledger: empty text');
  t.equal('a panic\'s code', named(await reverted(ledger.divide(1n, 0n))), 'Panic(18)');
  const direct = await reverted(inference.infer.staticCall(world.model, '0x1234', { value: price }));
  t.check('the precompile\'s text', direct.reason.startsWith('WrongDataLength('), direct.reason);
  const sent = await ledger.note(1n, '', { gasLimit: 500_000n });
  t.equal('a mined transaction says that it reverted', (await reverted(sent.wait(1, 60_000))).receipt?.status, 0);
});

await journey('custom errors', async (t) => {
  t.equal('with its arguments', named(await reverted(ledger.note.staticCall(100n, 'x'))), `KeyTooLarge(${bare.address},100,99)`);
  t.equal('of a refused inference', named(await reverted(digits.classify.staticCall('0x1234', { value: price }))), 'WrongDataLength(0,256,2)');
  t.equal('of a price above the value', named(await reverted(digits.classify.staticCall(image.hex, { value: price - 1n }))),
    `PriceAboveMax(${price},${price - 1n})`);
});

await journey('estimate', async (t) => {
  const gasLimit = await digits.classify.estimateGas(third.hex, { value: price });
  const receipt = await mined(digits.classify(third.hex, { value: price, gasLimit }));
  t.check('an inference succeeds with exactly its estimate', receipt.gasUsed <= gasLimit, `estimate ${gasLimit}, used ${receipt.gasUsed}`);
  const transfer = { to: bareFriend.address, value: 1n };
  const plain = await signer.estimateGas(transfer);
  const moved = await mined(signer.sendTransaction({ ...transfer, gasLimit: plain }));
  t.check('so does a transfer', moved.gasUsed <= plain, `estimate ${plain}, used ${moved.gasUsed}`);
  const refused = await reverted(ledger.note.estimateGas(1n, ''));
  t.equal('what would revert has no estimate but a reason', refused.reason, 'Ledger: empty text');
});

await journey('nonces', async (t) => {
  const start = await bareFriend.getNonce();
  const asFriend = ledger.connect(friend);
  const sent = [];
  for (let i = 0; i < 10; i += 1) sent.push(asFriend.note(10 + i, `n${i}`));
  const receipts = await Promise.all(sent.map(mined));
  t.equal('ten transactions at once', receipts.length, 10);
  const next = await bareFriend.getNonce();
  t.equal('used ten numbers', next - start, 10);
  const to = bare.address;
  const later = await bareFriend.sendTransaction({ to, value: 1n, nonce: next + 1, gasLimit: 100_000n });
  const earlier = await bareFriend.sendTransaction({ to, value: 1n, nonce: next, gasLimit: 100_000n });
  const [a, b] = await Promise.all([mined(earlier), mined(later)]);
  t.check('a gap waits until it is filled', b.blockNumber >= a.blockNumber);
  await t.fails('a used number is refused', bareFriend.sendTransaction({ to, value: 2n, nonce: next, gasLimit: 100_000n }), /nonce|invalid transaction/i);
  friend.reset();
});

await journey('pending', async (t) => {
  const before = await bare.getNonce('latest');
  const sent = await signer.sendTransaction({ to: bareFriend.address, value: 1n });
  const pending = await bare.getNonce('pending');
  const receipt = await sent.wait(1, 60_000);
  t.equal('wait() waits for a block', receipt.status, 1);
  t.check('"pending" counts what is in the last block', pending === before || pending === before + 1, `${before}, ${pending}`);
  t.around('NonceManager counts transactions that are under way');
  const block = await provider.getBlock('pending');
  t.check('the pending block is the latest', block.number >= receipt.blockNumber, `block ${block.number}`);
  t.equal('a call in the pending state', await ledger.title({ blockTag: 'pending' }), 'ethers');
});

await journey('block tags', async (t) => {
  const [latest, safe, finalized, earliest] = await Promise.all(
    ['latest', 'safe', 'finalized', 'earliest'].map((tag) => provider.getBlock(tag)));
  t.check('earliest, finalized, latest are in order', earliest.number === 0 && finalized.number <= latest.number && safe.number <= latest.number,
    `${finalized.number} ${safe.number} ${latest.number}`);
  await until(60_000, 'finality', async () => (await provider.getBlock('finalized')).number > first.blockNumber);
  t.check('a read in the final state', (await ledger.count({ blockTag: 'finalized' })) >= 0n);
  t.equal('a read in an old state', await ledger.count({ blockTag: first.blockNumber }), 0n);
  t.check('a read in the latest state', (await ledger.count({ blockTag: 'latest' })) > 0n);
  const block = await provider.getBlock(first.blockHash, true);
  t.check('a block by its hash, with transactions', block.number === first.blockNumber && block.prefetchedTransactions.some(({ hash }) => hash === first.hash));
});

await journey('subscriptions', async (t) => {
  const live = new WebSocketProvider(world.ws, world.chainId);
  const heads = [];
  const events = [];
  await live.on('block', (number) => heads.push(number));
  await ledger.connect(live).on('Noted', (by, number, text) => events.push(text));
  await until(30_000, 'a new head', async () => heads.length > 0);
  await mined(ledger.note(50n, 'subscribed'));
  await until(30_000, 'the event', async () => events.at(-1) === 'subscribed' && heads.length > 1);
  t.check('new heads', heads.every((n, i) => i === 0 || n > heads[i - 1]), `${heads.length} heads`);
  // Logs of the blocks just before may come first.
  t.equal('logs, decoded', events.at(-1), 'subscribed');
  await t.fails('pending transactions can\'t be subscribed to', live.send('eth_subscribe', ['newPendingTransactions']), /invalid|unknown|unsupported/i);
  t.around('pending transactions: author_pendingExtrinsics of the node');
  await live.removeAllListeners();
  // ethers lets nobody wait for its unsubscribing, and throws when it is cut off.
  await new Promise((resolve) => { setTimeout(resolve, 2000); });
  await live.destroy();
});

await journey('ERC-20', async (t) => {
  const token = await deploy(Token, 1000n);
  const to = bareFriend.address;
  const moved = await mined(token.transfer(to, 100n));
  t.equal('transfer and its event', `${moved.logs[0].args.value} ${await token.balanceOf(to)}`, '100 100');
  const asFriend = token.connect(friend);
  t.equal('too little', (await reverted(asFriend.transfer.staticCall(bare.address, 101n))).revert.name, 'ERC20InsufficientBalance');
  const deadline = Math.floor(Date.now() / 1000) + 86_400;
  const { v, r, s } = Signature.from(await bare.signTypedData(
    { name: 'Test token', version: '1', chainId: world.chainId, verifyingContract: await token.getAddress() },
    { Permit: [
      { name: 'owner', type: 'address' }, { name: 'spender', type: 'address' }, { name: 'value', type: 'uint256' },
      { name: 'nonce', type: 'uint256' }, { name: 'deadline', type: 'uint256' },
    ] },
    { owner: bare.address, spender: to, value: 50n, nonce: 0n, deadline },
  ));
  await mined(asFriend.permit(bare.address, to, 50n, deadline, v, r, s));
  await mined(asFriend.transferFrom(bare.address, to, 50n));
  t.equal('permit by EIP-712, then transferFrom', await token.balanceOf(to), 150n);
  t.equal('nothing was made or lost', (await token.balanceOf(bare.address)) + 150n, await token.totalSupply());
});

await journey('ERC-721', async (t) => {
  const badge = await deploy(Badge);
  const vault = await deploy(Vault);
  await mined(badge.award(bare.address, 'ipfs://one'));
  t.equal('a new badge and its URI', `${await badge.ownerOf(1n)} ${await badge.tokenURI(1n)}`, `${bare.address} ipfs://one`);
  await mined(badge['safeTransferFrom(address,address,uint256)'](bare.address, vault, 1n));
  t.equal('to a contract that takes it', await badge.ownerOf(1n), await vault.getAddress());
  await mined(badge.award(bareFriend.address, ''));
  t.equal('not somebody else\'s', (await reverted(badge.transferFrom.staticCall(bareFriend.address, bare.address, 2n))).revert.name, 'ERC721InsufficientApproval');
  t.equal('not to a contract that doesn\'t', (await reverted(badge.award.staticCall(ledger, ''))).revert.name, 'ERC721InvalidReceiver');
  t.check('ERC-165 says what it is', await badge.supportsInterface(Interface.from(['function supportsInterface(bytes4)']).getFunction('supportsInterface').selector)
    && (await badge.supportsInterface('0x80ac58cd')));
});

process.exit(failed() === 0 ? 0 : 1);
