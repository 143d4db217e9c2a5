// Contracts: compiled by solc, deployed and called by pallet-revive's extrinsics.

import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import solc from 'solc';
import {
  decodeErrorResult,
  decodeEventLog,
  decodeFunctionResult,
  encodeDeployData,
  encodeFunctionData,
} from 'viem';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const SOURCE = 'docs/examples/digits/DigitClassifier.sol';
const NAME = 'DigitClassifier';

// The most that a transaction may lock for what it stores. What it doesn't need stays unlocked.
const STORAGE_DEPOSIT = 10n ** 21n;

// ABI and EVM initcode of a contract in the repository.
export function compile(source = SOURCE, name = NAME) {
  const input = {
    language: 'Solidity',
    sources: { [source]: { content: readFileSync(join(ROOT, source), 'utf8') } },
    settings: {
      evmVersion: 'cancun',
      optimizer: { enabled: true, runs: 200 },
      outputSelection: { [source]: { [name]: ['abi', 'evm.bytecode.object'] } },
    },
  };
  const findImport = (path) => {
    // Imports stay inside the repository.
    const file = join(ROOT, path);
    if (relative(ROOT, file).startsWith('..')) return { error: `${path} is outside` };
    return { contents: readFileSync(file, 'utf8') };
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: findImport }));
  const errors = (output.errors ?? []).filter((e) => e.severity === 'error');
  if (errors.length > 0) throw new Error(errors.map((e) => e.formattedMessage).join('\n'));
  const contract = output.contracts[source][name];
  return { abi: contract.abi, bytecode: `0x${contract.evm.bytecode.object}` };
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

// The demo's contract.
export class Classifier extends Contract {
  static deploy(chain, signer, modelId) {
    return Classifier.create(chain, signer, compile(), [modelId]);
  }

  // What a classification needs, by a dry run that pays nothing: the model's largest fuel included.
  // A quarter more, because a later call reads and writes more storage than the first; what isn't
  // used is given back.
  async estimate(imageHex, value, from) {
    const { weightRequired } = await this.dryRun('classify', [imageHex], value, from);
    const more = (part) => (part.toBigInt() * 5n) / 4n;
    return { refTime: more(weightRequired.refTime), proofSize: more(weightRequired.proofSize) };
  }

  // The extrinsic that classifies an image; `value` is the most that the model may cost.
  classify(imageHex, value, weightLimit) {
    const data = encodeFunctionData({ abi: this.abi, functionName: 'classify', args: [imageHex] });
    return this.chain.api.tx.revive.call(this.address, value, weightLimit, STORAGE_DEPOSIT, data);
  }

  // The contract's own `Classified` event of a transaction.
  classified(receipt) {
    for (const emitted of receipt.find('revive', 'ContractEmitted')) {
      if (emitted.contract.toHex() !== this.address) continue;
      const log = decodeEventLog({
        abi: this.abi,
        data: emitted.data.toHex(),
        topics: emitted.topics.map((topic) => topic.toHex()),
      });
      if (log.eventName === 'Classified') return log.args;
    }
    throw new Error('the contract emitted no Classified event');
  }
}
