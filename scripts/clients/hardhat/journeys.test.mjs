// Hardhat's journeys, as the tests that its users write: ethers by hardhat-ethers, chai with Hardhat's matchers.
// A `describe` is a journey, an `it` a check.

import { expect } from 'chai';
import hre from 'hardhat';
import { until } from '../../e2e/checks.mjs';
import { JOURNEYS, around, readWorld } from '../journal.mjs';

const CLIENT = 'Hardhat';
const { ethers, network } = hre;
const world = readWorld();
const price = BigInt(world.price);
const [image, other, third] = world.images;
const SOURCES = {
  Ledger: 'scripts/clients/contracts/Ledger.sol',
  Token: 'scripts/clients/contracts/Token.sol',
  Badge: 'scripts/clients/contracts/Badge.sol',
  Vault: 'scripts/clients/contracts/Badge.sol',
  DigitClassifier: 'docs/examples/digits/DigitClassifier.sol',
};

let signer;
let friend;
let ledger;
let digits;
let inference;
let first;

const deploy = async (name, ...args) => {
  const factory = await ethers.getContractFactory(`build/contracts/${SOURCES[name]}:${name}`);
  const contract = await factory.deploy(...args);
  return contract.waitForDeployment();
};
const mined = async (sent) => (await sent).wait();
const journey = (name, tests) => {
  if (!JOURNEYS.includes(name)) throw new Error(`no such journey: ${name}`);
  describe(name, tests);
};
const texts = (logs) => logs.map(({ args }) => args.text).join();

before(async () => {
  [signer, friend] = await ethers.getSigners();
  inference = await ethers.getContractAt('IInference', world.inference);
});

// What Mocha says of a test, as journal.mjs' lines.
afterEach(function () {
  const { title, parent, state, err } = this.currentTest;
  const why = state === 'passed' ? '' : ` (${(err?.message ?? 'not run').slice(0, 300).replaceAll('\n', ' ')})`;
  console.log(`${state === 'passed' ? 'ok' : 'FAILED'}: ${CLIENT}, ${parent.title}: ${title}${why}`);
});

journey('deploy', () => {
  it('puts a contract at the address of CREATE, with its argument', async () => {
    const nonce = await signer.getNonce();
    ledger = await deploy('Ledger', 'Hardhat');
    first = await ledger.deploymentTransaction().wait();
    expect(await ledger.getAddress()).to.equal(ethers.getCreateAddress({ from: signer.address, nonce }));
    expect(await ethers.provider.getCode(ledger)).to.have.length.above(2);
    expect(await ledger.title()).to.equal('Hardhat');
  });
  it('puts the example contract there', async () => {
    digits = await deploy('DigitClassifier', world.model);
    expect(await digits.modelId()).to.equal(world.model);
  });
});

journey('call with value', () => {
  it('classifies as onnxruntime does, for the price and the gas', async () => {
    const value = 2n * price;
    expect(await digits.classify.staticCall(image.hex, { value })).to.equal(image.label);
    const before = await ethers.provider.getBalance(signer);
    const receipt = await mined(digits.classify(image.hex, { value }));
    expect(before - (await ethers.provider.getBalance(signer))).to.equal(price + receipt.fee);
    expect(await digits.lastDigit()).to.equal(image.label);
  });
  it('calls the precompile directly', async () => {
    const sent = await inference.infer(world.model, other.hex, { value: price });
    await sent.wait();
    await expect(sent).to.emit(inference, 'Inferred');
  });
});

journey('transaction types', () => {
  it('mines legacy, access-list and fee-market transactions as such', async () => {
    const { gasPrice } = await ethers.provider.getFeeData();
    for (const [type, fields] of [
      [0, { gasPrice }],
      [1, { gasPrice, accessList: [{ address: friend.address, storageKeys: [] }] }],
      [2, { maxFeePerGas: 2n * gasPrice, maxPriorityFeePerGas: 0n }],
    ]) {
      const receipt = await mined(signer.sendTransaction({ type, to: friend.address, value: 1n, ...fields }));
      expect([receipt.type, receipt.status]).to.deep.equal([type, 1]);
    }
  });
});

