//! Trees as opsets 1 to 4 write them: branches and leaves in one list, known by tree and node.

use super::forest::{Branch, Forest, Target, Test, Vote};
use crate::ml::{
	attributes::{index, ints, numbers, texts, Numbers},
	op::wrong,
};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

/// The trees of a node, and whether a number of them is float64. Attributes of votes begin with
/// `prefix`.
pub fn forest(ctx: &ParsingContext, node: &NodeProto, prefix: &str) -> TractResult<(Forest, bool)> {
	let nodes = Nodes::read(ctx, node)?;
	let (branches, targets) = nodes.branches(node)?;
	let (starts, votes, wide) = nodes.votes(ctx, node, prefix, &targets)?;
	let forest = Forest::new(&branches, &nodes.roots(node, &branches, &targets)?, starts, votes);
	let forest = forest.with_context(|| crate::graph::node_name(node).to_string())?;
	Ok((forest, wide || nodes.values.wide))
}

/// What the attributes say about nodes, all of the same length.
struct Nodes<'a> {
	trees: &'a [i64],
	features: &'a [i64],
	/// None for a leaf.
	tests: Vec<Option<Test>>,
	values: Numbers,
	missing: &'a [i64],
	yes: &'a [i64],
	no: &'a [i64],
	/// Tree, node and place in the lists, sorted.
	places: Vec<(i64, i64, usize)>,
}

impl<'a> Nodes<'a> {
	fn read(ctx: &ParsingContext, node: &'a NodeProto) -> TractResult<Self> {
		let trees = ints(node, "nodes_treeids")?;
		let ids = ints(node, "nodes_nodeids")?;
		let features = ints(node, "nodes_featureids")?;
		let yes = ints(node, "nodes_truenodeids")?;
		let no = ints(node, "nodes_falsenodeids")?;
		let missing = ints(node, "nodes_missing_value_tracks_true")?;
		let tests = texts(node, "nodes_modes")?
			.iter()
			.map(|mode| match test(mode) {
				Some(test) => Ok(test),
				None => wrong(node, "nodes_modes", "has an unknown mode"),
			})
			.collect::<TractResult<Vec<_>>>()?;
		let values = numbers(ctx, node, "nodes_values")?;
		let lengths =
			[ids.len(), features.len(), tests.len(), values.values.len(), yes.len(), no.len()];
		let same = lengths.iter().all(|length| *length == trees.len());
		if !same || !(missing.is_empty() || missing.len() == trees.len()) {
			return wrong(node, "nodes_*", "must all have the same length");
		}
		let list = trees.iter().zip(ids).enumerate();
		let mut places: Vec<_> = list.map(|(place, (tree, id))| (*tree, *id, place)).collect();
		// Exporters write them in order, and the sort of a library built for size doesn't notice.
		if !places.is_sorted() {
			places.sort_unstable();
		}
		if places.windows(2).any(|pair| matches!(pair, [a, b] if (a.0, a.1) == (b.0, b.1))) {
			return wrong(node, "nodes_nodeids", "has a node twice in a tree");
		}
		Ok(Self { trees, features, tests, values, missing, yes, no, places })
	}

	/// The place of a node of a tree.
	fn place(&self, tree: i64, id: i64) -> Option<usize> {
		let at = self.places.binary_search_by(|(t, n, _)| (*t, *n).cmp(&(tree, id))).ok()?;
		self.places.get(at).map(|(.., place)| *place)
	}

	/// Branches, and what each place in the lists is: a branch or a leaf.
	fn branches(&self, node: &NodeProto) -> TractResult<(Vec<Branch>, Vec<Target>)> {
		let (mut branch_count, mut leaf_count) = (0, 0);
		let targets: Vec<Target> = self
			.tests
			.iter()
			.map(|test| {
				let (count, target): (_, fn(usize) -> Target) = match test {
					Some(_) => (&mut branch_count, Target::Branch),
					None => (&mut leaf_count, Target::Leaf),
				};
				let index = *count;
				*count += 1;
				target(index)
			})
			.collect();
		let mut branches = Vec::with_capacity(branch_count);
		let children = self.yes.iter().zip(self.no);
		let tested = self.tests.iter().zip(self.features).zip(&self.values.values);
		let list = tested.zip(self.trees).zip(children).enumerate();
		for (place, ((((test, feature), value), tree), (yes, no))) in list {
			let Some(test) = *test else { continue };
			let child = |name: &str, id: i64| match self
				.place(*tree, id)
				.and_then(|place| targets.get(place))
			{
				Some(target) => Ok(*target),
				None => wrong(node, name, "refers to a node that isn't in the tree"),
			};
			branches.push(Branch {
				feature: index(node, "nodes_featureids", *feature)?,
				test,
				value: *value,
				missing: self.missing.get(place).is_some_and(|flag| *flag == 1),
				yes: child("nodes_truenodeids", *yes)?,
				no: child("nodes_falsenodeids", *no)?,
			});
		}
		Ok((branches, targets))
	}

