// The demo's model, its held-out images and what onnxruntime says about them.

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readNpy } from './npy.mjs';

export const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '..', 'models', 'digits');
export const MODEL = join(FOLDER, 'digits.onnx');

// Held-out images as the model takes them, with their classes: true, and onnxruntime's.
export function heldOut() {
  const read = (name) => readNpy(join(FOLDER, name));
  const images = read('images.npy').rows;
  const truth = read('truth.npy').data;
  const labels = read('labels.npy').data;
  const probabilities = read('probabilities.npy').rows;
  return images.map((pixels, i) => ({
    index: i,
    pixels: Float32Array.from(pixels),
    truth: truth[i],
    label: labels[i],
    probabilities: probabilities[i],
  }));
}

// Raw little-endian data of a typed array, as hex.
export function hex(array) {
  return `0x${Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('hex')}`;
}

export const inputTensor = (image) => ({ dtype: 'Float32', shape: [1, 64], data: hex(image.pixels) });

// Class and probabilities from the raw data of both outputs, one after the other.
export function readOutputs(bytes) {
  const buffer = Buffer.from(bytes);
  if (buffer.length !== 8 + 40) throw new Error(`${buffer.length} bytes of outputs, expected 48`);
  return {
    label: Number(buffer.readBigInt64LE(0)),
    probabilities: Array.from({ length: 10 }, (_, i) => buffer.readFloatLE(8 + 4 * i)),
  };
}
