//! Reads cases, runs them, writes results. Uncommitted helper.
use codec::Encode;
use opg_engine_abi::{DType, Limits, Tensor};
use std::io::{Read, Write};
fn main() {
	let mut buf = Vec::new();
	std::io::stdin().read_to_end(&mut buf).unwrap();
	let mut at = 0;
	let u32_ = |at: &mut usize| {
		let v = u32::from_le_bytes(buf[*at..*at + 4].try_into().unwrap());
		*at += 4;
		v as usize
	};
	let mut out = Vec::new();
	let bench = std::env::var("BENCH").is_ok();
	while at < buf.len() {
		let n = u32_(&mut at);
		let model = buf[at..at + n].to_vec();
		at += n;
		let k = u32_(&mut at);
		let mut inputs = Vec::new();
		for _ in 0..k {
			let dtype = DType::from_code(u32_(&mut at) as u64).unwrap();
			let rank = u32_(&mut at);
			let shape = (0..rank).map(|_| u32_(&mut at) as u32).collect();
			let len = u32_(&mut at);
			inputs.push(Tensor { dtype, shape, data: buf[at..at + len].to_vec() });
			at += len;
		}
		let limits = Limits::V1;
		let encoded = inputs.encode();
		let t0 = std::time::Instant::now();
		let result = std::panic::catch_unwind(|| {
			opg_engine_guest::load::load(limits, model).and_then(|loaded| {
				let t1 = std::time::Instant::now();
				let r = opg_engine_guest::run::run(&loaded, &encoded);
				if bench {
					let mut best = u128::MAX;
					for _ in 0..30 {
						let t = std::time::Instant::now();
						let _ = opg_engine_guest::run::run(&loaded, &encoded);
						best = best.min(t.elapsed().as_nanos());
					}
					eprintln!(
						"load {:?} first run {:?} best {} us",
						t1 - t0,
						t1.elapsed(),
						best as f64 / 1e3
					);
				}
				r
			})
		});
		let put = |out: &mut Vec<u8>, v: usize| out.extend((v as u32).to_le_bytes());
		match result {
			Ok(Ok(tensors)) => {
				put(&mut out, 0);
				put(&mut out, tensors.len());
				for t in tensors {
					put(&mut out, t.dtype.code() as usize);
					put(&mut out, t.shape.len());
					for d in &t.shape {
						put(&mut out, *d as usize);
					}
					put(&mut out, t.data.len());
					out.extend(&t.data);
				}
			},
			other => {
				let text = match other {
					Ok(Err(refusal)) => format!("{} {}", refusal.error, refusal.node()),
					_ => "PANIC".into(),
				};
				put(&mut out, 1);
				put(&mut out, text.len());
				out.extend(text.as_bytes());
			},
		}
	}
	std::io::stdout().write_all(&out).unwrap();
}
