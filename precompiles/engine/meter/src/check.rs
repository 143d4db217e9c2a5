//! Whether an engine has exactly the counters that the pass inserts.
//!
//! Takes the inserted instructions out of every function, plans again for what is left, and
//! compares. So an engine is admitted only if every path through it is charged as the costs say and
//! no other instruction touches the counters, whatever tool wrote it.

use crate::{
	body::{calls, frame_units, opens, Body},
	plan::{plan, Charge},
	Costs, Error, CALL_STACK, FUEL,
};
use wasmparser::{
	BlockType, ConstExpr, ExternalKind, FuncType, Operator, Parser, Payload, TypeRef, ValType,
	WasmFeatures,
};

/// What profile 1 admits.
pub fn features() -> WasmFeatures {
	WasmFeatures::MUTABLE_GLOBAL
		| WasmFeatures::SATURATING_FLOAT_TO_INT
		| WasmFeatures::SIGN_EXTENSION
		| WasmFeatures::MULTI_VALUE
		| WasmFeatures::SIMD
		| WasmFeatures::RELAXED_SIMD
		| WasmFeatures::FLOATS
}

/// Checks a module that is valid with [`features`]. It doesn't validate again: without that its
/// answer means nothing.
///
/// # Errors
/// What is wrong: a hint for people. Which of several it is may change.
pub fn check(wasm: &[u8], costs: &Costs) -> Result<(), Error> {
	let mut signatures = Vec::new();
	let mut functions = Vec::new();
	let mut globals = 0u32;
	let mut started = Vec::new();
	let mut counters = Counters::default();
	let mut index = 0u32;
	for payload in Parser::new(0).parse_all(wasm) {
		match payload? {
			Payload::TypeSection(section) => {
				signatures =
					section.into_iter_err_on_gc_types().collect::<Result<Vec<FuncType>, _>>()?;
			},
			Payload::ImportSection(section) => {
				for import in section {
					if matches!(import?.ty, TypeRef::Global(_)) {
						globals = globals.saturating_add(1);
					}
				}
			},
			Payload::FunctionSection(section) => {
				functions = section.into_iter().collect::<Result<Vec<u32>, _>>()?;
			},
			Payload::GlobalSection(section) => {
				for global in section {
					let global = global?;
					started.push((globals, global.ty, zero(&global.init_expr)));
					globals = globals.saturating_add(1);
				}
			},
			Payload::ExportSection(section) => {
				for export in section {
					let export = export?;
					let slot = match export.name {
						FUEL => &mut counters.fuel,
						CALL_STACK => &mut counters.call_stack,
						_ => continue,
					};
					if export.kind != ExternalKind::Global {
						return Err(Error::Counters("an export is no global"));
					}
					*slot = Some(export.index);
				}
			},
			Payload::CodeSectionStart { .. } => {
				for (counter, ty) in
					[(counters.fuel, ValType::I64), (counters.call_stack, ValType::I32)]
				{
					let counter = counter.ok_or(Error::Counters("one isn't exported"))?;
					started
						.iter()
						.find(|(global, of, zero)| {
							*global == counter && of.content_type == ty && of.mutable && *zero
						})
						.ok_or(Error::Counters("one has another type or doesn't start at 0"))?;
				}
			},
			Payload::CodeSectionEntry(body) => {
				let params = functions
					.get(index as usize)
					.and_then(|ty| signatures.get(*ty as usize))
					.map(FuncType::params)
					.ok_or(Error::Counters("a function has no type"))?;
				counters
					.function(params, Body::read(&body)?, costs)
					.map_err(|what| Error::Function { index, what })?;
				index = index.saturating_add(1);
			},
			_ => {},
		}
	}
	if index == 0 {
		return Err(Error::Counters("there is no code"));
	}
	Ok(())
}

fn zero(expression: &ConstExpr<'_>) -> bool {
	matches!(
		expression.get_operators_reader().read(),
		Ok(Operator::I32Const { value: 0 } | Operator::I64Const { value: 0 })
	)
}

/// Indices of the counters.
#[derive(Clone, Copy, Default)]
struct Counters {
	fuel: Option<u32>,
	call_stack: Option<u32>,
}

