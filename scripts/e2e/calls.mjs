// The demo's two kinds of call. Both give, for each image, one record:
//   { image, label, receipt, resultId, outputHash, fuel, price, share, fee, held, block, number }
// with the probabilities too, when it came by extrinsic, and the contract's own index otherwise.

import { hex, inputTensor, readOutputs } from './digits.mjs';

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
    block: sent.block,
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
export function byExtrinsic(chain, signer, modelId, quote, images) {
  const infer = (image) =>
    chain.api.tx.inference.infer(modelId, [inputTensor(image)], quote.price, quote.maxFuel);
  // `Vec<Tensor>`, by the name that the library gives the type of `infer`'s inputs.
  const tensorsType = chain.api.tx.inference.infer.meta.args[1].type.toString();
  return each(images, async (image) => {
    const call = settled(image, await chain.send(infer(image), signer));
    // The event carries the outputs while they are small.
    const tensors = chain.api.createType(tensorsType, call.event.output.toU8a(true));
    const data = tensors.map((tensor) => Buffer.from(tensor.data.toU8a(true)));
    return { ...call, ...readOutputs(Buffer.concat(data)) };
  });
}

// By contract: DigitClassifier.classify, called by Revive.call.
export function byContract(contract, signer, quote, weightLimit, images) {
  return each(images, async (image) => {
    const call = contract.classify(hex(image.pixels), quote.price, weightLimit);
    const sent = await contract.chain.send(call, signer);
    const { digit, price, index } = contract.classified(sent);
    return { ...settled(image, sent), label: digit, contractPrice: price, contractIndex: index };
  });
}
