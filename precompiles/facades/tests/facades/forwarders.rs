//! The contracts of the genesis: who is believed, and that they stay.

use super::{
	contracts::{bomb, copy, proxy, short_lived, Kind},
	mock::*,
	opengradient::doubled,
};
use opg_precompile_facades::{
	forwarder::{self, ALL, OPENGRADIENT, OPENGRADIENT_HUB},
	opengradient, ritual,
};
use pallet_inference::Receipts;
use polkadot_sdk::{pallet_revive, sp_core::H160};

const PRICE: Balance = 10_000;

#[test]
fn their_code_is_there_from_the_first_block() {
	ext().execute_with(|| {
		for one in ALL {
			assert_eq!(pallet_revive::Pallet::<Test>::code(&at(one)), one.code());
			assert_eq!(Balances::free_balance(account_at(at(one))), ED);
			assert_eq!(System::account_nonce(account_at(at(one))), 1);
		}
	});
}

/// A network's specification has its genesis in JSON.
#[test]
fn their_code_survives_json() {
	let revive = genesis().revive;
	let json = serde_json::to_string(&revive).unwrap();
	let back: pallet_revive::GenesisConfig<Test> = serde_json::from_str(&json).unwrap();
	assert_eq!(back, revive);
	assert_eq!(back.accounts.len(), ALL.len());
	for (account, one) in back.accounts.iter().zip(ALL) {
		assert_eq!(account.contract_data.as_ref().unwrap().code.0, one.code());
	}
}

#[test]
fn the_precompiles_answer_nobody_else() {
	ext().execute_with(|| {
		name(publish(0), "doubler");
		for target in [opengradient::ADDRESS, ritual::ADDRESS].map(H160) {
			for data in [doubled(OPENGRADIENT, "doubler"), vec![], vec![0; 32], vec![0; 5]] {
				refused(target, data.clone(), "NotForwarder(): ");
				let contract = deploy(proxy(Kind::Call, target));
				refused(contract, data.clone(), "NotForwarder(): ");
				let contract = deploy(proxy(Kind::Delegate, target));
				refused(contract, data, "DelegateCallDenied(): ");
			}
		}
	});
}

/// The word that names the caller is the last, whatever comes before it.
#[test]
fn nobody_names_another_payer() {
	ext().execute_with(|| {
		name(publish(PRICE), "doubler");
		prepay(&owner(), 100 * PRICE);
		let mut word = vec![0; 12];
		word.extend_from_slice(&address_of(&owner()).0);
		let forged = [doubled(OPENGRADIENT, "doubler"), word].concat();
		let start = format!("InsufficientCredit(needed={PRICE},available=0): ");
		refused(at(OPENGRADIENT), forged.clone(), &start);
		let contract = deploy(proxy(Kind::Call, at(OPENGRADIENT)));
		refused(contract, forged.clone(), &start);

		// Their code in another's name, or at another's address.
		for code in [
			proxy(Kind::Delegate, at(OPENGRADIENT)),
			copy(&OPENGRADIENT.code()),
			copy(&OPENGRADIENT_HUB.code()),
		] {
			let contract = deploy(code);
			refused(contract, forged.clone(), "NotForwarder(): ");
			prepay(&account_of(contract), PRICE);
			refused(contract, forged.clone(), "NotForwarder(): ");
		}
		assert_eq!(Receipts::<Test>::iter().count(), 0);
		assert_eq!(Credit::credit_of(&owner()), 100 * PRICE);
	});
}

/// What somebody does who wants the code gone.
fn attack() {
	let bomb = deploy(bomb());
	// Deposits for code lie together, and the removed code's is paid back from them: somebody's is there.
	for code in [[0; 200], [1; 200]] {
		deploy(copy(&code));
	}
	for one in ALL {
		// The contract gets the forwarder's code and is destroyed when its transaction ends.
		let gone = deploy(short_lived(bomb, &one.code()));
		assert_eq!(pallet_revive::Pallet::<Test>::code(&gone), Vec::<u8>::new());
	}
}

#[test]
fn nobody_removes_their_code() {
	ext().execute_with(|| {
		name(publish(0), "doubler");
		for _ in 0..2 {
			attack();
			for one in ALL {
				assert_eq!(pallet_revive::Pallet::<Test>::code(&at(one)), one.code());
			}
			data(call(at(OPENGRADIENT), doubled(OPENGRADIENT, "doubler")));
		}
	});
}

/// Why the genesis counts them. When this fails, pallet-revive counts them itself.
#[test]
fn uncounted_code_would_be_removed() {
	uncounted().execute_with(|| {
		name(publish(0), "doubler");
		attack();
		for one in ALL {
			assert_eq!(pallet_revive::Pallet::<Test>::code(&at(one)), Vec::<u8>::new());
		}
		// And with it what counting would find.
		assert_eq!(forwarder::count_users::<Test>(), 0);
	});
}
