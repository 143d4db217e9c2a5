//! What the chain will take for a model and its calls, computed without the chain.

use super::amount::Amount;
use opg_engine_abi::hash::chunk_hashes;
use opg_runtime::{fees, Runtime};
use pallet_model_registry::{cost, ChunkHashes, Config, EngineVersion, Manifest, ModelCosts, Name};
use polkadot_sdk::{sp_core::Get, sp_runtime::BoundedVec};

/// Fee of that much fuel while the chain is at rest: 1 OPG a second of compute.
pub fn compute_at_rest(fuel: u64) -> Amount {
	Amount(u128::from(cost::fuel_ref_time(fuel)).saturating_mul(fees::RESTING_MULTIPLIER))
}

/// Deposit for a model, held from its creation to its removal.
pub fn deposit(manifest: &Manifest) -> Amount {
	Amount(pallet_model_registry::Pallet::<Runtime>::deposit_for(manifest))
}

/// Whether one transaction can call a model, Ethereum's included; activation asks for it.
pub fn fits_transaction(costs: &ModelCosts) -> bool {
	cost::fuel_ref_time(costs.max_fuel()) <= <Runtime as Config>::MaxCallRefTime::get()
}

/// The manifest of a file. `None` when the file or the name is longer than the registry takes.
pub fn manifest(file: &[u8], engine: EngineVersion, name: &str) -> Option<Manifest> {
	let hashes: Vec<_> = chunk_hashes(file).into_iter().map(Into::into).collect();
	Some(Manifest {
		length: u32::try_from(file.len()).ok()?,
		chunk_hashes: ChunkHashes::try_from(hashes).ok()?,
		engine,
		name: Name::try_from(name.as_bytes().to_vec()).ok()?,
		card_uri: BoundedVec::new(),
		card_hash: None,
	})
}

/// The address under which contracts call a model: `<id, 4 bytes BE> 00…00 0a03 0000`, with the
/// mixed-case checksum of ERC-55.
pub fn model_address(model: u32) -> String {
	let mut address = [0u8; 20];
	let (id, rest) = address.split_at_mut(4);
	id.copy_from_slice(&model.to_be_bytes());
	// Bytes 16 to 18 of the address name the precompile.
	rest[12..14].copy_from_slice(&[0x0a, 0x03]);
	let digits = hex::encode(address);
	let hash = hex::encode(opg_engine_abi::hash::keccak256(digits.as_bytes()));
	let checked = digits.chars().zip(hash.chars()).map(|(digit, check)| {
		if matches!(check, '8'..='9' | 'a'..='f') {
			digit.to_ascii_uppercase()
		} else {
			digit
		}
	});
	format!("0x{}", checked.collect::<String>())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_model_has_an_address() {
		assert_eq!(model_address(1).to_lowercase(), "0x000000010000000000000000000000000a030000");
		assert_eq!(
			model_address(0x0102_0304).to_lowercase(),
			"0x010203040000000000000000000000000a030000"
		);
	}

	#[test]
	fn a_second_of_compute_costs_one_opg_at_rest() {
		// Three, because a unit of fuel is no whole part of one.
		let fuel = cost::fuel_within(3_000_000_000_000);
		assert_eq!(compute_at_rest(fuel).to_string(), "3 OPG");
	}
}
