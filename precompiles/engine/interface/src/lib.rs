//! # The runtime's way to the engine
//!
//! Three host functions, `load`, `run` and `check_engine`, called by the pallets. The node reads the
//! chunks of engines and models from state itself (changes of the current block included), so no
//! model ever passes through the runtime's memory.
//!
//! Results and faults are consensus: every node gives the same ones. A failure of the node itself
//! (no memory, an engine that isn't compiled, the RPC lane busy, an image that differs from the
//! recorded one) is no result: the host function panics, which the executor turns into an error of
//! the whole runtime call. A block isn't imported or authored then, an RPC call gets the message, and
//! nothing that other nodes would compute differently gets into state. A call for RPC that is only
//! turned away unwinds without a report in the log.
//!
//! The node hands its executor over in an [`EngineExt`]. Without one (building a chain
//! specification, tools, tests) the process's global host is used, in the consensus lane: the
//! results are the same.
//!
//! Interfaces are append-only: a change is a new version of a function, shipped in nodes before a
//! runtime uses it.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod api;
#[cfg(feature = "std")]
mod extension;
#[cfg(feature = "std")]
mod state;

#[cfg(feature = "std")]
pub use api::engine_api::HostFunctions;
pub use api::engine_api::{check_engine, load, run};
#[cfg(feature = "std")]
pub use extension::EngineExt;
pub use opg_engine_abi::{
	request::chunk_key, EngineError, EngineRef, LoadReport, LoadRequest, ModelRef, RunFault,
	RunReport, RunRequest,
};
#[cfg(feature = "std")]
pub use state::chunk_of_value;
