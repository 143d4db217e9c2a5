//! Why the pallet refuses.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

/// A part of the pallet's module.
#[pallet_section]
mod errors {
	#[pallet::error]
	pub enum Error<T> {
		/// No model has this id.
		UnknownModel,
		/// The caller isn't the model's owner.
		NotOwner,
		/// The model's status doesn't allow this.
		WrongStatus,
		/// The model is frozen.
		ModelIsFrozen,
		/// The content is empty.
		ContentEmpty,
		/// The content is longer than allowed.
		ContentTooLarge,
		/// The number of chunk hashes isn't the number of chunks of that length.
		WrongChunkCount,
		/// Name or URI is no UTF-8.
		TextNotUtf8,
		/// No engine has this version.
		UnknownEngine,
		/// The engine version is switched off.
		EngineIsDisabled,
		/// The engine version can't be called yet.
		EngineNotCallable,
		/// The chunk's index is outside the model.
		ChunkOutOfRange,
		/// The chunk has another size than its index says.
		WrongChunkSize,
		/// The chunk's hash isn't the manifest's.
		WrongChunkHash,
		/// The chunk is there already.
		ChunkAlreadyUploaded,
		/// Chunks are missing.
		UploadIncomplete,
		/// The fuel limit doesn't cover the work.
		FuelLimitTooLow,
		/// The run limit is below 1.25 × the largest canary + 100,000.
		RunLimitTooLow,
		/// The run limit is above what a run may use.
		RunLimitTooHigh,
		/// A call of this model would not fit one transaction.
		CallTooExpensive,
		/// The engine refused the model, a canary or the engine blob.
		EngineRefused(RefusalCode),
		/// The frozen model's price may only fall.
		PriceOfFrozenModel,
		/// The account owns the model already.
		AlreadyOwner,
		/// The model isn't retired, nor an expired draft.
		NotReapable,
		/// The version isn't the next one.
		WrongEngineVersion,
		/// No more ids are left.
		IdsExhausted,
		/// The model is pinned to this engine version already.
		AlreadyOnEngine,
		/// The canaries aren't those that the model was activated with.
		WrongCanaries,
		/// The new engine gives the model other inputs or outputs.
		SignatureDiffers,
		/// The new engine's outputs differ from the golden vectors, and the change wasn't accepted.
		OutputsDiffer,
		/// A beneficiary has no part, or the parts don't sum up to 1,000,000,000.
		WrongParts,
		/// An account is named twice.
		DuplicateBeneficiary,
		/// The name isn't 1 to 64 bytes of `a`–`z`, `0`–`9`, `-`, `_` and `.`.
		WrongName,
		/// Nobody has registered this name.
		UnknownName,
		/// The caller isn't the name's owner.
		NotNameOwner,
		/// The model is the name's newest version already.
		AlreadyRegistered,
		/// The name has 64 versions.
		TooManyVersions,
		/// The name has no such version (any more).
		UnknownVersion,
		/// The owner can't pay the existential deposit of the model's address.
		AddressNotEndowed,
	}
}
