// The page: draw, classify on chain, look at the answer, verify it here.
//
// A picture can be given in the address too, as 64 numbers from 0 to 16, row by row: `#pixels=0,0,5,…`.
// Tests use it, and so may links.

import { classify, quote, type Classified } from './classify.ts';
import { explain } from './explain.ts';
import { engines } from './generated/engines.ts';
import { samples } from './generated/samples.ts';
import { clientOf, readNetwork, type Network } from './network.ts';
import { element, make, opg, showQuote, showResult, showVerdict, type Verdict } from './page.ts';
import { Pad } from './pad.ts';
import { inputData, readPixels } from './raster.ts';
import type { Question } from './verify/receipt.ts';
import type { Message } from './verify/worker.ts';
import { connect, developmentAccount, type Signer } from './wallet.ts';

const DRAWN = 'Your drawing. It is scaled to fill the 8 × 8 cells.';

let network: Network | undefined;
let signer: Signer | undefined;
let classified: Classified | undefined;
let busy = false;

const buttons = {
  classify: element<HTMLButtonElement>('classify'),
  verify: element<HTMLButtonElement>('verify'),
};

function say(id: 'progress' | 'verifying' | 'origin', text: string): void {
  element(id).textContent = text;
}

function complain(error: unknown): void {
  const box = element('error');
  box.textContent = error === undefined ? '' : explain(error);
  box.hidden = error === undefined;
}

const pad = new Pad(element('pad'), element('preview'), (drawn) => {
  if (drawn) say('origin', pad.isEmpty ? '' : DRAWN);
  update();
});

function update(): void {
  buttons.classify.disabled = busy || !network || !signer || pad.isEmpty;
  buttons.verify.disabled = busy || !classified;
}

// Does something that takes time, one at a time; a failure is shown.
async function during(work: () => Promise<void>): Promise<void> {
  if (busy) return;
  busy = true;
  update();
  complain(undefined);
  try {
    await work();
  } catch (error) {
    complain(error);
  } finally {
    busy = false;
    say('progress', '');
    update();
  }
}

element('clear').addEventListener('click', () => pad.clear());

element('sample').addEventListener('click', () => {
  const { pixels, truth } = samples[Math.floor(Math.random() * samples.length)];
  pad.set(pixels);
  say('origin', `A handwritten ${truth} that the model hasn't seen before.`);
});

function readAddress(): void {
  const given = /^#pixels=(.*)$/.exec(decodeURIComponent(location.hash))?.[1];
  if (given === undefined) return;
  try {
    pad.set(readPixels(given));
    say('origin', 'The picture in the page\'s address.');
    complain(undefined);
  } catch (error) {
    complain(error);
  }
}
window.addEventListener('hashchange', readAddress);

// Who pays: buttons until somebody does.
function showAccount(): void {
  const box = element('account');
  if (!network) return;
  if (signer) {
    const who = signer.kind === 'wallet' ? 'Your wallet\'s account' : 'Development account: everybody has its key';
    box.replaceChildren(make('div', [
      make('strong', who), make('div', signer.address, 'hash'), make('div', '', 'balance'),
    ], signer.kind === 'development' ? 'box warn account' : 'account'));
    void showBalance();
    return;
  }
  const choices: HTMLElement[] = [];
  const choice = (text: string, work: (chosen: Network) => Promise<Signer>) => {
    const button = make('button', text);
    button.addEventListener('click', () => during(async () => {
      if (!network) return;
      signer = await work(network);
      showAccount();
    }));
    choices.push(button);
  };
  const provider = window.ethereum;
  if (provider) choice('Connect your wallet', (chosen) => connect(provider, chosen));
  if (network.development) choice('Use a development account', async (chosen) => developmentAccount(chosen));
  const hint = provider ? '' : 'This browser has no Ethereum wallet. ' + (network.development
    ? 'On this development network an account can pay whose key is public.'
    : 'Install one (MetaMask, say) to pay for the call.');
  box.replaceChildren(make('p', hint, 'quiet'), make('div', choices, 'buttons'));
}

async function showBalance(): Promise<void> {
  if (!network || !signer) return;
  const { address } = signer;
  try {
    const balance = await clientOf(network).getBalance({ address });
    const place = element('account').querySelector('.balance');
    if (place && signer?.address === address) place.textContent = `has ${opg(balance)}`;
  } catch (error) {
    complain(error);
  }
}

// The wallet may change account or network behind the page. It also tells of changes that the page asked
// for, which change nothing.
function watchWallet(): void {
  const forget = () => {
    signer = undefined;
    showAccount();
    update();
  };
  window.ethereum?.on?.('accountsChanged', ([address]) => {
    if (signer?.kind === 'wallet' && address?.toLowerCase() !== signer.address.toLowerCase()) forget();
  });
  window.ethereum?.on?.('chainChanged', (chainId) => {
    if (signer?.kind === 'wallet' && Number(chainId) !== network?.chainId) forget();
  });
}

buttons.classify.addEventListener('click', () => during(async () => {
  if (!network || !signer) return;
  const data = inputData(pad.pixels);
  classified = undefined;
  for (const id of ['result', 'checking', 'verdict', 'checks']) element(id).hidden = true;
  element('waiting').hidden = false;
  classified = await classify(network, signer, data, (step) => say('progress', step));
  showResult(classified);
  element('waiting').hidden = true;
  for (const id of ['result', 'checking']) element(id).hidden = false;
  await showBalance();
}));

buttons.verify.addEventListener('click', () => during(async () => {
  if (!network || !classified) return;
  element('verdict').hidden = true;
  element('checks').hidden = true;
  const { receipt, inputs, outputs } = classified;
  const { node, contract, model } = network;
  try {
    showVerdict(await verified({ node, receipt, contract, model, inputs, outputs, engines }));
  } finally {
    say('verifying', '');
  }
}));

// One worker for the page's life: it keeps the compiled engine.
let worker: Worker | undefined;

function verified(question: Question): Promise<Verdict> {
  worker ??= new Worker(new URL('./verify/worker.ts', import.meta.url), { type: 'module' });
  const current = worker;
  return new Promise((resolve, reject) => {
    current.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.kind === 'step') say('verifying', `${data.step[0].toUpperCase()}${data.step.slice(1)}…`);
      else resolve(data);
    };
    current.onerror = (event) => {
      worker = undefined;
      current.terminate();
      reject(new Error(`The verifying thread failed: ${event.message || 'it could not be started'}`));
    };
    current.postMessage(question);
  });
}

async function start(): Promise<void> {
  readAddress();
  network = await readNetwork();
  const chainId = await clientOf(network).getChainId();
  if (chainId !== network.chainId) {
    throw new Error(`The Ethereum RPC at ${network.ethereum} is of chain ${chainId}, network.json says ${network.chainId}.`);
  }
  element('network').textContent =
    `${network.name}, chain id ${network.chainId}, model ${network.model}, contract ${network.contract}`;
  watchWallet();
  showAccount();
  update();
  showQuote(await quote(network));
}

start().catch((error) => {
  element('network').textContent = 'The network can\'t be used.';
  complain(error);
});
