#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target, Corpus};
use opg_engine_fuzz::{load, mutate, sandbox};

#[global_allocator]
static ALLOCATOR: sandbox::Bounded = sandbox::Bounded;

fuzz_target!(|data: &[u8]| -> Corpus {
	let kept = load::check(data);
	sandbox::end_when_exhausted();
	if kept {
		Corpus::Keep
	} else {
		Corpus::Reject
	}
});

// Half of the time on the message's fields, else on its bytes.
fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
	if seed % 2 == 0 {
		libfuzzer_sys::fuzzer_mutate(data, size, max_size)
	} else {
		mutate::file(data, size, max_size, seed)
	}
});
