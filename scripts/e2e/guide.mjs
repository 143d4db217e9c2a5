// Compiles every Solidity block of the guide: what readers copy must compile. Each block is a file of its
// own; imports name the files beside the interfaces.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { exit } from 'node:process';
import { ROOT, compileText } from './solc.mjs';

const GUIDE = 'docs/guide/solidity.md';

// Where each `.sol` of the precompiles lies.
const folders = readdirSync(join(ROOT, 'precompiles'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => `precompiles/${entry.name}`);
const places = new Map(
  folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith('.sol'))
      .map((name) => [name, `${folder}/${name}`]),
  ),
);

const text = readFileSync(join(ROOT, GUIDE), 'utf8');
const blocks = [...text.matchAll(/^```solidity\n([\s\S]*?)^```$/gm)];
let failed = 0;
for (const block of blocks) {
  const line = text.slice(0, block.index).split('\n').length + 1;
  const source = block[1].replace(/from "\.\/(\w+\.sol)"/g, (whole, name) => {
    const place = places.get(name);
    return place ? `from "${place}"` : whole;
  });
  const licence = source.includes('SPDX') ? '' : '// SPDX-License-Identifier: Apache-2.0\n';
  const pragma = source.includes('pragma') ? '' : 'pragma solidity ^0.8.24;\n';
  try {
    compileText('guide.sol', licence + pragma + source);
  } catch (error) {
    failed += 1;
    console.error(`${GUIDE}:${line}: ${error.message}`);
  }
}
if (blocks.length === 0) {
  console.error(`${GUIDE} has no Solidity`);
  exit(1);
}
console.log(`${blocks.length - failed} of ${blocks.length} blocks of ${GUIDE} compile`);
exit(failed > 0 ? 1 : 0);
