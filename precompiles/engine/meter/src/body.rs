//! One function as the pass sees it.

use crate::{Error, FRAME_UNITS};
use std::ops::Range;
use wasmparser::{FunctionBody, Operator, ValType};

/// A function's body.
pub(crate) struct Body<'a> {
	/// Declared locals: how many of which type.
	pub(crate) locals: Vec<(u32, ValType)>,
	/// Instructions, the last `end` included.
	pub(crate) operators: Vec<Operator<'a>>,
	/// Where each instruction is in the module.
	pub(crate) places: Vec<Range<usize>>,
}

impl<'a> Body<'a> {
	pub(crate) fn read(body: &FunctionBody<'a>) -> Result<Self, Error> {
		let locals = body.get_locals_reader()?.into_iter().collect::<Result<_, _>>()?;
		let mut reader = body.get_operators_reader()?;
		let (mut operators, mut places) = (Vec::new(), Vec::new());
		while !reader.eof() {
			let start = reader.original_position();
			operators.push(reader.read()?);
			places.push(start..reader.original_position());
		}
		Ok(Self { locals, operators, places })
	}

	/// Number of its declared locals. Valid bodies have at most 50,000.
	pub(crate) fn local_count(&self) -> u32 {
		self.locals.iter().fold(0, |n, (count, _)| n.saturating_add(*count))
	}
}

/// Whether a function calls, so that others can lie above it on the stack.
pub(crate) fn calls(operators: &[Operator<'_>]) -> bool {
	operators
		.iter()
		.any(|operator| matches!(operator, Operator::Call { .. } | Operator::CallIndirect { .. }))
}

/// Units of call stack that a function with these parameters and locals takes.
pub(crate) fn frame_units(params: &[ValType], locals: &[(u32, ValType)]) -> i32 {
	let slots = |ty: &ValType| if *ty == ValType::V128 { 2u32 } else { 1 };
	let params = params.iter().fold(0u32, |n, ty| n.saturating_add(slots(ty)));
	let locals = locals
		.iter()
		.fold(0u32, |n, (count, ty)| n.saturating_add(count.saturating_mul(slots(ty))));
	let units = FRAME_UNITS.saturating_add(params).saturating_add(locals);
	i32::try_from(units).unwrap_or(i32::MAX)
}

/// Whether an instruction opens a structure that an `end` closes.
pub(crate) fn opens(operator: &Operator<'_>) -> bool {
	matches!(operator, Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. })
}

/// Makes every `br` to the function's own label the `return` that it is.
pub(crate) fn with_returns<'a>(operators: Vec<Operator<'a>>) -> Vec<Operator<'a>> {
	let mut nesting = 0u32;
	operators
		.into_iter()
		.map(|operator| {
			if opens(&operator) {
				nesting = nesting.saturating_add(1);
			} else if matches!(operator, Operator::End) {
				nesting = nesting.saturating_sub(1);
			}
			match operator {
				Operator::Br { relative_depth } if relative_depth == nesting => Operator::Return,
				other => other,
			}
		})
		.collect()
}
