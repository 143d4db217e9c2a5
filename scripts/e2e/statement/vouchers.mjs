// Vouchers as a payer's wallet signs them: EIP-712 by viem.

import { keccak256, toBytes } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

const TYPES = {
  Voucher: [
    { name: 'channel', type: 'uint64' },
    { name: 'cumulative', type: 'uint128' },
    { name: 'validUntilBlock', type: 'uint64' },
  ],
};
const VALID_UNTIL = (1n << 32n) - 1n;

export class Wallet {
  constructor(phrase, chainId, verifyingContract) {
    this.key = privateKeyToAccount(keccak256(toBytes(phrase)));
    this.address = this.key.address;
    this.domain = { name: 'OPG Voucher', version: '1', chainId, verifyingContract };
  }

  // A voucher and its signature, as `credit.redeem` takes them.
  async sign(channel, cumulative) {
    const message = { channel, cumulative, validUntilBlock: VALID_UNTIL };
    const signature = await this.key.signTypedData({
      domain: this.domain, types: TYPES, primaryType: 'Voucher', message,
    });
    return [message, signature];
  }
}