impl Counters {
	fn function(
		self,
		params: &[ValType],
		body: Body<'_>,
		costs: &Costs,
	) -> Result<(), &'static str> {
		let locals = (params.len() as u32).saturating_add(body.local_count());
		let found = Reader::new(self, locals, costs.page, &body.operators).read()?;
		let mut declared = body.locals;
		if found.grows {
			// The local that the pass adds. What else uses it doesn't matter: between the two ends of
			// an inserted piece nothing does.
			match declared.pop() {
				Some((1, ValType::I32)) => {},
				_ => return Err("the local for memory.grow is missing"),
			}
		}
		if plan(&found.operators, costs) != found.charges {
			return Err("its charges aren't those of its instructions");
		}
		let units = calls(&found.operators).then(|| frame_units(params, &declared));
		if units != found.units {
			return Err("its part of the call stack isn't that of its locals");
		}
		Ok(())
	}
}

/// A function taken apart.
#[derive(Default)]
struct Found<'a> {
	/// What was there before the pass.
	operators: Vec<Operator<'a>>,
	charges: Vec<Charge>,
	/// Units of call stack, if it takes any.
	units: Option<i32>,
	grows: bool,
}

struct Reader<'a, 'b> {
	counters: Counters,
	/// Parameters and locals.
	locals: u32,
	page: u64,
	input: std::slice::Iter<'b, Operator<'a>>,
	/// Open structures, without the block that the pass adds.
	nesting: u32,
	found: Found<'a>,
}

/// Takes the next instruction if it is this one.
macro_rules! expect {
	($reader:expr, $pattern:pat $(if $guard:expr)? $(=> $value:expr)?) => {
		match $reader.input.next().cloned() {
			Some($pattern) $(if $guard)? => { $($value)? },
			_ => return Err("an instruction touches a counter"),
		}
	};
}

