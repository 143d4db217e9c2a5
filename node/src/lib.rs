//! # The OPG node
//!
//! Validator, RPC server and model tools in one binary. What consensus needs is in the runtime and
//! in the engine's host; this crate composes them with the Substrate client.
//!
//! | module | holds |
//! |---|---|
//! | [`cli`], [`command`] | the command line and what it starts |
//! | [`chain_spec`] | development and local networks, with the engine in genesis |
//! | [`service`] | the node: AURA and GRANDPA, or sealing on demand under `--dev` |
//! | [`lanes`] | which engine calls serve consensus and which serve RPC |
//! | [`executor`], [`gate`] | the limits of what is executed for RPC |
//! | [`hardware`] | the check of the machine at start |
//! | [`rpc`] | `inference_*`, `models_*`, `credit_*` and `schedule_*`, beside Substrate's own methods |
//! | [`account`] | accounts as people write them |
//! | [`metrics`] | the engine's Prometheus metrics |
//! | [`model`], [`engine_cmd`], [`receipt`] | the `model`, `engine` and `receipt` commands |
//! | [`credit`], [`schedule`] | the `credit` and `schedule` commands |
//! | `benchmark` | the `benchmark` command, in builds for `scripts/bench weights` |

pub mod account;
#[cfg(feature = "runtime-benchmarks")]
pub mod benchmark;
pub mod chain_spec;
pub mod cli;
pub mod client;
pub mod command;
pub mod credit;
pub mod engine_cmd;
pub mod executor;
pub mod gate;
pub mod hardware;
pub mod lanes;
pub mod metrics;
pub mod model;
pub mod receipt;
pub mod rpc;
pub mod schedule;
pub mod service;
