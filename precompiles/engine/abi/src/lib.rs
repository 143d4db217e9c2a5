//! # Types that cross the engine's borders
//!
//! Everything that passes between a client, the runtime, the node and the WebAssembly guest is
//! defined here once, with its SCALE encoding: [`Tensor`], [`ModelSignature`], [`Limits`],
//! [`EngineError`] and the [`hash`] functions that name models, inputs, outputs and results.
//!
//! The crate is `no_std`, holds no logic that needs a float, and is linked into the runtime, the
//! node and the guest. Changing an encoding here changes consensus: the guest is a released
//! artefact, so a change needs a new engine version.
//!
//! | module | holds |
//! |---|---|
//! | [`tensor`] | dtypes, tensors, specifications, signatures |
//! | [`limits`] | the bounds that a load and a run are held to |
//! | [`error`] | error codes with at most four integers, and off-chain detail |
//! | [`report`] | what a load and a run report |
//! | [`request`] | what the runtime asks for: engine, model, limits |
//! | [`hash`] | content roots, input and output hashes, result ids, receipts |

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod error;
pub mod hash;
pub mod limits;
pub mod report;
pub mod request;
pub mod tensor;

pub use error::{EngineError, ErrorCode, Refusal};
pub use limits::{Limits, CHUNK_BYTES};
pub use report::{Inspection, LoadReport, OperatorUse, RawSpec, RunFault, RunReport};
pub use request::{EngineRef, ImageFuel, LoadRequest, ModelRef, RunRequest};
pub use tensor::{DType, ModelSignature, Tensor, TensorError, TensorSpec};
