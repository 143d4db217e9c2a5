//! Trees as opset 5 writes them: branches and leaves in lists of their own.

use super::forest::{Branch, Forest, Target, Test, Vote};
use crate::ml::{
	attributes::{self, index, ints, wide_numbers, Numbers},
	op::wrong,
	rows,
};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

/// Tests by their number; the one after them is membership in a set.
const TESTS: [Test; 6] = [Test::Leq, Test::Lt, Test::Gte, Test::Gt, Test::Eq, Test::Neq];

/// The trees of a node, and the dtype of their numbers.
pub fn forest(ctx: &ParsingContext, node: &NodeProto) -> TractResult<(Forest, DatumType)> {
	let (branches, dtype) = branches(ctx, node)?;
	let weights = list(ctx, node, "leaf_weights", dtype)?;
	let aims = ints(node, "leaf_targetids")?;
	if weights.len() != aims.len() {
		return wrong(node, "leaf_*", "must all have the same length");
	}
	let mut votes = Vec::with_capacity(aims.len());
	for (aim, weight) in aims.iter().zip(weights) {
		let Ok(target) = u32::try_from(*aim) else {
			return wrong(node, "leaf_targetids", "is out of range");
		};
		votes.push(Vote { target, weight });
	}
	let starts = (0..=u32::try_from(votes.len())?).collect();
	let roots: Vec<Target> = ints(node, "tree_roots")?
		.iter()
		.map(|root| target(node, "tree_roots", 0, *root))
		.collect::<TractResult<_>>()?;
	let forest = Forest::new(&branches, &roots, starts, votes);
	Ok((forest.with_context(|| crate::graph::node_name(node).to_string())?, dtype))
}

/// Numbers that must have the dtype of the others.
fn list(
	ctx: &ParsingContext,
	node: &NodeProto,
	name: &str,
	dtype: DatumType,
) -> TractResult<Vec<f64>> {
	let Some(tensor) = attributes::list(ctx, node, name)? else {
		return wrong(node, name, "is needed");
	};
	if tensor.datum_type() != dtype {
		return wrong(node, name, "must have the type of nodes_splits");
	}
	let Numbers { values, .. } = wide_numbers(node, name, &tensor)?;
	Ok(values)
}

/// What an attribute refers to. Branches must be the file's: some are added to them.
fn target(node: &NodeProto, name: &str, leaf: i64, at: i64) -> TractResult<Target> {
	let at = index(node, name, at)?;
	if leaf != 0 {
		Ok(Target::Leaf(at))
	} else if at < ints(node, "nodes_featureids")?.len() {
		Ok(Target::Branch(at))
	} else {
		wrong(node, name, "refers to a node that doesn't exist")
	}
}

fn branches(ctx: &ParsingContext, node: &NodeProto) -> TractResult<(Vec<Branch>, DatumType)> {
	const MODES: &str = "nodes_modes";
	const SPLITS: &str = "nodes_splits";
	let features = ints(node, "nodes_featureids")?;
	let missing = ints(node, "nodes_missing_value_tracks_true")?;
	let ways = [
		(ints(node, "nodes_truenodeids")?, ints(node, "nodes_trueleafs")?),
		(ints(node, "nodes_falsenodeids")?, ints(node, "nodes_falseleafs")?),
	];
	let (Some(modes), Some(splits)) =
		(attributes::list(ctx, node, MODES)?, attributes::list(ctx, node, SPLITS)?)
	else {
		return wrong(node, MODES, "and nodes_splits are needed");
	};
	if modes.datum_type() != DatumType::U8 {
		return wrong(node, MODES, "must be 8-bit unsigned integers");
	}
	let dtype = splits.datum_type();
	let splits = list(ctx, node, SPLITS, dtype)?;
	let modes = rows::slice::<u8>(&modes)?;
	let count = features.len();
	let [(yes, yes_leaf), (no, no_leaf)] = ways;
	let lengths = [modes.len(), splits.len(), yes.len(), yes_leaf.len(), no.len(), no_leaf.len()];
	let same = lengths.iter().all(|length| *length == count);
	if !same || !(missing.is_empty() || missing.len() == count) {
		return wrong(node, "nodes_*", "must all have the same length");
	}
	let sets = match node.attribute.iter().any(|a| a.name == "membership_values") {
		true => list(ctx, node, "membership_values", dtype)?,
		false => Vec::new(),
	};
	// NaN ends a set.
	let mut sets = sets.split(|value| value.is_nan());
	let mut branches = Vec::with_capacity(count);
	// Tests for the second and later members of sets. They come after all branches of the file.
	let mut more: Vec<Branch> = Vec::new();
	let children = yes.iter().zip(yes_leaf).zip(no.iter().zip(no_leaf));
	let list = modes.iter().zip(features).zip(&splits).zip(children).enumerate();
	for (place, (((mode, feature), split), ((yes, yes_leaf), (no, no_leaf)))) in list {
		let mut branch = Branch {
			feature: index(node, "nodes_featureids", *feature)?,
			test: Test::Eq,
			value: *split,
			missing: missing.get(place).is_some_and(|flag| *flag == 1),
			yes: target(node, "nodes_truenodeids", *yes_leaf, *yes)?,
			no: target(node, "nodes_falsenodeids", *no_leaf, *no)?,
		};
		if let Some(test) = TESTS.get(usize::from(*mode)) {
			branch.test = *test;
		} else if usize::from(*mode) == TESTS.len() {
			let Some((first, rest)) = sets.next().and_then(<[f64]>::split_first) else {
				return wrong(node, "membership_values", "has too few sets, or an empty one");
			};
			// A chain: who isn't the one may be the next.
			branch.value = *first;
			for member in rest.iter().rev() {
				more.push(Branch { value: *member, ..branch });
				// Both lists are shorter than the file.
				branch.no = Target::Branch(count + more.len() - 1);
			}
		} else {
			return wrong(node, MODES, "has an unknown mode");
		}
		branches.push(branch);
	}
	branches.append(&mut more);
	Ok((branches, dtype))
}
