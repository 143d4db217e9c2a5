// viem's journeys.

import {
  BaseError, ContractFunctionRevertedError, createPublicClient, createWalletClient, defineChain, getContractAddress,
  http, nonceManager, parseEventLogs, parseSignature, webSocket,
} from 'viem';
import { mnemonicToAccount } from 'viem/accounts';
import { failed, until, within } from '../e2e/checks.mjs';
import { journeys, readWorld } from './journal.mjs';

const world = readWorld();
const { Ledger, Token, Badge, Vault, DigitClassifier, IInference } = world.contracts;
const journey = journeys('viem');
const price = BigInt(world.price);
const [image, other, third] = world.images;

const chain = defineChain({
  id: world.chainId,
  name: 'OPG local',
  nativeCurrency: { name: 'OPG', symbol: 'OPG', decimals: 18 },
  rpcUrls: { default: { http: [world.http], webSocket: [world.ws] } },
});
const phrase = 'test test test test test test test test test test test junk';
const account = mnemonicToAccount(phrase, { addressIndex: 0, nonceManager });
const friend = mnemonicToAccount(phrase, { addressIndex: 1, nonceManager });
const options = { chain, transport: http(world.http, { timeout: 60_000 }), pollingInterval: 300 };
const client = createPublicClient(options);
const wallet = createWalletClient({ ...options, account });
const friendly = createWalletClient({ ...options, account: friend });

const receiptOf = (hash) => client.waitForTransactionReceipt({ hash, timeout: 60_000 });
const mined = async (sent) => {
  const receipt = await receiptOf(await sent);
  if (receipt.status !== 'success') throw new Error(`transaction ${receipt.transactionHash} reverted`);
  return receipt;
};
const deploy = async ({ abi, bytecode }, args = []) => {
  const { contractAddress } = await mined(wallet.deployContract({ abi, bytecode, args }));
  return { abi, address: contractAddress };
};
// What a call reverts with, as viem's error names it.
const reverted = async (call) => {
  try {
    await call;
  } catch (error) {
    const cause = error instanceof BaseError && error.walk((e) => e instanceof ContractFunctionRevertedError);
    if (cause) return cause;
    throw error;
  }
  throw new Error('the call succeeded');
};
let ledger;
let digits;
let first;

await journey('deploy', async (t) => {
  const nonce = await client.getTransactionCount({ address: account.address });
  const { abi, bytecode } = Ledger;
  const receipt = await mined(wallet.deployContract({ abi, bytecode, args: ['viem'] }));
  ledger = { abi, address: receipt.contractAddress };
  first = receipt;
  t.equal('the address is the one of CREATE', receipt.contractAddress.toLowerCase(),
    getContractAddress({ from: account.address, nonce: BigInt(nonce) }).toLowerCase());
  t.check('its code is there', (await client.getCode({ address: ledger.address }))?.length > 2);
  t.equal('the constructor had its argument', await client.readContract({ ...ledger, functionName: 'title' }), 'viem');
  digits = await deploy(DigitClassifier, [world.model]);
});

await journey('call with value', async (t) => {
  const call = { ...digits, functionName: 'classify', args: [image.hex], value: 2n * price, account };
  const { result, request } = await client.simulateContract(call);
  t.equal('the simulated digit is onnxruntime\'s', result, image.label);
  const before = await client.getBalance({ address: account.address });
  const receipt = await mined(wallet.writeContract(request));
  const after = await client.getBalance({ address: account.address });
  t.equal('it cost the price and the gas, the rest came back', before - after,
    price + receipt.gasUsed * receipt.effectiveGasPrice);
  t.equal('the contract keeps the digit', await client.readContract({ ...digits, functionName: 'lastDigit' }), image.label);
  const direct = await mined(wallet.writeContract({
    address: world.inference, abi: IInference.abi, functionName: 'infer', args: [world.model, other.hex], value: price,
  }));
  const [log] = parseEventLogs({ abi: IInference.abi, eventName: 'Inferred', logs: direct.logs });
  t.equal('the precompile, called directly, tells the price', log.args.price, price);
});

await journey('transaction types', async (t) => {
  const gasPrice = await client.getGasPrice();
  const kinds = [
    ['legacy', { type: 'legacy', gasPrice }],
    ['eip2930', { type: 'eip2930', gasPrice, accessList: [{ address: friend.address, storageKeys: [] }] }],
    ['eip1559', { type: 'eip1559', maxFeePerGas: 2n * gasPrice, maxPriorityFeePerGas: 0n }],
  ];
  for (const [kind, fields] of kinds) {
    const receipt = await mined(wallet.sendTransaction({ to: friend.address, value: 1n, ...fields }));
    t.equal(`${kind} is mined as such`, receipt.type, kind);
    if (kind === 'eip1559') t.equal('the price is the base fee', receipt.effectiveGasPrice <= 2n * gasPrice, true);
  }
});

