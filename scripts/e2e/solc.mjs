// Compiles contracts of the repository with solc.
//
// Usage: node scripts/e2e/solc.mjs SOURCE NAME   prints a contract's EVM initcode as hex

import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { argv, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import solc from 'solc';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

// Everything that solc makes of some sources, paths from the repository's root:
// { source: { contract: { abi, bytecode } } }. Imports stay inside the repository.
export function compileAll(sources) {
  return run(sources.map((source) => [source, readFileSync(join(ROOT, source), 'utf8')]));
}

// The same of a text that is no file.
export function compileText(name, text) {
  return run([[name, text]]);
}

function run(sources) {
  const input = {
    language: 'Solidity',
    sources: Object.fromEntries(sources.map(([name, content]) => [name, { content }])),
    settings: {
      evmVersion: 'cancun',
      optimizer: { enabled: true, runs: 200 },
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
    },
  };
  const findImport = (path) => {
    const file = join(ROOT, path);
    if (relative(ROOT, file).startsWith('..')) return { error: `${path} is outside` };
    return { contents: readFileSync(file, 'utf8') };
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: findImport }));
  const errors = (output.errors ?? []).filter((e) => e.severity === 'error');
  if (errors.length > 0) throw new Error(errors.map((e) => e.formattedMessage).join('\n'));
  return Object.fromEntries(
    Object.entries(output.contracts).map(([source, contracts]) => [
      source,
      Object.fromEntries(
        Object.entries(contracts).map(([name, { abi, evm }]) => [
          name,
          { abi, bytecode: `0x${evm.bytecode.object}` },
        ]),
      ),
    ]),
  );
}

// ABI and EVM initcode of a contract.
export function compile(source, name) {
  const contract = compileAll([source])[source][name];
  if (!contract) throw new Error(`${source} has no contract ${name}`);
  return contract;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const [source, name] = argv.slice(2);
  stdout.write(compile(source, name).bytecode);
}
