//! The kernels that this build registered.
//!
//! tract collects its kernels through constructors that the linker may drop without a word when it
//! finds no reference to their object file. A model would still run, with a generic kernel: other
//! bits, other fuel. So the list is asserted before anything else.

use tract_linalg::{mmm_routines, mmm_tiers, routines};

/// What a wasm32 build with `simd128` and `relaxed-simd` registers: kernels for matrix
/// multiplication, extractors, tiers of choice, and all other routines; sorted, one per line.
const EXPECTED: &str = include_str!("kernels.txt");

/// Everything registered, in the form of the list.
pub fn registered() -> String {
	let mut lines: Vec<String> = mmm_routines::declared()
		.map(|routine| format!("matrix {}\n", (routine.make)().name()))
		.chain(
			mmm_routines::declared_extractors()
				.map(|extractor| format!("extractor {}\n", (extractor.make)().name)),
		)
		.chain(mmm_tiers::declared().map(|tier| format!("tier {}\n", tier.name)))
		.chain(routines::declared().map(|routine| format!("routine {}\n", routine.name())))
		.collect();
	lines.sort();
	lines.concat()
}

/// Panics unless exactly the expected kernels are there.
pub fn assert_expected() {
	assert_eq!(registered(), EXPECTED, "the build lost or gained kernels");
}
