//! # The engine's executor
//!
//! Runs the engine (tract compiled to WebAssembly) in wasmtime under a frozen numeric profile, with
//! fuel, so that every node gets the same bits and the same fuel, whatever its processor, its caches
//! and its history. Only this crate knows wasmtime.
//!
//! [`EngineHost`] is the whole interface: `prepare_engine`, `load`, `run`, `inspect`. Bytes come from
//! [`ContentSource`]s, by chunk; results and faults are those of [`opg_engine_abi`].
//!
//! Three rules hold everywhere:
//! - **A fault is a result, a failure is not.** What depends on engine, model, inputs and limits only
//!   is a typed fault that the chain sees ([`Detailed`]). What depends on this machine is a
//!   [`HostFailure`], and the chain never sees it.
//! - **One run, one fresh instance**, from a byte-identical image. On any trap, exhausted fuel
//!   included, the whole limit is charged. A call succeeds exactly when it uses at most its limit.
//! - **Caches never change a result.** Keys are digests, and what a caller's state holds is compared
//!   with what was verified on every call. Nothing that was run for RPC enters a cache that
//!   consensus reads.
//!
//! | module | holds |
//! |---|---|
//! | [`host`] | the calls |
//! | [`config`] | what a node decides |
//! | [`profile`] | numeric profile 1: every setting that can change a bit |
//! | [`validate`] | which bytes are an engine |
//! | `engine`, `compile_cache` | compiled engines in memory and on disk |
//! | `instance`, `limiter` | one instance: fuel, memory, traps |
//! | `image`, `images` | prepared images and their caches |
//! | [`source`] | where bytes come from, and their verification |
//! | [`lane`], `pool` | who may wait; threads with large stacks |
//! | [`selftest`] | whether this machine computes what the profile says |
//! | [`metrics`] | counters |
//! | [`failure`] | faults and failures |
//! | [`npy`] | tensors as NumPy's files, for tools |

#![deny(missing_docs)]

mod compile_cache;
pub mod config;
mod engine;
pub mod failure;
mod global;
pub mod host;
mod image;
mod images;
mod instance;
pub mod lane;
mod limiter;
pub mod metrics;
pub mod npy;
mod pool;
pub mod profile;
mod results;
pub mod selftest;
pub mod source;
pub mod validate;

pub use config::HostConfig;
pub use failure::{Detailed, HostFailure, Outcome};
pub use host::{EngineHost, Prepared};
pub use instance::TrapNumber;
pub use lane::Lane;
pub use metrics::Metrics;
pub use opg_engine_abi::{EngineRef, ModelRef};
pub use profile::{Cpu, PROFILE};
pub use source::{ContentSource, MemorySource};
