import assert from 'node:assert/strict';
import test from 'node:test';
import { readOutputs } from '../src/classify.ts';
import { explain } from '../src/explain.ts';
import { checkNetwork } from '../src/network.ts';
import { inputData, rasterise, readPixels } from '../src/raster.ts';
import { DIGITS } from './strokes.ts';

test('a drawing of any place and size gives the same picture', () => {
  for (const strokes of DIGITS) {
    const moved = strokes.map((stroke) => stroke.map(({ x, y }) => ({ x: 0.3 * x + 17, y: 0.3 * y - 5 })));
    const [a, b] = [rasterise(strokes), rasterise(moved)];
    assert.equal(a.length, 64);
    assert.ok(a.every((pixel) => Number.isInteger(pixel) && pixel >= 0 && pixel <= 16));
    // Pixels at a line's edge may fall to either side.
    assert.ok(a.every((pixel, i) => Math.abs(pixel - b[i]) <= 1));
    // It fills the height: ink in the first row and in the last.
    assert.ok(a.slice(0, 8).some((pixel) => pixel > 0) && a.slice(-8).some((pixel) => pixel > 0));
  }
});

test('nothing drawn, a dot, and a line', () => {
  assert.ok(rasterise([]).every((pixel) => pixel === 0));
  const dot = rasterise([[{ x: 5, y: 5 }]]);
  assert.ok(dot.every(Number.isInteger) && dot.some((pixel) => pixel > 0));
  const line = rasterise([[{ x: 0, y: 0 }, { x: 10, y: 0 }]]);
  assert.ok(line[24] + line[32] > 0 && line[31] + line[39] > 0 && line[0] === 0);
});

test('pictures in the address, and what is wrong with them', () => {
  const good = Array.from({ length: 64 }, (_, i) => i % 17);
  assert.deepEqual(readPixels(good.join(',')), good);
  for (const [bad, why] of [
    ['', /64 numbers, this one has 1/],
    [good.slice(1).join(','), /this one has 63/],
    [good.join(',').replace('16', '17'), /number 17 .*"17"/],
    [good.join(',').replace('5', '-5'), /number 6 .*"-5"/],
    [good.join(',').replace('5', '0x5'), /number 6/],
    [good.join(',').replace('5', ''), /number 6 .*""/],
  ] as const) {
    assert.throws(() => readPixels(bad), why);
  }
});

test('the input is little-endian float32', () => {
  assert.deepEqual([...inputData([16, 1])], [0, 0, 0x80, 0x41, 0, 0, 0x80, 0x3f]);
});

test('outputs of another model are refused', () => {
  assert.throws(() => readOutputs(`0x${'00'.repeat(47)}`), /47 bytes instead of 48/);
  assert.equal(readOutputs(`0x07${'00'.repeat(47)}`).digit, 7);
});

test('a wrong network.json is named', () => {
  const good = {
    name: 'OPG', chainId: 1, ethereum: 'http://a', node: 'https://b', contract: `0x${'11'.repeat(20)}`, model: 1, development: true,
  };
  assert.deepEqual(checkNetwork(good), good);
  // Only what is plainly true offers a key that everybody has.
  assert.equal(checkNetwork({ ...good, development: 'yes' }).development, false);
  for (const [change, why] of [
    [{ chainId: '1' }, /chainId/], [{ model: 0 }, /model/], [{ ethereum: 'ws://a' }, /ethereum/],
    [{ node: undefined }, /node/], [{ contract: '0x12' }, /contract/], [{ name: 3 }, /name/],
  ] as const) {
    assert.throws(() => checkNetwork({ ...good, ...change }), why);
  }
  assert.throws(() => checkNetwork(null), /no object/);
});

test('a declined request is no failure of the page', () => {
  assert.match(explain({ code: 4001, message: 'User rejected the request.' }), /declined/);
  assert.equal(explain(new Error('why')), 'why');
});
