//! Unique names for models, with versions.
//!
//! Whoever registers a name first owns it. A version of a name is a model that the name's owner
//! owned when it registered it; versions are numbered from 1 and a number is never given twice while
//! the name is there. All of a name lies in one entry of bounded size, so that the newest version is
//! known without a search.
//!
//! A name says who chose a model, not what the model is: its owner can add a version, release one, or
//! give the name away, and a name that was released as a whole can be taken by anybody. What must
//! never change keeps a model's id.

use crate::{pallet::*, types::*, BalanceOf, NameInfoOf};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use polkadot_sdk::{
	frame_support::{
		ensure,
		pallet_prelude::{BoundedVec, ConstU32},
		traits::{fungible::hold::Mutate as _, tokens::Precision, Get},
	},
	frame_system,
	sp_runtime::{traits::Saturating, DispatchResult},
};
use scale_info::TypeInfo;

/// Bytes of a registered name, at most. The least is 1.
pub const MAX_ALIAS_BYTES: u32 = 64;

/// Versions that a name has at a time, at most: older ones are released to make room.
pub const MAX_NAME_VERSIONS: u32 = 64;

/// Bytes of a name's entry besides the name and its versions: owner, counter, deposit and lengths,
/// 58 at most, and the key's hash of 16.
const NAME_BYTES: u32 = 80;

/// Bytes of a version: its number and its model.
const VERSION_BYTES: u32 = 8;

/// A registered name: of `a`–`z`, `0`–`9`, `-`, `_` and `.`.
pub type Alias = BoundedVec<u8, ConstU32<MAX_ALIAS_BYTES>>;

/// A version of a name.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct NameVersion {
	/// Its number, from 1.
	pub version: u32,
	/// The model that it stands for.
	pub model: ModelId,
}

/// A registered name. There is at least one version.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct NameInfo<AccountId, Balance> {
	/// Who registers, releases and gives away, and gets the deposit back.
	pub owner: AccountId,
	/// Number of the version that was registered last.
	pub last: u32,
	/// What is held on the owner's account for it.
	pub deposit: Balance,
	/// Versions that weren't released, in ascending order.
	pub versions: BoundedVec<NameVersion, ConstU32<MAX_NAME_VERSIONS>>,
}

impl<AccountId, Balance> NameInfo<AccountId, Balance> {
	/// The newest version.
	pub fn latest(&self) -> Option<NameVersion> {
		self.versions.last().copied()
	}

	/// The model of a version that wasn't released.
	pub fn version(&self, version: u32) -> Option<ModelId> {
		self.versions.iter().find(|one| one.version == version).map(|one| one.model)
	}
}

/// Whether that may be a name.
pub(crate) fn is_alias(name: &[u8]) -> bool {
	(1..=MAX_ALIAS_BYTES as usize).contains(&name.len())
		&& name.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.'))
}

impl<T: Config> Pallet<T> {
	/// Deposit for a new name of that length, without its versions.
	pub fn name_deposit(length: u32) -> BalanceOf<T> {
		Self::bytes_deposit(NAME_BYTES.saturating_add(length))
			.saturating_add(T::DepositPerItem::get())
	}

	/// Deposit for each version of a name. Bytes in an entry that is there, so no item.
	pub fn version_deposit() -> BalanceOf<T> {
		Self::bytes_deposit(VERSION_BYTES)
	}

	fn bytes_deposit(bytes: u32) -> BalanceOf<T> {
		T::DepositPerByte::get().saturating_mul(bytes.into())
	}

	/// A registered name, if that is one.
	pub fn name_info(name: &[u8]) -> Option<NameInfoOf<T>> {
		// Nothing longer is ever registered, and `truncate_from` cuts nothing shorter.
		is_alias(name).then(|| Names::<T>::get(Alias::truncate_from(name.to_vec()))).flatten()
	}

	/// The model of a name's newest version. It may have been retired or reaped since.
	pub fn resolve(name: &[u8]) -> Option<ModelId> {
		Self::name_info(name)?.latest().map(|latest| latest.model)
	}

