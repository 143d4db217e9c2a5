//! The pallet's errors as reverts: `Error(string)` in the grammar `Code(key=value,…): hint`. The code is
//! the error's name, the key what the call was about.

use crate::Config;
use alloc::{format, string::String};
use codec::Decode;
use opg_precompile_common::revert;
use pallet_model_registry::{names::MAX_ALIAS_BYTES, Error as Fault, ModelId, Pallet};
use polkadot_sdk::{
	frame_support::traits::PalletInfoAccess, pallet_revive::precompiles::Error,
	sp_runtime::DispatchError,
};

/// What a call was about.
#[derive(Clone, Copy)]
pub(crate) enum Subject<'a> {
	/// A model.
	Model(ModelId),
	/// A name.
	Name(&'a str),
}

impl Subject<'_> {
	/// As `key=value`. Of what isn't a name, as many characters are shown as one has bytes, and those
	/// that none has as `?`: they could be the grammar's own.
	fn show(self) -> String {
		match self {
			Self::Model(model) => format!("model={model}"),
			Self::Name(name) => {
				let shown: String = name
					.chars()
					.take(MAX_ALIAS_BYTES as usize)
					.map(|c| match c {
						'a'..='z' | '0'..='9' | '-' | '_' | '.' => c,
						_ => '?',
					})
					.collect();
				format!("name={shown}")
			},
		}
	}
}

/// A refusal as a revert.
pub(crate) fn refused<T: Config>(subject: Subject, error: DispatchError) -> Error {
	let subject = subject.show();
	match own::<T>(error) {
		Some(fault) => {
			let hint = hint(&fault);
			revert(format!("{}({subject}): {hint}", <&'static str>::from(error)))
		},
		// The currency's: no funds for the deposit, or an account that can't hold one.
		None => revert(format!(
			"Refused({subject},error={}): check that the accounts exist and can pay",
			<&'static str>::from(error)
		)),
	}
}

/// The pallet's error, if it is one.
fn own<T: Config>(error: DispatchError) -> Option<Fault<T>> {
	match error {
		DispatchError::Module(module)
			if usize::from(module.index) == <Pallet<T> as PalletInfoAccess>::index() =>
		{
			Fault::<T>::decode(&mut &module.error[..]).ok()
		},
		_ => None,
	}
}

/// What to do about an error that this precompile's functions can meet.
pub fn hint<T>(fault: &Fault<T>) -> &'static str {
	match fault {
		Fault::UnknownModel => "check the model's id",
		Fault::NotOwner => "call from the account that owns the model",
		Fault::WrongStatus => "check the model's status",
		Fault::ModelIsFrozen => "a frozen model stays as it is",
		Fault::PriceOfFrozenModel => "the price of a frozen model only falls",
		Fault::AlreadyOwner => "name another account",
		Fault::WrongParts => "pass parts above 0 that sum up to 1000000000",
		Fault::DuplicateBeneficiary => "name each account once",
		Fault::WrongName => "use 1 to 64 of a-z, 0-9, '-', '_' and '.'",
		Fault::UnknownName => "check the name",
		Fault::NotNameOwner => "call from the account that owns the name, or take another name",
		Fault::AlreadyRegistered => "the model is the name's newest version already",
		Fault::TooManyVersions => "release a version of the name first",
		Fault::UnknownVersion => "check the version",
		Fault::IdsExhausted => "take another name",
		// Of extrinsics that have no function here.
		_ => "see the chain's documentation",
	}
}
