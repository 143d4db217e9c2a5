//! Names of NNEF, in place of the crate of that name.
//!
//! NNEF is another file format of tract. The operators of `tract-onnx-opl` and `tract-extra` say in
//! the same files how they compute and how they are written to NNEF and read from it. The engine
//! needs the first only, but the original enters its parser, its writer and all their operators in a
//! list of transforms that is filled when the program starts, so that no linker drops them: 0.3 MB of a
//! blob that every validator downloads and compiles.
//!
//! This one has the names that those files mention, so that they compile. There is no reader, no
//! writer and no list: [`deser::ModelBuilder`], [`deser::ResolvedInvocation`] and [`ser::IntoAst`] can't
//! be made, hence the functions that take one can't be called and leave the blob.

pub use tract_core;
pub use tract_core::prelude::{tract_ndarray, tract_num_traits};

/// What names have no value of theirs: a type that can't be made.
enum Never {}

/// What `use tract_nnef::internal::*` brings.
pub mod internal {
	pub use crate::{
		ast::{Identifier, Parameter, RValue, TypeName},
		deser::{ModelBuilder, ResolvedInvocation, Value},
		registry::Registry,
		ser::{invocation, logical, numeric, string, IntoAst},
	};
	pub use tract_core::internal::*;
}

/// The framework: a value that operators can be registered with.
pub mod framework {
	use crate::registry::Registry;

	/// Where registries of operators are collected.
	pub struct Nnef {
		/// The registries.
		pub registries: Vec<Registry>,
	}
}

/// Lists of operators.
pub mod registry {
	use crate::internal::*;

	/// Reads an operator.
	pub type ToTract = fn(&mut ModelBuilder, &ResolvedInvocation) -> TractResult<Value>;
	/// Writes an operator of one type.
	pub type FromTract<O> = fn(&mut IntoAst, &TypedNode, &O) -> TractResult<Option<Arc<RValue>>>;

	/// A list of operators that stays empty, because nothing looks into it.
	pub struct Registry;

	impl Registry {
		/// An empty list.
		pub fn new(_: &str) -> Self {
			Self
		}

		/// Forgets what is said about the list.
		pub fn with_doc(self, _: &str) -> Self {
			self
		}

		/// Forgets how operators of one type are written.
		pub fn register_dumper<O: TypedOp>(&mut self, _: FromTract<O>) {}

		/// Forgets how an operator is read.
		pub fn register_primitive<R>(&mut self, _: &str, _: &[Parameter], _: &[R], _: ToTract) {}
	}
}

/// Words of a document.
pub mod ast {
	/// A name.
	#[derive(PartialEq, Eq)]
	pub struct Identifier;

	impl From<&str> for Identifier {
		fn from(_: &str) -> Self {
			Self
		}
	}

	/// The call of an operator.
	pub struct Invocation {
		/// The operator's name.
		pub id: Identifier,
	}

	/// An expression.
	#[derive(Clone)]
	pub struct RValue;

	/// A type.
	#[derive(Clone, Copy)]
	pub enum TypeName {
		/// A whole number.
		Integer,
		/// Any number.
		Scalar,
		/// A truth value.
		Logical,
		/// A text.
		String,
		/// Any of them.
		Any,
	}

	impl TypeName {
		/// A tensor of it.
		pub fn tensor(self) -> Self {
			self
		}

		/// A list of it.
		pub fn array(self) -> Self {
			self
		}

		/// A parameter of that type.
		pub fn named(self, _: &str) -> Parameter {
			Parameter
		}
	}

	/// A parameter of an operator.
	pub struct Parameter;

	impl Parameter {
		/// The same with a value for where it is left out.
		pub fn default<T>(self, _: T) -> Self {
			self
		}
	}
}

/// Reading.
pub mod deser {
	use crate::{ast::Invocation, internal::*, Never};

	/// A value in a document that is read.
	pub struct Value(Never);

	/// Builds a model. Can't be made.
	pub struct ModelBuilder {
		/// The model.
		pub model: TypedModel,
		never: Never,
	}

	impl ModelBuilder {
		/// Adds a node.
		///
		/// # Errors
		///
		/// It can't be called.
		pub fn wire<O: Into<Box<dyn TypedOp>>>(
			&mut self,
			_: O,
			_: &[OutletId],
		) -> TractResult<Value> {
			match self.never {}
		}
	}

	/// The call of an operator with its arguments. Can't be made.
	pub struct ResolvedInvocation {
		/// The call.
		pub invocation: Invocation,
		never: Never,
	}

	impl ResolvedInvocation {
		/// An argument.
		///
		/// # Errors
		///
		/// It can't be called.
		pub fn named_arg_as<T>(&self, _: &mut ModelBuilder, _: &str) -> TractResult<T> {
			match self.never {}
		}

		/// An argument that may be missing.
		///
		/// # Errors
		///
		/// It can't be called.
		pub fn get_named_arg_as<T>(&self, _: &mut ModelBuilder, _: &str) -> TractResult<Option<T>> {
			match self.never {}
		}

		/// An argument that may be missing or switched off.
		///
		/// # Errors
		///
		/// It can't be called.
		pub fn optional_named_arg_as<T>(
			&self,
			_: &mut ModelBuilder,
			_: &str,
		) -> TractResult<Option<T>> {
			match self.never {}
		}
	}
}

/// Writing.
pub mod ser {
	use crate::{internal::*, Never};

	/// Writes a model. Can't be made.
	pub struct IntoAst<'a> {
		/// The model.
		pub model: &'a TypedModel,
		/// What was written.
		pub mapping: HashMap<OutletId, Arc<RValue>>,
		never: Never,
	}

	impl IntoAst<'_> {
		/// A constant with a name.
		///
		/// # Errors
		///
		/// It can't be called.
		pub fn konst_variable(&mut self, _: String, _: &Arc<Tensor>) -> TractResult<Arc<RValue>> {
			match self.never {}
		}
	}

	/// The call of an operator.
	pub fn invocation(_: &str, _: &[Arc<RValue>], _: &[(&str, RValue)]) -> Arc<RValue> {
		Arc::new(RValue)
	}

	/// A number.
	pub fn numeric<T>(_: T) -> RValue {
		RValue
	}

	/// A text.
	pub fn string<T>(_: T) -> RValue {
		RValue
	}

	/// A truth value.
	pub fn logical(_: bool) -> RValue {
		RValue
	}

	/// A list.
	pub fn array(_: &[RValue]) -> RValue {
		RValue
	}

	/// A shape.
	pub fn tdims(_: &[TDim]) -> RValue {
		RValue
	}
}