	/// The model of a version of a name. It may have been retired or reaped since.
	pub fn resolve_version(name: &[u8], version: u32) -> Option<ModelId> {
		Self::name_info(name)?.version(version)
	}

	/// A name of that owner.
	fn owned_name(caller: &T::AccountId, name: &Alias) -> Result<NameInfoOf<T>, Error<T>> {
		let info = Names::<T>::get(name).ok_or(Error::<T>::UnknownName)?;
		ensure!(info.owner == *caller, Error::<T>::NotNameOwner);
		Ok(info)
	}

	/// Registers a model as the next version of a name.
	pub(crate) fn do_register_name(
		caller: T::AccountId,
		model: ModelId,
		name: Alias,
	) -> DispatchResult {
		ensure!(is_alias(&name), Error::<T>::WrongName);
		let status = Self::owned(&caller, model)?.status;
		let now = frame_system::Pallet::<T>::block_number();
		ensure!(
			!matches!(status.at(now), ModelStatus::Retired | ModelStatus::Engine),
			Error::<T>::WrongStatus
		);
		let (mut info, deposit) = match Names::<T>::get(&name) {
			Some(info) => {
				ensure!(info.owner == caller, Error::<T>::NotNameOwner);
				(info, Self::version_deposit())
			},
			None => {
				let info = NameInfoOf::<T> {
					owner: caller.clone(),
					last: 0,
					deposit: Default::default(),
					versions: Default::default(),
				};
				let deposit = Self::name_deposit(name.len() as u32);
				(info, deposit.saturating_add(Self::version_deposit()))
			},
		};
		ensure!(
			info.latest().is_none_or(|latest| latest.model != model),
			Error::<T>::AlreadyRegistered
		);
		let version = info.last.checked_add(1).ok_or(Error::<T>::IdsExhausted)?;
		info.versions
			.try_push(NameVersion { version, model })
			.map_err(|_| Error::<T>::TooManyVersions)?;
		T::Currency::hold(&HoldReason::ModelName.into(), &caller, deposit)?;
		info.deposit = info.deposit.saturating_add(deposit);
		info.last = version;
		Names::<T>::insert(&name, info);
		Self::deposit_event(Event::NameRegistered { name, version, model, owner: caller });
		Ok(())
	}

	/// The deposit goes with the name, as a model's does.
	pub(crate) fn do_transfer_name(
		caller: T::AccountId,
		name: Alias,
		to: T::AccountId,
	) -> DispatchResult {
		let mut info = Self::owned_name(&caller, &name)?;
		ensure!(to != caller, Error::<T>::AlreadyOwner);
		Self::move_deposit(HoldReason::ModelName, &caller, &to, info.deposit)?;
		info.owner = to.clone();
		Names::<T>::insert(&name, info);
		Self::deposit_event(Event::NameTransferred { name, from: caller, to });
		Ok(())
	}

	/// Removes a version and releases its deposit; with the last one the name is free.
	pub(crate) fn do_release_name(
		caller: T::AccountId,
		name: Alias,
		version: u32,
	) -> DispatchResult {
		let mut info = Self::owned_name(&caller, &name)?;
		let left = info.versions.len() as u32;
		info.versions.retain(|one| one.version != version);
		let remaining = info.versions.len() as u32;
		ensure!(remaining < left, Error::<T>::UnknownVersion);
		// What it was registered for may have changed with the runtime: never more than is held.
		let released =
			if remaining == 0 { info.deposit } else { Self::version_deposit().min(info.deposit) };
		T::Currency::release(&HoldReason::ModelName.into(), &caller, released, Precision::Exact)?;
		info.deposit = info.deposit.saturating_sub(released);
		if remaining == 0 {
			Names::<T>::remove(&name);
		} else {
			Names::<T>::insert(&name, info);
		}
		Self::deposit_event(Event::NameReleased { name, version, remaining, released });
		Ok(())
	}
}
