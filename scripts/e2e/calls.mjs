// The demo's two kinds of call. Both give, for each image, one record:
//   { image, label, receipt, resultId, outputHash, fuel, price, share, fee, limit, held, number }
// with the probabilities too, when it came by extrinsic, and the contract's own index otherwise. `limit`
// is the most that the fee could have been; `held`, what was locked beside it.

import { parseAbi, parseEventLogs } from 'viem';
import { until } from './checks.mjs';
import { hex, inputTensor, readOutputs } from './digits.mjs';

// What the precompile emits for every run.
const INFERENCE = parseAbi([
  'event Inferred(address indexed caller, uint32 indexed modelId, bytes32 indexed receipt, uint64 fuel, uint256 price)',
]);

// Transactions under way at the same time.
const WIDTH = 50;

// Applies `work` to every item, at most WIDTH at the same time, keeping the order.
async function each(items, work) {
  const results = new Array(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const i = next;
      next += 1;
      results[i] = await work(items[i]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(WIDTH, items.length) }, worker));
  return results;
}

function settled(image, sent) {
  const [event] = sent.find('inference', 'Inferred');
  if (!event) throw new Error('no Inferred event');
  return {
    image,
    receipt: event.receipt.toHex(),
    resultId: event.resultId.toHex(),
    outputHash: event.outputHash.toHex(),
    fuel: event.fuel.toBigInt(),
    price: event.price.toBigInt(),
    share: event.protocolShare.toBigInt(),
    fee: sent.fee,
    number: sent.number,
    held: deposits(sent),
    event,
  };
}

// What the contract's storage took from the payer, less what it gave back: deposits are held on the
// contract's account.
function deposits(sent) {
  const sum = (method, field) =>
    sent.find('balances', method).reduce((total, data) => total + data[field].toBigInt(), 0n);
  return sum('TransferAndHold', 'transferred') - sum('TransferOnHold', 'amount');
}

// By extrinsic: Inference.infer.
export async function byExtrinsic(chain, signer, modelId, quote, images) {
  const infer = (image) =>
    chain.api.tx.inference.infer(modelId, [inputTensor(image)], quote.price, quote.maxFuel);
  // `Vec<Tensor>`, by the name that the library gives the type of `infer`'s inputs.
  const tensorsType = chain.api.tx.inference.infer.meta.args[1].type.toString();
  // Its compute at most, besides what every transaction of its length pays.
  const limit = quote.maxCompute + (await chain.fixedFee(infer(images[0]), signer));
  return each(images, async (image) => {
    const call = { ...settled(image, await chain.send(infer(image), signer)), limit };
    // The event carries the outputs while they are small.
    const tensors = chain.api.createType(tensorsType, call.event.output.toU8a(true));
    const data = tensors.map((tensor) => Buffer.from(tensor.data.toU8a(true)));
    return { ...call, ...readOutputs(Buffer.concat(data)) };
  });
}

// By contract: DigitClassifier.classify, called by Ethereum transactions. The fee is what their gas cost.
export function byContract(chain, contract, signer, price, images) {
  return each(images, async (image) => {
    const mined = await contract.classify(signer, hex(image.pixels), price);
    const { digit, price: paid, index } = contract.classified(mined);
    const [{ args }] = parseEventLogs({ abi: INFERENCE, eventName: 'Inferred', logs: mined.logs });
    const receipt = await until(60_000, `receipt ${args.receipt}`, async () =>
      (await chain.rpc('inference_receipt', args.receipt)) ?? false);
    return {
      image,
      receipt: args.receipt,
      resultId: receipt.resultId,
      outputHash: receipt.outputHash,
      fuel: args.fuel,
      price: args.price,
      share: BigInt(receipt.protocolShare),
      fee: mined.gasUsed * mined.effectiveGasPrice,
      limit: mined.limit,
      number: Number(mined.blockNumber),
      held: 0n,
      label: digit,
      contractPrice: paid,
      contractIndex: index,
    };
  });
}
