import assert from 'node:assert/strict';
import test from 'node:test';
import { bytesToHex, concat, keccak256, type Hex } from 'viem';
import { account, accountOf, blockHash, contentRoot, receiptsRoot, rootOf } from '../src/verify/hashes.ts';
import type { Header } from '../src/verify/node.ts';
import { compact, Decoder, LIMITS_V1, readTensors, writeTensors } from '../src/verify/scale.ts';
import { chunk, item, xxh64 } from '../src/verify/storage.ts';

const id = (byte: string): Hex => `0x${byte.repeat(32)}`;
const text = (value: string) => new TextEncoder().encode(value);

test('xxh64 as its specification has it', () => {
  assert.equal(xxh64(text(''), 0n), 0xef46db3751d8e999n);
  assert.equal(xxh64(text('abc'), 0n), 0x44bc2cf5ad770999n);
});

test('keys of the state', () => {
  // Known from every Substrate chain.
  assert.equal(bytesToHex(item('System', 'Account')), '0x26aa394eea5630e07c48ae0c9558cef7b99d880ec681799c0cf30e8886371da9');
  assert.match(bytesToHex(chunk(1, 0x0102)), /^0x[0-9a-f]{64}[0-9a-f]{16}0100000002010000$/);
});

test('compact numbers of every length', () => {
  for (const number of [0, 1, 63, 64, 16_383, 16_384, 2 ** 30 - 1, 2 ** 30, 2 ** 32 - 1]) {
    const decoder = new Decoder(compact(number));
    assert.equal(decoder.compact(), number);
    decoder.end();
  }
  assert.throws(() => compact(-1));
  assert.throws(() => compact(2 ** 32));
});

test('tensors are read as they were written, and nothing else is', () => {
  const tensors = [
    { dtype: 7, shape: [1], data: new Uint8Array(8) },
    { dtype: 1, shape: [2, 3], data: Uint8Array.from({ length: 24 }, (_, i) => i) },
  ];
  const written = writeTensors(tensors);
  assert.deepEqual(readTensors(written), tensors);
  assert.throws(() => readTensors(written.subarray(0, -1)), /cut short/);
  assert.throws(() => readTensors(concat([written, Uint8Array.of(0)]) as Uint8Array), /too long/);
});

test('limits are those of version 1: nine 32-bit numbers, two of 64 bits, one of 32', () => {
  assert.equal(LIMITS_V1.length, 9 * 4 + 2 * 8 + 4);
});

test('content roots bind length and chunks', () => {
  const [a, b] = [Uint8Array.of(1), Uint8Array.of(2)];
  const roots = [contentRoot([]), contentRoot([a]), contentRoot([b]), contentRoot([a, b])];
  assert.equal(new Set(roots).size, 4);
});

test('a Merkle proof leads to the root, a wrong one elsewhere', () => {
  const ids = [id('01'), id('02'), id('03')];
  const [a, b, c] = ids.map((one) => keccak256(one));
  const ab = keccak256(concat([a, b]));
  const root = keccak256(concat([ab, c]));
  assert.equal(rootOf(ids[0], 0, 3, [b, c]), root);
  assert.equal(rootOf(ids[1], 1, 3, [a, c]), root);
  // The last node of an odd row moves up as it is.
  assert.equal(rootOf(ids[2], 2, 3, [ab]), root);
  assert.equal(rootOf(ids[0], 0, 1, []), a);
  assert.notEqual(rootOf(ids[0], 1, 3, [b, c]), root);
  assert.equal(rootOf(ids[0], 0, 3, [b]), undefined);
  assert.equal(rootOf(ids[0], 0, 3, [b, c, a]), undefined);
  assert.equal(rootOf(ids[0], 3, 3, [b, c]), undefined);
});

test('accounts out of addresses', () => {
  const alice = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';
  assert.equal(account(alice), '0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d');
  assert.throws(() => account(alice.replace('G', 'H')), /checksum/);
  assert.throws(() => account('0O'), /no address/);
  assert.throws(() => account(alice.repeat(2)), /no address/);
  assert.equal(accountOf('0xAbCdef0123456789aBcdef0123456789ABCDEF01'), `0xabcdef0123456789abcdef0123456789abcdef01${'ee'.repeat(12)}`);
});

const header: Header = {
  parentHash: id('00'), number: '0x0', stateRoot: id('11'), extrinsicsRoot: id('22'), digest: { logs: [] },
};

test('every field of a header changes its hash', () => {
  const changed: Header[] = [
    header,
    { ...header, parentHash: id('01') },
    { ...header, number: '0x1' },
    { ...header, stateRoot: id('12') },
    { ...header, extrinsicsRoot: id('23') },
    { ...header, digest: { logs: ['0x00'] } },
  ];
  assert.equal(new Set(changed.map(blockHash)).size, changed.length);
});

test('the receipts\' root is found among other items, once', () => {
  const item = (root: string): Hex => `0x046f70677280${root}`;
  const root = '07'.repeat(32);
  const of = (...logs: Hex[]) => receiptsRoot({ ...header, digest: { logs } });
  assert.equal(of('0x066175726120', item(root)), `0x${root}`);
  assert.equal(of('0x066175726120'), undefined);
  assert.equal(of(item(root.slice(2))), undefined);
  assert.equal(of(item(root), item(root)), undefined);
});
