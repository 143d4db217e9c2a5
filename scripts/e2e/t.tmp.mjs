import { connect, account } from '/work/main/scripts/e2e/chain.mjs';
import { Classifier, compile } from '/work/main/scripts/e2e/contract.mjs';
import { heldOut, hex } from '/work/main/scripts/e2e/digits.mjs';
const chain = await connect('ws://127.0.0.1:10044');
const c = new Classifier(chain, compile().abi, '0xfc0e17b3e298004c118aeffd58d9c1b5e39ca096');
const q = await chain.rpc('inference_quote', 3);
console.log(q);
for (const im of heldOut().slice(0,3)) {
const w = await c.estimate(hex(im.pixels), BigInt(q.price), account('Eve').address);
console.log(w.toHuman());
for (const f of [1, 1.001, 1.01, 1.05, 1.2]) {
  const r = await chain.sendAnyhow(c.classify(hex(im.pixels), BigInt(q.price), {refTime: BigInt(Math.floor(w.refTime.toNumber()*f)), proofSize: BigInt(Math.floor(w.proofSize.toNumber()*f))}), account('Eve'));
  console.log(f, r.error, r.fee); if (!r.error) break;
}}
process.exit(0)
