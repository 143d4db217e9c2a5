//! Trees as flat arrays.

use tract_onnx::tract_hir::internal::*;

/// How a branch compares a feature with its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Test {
	/// x ≤ v.
	Leq,
	/// x < v.
	Lt,
	/// x ≥ v.
	Gte,
	/// x > v.
	Gt,
	/// x = v.
	Eq,
	/// x ≠ v.
	Neq,
}

/// Where a walk goes on or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
	/// At a branch, by its index.
	Branch(usize),
	/// At a leaf, by its index.
	Leaf(usize),
}

/// A branch as files describe it.
#[derive(Clone, Copy, Debug)]
pub struct Branch {
	/// The feature that is tested.
	pub feature: usize,
	/// The test.
	pub test: Test,
	/// What the feature is compared with; not NaN.
	pub value: f64,
	/// A feature that is NaN passes the test, whatever the test says.
	pub missing: bool,
	/// Where a row goes that passes.
	pub yes: Target,
	/// Where any other goes.
	pub no: Target,
}

/// What a leaf adds to a target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Vote {
	/// The target.
	pub target: u32,
	/// What it adds.
	pub weight: f64,
}

/// A branch as it is walked: every test is one of two, x ≤ `bound` or x = `bound`. For NaN both
/// are false, so it has a flag.
#[derive(Clone, Copy, Debug)]
struct Node {
	bound: f64,
	feature: u32,
	flags: u32,
	/// Where a row goes that fails the test, and one that passes: an index, with [`LEAF`] for a
	/// leaf.
	ways: [u32; 2],
}

/// Bit of the index of a leaf.
const LEAF: u32 = 1 << 31;
/// The test is for equality.
const EQUAL: u32 = 1;
/// NaN passes.
const NAN_PASSES: u32 = 2;

/// Trees that end.
pub struct Forest {
	nodes: Vec<Node>,
	/// Where each tree begins.
	roots: Vec<u32>,
	/// Where each leaf's votes begin, and the end of the last one's.
	starts: Vec<u32>,
	votes: Vec<Vote>,
	/// Features that a row must have.
	features: usize,
}

impl Forest {
	/// Makes a forest of branches, where trees begin, and the votes of each leaf: `starts` says
	/// where they begin, its last element is their end. Whatever doesn't fit together, or goes in a
	/// circle, is refused.
	pub fn new(
		branches: &[Branch],
		roots: &[Target],
		starts: Vec<u32>,
		votes: Vec<Vote>,
	) -> TractResult<Self> {
		let (branch_count, leaf_count) = (branches.len(), starts.len().saturating_sub(1));
		ensure!(!roots.is_empty(), "there are no trees");
		ensure!(branch_count.max(leaf_count) < LEAF as usize, "there are too many nodes");
		let end = u32::try_from(votes.len())?;
		ensure!(
			starts.is_sorted() && starts.last().is_none_or(|last| *last == end),
			"leaves and votes don't fit together"
		);
		// Indices below 2^31, as counts are.
		let index = |target: &Target| match *target {
			Target::Branch(at) if at < branch_count => Ok(at as u32),
			Target::Leaf(at) if at < leaf_count => Ok(at as u32 | LEAF),
			_ => bail!("a node that doesn't exist is referred to"),
		};
		let mut nodes = Vec::with_capacity(branch_count);
		let mut features = 0;
		for branch in branches {
			nodes.push(node(branch, index(&branch.yes)?, index(&branch.no)?)?);
			// Features are below 2^32 and a row's length below 2^31: no overflow where it matters.
			features = features.max(branch.feature.saturating_add(1));
		}
		let roots = roots.iter().map(index).collect::<TractResult<_>>()?;
		ensure!(ends(&nodes), "nodes go in a circle");
		Ok(Self { nodes, roots, starts, votes, features })
	}

	/// Where each tree begins.
	pub fn roots(&self) -> &[u32] {
		&self.roots
	}

	/// Features that a row must have.
	pub fn features(&self) -> usize {
		self.features
	}

	/// Votes of each leaf.
	pub fn leaves(&self) -> impl Iterator<Item = &[Vote]> {
		(0..self.starts.len().saturating_sub(1)).map(|leaf| self.votes_of(leaf))
	}

	/// Every vote.
	pub fn votes(&self) -> &[Vote] {
		&self.votes
	}

	fn votes_of(&self, leaf: usize) -> &[Vote] {
		let range = match self.starts.get(leaf..).unwrap_or_default() {
			[start, end, ..] => *start as usize..*end as usize,
			_ => 0..0,
		};
		// In range: checked when the forest was made.
		self.votes.get(range).unwrap_or_default()
	}

	/// Votes of the leaf that a row reaches from a root. It ends: no node is met twice.
	#[inline]
	pub fn walk(&self, root: u32, row: &[f64]) -> &[Vote] {
		let mut at = root;
		while at & LEAF == 0 {
			// Nodes and features exist: both were checked before.
			let Some(node) = self.nodes.get(at as usize) else { return &[] };
			let Some(x) = row.get(node.feature as usize) else { return &[] };
			let holds = if node.flags & EQUAL == 0 { *x <= node.bound } else { *x == node.bound };
			let passes = holds || (node.flags & NAN_PASSES != 0 && x.is_nan());
			let [fail, pass] = node.ways;
			at = if passes { pass } else { fail };
		}
		self.votes_of((at & !LEAF) as usize)
	}
}