journey('read', () => {
  it('reads mappings, slots and the precompile', async () => {
    expect(await digits.digits(0n)).to.equal(image.label);
    expect(BigInt(await ethers.provider.getStorage(ledger, 1))).to.equal(0n);
    expect((await inference.quote(world.model))[0]).to.equal(price);
  });
});

journey('events', () => {
  it('matches emitted events', async () => {
    const sent = await ledger.note(7n, 'seven');
    await sent.wait();
    await expect(sent).to.emit(ledger, 'Noted').withArgs(signer.address, 7n, 'seven');
    await mined(ledger.note(8n, 'eight'));
    around(CLIENT, 'events', 'await sent.wait() before expect(sent).to.emit: the matcher looks for the receipt at once, as on any network with slots');
  });
  it('finds them by range, indexed argument and block', async () => {
    expect(texts(await ledger.queryFilter('Noted', first.blockNumber))).to.equal('seven,eight');
    const [eight] = await ledger.queryFilter(ledger.filters.Noted(null, 8n), first.blockNumber);
    expect(eight.args.text).to.equal('eight');
    const [log] = await ethers.provider.getLogs({ address: await ledger.getAddress(), blockHash: eight.blockHash });
    expect(log.transactionHash).to.equal(eight.transactionHash);
  });
  it('finds a contract\'s inferences', async () => {
    const runs = await inference.queryFilter(inference.filters.Inferred(digits), first.blockNumber);
    expect(runs.map(({ args }) => args.modelId)).to.deep.equal([BigInt(world.model)]);
  });
});

journey('log filters', () => {
  it('are refused by name', async () => {
    await expect(ethers.provider.send('eth_newFilter', [{}])).to.be.rejectedWith(/not found/i);
    around(CLIENT, 'log filters', 'hardhat-ethers\' contract.on polls eth_getLogs by itself; queryFilter');
  });
  it('aren\'t needed to listen', async () => {
    const seen = [];
    await ledger.on('Noted', (by, key, text) => seen.push(text));
    // It looks at the blocks after the first one that it has seen.
    await new Promise((resolve) => { setTimeout(resolve, 5000); });
    await mined(ledger.note(9n, 'watched'));
    await until(30_000, 'the event', async () => seen.length > 0);
    await ledger.removeAllListeners();
    expect(seen.at(-1)).to.equal('watched');
  });
});