await journey('read', async (t) => {
  t.equal('a mapping', await client.readContract({ ...digits, functionName: 'digits', args: [0n] }), image.label);
  t.equal('a storage slot', BigInt(await client.getStorageAt({ address: ledger.address, slot: '0x1' })), 0n);
  const [quoted] = await client.readContract({
    address: world.inference, abi: IInference.abi, functionName: 'quote', args: [world.model],
  });
  t.equal('the precompile\'s quote', quoted, price);
  const batching = createPublicClient({ ...options, transport: http(world.http, { batch: true }) });
  const answers = await Promise.all([
    batching.getChainId(), batching.getBalance({ address: friend.address }), batching.readContract({ ...ledger, functionName: 'title' }),
  ]);
  t.check('several at once in a JSON-RPC batch', answers[0] === world.chainId && answers[1] > 0n && answers[2] === 'viem');
});

await journey('events', async (t) => {
  const receipt = await mined(wallet.writeContract({ ...ledger, functionName: 'note', args: [7n, 'seven'] }));
  const [log] = parseEventLogs({ abi: ledger.abi, logs: receipt.logs });
  t.equal('the receipt\'s log, decoded', `${log.eventName} ${log.args.key} ${log.args.text} ${log.args.by}`,
    `Noted 7 seven ${account.address}`);
  await mined(wallet.writeContract({ ...ledger, functionName: 'note', args: [8n, 'eight'] }));
  const range = { fromBlock: first.blockNumber, toBlock: 'latest' };
  const all = await client.getContractEvents({ ...ledger, eventName: 'Noted', ...range });
  t.equal('getContractEvents over a range', all.map(({ args }) => args.text).join(), 'seven,eight');
  const one = await client.getContractEvents({ ...ledger, eventName: 'Noted', args: { key: 8n }, ...range });
  t.equal('by an indexed argument', one.map(({ args }) => args.text).join(), 'eight');
  const inBlock = await client.getLogs({ address: ledger.address, blockHash: receipt.blockHash });
  t.equal('getLogs of a block by its hash', inBlock.map((l) => l.transactionHash).join(), receipt.transactionHash);
  const runs = await client.getContractEvents({
    address: world.inference, abi: IInference.abi, eventName: 'Inferred', args: { caller: digits.address }, ...range,
  });
  t.equal('runs of a model by their caller', runs.map(({ args }) => args.modelId).join(), world.model);
});

await journey('log filters', async (t) => {
  await t.fails('eth_newFilter isn\'t served', client.createContractEventFilter({ ...ledger, eventName: 'Noted' }), /does not exist|not found|not available/i);
  t.around('getContractEvents; watchContractEvent falls back to polling eth_getLogs by itself');
  const seen = [];
  const stop = client.watchContractEvent({ ...ledger, eventName: 'Noted', onLogs: (logs) => seen.push(...logs) });
  // It looks at the blocks after the first one that it has seen.
  await new Promise((resolve) => { setTimeout(resolve, 2 * world.slotMs); });
  await mined(wallet.writeContract({ ...ledger, functionName: 'note', args: [9n, 'watched'] }));
  await until(30_000, 'the watched event', async () => seen.length > 0);
  stop();
  t.equal('watchContractEvent over HTTP', seen.at(-1).args.text, 'watched');
});

await journey('revert reasons', async (t) => {
  const simulate = (functionName, args) => client.simulateContract({ ...ledger, functionName, args, account });
  t.equal('require\'s text', (await reverted(simulate('note', [1n, '']))).reason, 'Ledger: empty text');
  const panic = await reverted(client.readContract({ ...ledger, functionName: 'divide', args: [1n, 0n] }));
  t.equal('a panic\'s code', `${panic.data.errorName} ${panic.data.args[0]}`, 'Panic 18');
  const direct = await reverted(client.simulateContract({
    address: world.inference, abi: IInference.abi, functionName: 'infer', args: [world.model, '0x1234'], value: price, account,
  }));
  t.check('the precompile\'s text', direct.reason.startsWith('WrongDataLength('), direct.reason);
  const receipt = await receiptOf(await wallet.writeContract({ ...ledger, functionName: 'note', args: [1n, ''], gas: 500_000n }));
  t.equal('a mined transaction says that it reverted', receipt.status, 'reverted');
});