/// Writes a branch as one of the two tests.
fn node(branch: &Branch, yes: u32, no: u32) -> TractResult<Node> {
	let value = branch.value;
	ensure!(!value.is_nan(), "a branch compares with NaN");
	// x < v holds up to the number before v. Nothing lies below −∞, and nothing is ≤ NaN.
	let below = if value == f64::NEG_INFINITY { f64::NAN } else { value.next_down() };
	let (bound, flag, turned) = match branch.test {
		Test::Leq => (value, 0, false),
		Test::Lt => (below, 0, false),
		Test::Gte => (below, 0, true),
		Test::Gt => (value, 0, true),
		Test::Eq => (value, EQUAL, false),
		Test::Neq => (value, EQUAL, true),
	};
	// NaN differs from every number, and passes no other test.
	let nan_to_yes = branch.missing || branch.test == Test::Neq;
	let (pass, fail) = if turned { (no, yes) } else { (yes, no) };
	let flags = flag | if nan_to_yes != turned { NAN_PASSES } else { 0 };
	let feature = u32::try_from(branch.feature).context("a feature is out of range")?;
	Ok(Node { bound, feature, flags, ways: [fail, pass] })
}

/// Whether every walk ends: branches are taken away as soon as nothing leads to them, until none is
/// left (Kahn's algorithm). A node may have several parents.
fn ends(nodes: &[Node]) -> bool {
	let mut parents = vec![0u32; nodes.len()];
	let branches = |node: &Node| node.ways.into_iter().filter(|at| at & LEAF == 0);
	for node in nodes {
		for child in branches(node) {
			if let Some(count) = parents.get_mut(child as usize) {
				// At most two for each of fewer than 2^31 nodes.
				*count += 1;
			}
		}
	}
	let free = parents.iter().enumerate().filter(|(_, count)| **count == 0);
	let mut free: Vec<usize> = free.map(|(index, _)| index).collect();
	let mut taken = 0;
	while let Some(index) = free.pop() {
		taken += 1;
		for child in nodes.get(index).into_iter().flat_map(branches) {
			if let Some(count) = parents.get_mut(child as usize) {
				*count -= 1;
				if *count == 0 {
					free.push(child as usize);
				}
			}
		}
	}
	taken == nodes.len()
}

#[cfg(test)]
mod tests {
	use super::*;

	const YES: Vote = Vote { target: 0, weight: 1.0 };
	const NO: Vote = Vote { target: 0, weight: 0.0 };

	fn branch(test: Test, value: f64, missing: bool) -> Branch {
		Branch { feature: 0, test, value, missing, yes: Target::Leaf(0), no: Target::Leaf(1) }
	}

	fn forest(branches: &[Branch]) -> TractResult<Forest> {
		Forest::new(branches, &[Target::Branch(0)], vec![0, 1, 2], vec![YES, NO])
	}

	#[test]
	fn every_test_is_what_its_name_says() {
		use std::f64::consts::PI;
		let tiny = f64::from_bits(1);
		let specials = [
			0.0,
			-0.0,
			1.0,
			-1.0,
			PI,
			tiny,
			-tiny,
			f64::MAX,
			f64::MIN,
			f64::INFINITY,
			f64::NEG_INFINITY,
			f64::MIN_POSITIVE,
			1f64.next_down(),
			1f64.next_up(),
		];
		type Naive = fn(f64, f64) -> bool;
		let tests: [(Test, Naive); 6] = [
			(Test::Leq, |x, v| x <= v),
			(Test::Lt, |x, v| x < v),
			(Test::Gte, |x, v| x >= v),
			(Test::Gt, |x, v| x > v),
			(Test::Eq, |x, v| x == v),
			(Test::Neq, |x, v| x != v),
		];
		for (test, naive) in tests {
			for missing in [false, true] {
				for value in specials {
					let forest = forest(&[branch(test, value, missing)]).unwrap();
					for x in specials.into_iter().chain([f64::NAN]) {
						let expected = naive(x, value) || (missing && x.is_nan());
						let got = forest.walk(forest.roots()[0], &[x]) == [YES];
						assert_eq!(got, expected, "{x} {test:?} {value} {missing}");
					}
				}
			}
		}
	}

	#[test]
	fn circles_and_strangers_are_refused() {
		let to = |yes, no| Branch { yes, no, ..branch(Test::Leq, 0.0, false) };
		use Target::{Branch as B, Leaf as L};
		assert!(forest(&[to(B(1), L(0)), to(L(0), L(1))]).is_ok());
		// Two parents of one node are no circle.
		assert!(forest(&[to(B(1), B(2)), to(B(2), L(0)), to(L(0), L(1))]).is_ok());
		for circle in [
			vec![to(B(0), L(0))],
			vec![to(B(1), L(0)), to(L(0), B(0))],
			// Out of reach, but still one.
			vec![to(L(0), L(1)), to(B(2), L(0)), to(B(1), L(0))],
		] {
			assert!(forest(&circle).is_err());
		}
		assert!(forest(&[to(B(1), L(0))]).is_err());
		assert!(forest(&[to(L(2), L(0))]).is_err());
		assert!(forest(&[branch(Test::Leq, f64::NAN, false)]).is_err());
		assert!(Forest::new(&[], &[L(0)], vec![0, 2], vec![YES]).is_err());
		assert!(Forest::new(&[], &[], vec![0, 1], vec![YES]).is_err());
		let leaf = Forest::new(&[], &[L(0)], vec![0, 1], vec![YES]).unwrap();
		assert_eq!(leaf.walk(leaf.roots()[0], &[]), [YES]);
	}
}
