// What went wrong, in words that say what to do.

import { BaseError, ContractFunctionRevertedError, formatEther, InsufficientFundsError, UserRejectedRequestError } from 'viem';
import { text } from './verify/selftest.ts';

// Hints for the contract's custom errors (InferenceLib) that a person can do something about.
const HINTS: Record<string, (args: readonly unknown[]) => string> = {
  UnknownModel: ([model]) => `model ${model} doesn't exist (any more)`,
  ModelNotActive: ([model]) => `model ${model} is paused or retired: its owner has to resume it`,
  EngineUnavailable: ([model]) => `the engine version of model ${model} is switched off`,
  PriceAboveMax: ([price, max]) => `the model now costs ${opg(price)}, more than the ${opg(max)} that were sent: try again`,
  BlockFull: () => 'the block has no room for another receipt: try again',
  NotADigit: ([label]) => `the model answered ${label}, which is no digit: it isn't the digits model`,
};

const opg = (units: unknown): string => `${formatEther(units as bigint)} OPG`;

export function explain(error: unknown): string {
  if (!(error instanceof BaseError)) {
    const { code } = (error ?? {}) as { code?: number };
    return code === 4001 ? 'You declined the request in the wallet.' : text(error) || 'unknown error';
  }
  if (error.walk((cause) => cause instanceof UserRejectedRequestError)) return 'You declined the request in the wallet.';
  if (error.walk((cause) => cause instanceof InsufficientFundsError)) return 'The account has too little OPG for price and gas.';
  const reverted = error.walk((cause) => cause instanceof ContractFunctionRevertedError) as ContractFunctionRevertedError | null;
  if (reverted) {
    const { errorName, args = [] } = reverted.data ?? {};
    if (errorName && HINTS[errorName]) return `The contract refuses: ${HINTS[errorName](args)}.`;
    const reason = errorName === undefined || errorName === 'Error' ? reverted.reason : `${errorName}(${args.join(', ')})`;
    return `The contract refuses: ${reason ?? 'it gives no reason'}.`;
  }
  return error.details ? `${error.shortMessage} ${error.details}` : error.shortMessage;
}
