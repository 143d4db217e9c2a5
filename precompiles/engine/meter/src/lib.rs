//! # Fuel and call depth in the engine's own code
//!
//! Inserts counters into an engine when it is built, and checks an engine that has them. What a run
//! costs, and where it stops, is then a property of the engine's bytes: the same in every release of
//! wasmtime, in any other WebAssembly host and in a browser.
//!
//! An engine with counters exports two mutable globals, both 0 when it is instantiated, so that it
//! can do nothing until its host has filled them:
//!
//! - [`FUEL`] (i64): units of fuel left. Each segment of instructions is charged as a whole where it
//!   begins ([`plan`] says what a segment is, [`cost`] what an instruction costs). The charges at a
//!   function's entry, at every iteration of a loop and at `memory.grow` trap (`unreachable`) when
//!   less than 0 is left.
//! - [`CALL_STACK`] (i32): units of call stack left. A function that calls takes [`FRAME_UNITS`] and
//!   one for each 8 bytes of its parameters and locals, gives them back when it returns, and
//!   traps (`unreachable`) at its entry when less than 0 is left. A function that doesn't call takes
//!   nothing: at most one of them is on the stack.
//!
//! **Reading them.** Fill both before the first call; calls of one instance share the fuel. After a
//! call that returned or trapped:
//! 1. `fuel < 0`: out of fuel, also when the call returned, because not every charge looks;
//! 2. else, if it trapped and `call_stack < 0`: the call stack ran out;
//! 3. else the outcome is the guest's own; if it returned, the fuel used is exactly what was filled
//!    in less what is left, and `call_stack` is what was filled in.
//!
//! A call that returns has used its instructions' costs, nothing else: how they were put together
//! in segments doesn't show. After a trap the fuel left is still the same everywhere; the segment
//! that trapped is paid.
//!
//! ```text
//! charge     global.get $fuel  i64.const COST  i64.sub  global.set $fuel
//! look       global.get $fuel  i64.const 0  i64.lt_s  if  unreachable  end
//! enter      global.get $call_stack  i32.const UNITS  i32.sub  global.set $call_stack
//!            global.get $call_stack  i32.const 0  i32.lt_s  if  unreachable  end  block
//! leave      end  global.get $call_stack  i32.const UNITS  i32.add  global.set $call_stack
//! ```
//!
//! Inside of `enter` and `leave`, `return` becomes a branch to the end of that block.

#![deny(missing_docs)]

mod body;
pub mod check;
pub mod cost;
mod instrument;
pub mod plan;

pub use check::check;
pub use cost::Costs;
pub use instrument::instrument;

/// Name and version of the pass, for an engine's record.
pub const PASS: &str = "opg-engine-meter 1";

/// Name of the exported global that counts fuel.
pub const FUEL: &str = "fuel";

/// Name of the exported global that counts the call stack.
pub const CALL_STACK: &str = "call_stack";

/// Units of call stack that a function takes besides its parameters and locals: return address,
/// saved registers, spilled temporaries.
pub const FRAME_UNITS: u32 = 16;

/// Why a module can't be given counters, or doesn't have them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
	/// No module, or not one of the profile.
	Invalid(String),
	/// Its counters aren't those that the pass inserts.
	Counters(&'static str),
	/// A function isn't what the pass writes.
	Function {
		/// Index among the functions that have a body.
		index: u32,
		/// What is wrong.
		what: &'static str,
	},
}

impl std::fmt::Display for Error {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		match self {
			Self::Invalid(reason) => write!(f, "not valid in the engine's profile: {reason}"),
			Self::Counters(what) => write!(f, "counters: {what}"),
			Self::Function { index, what } => write!(f, "function {index}: {what}"),
		}
	}
}

impl std::error::Error for Error {}

impl From<wasmparser::BinaryReaderError> for Error {
	fn from(error: wasmparser::BinaryReaderError) -> Self {
		Self::Invalid(error.to_string())
	}
}