await journey('custom errors', async (t) => {
  const large = await reverted(client.simulateContract({ ...ledger, functionName: 'note', args: [100n, 'x'], account }));
  t.equal('with its arguments', `${large.data.errorName}(${large.data.args.join()})`, `KeyTooLarge(${account.address},100,99)`);
  const classify = (hex, value) => reverted(client.simulateContract({ ...digits, functionName: 'classify', args: [hex, value].slice(0, 1), value, account }));
  const short = await classify('0x1234', price);
  t.equal('of a refused inference', `${short.data.errorName}(${short.data.args.join()})`, 'WrongDataLength(0,256,2)');
  const cheap = await classify(image.hex, price - 1n);
  t.equal('of a price above the value', `${cheap.data.errorName}(${cheap.data.args.join()})`, `PriceAboveMax(${price},${price - 1n})`);
});

await journey('estimate', async (t) => {
  const call = { ...digits, functionName: 'classify', args: [third.hex], value: price, account };
  const gas = await client.estimateContractGas(call);
  const receipt = await mined(wallet.writeContract({ ...call, gas }));
  t.check('an inference succeeds with exactly its estimate', receipt.gasUsed <= gas, `estimate ${gas}, used ${receipt.gasUsed}`);
  const plain = await client.estimateGas({ account, to: friend.address, value: 1n });
  const transfer = await mined(wallet.sendTransaction({ to: friend.address, value: 1n, gas: plain }));
  t.check('so does a transfer', transfer.gasUsed <= plain, `estimate ${plain}, used ${transfer.gasUsed}`);
  const refused = await reverted(client.estimateContractGas({ ...ledger, functionName: 'note', args: [1n, ''], account }));
  t.equal('what would revert has no estimate but a reason', refused.reason, 'Ledger: empty text');
});

await journey('nonces', async (t) => {
  const start = await client.getTransactionCount({ address: friend.address });
  const many = await Promise.all(Array.from({ length: 10 }, (_, i) =>
    friendly.writeContract({ ...ledger, functionName: 'note', args: [BigInt(10 + i), `n${i}`] })));
  const receipts = await Promise.all(many.map(receiptOf));
  t.equal('ten transactions at once', receipts.filter(({ status }) => status === 'success').length, 10);
  const next = await client.getTransactionCount({ address: friend.address });
  t.equal('used ten numbers', next - start, 10);
  const later = await friendly.sendTransaction({ to: account.address, value: 1n, nonce: next + 1 });
  const earlier = await friendly.sendTransaction({ to: account.address, value: 1n, nonce: next });
  const [a, b] = await Promise.all([earlier, later].map(receiptOf));
  t.check('a gap waits until it is filled', a.status === 'success' && b.status === 'success' && b.blockNumber >= a.blockNumber);
  await t.fails('a used number is refused', friendly.sendTransaction({ to: account.address, value: 2n, nonce: next }), /nonce|invalid transaction/i);
  friend.nonceManager.reset({ address: friend.address, chainId: world.chainId });
});

await journey('pending', async (t) => {
  const before = await client.getTransactionCount({ address: account.address });
  const hash = await wallet.sendTransaction({ to: friend.address, value: 1n });
  const pending = await client.getTransactionCount({ address: account.address, blockTag: 'pending' });
  const receipt = await receiptOf(hash);
  t.check('waitForTransactionReceipt waits for a block', receipt.status === 'success');
  t.check('"pending" counts what is in the last block', pending === before || pending === before + 1, `${before}, ${pending}`);
  t.around('the account\'s nonceManager counts transactions that are under way');
  const block = await client.getBlock({ blockTag: 'pending' });
  t.check('the pending block is the latest', block.number >= receipt.blockNumber && block.hash !== null, `block ${block.number}`);
  t.equal('a call in the pending state', await client.readContract({ ...ledger, functionName: 'title', blockTag: 'pending' }), 'viem');
});

await journey('block tags', async (t) => {
  const [latest, safe, finalized, earliest] = await Promise.all(
    ['latest', 'safe', 'finalized', 'earliest'].map((blockTag) => client.getBlock({ blockTag })));
  t.check('earliest, finalized, latest are in order', earliest.number === 0n && finalized.number <= latest.number && safe.number <= latest.number,
    `${finalized.number} ${safe.number} ${latest.number}`);
  const at = (where) => client.readContract({ ...ledger, functionName: 'count', ...where });
  await until(60_000, 'finality', async () => (await client.getBlock({ blockTag: 'finalized' })).number > first.blockNumber);
  t.check('a read in the final state', (await at({ blockTag: 'finalized' })) >= 0n);
  t.equal('a read in an old state', await at({ blockNumber: first.blockNumber }), 0n);
  t.check('a read in the latest state', (await at({ blockTag: 'latest' })) > 0n);
  const block = await client.getBlock({ blockHash: first.blockHash, includeTransactions: true });
  t.check('a block by its hash, with transactions', block.number === first.blockNumber && block.transactions.some(({ hash }) => hash === first.transactionHash));
});

