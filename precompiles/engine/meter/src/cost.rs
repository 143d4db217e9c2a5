//! What is charged.

use wasmparser::Operator;

/// The costs that the pass inserts, in units of fuel.
///
/// Whatever they are, `entry`, branches, `if` and `br_table` must cost at least 1: then no loop and
/// no recursion is free (see [`crate::plan`]).
#[derive(Clone, Copy, Debug)]
pub struct Costs {
	/// One call of a function, besides the instruction that calls it.
	pub entry: u64,
	/// One execution of an instruction.
	pub instruction: fn(&Operator<'_>) -> u64,
	/// Each page of 64 KiB that `memory.grow` asks for, granted or not; below 2^31.
	pub page: u64,
	/// A segment that costs no more is charged by the one before (see [`crate::plan`]): fewer
	/// instructions that count, and the same bound for what they count.
	pub folded: u64,
}

/// The costs of profile 1: one unit an instruction, as wasmtime 36 counts, and growth.
///
/// Divisions and square roots cost no more than the rest: they take a few times longer than an
/// addition, which is less than a load that misses the cache does, and the price of a unit of fuel
/// is set by the worst case anyway. Memory is another thing: one `memory.grow` can ask for a
/// gigabyte, whose pages the system then hands over one by one, cleared, in about 2 µs for each 4 KiB
/// (a virtual machine, where it is slowest).
pub const PROFILE_1: Costs = Costs { entry: 1, instruction: one_each, page: 128_000, folded: 16 };

/// 1 an instruction; 0 for what generates no work of its own. A `return`, and a `br` to the function's
/// own label, which is the same, are free.
pub fn one_each(operator: &Operator<'_>) -> u64 {
	match operator {
		Operator::Nop
		| Operator::Drop
		| Operator::Block { .. }
		| Operator::Loop { .. }
		| Operator::Else
		| Operator::End
		| Operator::Return
		| Operator::Unreachable => 0,
		_ => 1,
	}
}
