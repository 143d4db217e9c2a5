// What transactions may cost, from the chain's own constants and quotes.

// The treasury's share of every fee: `TreasuryFeeShare` of the runtime.
export const TREASURY_PERCENT = 20n;
const ONE = 10n ** 18n;

// Of a fee, the weight at multiplier 1. Fees round down and the multiplier is far above 1, so no other
// weight costs as much.
const weightOf = (fee, multiplier) => (fee * ONE + multiplier - 1n) / multiplier;

// The fee of a transaction is base + bytes + multiplier · weight, and the weight is that of the
// transaction extensions and of the call. A remark that was sent tells base and extensions.
export class Fees {
  static async of(chain, remark) {
    const fees = new Fees();
    fees.chain = chain;
    fees.cached = new Map();
    const { group, extrinsic, call } = remark;
    const { transactionPaymentApi: api, transactionPaymentCallApi: callApi } = chain.api.call;
    const { weight } = await callApi.queryCallInfo(call, 0);
    const { inclusionFee } = await api.queryFeeDetails(extrinsic.toU8a(), group.length);
    fees.base = inclusionFee.unwrap().baseFee.toBigInt();
    const paid = group.fee - fees.base - (await fees.bytes(group.length));
    fees.extensions = weightOf(paid, group.block.multiplier) - (await api.queryWeightToFee(weight)).toBigInt();
    return fees;
  }

  // One question for each key.
  async #once(key, ask) {
    if (!this.cached.has(key)) this.cached.set(key, ask());
    return this.cached.get(key);
  }

  bytes(length) {
    return this.#once(`bytes ${length}`, async () =>
      (await this.chain.api.call.transactionPaymentApi.queryLengthToFee(length)).toBigInt());
  }

  // What a transaction pays whose call costs that much compute in that block.
  async whole({ length, block }, compute) {
    const weight = this.extensions + weightOf(compute, block.multiplier);
    return this.base + (await this.bytes(length)) + (weight * block.multiplier) / ONE;
  }

  // A quote in the state that the block began with: of one call, or of so many rows.
  quote(model, block, rows) {
    return this.#once(`quote ${block.parent} ${rows}`, () => (rows
      ? this.chain.rpc('inference_quoteBatch', model, rows, block.parent)
      : this.chain.rpc('inference_quote', model, block.parent)));
  }

  // The most that a transaction may pay as its fee.
  async limit(record, model) {
    const { group, limit } = record;
    if (limit.gas) return limit.gas;
    if (limit.schedule) {
      const most = await this.chain.rpc('schedule_cost', Number(limit.schedule), group.block.parent);
      return BigInt(most.maxFee);
    }
    if (limit !== 'declared') {
      const quote = await this.quote(model, group.block, limit.rows);
      return this.whole(group, BigInt(quote.maxCompute));
    }
    const key = `declared ${record.kind} ${group.length} ${group.block.multiplier}`;
    return this.#once(key, async () => {
      const at = await this.chain.api.at(group.block.parent);
      const { partialFee } = await at.call.transactionPaymentApi.queryInfo(record.extrinsic.toU8a(), group.length);
      return partialFee.toBigInt();
    });
  }
}

export const treasuryPart = (fee) => (fee * TREASURY_PERCENT) / 100n;