await journey('subscriptions', async (t) => {
  const live = createPublicClient({ chain, transport: webSocket(world.ws) });
  const heads = [];
  const events = [];
  const errors = [];
  const stops = [
    live.watchBlockNumber({ onBlockNumber: (number) => heads.push(number), onError: (e) => errors.push(e) }),
    live.watchContractEvent({ ...ledger, eventName: 'Noted', onLogs: (logs) => events.push(...logs), onError: (e) => errors.push(e) }),
  ];
  await until(30_000, 'a new head', async () => heads.length > 0);
  await mined(wallet.writeContract({ ...ledger, functionName: 'note', args: [50n, 'subscribed'] }));
  await until(30_000, 'the event', async () => events.at(-1)?.args.text === 'subscribed' && heads.length > 1);
  stops.forEach((stop) => stop());
  t.check('new heads', heads.every((n, i) => i === 0 || n > heads[i - 1]), `${heads.length} heads`);
  // Logs of the blocks just before may come first.
  t.equal('logs, decoded', events.at(-1).args.text, 'subscribed');
  t.equal('without an error', errors.length, 0);
  const refused = new Promise((resolve) => {
    live.watchPendingTransactions({ poll: false, onTransactions: () => {}, onError: resolve });
  });
  const { message } = await within(30_000, 'a refusal', refused);
  t.check('pending transactions can\'t be subscribed to', /newPendingTransactions|params/i.test(message), message.slice(0, 80));
  t.around('pending transactions: author_pendingExtrinsics of the node');
  (await live.transport.getRpcClient()).close();
});

await journey('ERC-20', async (t) => {
  const token = await deploy(Token, [1000n]);
  const read = (functionName, args = []) => client.readContract({ ...token, functionName, args });
  const write = (by, functionName, args) => mined(by.writeContract({ ...token, functionName, args }));
  const moved = await write(wallet, 'transfer', [friend.address, 100n]);
  const [log] = parseEventLogs({ abi: token.abi, eventName: 'Transfer', logs: moved.logs });
  t.equal('transfer and its event', `${log.args.value} ${await read('balanceOf', [friend.address])}`, '100 100');
  const poor = await reverted(client.simulateContract({ ...token, functionName: 'transfer', args: [account.address, 101n], account: friend }));
  t.equal('too little', poor.data.errorName, 'ERC20InsufficientBalance');
  const deadline = BigInt(Math.floor(Date.now() / 1000) + 86_400);
  const signature = parseSignature(await wallet.signTypedData({
    domain: { name: 'Test token', version: '1', chainId: world.chainId, verifyingContract: token.address },
    types: { Permit: [
      { name: 'owner', type: 'address' }, { name: 'spender', type: 'address' }, { name: 'value', type: 'uint256' },
      { name: 'nonce', type: 'uint256' }, { name: 'deadline', type: 'uint256' },
    ] },
    primaryType: 'Permit',
    message: { owner: account.address, spender: friend.address, value: 50n, nonce: 0n, deadline },
  }));
  await write(friendly, 'permit', [account.address, friend.address, 50n, deadline, Number(signature.v), signature.r, signature.s]);
  await write(friendly, 'transferFrom', [account.address, friend.address, 50n]);
  t.equal('permit by EIP-712, then transferFrom', await read('balanceOf', [friend.address]), 150n);
  t.equal('nothing was made or lost', (await read('balanceOf', [account.address])) + 150n, await read('totalSupply'));
});

await journey('ERC-721', async (t) => {
  const badge = await deploy(Badge);
  const vault = await deploy(Vault);
  const read = (functionName, args) => client.readContract({ ...badge, functionName, args });
  const write = (functionName, args) => mined(wallet.writeContract({ ...badge, functionName, args }));
  await write('award', [account.address, 'ipfs://one']);
  t.equal('a new badge and its URI', `${await read('ownerOf', [1n])} ${await read('tokenURI', [1n])}`, `${account.address} ipfs://one`);
  await write('safeTransferFrom', [account.address, vault.address, 1n]);
  t.equal('to a contract that takes it', (await read('ownerOf', [1n])).toLowerCase(), vault.address.toLowerCase());
  await write('award', [friend.address, '']);
  const foreign = await reverted(client.simulateContract({ ...badge, functionName: 'transferFrom', args: [friend.address, account.address, 2n], account }));
  t.equal('not somebody else\'s', foreign.data.errorName, 'ERC721InsufficientApproval');
  const refusing = await reverted(client.simulateContract({ ...badge, functionName: 'award', args: [ledger.address, ''], account }));
  t.equal('not to a contract that doesn\'t', refusing.data.errorName, 'ERC721InvalidReceiver');
});

process.exit(failed() === 0 ? 0 : 1);
