// Makes the table of journeys and clients from what the clients have printed, and fails every cell without a
// check.
//
// Usage: node matrix.mjs FOLDER CLIENT…      (FOLDER has CLIENT.log)

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, failed } from '../e2e/checks.mjs';
import { table } from '../e2e/table.mjs';
import { JOURNEYS } from './journal.mjs';

const LINE = /^(ok|FAILED|around): ([^,]+), ([^:]+): (.*)$/;

const [folder, ...clients] = process.argv.slice(2);
const cells = new Map();
const cell = (client, journey) => {
  const key = `${client}, ${journey}`;
  if (!cells.has(key)) cells.set(key, { ok: 0, FAILED: 0, around: [] });
  return cells.get(key);
};
for (const name of clients) {
  for (const line of readFileSync(join(folder, `${name}.log`), 'utf8').split('\n')) {
    const match = LINE.exec(line);
    if (!match) continue;
    const [, kind, client, journey, text] = match;
    if (client !== name || !JOURNEYS.includes(journey)) continue;
    if (kind === 'around') cell(client, journey).around.push(text);
    else cell(client, journey)[kind] += 1;
  }
}

const notes = [];
const show = (client, journey) => {
  const { ok, FAILED: bad, around } = cell(client, journey);
  if (ok + bad === 0) {
    check(`${client}, ${journey}: was tried`, false);
    return 'not tried';
  }
  const marks = around.map((text) => {
    const note = `${journey}, ${client}: ${text}`;
    notes.push(note);
    return `[${notes.length}]`;
  });
  return [bad > 0 ? `${bad} of ${ok + bad} FAILED` : `ok (${ok})`, ...marks].join(' ');
};
const rows = JOURNEYS.map((journey) => [journey, ...clients.map((client) => show(client, journey))]);
console.log('\nJourneys that passed, with their number of checks; [n] names what to use instead of what isn\'t served.\n');
console.log(table(['journey', ...clients], rows));
console.log(`\n${notes.map((note, i) => `[${i + 1}] ${note}`).join('\n')}\n`);
process.exit(failed() === 0 ? 0 : 1);
