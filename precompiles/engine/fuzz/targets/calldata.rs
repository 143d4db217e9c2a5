#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
	opg_engine_fuzz::calldata::check(data);
});