impl<'a, 'b> Reader<'a, 'b> {
	fn new(counters: Counters, locals: u32, page: u64, operators: &'b [Operator<'a>]) -> Self {
		let input = operators.iter();
		Self { counters, locals, page, input, nesting: 0, found: Found::default() }
	}

	fn is_fuel(&self, global: u32) -> bool {
		self.counters.fuel == Some(global)
	}

	fn is_call_stack(&self, global: u32) -> bool {
		self.counters.call_stack == Some(global)
	}

	fn read(mut self) -> Result<Found<'a>, &'static str> {
		while let Some(operator) = self.input.next() {
			match operator {
				Operator::GlobalGet { global_index } if self.is_fuel(*global_index) => {
					self.charge()?;
				},
				Operator::GlobalGet { global_index } if self.is_call_stack(*global_index) => {
					self.enter()?;
				},
				Operator::GlobalSet { global_index }
					if self.is_fuel(*global_index) || self.is_call_stack(*global_index) =>
				{
					return Err("an instruction touches a counter");
				},
				Operator::LocalSet { local_index } if self.starts_growth(*local_index) => {
					self.grow(*local_index)?;
				},
				Operator::MemoryGrow { .. } => return Err("memory.grow isn't charged"),
				Operator::End if self.nesting == 0 => {
					self.found.operators.push(Operator::End);
					if self.found.units.is_some() {
						self.leave()?;
					}
					return match self.input.next() {
						None => Ok(self.found),
						Some(_) => Err("instructions after its end"),
					};
				},
				other => self.keep(other)?,
			}
		}
		Err("it has no end")
	}

	/// An instruction that was there before the pass.
	fn keep(&mut self, operator: &Operator<'a>) -> Result<(), &'static str> {
		let framed = self.found.units.is_some();
		match operator {
			Operator::Return if framed => return Err("it returns without leaving"),
			Operator::Br { relative_depth } if *relative_depth == self.nesting => {
				if !framed {
					return Err("it branches to its own label");
				}
				self.found.operators.push(Operator::Return);
				return Ok(());
			},
			Operator::Br { relative_depth } | Operator::BrIf { relative_depth } => {
				self.within(*relative_depth)?;
			},
			Operator::BrTable { targets } => {
				self.within(targets.default())?;
				for target in targets.targets() {
					self.within(target.map_err(|_| "a table of labels is broken")?)?;
				}
			},
			Operator::End => self.nesting = self.nesting.saturating_sub(1),
			_ if opens(operator) => self.nesting = self.nesting.saturating_add(1),
			_ => {},
		}
		self.found.operators.push(operator.clone());
		Ok(())
	}

	/// A branch must not pass the block that the pass adds: it would leave no trace on the stack.
	fn within(&self, depth: u32) -> Result<(), &'static str> {
		if depth > self.nesting {
			return Err("it returns without leaving");
		}
		Ok(())
	}

	/// The rest of a charge, and the look if there is one.
	fn charge(&mut self) -> Result<(), &'static str> {
		let cost = expect!(self, Operator::I64Const { value } => value);
		let cost = u64::try_from(cost).map_err(|_| "a charge is negative")?;
		expect!(self, Operator::I64Sub);
		expect!(self, Operator::GlobalSet { global_index } if self.is_fuel(global_index));
		// No second charge follows where one was, so this can only be a look.
		let looks = match self.input.as_slice() {
			[Operator::GlobalGet { global_index }, ..] => self.is_fuel(*global_index),
			_ => false,
		};
		if looks {
			expect!(self, Operator::GlobalGet { .. });
			self.look()?;
		}
		let at = self.found.operators.len();
		self.found.charges.push(Charge { at, cost, looks });
		Ok(())
	}

	/// The rest of a look at the fuel.
	fn look(&mut self) -> Result<(), &'static str> {
		expect!(self, Operator::I64Const { value: 0 });
		expect!(self, Operator::I64LtS);
		self.trap()
	}

	fn trap(&mut self) -> Result<(), &'static str> {
		expect!(self, Operator::If { blockty: BlockType::Empty });
		expect!(self, Operator::Unreachable);
		expect!(self, Operator::End);
		Ok(())
	}

	/// The rest of the entry to the call stack.
	fn enter(&mut self) -> Result<(), &'static str> {
		let first = self.found.operators.is_empty() && self.found.charges.len() == 1;
		if !first || self.found.units.is_some() {
			return Err("an instruction touches a counter");
		}
		self.found.units = Some(expect!(self, Operator::I32Const { value } => value));
		expect!(self, Operator::I32Sub);
		expect!(self, Operator::GlobalSet { global_index } if self.is_call_stack(global_index));
		expect!(self, Operator::GlobalGet { global_index } if self.is_call_stack(global_index));
		expect!(self, Operator::I32Const { value: 0 });
		expect!(self, Operator::I32LtS);
		self.trap()?;
		expect!(self, Operator::Block { .. });
		Ok(())
	}

	/// The way out, after the `end` of the block.
	fn leave(&mut self) -> Result<(), &'static str> {
		let units = self.found.units;
		expect!(self, Operator::GlobalGet { global_index } if self.is_call_stack(global_index));
		expect!(self, Operator::I32Const { value } if Some(value) == units);
		expect!(self, Operator::I32Add);
		expect!(self, Operator::GlobalSet { global_index } if self.is_call_stack(global_index));
		expect!(self, Operator::End);
		Ok(())
	}

	/// Whether the `local.set` just read starts the charge of a `memory.grow`: it sets the last
	/// local, and what follows begins like no other charge.
	fn starts_growth(&self, local: u32) -> bool {
		if local.checked_add(1) != Some(self.locals) {
			return false;
		}
		match self.input.as_slice() {
			[Operator::GlobalGet { global_index }, Operator::LocalGet { .. }, ..] => {
				self.is_fuel(*global_index)
			},
			_ => false,
		}
	}

	/// The rest of a charged `memory.grow`.
	fn grow(&mut self, local: u32) -> Result<(), &'static str> {
		let page = i64::try_from(self.page).map_err(|_| "the costs are too high")?;
		expect!(self, Operator::GlobalGet { .. });
		expect!(self, Operator::LocalGet { local_index } if local_index == local);
		expect!(self, Operator::I64ExtendI32U);
		expect!(self, Operator::I64Const { value } if value == page);
		expect!(self, Operator::I64Mul);
		expect!(self, Operator::I64Sub);
		expect!(self, Operator::GlobalSet { global_index } if self.is_fuel(global_index));
		expect!(self, Operator::GlobalGet { global_index } if self.is_fuel(global_index));
		self.look()?;
		expect!(self, Operator::LocalGet { local_index } if local_index == local);
		let grow = expect!(self, grow @ Operator::MemoryGrow { .. } => grow);
		self.found.operators.push(grow);
		self.found.grows = true;
		Ok(())
	}
}
