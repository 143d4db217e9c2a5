// Makes what the page imports and isn't written by hand: src/generated/
//
//   contract.ts  ABI and code of the contract, compiled by solc
//   samples.ts   held-out images of scikit-learn's handwritten digits
//   engines.ts   hashes of the released engines, to hold the chain's against

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import solc from 'solc';
import { heldOut } from '../../../../scripts/e2e/digits.mjs';

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '..');
const ROOT = join(FOLDER, '..', '..', '..');
const OUT = join(FOLDER, 'src', 'generated');
const SAMPLES = 60;

export function compile() {
  const source = 'docs/examples/digits/DigitClassifier.sol';
  const name = 'DigitClassifier';
  const input = {
    language: 'Solidity',
    sources: { [source]: { content: readFileSync(join(ROOT, source), 'utf8') } },
    settings: {
      evmVersion: 'cancun',
      optimizer: { enabled: true, runs: 200 },
      outputSelection: { [source]: { [name]: ['abi', 'evm.bytecode.object'] } },
    },
  };
  // Imports stay inside the repository.
  const findImport = (path) => {
    const file = join(ROOT, path);
    if (relative(ROOT, file).startsWith('..')) return { error: `${path} is outside` };
    return { contents: readFileSync(file, 'utf8') };
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: findImport }));
  const errors = (output.errors ?? []).filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(errors.map((error) => error.formattedMessage).join('\n'));
  const { abi, evm } = output.contracts[source][name];
  return { abi, bytecode: `0x${evm.bytecode.object}` };
}

function engines() {
  const folder = join(ROOT, 'precompiles', 'engine', 'blob');
  return readdirSync(folder)
    .filter((name) => /^engine-v\d+\.json$/.test(name))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
    .map(({ hash, version }) => ({ hash, version }));
}

function write(name, lines) {
  writeFileSync(join(OUT, name), `// Made by tools/prepare.mjs.\n${lines.join('\n')}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(OUT, { recursive: true });
  const { abi, bytecode } = compile();
  write('contract.ts', [
    `export const abi = ${JSON.stringify(abi, null, 2)} as const;`,
    `export const bytecode = '${bytecode}';`,
  ]);
  const samples = heldOut().slice(-SAMPLES).map(({ pixels, truth }) => ({ pixels: [...pixels], truth }));
  write('samples.ts', [
    'export const samples: { pixels: number[]; truth: number }[] = [',
    ...samples.map(({ pixels, truth }) => `  { truth: ${truth}, pixels: ${JSON.stringify(pixels)} },`),
    '];',
  ]);
  write('engines.ts', [
    'export const engines: { hash: `0x${string}`; version: number }[] = ' + `${JSON.stringify(engines())};`,
  ]);
}
