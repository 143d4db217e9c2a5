#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target, Corpus};
use opg_engine_fuzz::{graphs, mutate, sandbox};

#[global_allocator]
static ALLOCATOR: sandbox::Bounded = sandbox::Bounded;

fuzz_target!(|data: &[u8]| -> Corpus {
	let kept = graphs::check(data);
	sandbox::end_when_exhausted();
	if kept {
		Corpus::Keep
	} else {
		Corpus::Reject
	}
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
	mutate::file(data, size, max_size, seed)
});
