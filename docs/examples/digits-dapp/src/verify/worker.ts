// Verifies in a thread of its own, so that the page stays usable.

import { verify, type Answer, type Question } from './receipt.ts';
import { CannotVerify, text } from './selftest.ts';
import { NodeError } from './node.ts';

export type Message =
  | { kind: 'step'; step: string }
  | { kind: 'answer'; answer: Answer }
  // This browser can't verify; it says nothing about the receipt.
  | { kind: 'cannot'; why: string }
  // Nothing could be compared: the node doesn't answer, say.
  | { kind: 'failed'; why: string };

const tell = (message: Message) => self.postMessage(message);

self.onmessage = async ({ data }: MessageEvent<Question>) => {
  try {
    const answer = await verify(data, (step) => tell({ kind: 'step', step }));
    tell({ kind: 'answer', answer });
  } catch (error) {
    if (error instanceof CannotVerify) tell({ kind: 'cannot', why: error.message });
    else if (error instanceof NodeError) tell({ kind: 'failed', why: error.message });
    else tell({ kind: 'failed', why: text(error) });
  }
};