	/// Where trees begin: at the first node of each. It must be the only one without a parent;
	/// otherwise exporter and engine don't mean the same.
	fn roots(
		&self,
		node: &NodeProto,
		branches: &[Branch],
		targets: &[Target],
	) -> TractResult<Vec<Target>> {
		let mut parents = [vec![false; branches.len()], vec![false; targets.len()]];
		let [branch_parents, leaf_parents] = &mut parents;
		for target in branches.iter().flat_map(|branch| [branch.yes, branch.no]) {
			let parent = match target {
				Target::Branch(index) => branch_parents.get_mut(index),
				Target::Leaf(index) => leaf_parents.get_mut(index),
			};
			if let Some(parent) = parent {
				*parent = true;
			}
		}
		let mut roots = Vec::new();
		let mut before = None;
		for (tree, target) in self.trees.iter().zip(targets) {
			let has_parent = match target {
				Target::Branch(index) => branch_parents.get(*index),
				Target::Leaf(index) => leaf_parents.get(*index),
			};
			let first = before != Some(*tree);
			// A tree in two pieces has two beginnings, and fails here as well.
			if has_parent == Some(&first) {
				return wrong(node, "nodes_treeids", "each tree must begin with its root");
			}
			if first {
				roots.push(*target);
			}
			before = Some(*tree);
		}
		Ok(roots)
	}

	/// Where the votes of each leaf begin, the votes, and whether they are float64. Within a leaf
	/// they keep their order.
	fn votes(
		&self,
		ctx: &ParsingContext,
		node: &NodeProto,
		prefix: &str,
		targets: &[Target],
	) -> TractResult<(Vec<u32>, Vec<Vote>, bool)> {
		let name = |what: &str| format!("{prefix}_{what}");
		let trees = ints(node, &name("treeids"))?;
		let ids = ints(node, &name("nodeids"))?;
		let aims = ints(node, &name("ids"))?;
		let weights = numbers(ctx, node, &name("weights"))?;
		let lengths = [ids.len(), aims.len(), weights.values.len()];
		if lengths.iter().any(|length| *length != trees.len()) {
			return wrong(node, &name("*"), "must all have the same length");
		}
		let mut by_leaf = Vec::with_capacity(trees.len());
		for (((tree, id), aim), weight) in trees.iter().zip(ids).zip(aims).zip(&weights.values) {
			let Some(target) = self.place(*tree, *id).and_then(|place| targets.get(place)) else {
				return wrong(node, &name("nodeids"), "refers to a node that isn't there");
			};
			let Ok(aim) = u32::try_from(*aim) else {
				return wrong(node, &name("ids"), "is out of range");
			};
			// Some exporters give branches weights; they never count.
			if let Target::Leaf(leaf) = target {
				by_leaf.push((*leaf, Vote { target: aim, weight: *weight }));
			}
		}
		if !by_leaf.is_sorted_by_key(|(leaf, _)| *leaf) {
			by_leaf.sort_by_key(|(leaf, _)| *leaf);
		}
		let leaves = targets.iter().filter(|target| matches!(target, Target::Leaf(_))).count();
		let mut starts = Vec::with_capacity(leaves.saturating_add(1));
		for leaf in 0..=leaves {
			starts.push(u32::try_from(by_leaf.partition_point(|(other, _)| *other < leaf))?);
		}
		Ok((starts, by_leaf.into_iter().map(|(_, vote)| vote).collect(), weights.wide))
	}
}

/// A mode's test: `Some(None)` for a leaf, `None` for no mode.
fn test(mode: &[u8]) -> Option<Option<Test>> {
	Some(match mode {
		b"BRANCH_LEQ" => Some(Test::Leq),
		b"BRANCH_LT" => Some(Test::Lt),
		b"BRANCH_GTE" => Some(Test::Gte),
		b"BRANCH_GT" => Some(Test::Gt),
		b"BRANCH_EQ" => Some(Test::Eq),
		b"BRANCH_NEQ" => Some(Test::Neq),
		b"LEAF" => None,
		_ => return None,
	})
}
