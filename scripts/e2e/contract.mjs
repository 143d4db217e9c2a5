// Contracts: compiled by solc, deployed and called by pallet-revive's extrinsics or by an Ethereum client.

import {
  decodeErrorResult,
  decodeFunctionResult,
  encodeDeployData,
  encodeFunctionData,
  parseEventLogs,
} from 'viem';
import { compile as compileContract } from './solc.mjs';

const SOURCE = 'docs/examples/digits/DigitClassifier.sol';
const NAME = 'DigitClassifier';

// The most that a transaction may lock for what it stores. What it doesn't need stays unlocked.
const STORAGE_DEPOSIT = 10n ** 21n;

// ABI and EVM initcode of a contract in the repository.
export function compile(source = SOURCE, name = NAME) {
  return compileContract(source, name);
}

// A deployed contract.
export class Contract {
  constructor(chain, abi, address) {
    this.chain = chain;
    this.abi = abi;
    this.address = address;
  }

  // Constructor arguments follow the initcode; `data` is for PolkaVM and must be empty.
  static async create(chain, signer, { abi, bytecode }, args) {
    const code = encodeDeployData({ abi, bytecode, args });
    const dry = await chain.api.call.reviveApi.instantiate(
      signer.address, 0, null, null, { Upload: code }, '0x', null,
    );
    if (dry.result.isErr) throw new Error(`deployment: ${chain.errorName(dry.result.asErr)}`);
    const call = chain.api.tx.revive.instantiateWithCode(
      0, dry.weightRequired, STORAGE_DEPOSIT, code, '0x', null,
    );
    const receipt = await chain.send(call, signer);
    chain.askNonceAgain(signer);
    const [instantiated] = receipt.find('revive', 'Instantiated');
    const contract = new this(chain, abi, instantiated.contract.toHex());
    contract.deployed = receipt;
    contract.codeBytes = (code.length - 2) / 2;
    return contract;
  }

  // A view function, in the state of the best block.
  async read(functionName, args, from) {
    const dry = await this.dryRun(functionName, args, 0n, from);
    return decodeFunctionResult({
      abi: this.abi, functionName, data: dry.result.asOk.data.toHex(),
    });
  }

  async dryRun(functionName, args, value, from) {
    const data = encodeFunctionData({ abi: this.abi, functionName, args });
    const dry = await this.chain.api.call.reviveApi.call(
      from, this.address, value, null, null, data,
    );
    if (dry.result.isErr) {
      throw new Error(`${functionName}: ${this.chain.errorName(dry.result.asErr)}`);
    }
    // Bit 0 of the flags: reverted.
    if ((dry.result.asOk.flags.bits ?? dry.result.asOk.flags).toNumber() & 1) {
      throw new Error(`${functionName} reverted: ${this.reason(dry.result.asOk.data.toHex())}`);
    }
    return dry;
  }

  // Name and arguments of a custom error, or its bytes.
  reason(data) {
    try {
      const { errorName, args } = decodeErrorResult({ abi: this.abi, data });
      return `${errorName}(${(args ?? []).join(',')})`;
    } catch {
      return data;
    }
  }
}

// The demo's contract, as an Ethereum client deploys, reads and calls it.
export class Classifier {
  constructor(ethereum, abi, address) {
    this.ethereum = ethereum;
    this.abi = abi;
    this.address = address;
    this.lastEstimate = Promise.resolve();
  }

  static async deploy(ethereum, signer, modelId) {
    const { abi, bytecode } = compile();
    const wallet = ethereum.wallet(signer);
    const { contractAddress, blockNumber } = await ethereum.mined(
      await wallet.deployContract({ abi, bytecode, args: [modelId] }));
    const contract = new this(ethereum, abi, contractAddress.toLowerCase());
    contract.codeBytes = (bytecode.length - 2) / 2;
    contract.block = blockNumber;
    return contract;
  }

  read(functionName) {
    return this.ethereum.client.readContract({ address: this.address, abi: this.abi, functionName });
  }

  // One estimate at a time: a node runs few models for RPC at once and turns the others away.
  estimate(request) {
    const estimate = this.lastEstimate.then(() => this.ethereum.client.estimateContractGas(request));
    this.lastEstimate = estimate.catch(() => {});
    return estimate;
  }

  // Classifies an image; `value` is the most that the model may cost. Gives the transaction's receipt.
  async classify(signer, imageHex, value) {
    const request = { address: this.address, abi: this.abi, functionName: 'classify', args: [imageHex], value };
    const gas = await this.estimate({ ...request, account: signer });
    return this.ethereum.mined(await this.ethereum.wallet(signer).writeContract({ ...request, gas }));
  }

  // The contract's own `Classified` event of a transaction.
  classified({ logs }) {
    const own = logs.filter(({ address }) => address === this.address);
    const [log] = parseEventLogs({ abi: this.abi, eventName: 'Classified', logs: own });
    if (!log) throw new Error('the contract emitted no Classified event');
    return log.args;
  }
}
