// Schedules as the end-to-end tests make them: their terms, their contracts, and what events say of runs.

import { Contract, compile } from './contract.mjs';

// How `Scheduled.sol` behaves.
export const MANNERS = { proper: 0, revert: 1, burn: 2, short: 3 };

// Execution time of a well-behaved contract's call, at most, picoseconds, and what its new state may
// hold of its owner's credit, base units.
export const CONTRACT_REF_TIME = 30_000_000_000n;
export const DEPOSIT_LIMIT = 10n ** 18n;

// A contract that gives inputs and is told of runs.
export class Scheduled extends Contract {
  static deploy(chain, signer, inputs, { giving = MANNERS.proper, receiving = MANNERS.proper } = {}) {
    return Scheduled.create(chain, signer, compile('scripts/e2e/Scheduled.sol', 'Scheduled'), [inputs, giving, receiving]);
  }

  // An Ethereum address's account.
  get account() {
    return this.chain.api.createType('AccountId', `${this.address}${'ee'.repeat(12)}`).toString();
  }
}

// Inputs that a contract gives, and its delivery.
export const fromContract = (contract, refTime = CONTRACT_REF_TIME) =>
  ({ Contract: { contract: contract.address, refTime } });
export const to = (contract, refTime = CONTRACT_REF_TIME) =>
  ({ contract: contract.address, refTime, depositLimit: DEPOSIT_LIMIT });

const RUN = new Set(['RunSucceeded', 'RunFailed', 'RunMissed']);

// What the events at the end of a block say: one list for each run, with its own event last, and one for
// what is after the last.
export function splitRuns(events) {
  const lists = [[]];
  for (const event of events) {
    lists[lists.length - 1].push(event);
    if (event.section === 'schedule' && RUN.has(event.method)) lists.push([]);
  }
  return lists;
}

// The run that a list of events ends with, or none. `error` is undefined when it succeeded.
export function runOf(events) {
  const { section, method, data } = events[events.length - 1] ?? {};
  if (section !== 'schedule' || !RUN.has(method)) return undefined;
  const run = { schedule: data.schedule.toBigInt(), owner: data.owner.toString(), fee: data.fee?.toBigInt() ?? 0n };
  if (method === 'RunMissed') return { ...run, error: 'Missed', due: data.due.toNumber(), needed: data.needed.toBigInt() };
  if (method === 'RunFailed') return { ...run, error: faultName(data.fault) };
  return {
    ...run,
    price: data.price.toBigInt(),
    deposit: data.deposit.toBigInt(),
    released: data.released.toBigInt(),
    receipt: data.receipt.toHex(),
    // `Nothing`, `Told` or `Failed.` and why.
    delivered: faultName(data.delivered),
  };
}

// `InsufficientCredit`, `Input.Reverted` …
const faultName = (fault) => (fault.inner?.type && fault.inner.isBasic !== undefined
  ? `${fault.type}.${fault.inner.type}` : fault.type);
