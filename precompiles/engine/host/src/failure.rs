//! What can go wrong, in two kinds that must never be mixed up.
//!
//! A [`Detailed`] fault is a *result*: every node computes the same one, the chain sees it and
//! charges for it. A [`HostFailure`] is this node's own trouble (no memory, an unsuitable CPU, an
//! engine that isn't compiled): it says nothing about the model, so the chain must never see it. The
//! runtime interface panics on it, which fails the whole runtime call instead of giving an answer
//! that other nodes wouldn't give.

use opg_engine_abi::{EngineError, ErrorCode, Refusal, RunFault};
use std::path::PathBuf;

/// This node can't do what was asked. Never visible to the chain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostFailure {
	/// The processor lacks an instruction that the frozen code generation uses.
	#[error("this processor can't run the engine: it lacks {0}. Validators need x86-64-v3 (AVX2, FMA, BMI) or aarch64")]
	CpuUnsupported(String),
	/// The operating system or architecture isn't supported.
	#[error("the engine doesn't run on this platform: {0}")]
	PlatformUnsupported(String),
	/// This node doesn't carry the numeric profile that an engine in state needs.
	#[error("numeric profile {0} is unknown to this node: update it")]
	ProfileUnsupported(u32),
	/// The global host was configured twice, or after its first use.
	#[error("the engine host is already configured")]
	AlreadyConfigured,
	/// wasmtime refused its configuration.
	#[error("wasmtime refused its configuration: {0}")]
	Configuration(String),
	/// The bytes that were to be prepared are no valid engine.
	#[error("the engine is invalid: {0}")]
	Engine(EngineError),
	/// An engine in state can't be read.
	#[error("the engine's bytes can't be read: {0}")]
	EngineContent(EngineError),
	/// A valid engine didn't compile.
	#[error("engine {hash} doesn't compile: {reason}")]
	Compile {
		/// keccak-256 of the raw engine, hex.
		hash: String,
		/// What the compiler said.
		reason: String,
	},
	/// The engine isn't compiled, and the RPC lane never compiles.
	#[error("EngineNotPrepared(engine={0}): this node hasn't compiled it yet; try again")]
	NotPrepared(String),
	/// All permits of the RPC lane are taken.
	#[error("Busy(permits={0}): this node runs as many calls of models for RPC as it may; try again, or raise --inference-rpc-permits")]
	Busy(usize),
	/// Loading a model again gave something else than the chain recorded when it was activated.
	#[error("{what} of model {model} is {got} here, but the chain recorded {recorded}: this node computes something else than the network. Stop it and report this")]
	ImageMismatch {
		/// Content root of the model, hex.
		model: String,
		/// What differs.
		what: &'static str,
		/// What the chain recorded.
		recorded: String,
		/// What this node computed.
		got: String,
	},
	/// The operating system gave no memory.
	#[error("no memory for the engine: {0}")]
	Memory(String),
	/// The native stack ran out, which the worker's stack size makes unreachable.
	#[error("the native stack of a worker ran out: report the model and the input")]
	StackOverflow,
	/// A trap that the profile can't give.
	#[error("a trap that the profile can't give: {0}")]
	UnexpectedTrap(String),
	/// A worker thread couldn't be started or panicked.
	#[error("a worker thread failed: {0}")]
	Worker(String),
	/// The folder of compiled engines can't be used.
	#[error("the engine cache {}: {reason}", path.display())]
	CacheFolder {
		/// The folder or file.
		path: PathBuf,
		/// Why.
		reason: String,
	},
	/// This node's wasmtime computes something else than the frozen profile says.
	#[error("self-test of {instruction} failed: expected {expected}, got {got}")]
	SelfTest {
		/// The instruction.
		instruction: &'static str,
		/// Expected bits, hex.
		expected: String,
		/// What came out, hex.
		got: String,
	},
}

impl HostFailure {
	/// Whether nothing is wrong: a call for RPC was turned away, and may come again.
	pub fn is_refusal(&self) -> bool {
		matches!(self, Self::Busy(_) | Self::NotPrepared(_))
	}
}

/// A failed load, run or inspection with what people want to know. The chain sees `fault` only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detailed {
	/// What the chain sees and charges.
	pub fault: RunFault,
	/// The same error with the name of the node that caused it.
	pub refusal: Refusal,
}

impl Detailed {
	/// A fault that costs `fuel`.
	pub fn new(refusal: Refusal, fuel: u64) -> Self {
		Self { fault: RunFault { error: refusal.error, fuel }, refusal }
	}

	/// A fault found before any work: it costs no fuel.
	pub fn free(code: ErrorCode, args: &[u64]) -> Self {
		Self::new(Refusal::new(code, args), 0)
	}
}

/// Why a call ends early: a result, or this node's failure. Only [`settle`] takes them apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
	/// Every node stops here.
	Fault(Detailed),
	/// Only this node does.
	Host(HostFailure),
}

impl From<HostFailure> for Stop {
	fn from(failure: HostFailure) -> Self {
		Self::Host(failure)
	}
}

impl From<Detailed> for Stop {
	fn from(fault: Detailed) -> Self {
		Self::Fault(fault)
	}
}

/// A result that every node gives, unless this one fails.
pub type Outcome<T> = Result<Result<T, Detailed>, HostFailure>;

/// Splits the two kinds of trouble.
pub(crate) fn settle<T>(result: Result<T, Stop>) -> Outcome<T> {
	match result {
		Ok(value) => Ok(Ok(value)),
		Err(Stop::Fault(fault)) => Ok(Err(fault)),
		Err(Stop::Host(failure)) => Err(failure),
	}
}