journey('revert reasons', () => {
  it('decodes require\'s text', async () => {
    await expect(ledger.note(1n, '')).to.be.revertedWith('Ledger: empty text');
  });
  it('decodes a panic', async () => {
    await expect(ledger.divide(1n, 0n)).to.be.revertedWithPanic(0x12);
  });
  it('decodes the precompile\'s text', async () => {
    await expect(inference.infer(world.model, '0x1234', { value: price })).to.be.revertedWith(/^WrongDataLength\(/);
  });
  it('sees that a mined transaction reverted', async () => {
    const sent = await ledger.note(1n, '', { gasLimit: 500_000n });
    await expect(sent.wait()).to.be.rejectedWith(/reverted/);
  });
});

journey('custom errors', () => {
  it('decodes arguments', async () => {
    await expect(ledger.note(100n, 'x')).to.be.revertedWithCustomError(ledger, 'KeyTooLarge').withArgs(signer.address, 100n, 99n);
  });
  it('decodes a refused inference', async () => {
    await expect(digits.classify('0x1234', { value: price })).to.be.revertedWithCustomError(digits, 'WrongDataLength').withArgs(0n, 256n, 2n);
  });
  it('decodes a price above the value', async () => {
    await expect(digits.classify(image.hex, { value: price - 1n })).to.be.revertedWithCustomError(digits, 'PriceAboveMax').withArgs(price, price - 1n);
  });
});

journey('estimate', () => {
  it('suffices for an inference', async () => {
    const gasLimit = await digits.classify.estimateGas(third.hex, { value: price });
    const receipt = await mined(digits.classify(third.hex, { value: price, gasLimit }));
    expect(receipt.status).to.equal(1);
    expect(receipt.gasUsed).to.be.at.most(gasLimit);
  });
  it('suffices for a transfer', async () => {
    const transfer = { to: friend.address, value: 1n };
    const gasLimit = await signer.estimateGas(transfer);
    expect((await mined(signer.sendTransaction({ ...transfer, gasLimit }))).status).to.equal(1);
  });
  it('gives a reason instead, for what would revert', async () => {
    await expect(ledger.note.estimateGas(1n, '')).to.be.revertedWith('Ledger: empty text');
  });
});

journey('nonces', () => {
  it('sends ten transactions at once with a NonceManager', async () => {
    const start = await friend.getNonce();
    const managed = ledger.connect(new ethers.NonceManager(friend));
    const receipts = await Promise.all(Array.from({ length: 10 }, (_, i) => mined(managed.note(10 + i, `n${i}`))));
    expect(receipts.map(({ status }) => status)).to.deep.equal(Array(10).fill(1));
    expect(await friend.getNonce()).to.equal(start + 10);
    around(CLIENT, 'nonces', 'Hardhat asks the node for each nonce, which counts mined transactions only: wrap the signer into ethers\' NonceManager');
  });
  it('waits for a gap to be filled, and refuses a used number', async () => {
    // A Wallet, because Hardhat's signer looks for the transaction in a block before it returns.
    const wallet = ethers.HDNodeWallet.fromPhrase(network.config.accounts.mnemonic, undefined, 'm/44\'/60\'/0\'/0/9').connect(ethers.provider);
    const next = await friend.getNonce();
    const transfer = { to: signer.address, value: 1n, gasLimit: 100_000n };
    const later = await wallet.sendTransaction({ ...transfer, nonce: next + 1 });
    const earlier = await wallet.sendTransaction({ ...transfer, nonce: next });
    const [a, b] = await Promise.all([earlier.wait(), later.wait()]);
    expect(b.blockNumber).to.be.at.least(a.blockNumber);
    await expect(wallet.sendTransaction({ ...transfer, value: 2n, nonce: next })).to.be.rejectedWith(/nonce|invalid transaction/i);
  });
});

journey('pending', () => {
  it('means latest', async () => {
    const receipt = await mined(signer.sendTransaction({ to: friend.address, value: 1n }));
    const block = await ethers.provider.getBlock('pending');
    expect(block.number).to.be.at.least(receipt.blockNumber);
    expect(await ledger.title({ blockTag: 'pending' })).to.equal('Hardhat');
    expect(await signer.getNonce('pending')).to.equal(await signer.getNonce('latest'));
    around(CLIENT, 'pending', 'NonceManager counts transactions that are under way');
  });
});

journey('block tags', () => {
  it('are in order', async () => {
    const [latest, safe, finalized, earliest] = await Promise.all(
      ['latest', 'safe', 'finalized', 'earliest'].map((tag) => ethers.provider.getBlock(tag)));
    expect(earliest.number).to.equal(0);
    expect(finalized.number).to.be.at.most(latest.number);
    expect(safe.number).to.be.at.most(latest.number);
  });
  it('read final, old and latest states', async () => {
    await until(60_000, 'finality', async () => (await ethers.provider.getBlock('finalized')).number > first.blockNumber);
    expect(await ledger.count({ blockTag: 'finalized' })).to.be.at.least(0n);
    expect(await ledger.count({ blockTag: first.blockNumber })).to.equal(0n);
    expect(await ledger.count()).to.be.above(0n);
  });
});

journey('subscriptions', () => {
  it('come by polling: Hardhat\'s networks are HTTP', async () => {
    const heads = [];
    await ethers.provider.on('block', (number) => heads.push(number));
    await until(30_000, 'two heads', async () => heads.length > 1);
    await ethers.provider.removeAllListeners();
    expect(heads.every((n, i) => i === 0 || n > heads[i - 1])).to.equal(true);
  });
  it('come over WebSocket with ethers\' own provider', async () => {
    const live = new ethers.WebSocketProvider(world.ws, world.chainId);
    const events = [];
    await ledger.connect(live).on('Noted', (by, key, text) => events.push(text));
    await mined(ledger.note(50n, 'subscribed'));
    await until(30_000, 'the event', async () => events.at(-1) === 'subscribed');
    await live.removeAllListeners();
    // ethers lets nobody wait for its unsubscribing, and throws when it is cut off.
    await new Promise((resolve) => { setTimeout(resolve, 2000); });
    await live.destroy();
    around(CLIENT, 'subscriptions', 'Hardhat has no WebSocket networks and polls; ethers.WebSocketProvider in the same test');
  });
});

journey('ERC-20', () => {
  let token;
  it('transfers, with its event and balances', async () => {
    token = await deploy('Token', 1000n);
    const sent = await token.transfer(friend.address, 100n);
    await sent.wait();
    await expect(sent).to.emit(token, 'Transfer').withArgs(signer.address, friend.address, 100n);
    expect(await token.balanceOf(friend)).to.equal(100n);
  });
  it('refuses too little', async () => {
    await expect(token.connect(friend).transfer(signer.address, 101n)).to.be.revertedWithCustomError(token, 'ERC20InsufficientBalance');
  });
  it('takes a permit, then transferFrom', async () => {
    const deadline = Math.floor(Date.now() / 1000) + 86_400;
    const wallet = ethers.HDNodeWallet.fromPhrase(network.config.accounts.mnemonic, undefined, 'm/44\'/60\'/0\'/0/8');
    const { v, r, s } = ethers.Signature.from(await wallet.signTypedData(
      { name: 'Test token', version: '1', chainId: world.chainId, verifyingContract: await token.getAddress() },
      { Permit: [
        { name: 'owner', type: 'address' }, { name: 'spender', type: 'address' }, { name: 'value', type: 'uint256' },
        { name: 'nonce', type: 'uint256' }, { name: 'deadline', type: 'uint256' },
      ] },
      { owner: signer.address, spender: friend.address, value: 50n, nonce: 0n, deadline },
    ));
    const asFriend = token.connect(friend);
    await mined(asFriend.permit(signer.address, friend.address, 50n, deadline, v, r, s));
    await mined(asFriend.transferFrom(signer.address, friend.address, 50n));
    expect(await token.balanceOf(friend)).to.equal(150n);
    expect((await token.balanceOf(signer)) + 150n).to.equal(await token.totalSupply());
  });
});

journey('ERC-721', () => {
  let badge;
  it('is made and has a URI', async () => {
    badge = await deploy('Badge');
    await mined(badge.award(signer.address, 'ipfs://one'));
    expect(await badge.ownerOf(1n)).to.equal(signer.address);
    expect(await badge.tokenURI(1n)).to.equal('ipfs://one');
  });
  it('goes to a contract that takes it, and to no other', async () => {
    const vault = await deploy('Vault');
    await mined(badge['safeTransferFrom(address,address,uint256)'](signer.address, vault, 1n));
    expect(await badge.ownerOf(1n)).to.equal(await vault.getAddress());
    await expect(badge.award(ledger, '')).to.be.revertedWithCustomError(badge, 'ERC721InvalidReceiver');
  });
  it('isn\'t moved by others', async () => {
    await mined(badge.award(friend.address, ''));
    await expect(badge.transferFrom(friend.address, signer.address, 2n)).to.be.revertedWithCustomError(badge, 'ERC721InsufficientApproval');
  });
});
