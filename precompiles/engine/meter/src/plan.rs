//! Where fuel is charged.
//!
//! A *segment* is a set of instructions that are all executed whenever its first one is, a trap
//! apart. It is charged as a whole where it begins. Segments begin at the function's entry, at the
//! body of a `loop`, at both arms of an `if`, and after a conditional branch. What follows a
//! `block`, `loop` or `if` belongs to the segment before it, unless a branch inside leads beyond it:
//! then it begins a segment too. A segment with an `unreachable` in it can only end in a trap, and
//! isn't charged unless it begins at an entry or a loop.
//!
//! A segment that doesn't look and costs at most [`Costs::folded`] is charged by the one that it
//! follows, whether it is executed or not. It is executed at most once for each time that one is,
//! so nothing is ever charged too little, and for each branch at most that much too much.
//!
//! The charges at the entry of a function that calls and at the body of a loop look whether fuel is
//! left; the others only subtract. That bounds what runs unpaid by the length of a few functions,
//! because every cycle of execution passes a charge that looks and isn't 0: a loop's first segment
//! holds everything up to the first branch, `if` or inner loop, and branches and `if`s aren't free; a
//! recursion passes the entry of a function that calls, and entries aren't free.

use crate::{body::calls, Costs};
use wasmparser::Operator;

/// A segment that isn't free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Charge {
	/// Index of the instruction before which the charge is inserted.
	pub(crate) at: usize,
	/// Units of fuel.
	pub(crate) cost: u64,
	/// Whether it looks if fuel is left.
	pub(crate) looks: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
	Block,
	Loop,
	If,
	Else { then_ends: bool },
}

struct Frame {
	kind: Kind,
	/// The segment before the structure; `None` if that is never executed.
	before: Option<usize>,
	/// A branch inside leads beyond it.
	escaped: bool,
	/// A branch leads to its end.
	ended: bool,
}

struct Segment {
	charge: Charge,
	/// Has an `unreachable`.
	traps: bool,
	/// The segment that it follows.
	after: Option<usize>,
}

struct Planner {
	segments: Vec<Segment>,
	frames: Vec<Frame>,
	/// The segment of the next instruction; `None` if that is never executed.
	current: Option<usize>,
}

impl Planner {
	fn begin(&mut self, at: usize, looks: bool) {
		let charge = Charge { at, cost: 0, looks };
		let after = self.current.replace(self.segments.len());
		self.segments.push(Segment { charge, traps: false, after });
	}

	fn current(&mut self) -> Option<&mut Segment> {
		self.current.and_then(|current| self.segments.get_mut(current))
	}

	fn enter(&mut self, kind: Kind) {
		self.frames.push(Frame { kind, before: self.current, escaped: false, ended: false });
	}

	/// A branch to the label `depth` from the inside, the function's own one included.
	fn branch(&mut self, depth: u32) {
		let mut inner = self.frames.iter_mut().rev();
		for frame in inner.by_ref().take(depth as usize) {
			frame.escaped = true;
		}
		if let Some(target) = inner.next() {
			target.ended |= target.kind != Kind::Loop;
		}
	}

	fn end(&mut self, next: usize) {
		let Some(frame) = self.frames.pop() else { return };
		let reached = self.current.is_some()
			|| frame.ended
			|| match frame.kind {
				Kind::If => true,
				Kind::Else { then_ends } => then_ends,
				Kind::Block | Kind::Loop => false,
			};
		self.current = frame.before.filter(|_| reached);
		if self.current.is_some() && frame.escaped {
			self.begin(next, false);
		}
	}
}

impl Planner {
	/// Moves small charges to the segments before. From the last to the first: what a segment takes
	/// over counts when its own turn comes.
	fn fold(&mut self, most: u64) {
		for index in (0..self.segments.len()).rev() {
			let Some(segment) = self.segments.get_mut(index) else { continue };
			let Charge { cost, looks, .. } = segment.charge;
			let Some(before) = segment.after.filter(|_| !looks && !segment.traps && cost <= most)
			else {
				continue;
			};
			segment.charge.cost = 0;
			if let Some(before) = self.segments.get_mut(before) {
				before.charge.cost = before.charge.cost.saturating_add(cost);
			}
		}
	}
}

/// The charges of a valid function body, ascending. A branch to the function's own label must have
/// been made a `return`.
pub(crate) fn plan(body: &[Operator<'_>], costs: &Costs) -> Vec<Charge> {
	let mut plan = Planner { segments: Vec::new(), frames: Vec::new(), current: None };
	plan.begin(0, calls(body));
	if let Some(entry) = plan.current() {
		entry.charge.cost = costs.entry;
	}
	for (index, operator) in body.iter().enumerate() {
		let next = index.saturating_add(1);
		if let Some(segment) = plan.current() {
			let cost = (costs.instruction)(operator);
			segment.charge.cost = segment.charge.cost.saturating_add(cost);
		}
		let executed = plan.current.is_some();
		match operator {
			Operator::Block { .. } => plan.enter(Kind::Block),
			Operator::Loop { .. } => {
				plan.enter(Kind::Loop);
				if executed {
					plan.begin(next, true);
				}
			},
			Operator::If { .. } => {
				plan.enter(Kind::If);
				if executed {
					plan.begin(next, false);
				}
			},
			Operator::Else => {
				let Some(frame) = plan.frames.last_mut() else { continue };
				frame.kind = Kind::Else { then_ends: executed };
				plan.current = frame.before;
				if plan.current.is_some() {
					plan.begin(next, false);
				}
			},
			Operator::End => plan.end(next),
			_ if !executed => {},
			Operator::Br { relative_depth } => {
				plan.branch(*relative_depth);
				plan.current = None;
			},
			Operator::BrIf { relative_depth } => {
				plan.branch(*relative_depth);
				plan.begin(next, false);
			},
			Operator::BrTable { targets } => {
				plan.branch(targets.default());
				// The body is valid, so all of them can be read.
				for target in targets.targets().flatten() {
					plan.branch(target);
				}
				plan.current = None;
			},
			Operator::Return => {
				plan.branch(u32::MAX);
				plan.current = None;
			},
			Operator::Unreachable => {
				if let Some(segment) = plan.current() {
					segment.traps = true;
				}
				plan.current = None;
			},
			_ => {},
		}
	}
	plan.fold(costs.folded);
	plan.segments
		.into_iter()
		// The charge of an entry is there even if it doesn't look.
		.filter(|segment| {
			segment.charge.cost > 0
				&& (segment.after.is_none() || segment.charge.looks || !segment.traps)
		})
		.map(|segment| segment.charge)
		.collect()
}
