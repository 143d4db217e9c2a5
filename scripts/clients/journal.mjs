// How a client of the matrix tells what it did. Each check is one line, "ok: CLIENT, JOURNEY: …" or
// "FAILED: …", and each way around something that isn't served one line "around: CLIENT, JOURNEY: …".
// matrix.mjs makes the table of them.

import { readFileSync } from 'node:fs';
import { check, checkEqual, checkFails, stage } from '../e2e/checks.mjs';

// Rows of the table. Every client goes through all of them.
export const JOURNEYS = [
  'deploy', 'call with value', 'transaction types', 'read', 'events', 'log filters', 'revert reasons', 'custom errors',
  'estimate', 'nonces', 'pending', 'block tags', 'subscriptions', 'ERC-20', 'ERC-721',
];

export const around = (client, journey, text) => console.log(`around: ${client}, ${journey}: ${text}`);

// journey(name, work): runs one journey of a client; what it throws is a failed check, and the next goes on.
export const journeys = (client) => async (journey, work) => {
  if (!JOURNEYS.includes(journey)) throw new Error(`no such journey: ${journey}`);
  stage(`${client}: ${journey}`);
  const named = (name) => `${client}, ${journey}: ${name}`;
  try {
    await work({
      check: (name, holds, detail) => check(named(name), holds, detail),
      equal: (name, got, expected) => checkEqual(named(name), got, expected),
      fails: (name, promise, pattern) => checkFails(named(name), promise, pattern),
      around: (text) => around(client, journey, text),
    });
  } catch (error) {
    console.error(error);
    check(named('ran to its end'), false, (error?.message ?? String(error)).slice(0, 300).replaceAll('\n', ' '));
  }
};

// What prepare.mjs has written: where the network is, the model, images, compiled contracts.
export function readWorld(folder = process.env.OPG_CLIENTS_WORK) {
  return JSON.parse(readFileSync(`${folder}/world.json`, 'utf8'));
}
