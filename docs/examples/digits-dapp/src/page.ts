// Parts of the page that show something.

import { formatEther } from 'viem';
import type { Classified, Quote } from './classify.ts';
import type { Answer, Check } from './verify/receipt.ts';

export function element<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as T;
}

// A new element with text or children.
export function make(tag: string, content: string | Node[] = '', className = ''): HTMLElement {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (typeof content === 'string') made.textContent = content;
  else made.append(...content);
  return made;
}

export function opg(units: bigint): string {
  return `${formatEther(units)} OPG`;
}

// To six significant digits, for amounts that only give an idea.
const roughly = (units: bigint): string => `${Number(Number(formatEther(units)).toPrecision(3))} OPG`;

const grouped = (value: bigint | number): string => BigInt(value).toString().replace(/\B(?=(\d{3})+$)/g, '\u202f');

export function showQuote({ price, expectedCompute, maxCompute }: Quote): void {
  element('price').textContent =
    `The model costs ${opg(price)}, its compute about ${roughly(expectedCompute)} (at most ${roughly(maxCompute)}), paid as gas.`;
}

export function showResult(classified: Classified): void {
  const { digit, probabilities, fuel, price, gas, block, transaction, receipt, resultId } = classified;
  element('digit').textContent = String(digit);
  element('probabilities').querySelector('tbody')?.replaceChildren(...probabilities.map((probability, i) => {
    const bar = make('div', '', 'bar');
    bar.style.width = `${(100 * probability).toFixed(2)}%`;
    const row = make('tr', [make('th', String(i)), make('td', [bar]), make('td', percent(probability))], i === digit ? 'best' : '');
    row.firstElementChild?.setAttribute('scope', 'row');
    return row;
  }));
  const facts: [string, string, string?][] = [
    ['OPG paid', opg(price + gas)],
    ['for the model', opg(price), 'part'],
    ['for gas', opg(gas), 'part'],
    ['Fuel of the run', grouped(fuel)],
    ['Block', grouped(block)],
    ['Transaction', transaction, 'hash'],
    ['Receipt', receipt, 'hash'],
    ['Result id', resultId, 'hash'],
  ];
  element('facts').replaceChildren(...facts.flatMap(([name, value, kind]) => [make('dt', name, kind === 'part' ? kind : ''), make('dd', value, kind === 'hash' ? kind : '')]));
}

function percent(probability: number): string {
  if (probability > 0 && probability < 0.0001) return '< 0.01 %';
  if (probability < 1 && probability > 0.9999) return '> 99.99 %';
  return `${(100 * probability).toFixed(2)} %`;
}

export type Verdict =
  | { kind: 'answer'; answer: Answer }
  | { kind: 'cannot'; why: string }
  | { kind: 'failed'; why: string };

export function showVerdict(verdict: Verdict): void {
  const box = element('verdict');
  const [title, detail, look] = worded(verdict);
  box.className = `box ${look}`;
  box.dataset.verdict = verdict.kind === 'answer' ? (verdict.answer.verified ? 'verified' : 'not-verified') : verdict.kind;
  box.replaceChildren(make('strong', title), make('span', detail));
  box.hidden = false;
  const table = element('checks');
  table.hidden = verdict.kind !== 'answer';
  table.querySelector('tbody')?.replaceChildren(...(verdict.kind === 'answer' ? verdict.answer.checks.map(row) : []));
}

function worded(verdict: Verdict): [string, string, string] {
  if (verdict.kind === 'cannot') {
    return ['This browser can\'t verify', `${verdict.why} This says nothing about the receipt.`, 'warn'];
  }
  if (verdict.kind === 'failed') return ['Nothing could be verified', `${verdict.why[0].toUpperCase()}${verdict.why.slice(1)}.`, 'warn'];
  const { verified, checks, block, run } = verdict.answer;
  const where = `Block ${grouped(block.number)} has the hash ${block.hash} and is ${block.final ? 'final' : 'not final yet'}: ` +
    'compare it with another node\'s. Nothing else is left to trust.';
  if (verified && run) {
    return [
      'Verified: your browser computed the same',
      `Engine version ${run.engineVersion} loaded the model and ran it here in ${run.milliseconds.toFixed(0)} ms, to the same bit and ` +
      `unit of fuel. ${where}`,
      'good',
    ];
  }
  const wrong = checks.filter(({ holds }) => !holds).map(({ name }) => name);
  return [
    'NOT verified',
    `${wrong.length === 1 ? 'This doesn\'t hold' : 'These don\'t hold'}: ${wrong.join('; ')}. ` +
    (run ? 'A wrong inference value is a security bug: keep the receipt and report it. ' : 'The model wasn\'t run. ') + where,
    'bad',
  ];
}

function row({ name, expected, got, holds }: Check): HTMLElement {
  const mark = make('span', holds ? '✓' : '✗', 'mark');
  mark.setAttribute('aria-hidden', 'true');
  const head = make('th', [mark, document.createTextNode(name)]);
  head.setAttribute('scope', 'row');
  if (!holds) head.append(make('span', ' (doesn\'t hold)', 'sr'));
  const shown = (value: string) => make('td', value === '' ? 'nothing' : holds ? cut(value) : value, /^0x/.test(value) ? 'hash' : '');
  return make('tr', [head, shown(expected), shown(got)], holds ? 'holds' : 'fails');
}

const cut = (value: string): string => (value.length > 22 ? `${value.slice(0, 18)}…` : value);
