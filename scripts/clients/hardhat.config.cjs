// An ordinary Hardhat project. Two things are said once more than elsewhere: the compiler is the one of
// the npm package `solc`, so that nothing is downloaded, and the sources are copied beside it by `run`,
// because Hardhat takes none from outside its folder.

const { subtask } = require('hardhat/config');
const { TASK_COMPILE_SOLIDITY_GET_SOLC_BUILD } = require('hardhat/builtin-tasks/task-names');
require('@nomicfoundation/hardhat-ethers');
require('@nomicfoundation/hardhat-chai-matchers');

const { version } = require('solc/package.json');

subtask(TASK_COMPILE_SOLIDITY_GET_SOLC_BUILD, async ({ solcVersion }, hre, runSuper) =>
  solcVersion === version
    ? {
        compilerPath: require.resolve('solc/soljson.js'),
        isSolcJs: true,
        version,
        longVersion: require('solc').version().replace('.Emscripten.clang', ''),
      }
    : runSuper());

const work = process.env.OPG_CLIENTS_WORK ?? 'build';

module.exports = {
  solidity: {
    version,
    settings: { evmVersion: 'cancun', optimizer: { enabled: true, runs: 200 } },
  },
  defaultNetwork: 'opg',
  networks: {
    opg: {
      url: process.env.OPG_ETHEREUM_HTTP ?? 'http://127.0.0.1:8545',
      // The accounts that development networks fund; the other clients have the first eight.
      accounts: { mnemonic: 'test test test test test test test test test test test junk', initialIndex: 8, count: 2 },
    },
  },
  paths: { sources: `${work}/contracts`, artifacts: `${work}/artifacts`, cache: `${work}/cache`, tests: 'hardhat' },
  mocha: { timeout: 120_000 },
};
