//! The Ethereum JSON-RPC server: what MetaMask, viem, ethers and web3.py connect to.
//!
//! All of it is `pallet-revive-eth-rpc`, the SDK's server; this package only compiles it for this
//! runtime. It is a client of a node's RPC and holds no key: `scripts/localnet` starts one beside the
//! first validator, on port 8545. `docs/reference/ethereum-rpc.md` has the flags, the methods and
//! what isn't served.
//!
//! The server decodes what a node answers by types generated from metadata when it is compiled, and
//! doesn't compare them with the node's. Upstream takes the metadata of a development runtime that it
//! compiles natively, FRAME of the parachains and all. Here that package is replaced by [one that
//! holds our runtime's](../metadata), cut to what the server uses; a test of the
//! runtime fails when it has moved away from it.

use pallet_revive_eth_rpc::cli::{self, CliCommand};

fn main() -> anyhow::Result<()> {
	cli::run(CliCommand::parse_cli()?)
}
