//! What the pallet tells.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

/// A part of the pallet's module.
#[pallet_section]
mod events {
	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A model was created, as a draft.
		ModelCreated {
			model: ModelId,
			owner: T::AccountId,
			root: sp_core::H256,
			deposit: BalanceOf<T>,
		},
		/// A chunk was stored.
		ChunkUploaded { model: ModelId, index: u32, missing: u32 },
		/// A model can be called from now on.
		ModelActivated {
			model: ModelId,
			load_fuel: u64,
			run_limit: u64,
			typical_fuel: u64,
			max_fuel: u64,
		},
		/// A model moved to another engine version. `changed`: its golden vectors gave other outputs
		/// than before, and the owner had accepted that.
		ModelMigrated {
			model: ModelId,
			from: EngineVersion,
			to: EngineVersion,
			changed: bool,
			load_fuel: u64,
			run_limit: u64,
			typical_fuel: u64,
			max_fuel: u64,
		},
		/// An owner named who is paid for a model's calls; nobody: the owner again.
		BeneficiariesSet { model: ModelId, beneficiaries: BeneficiaryList<T::AccountId> },
		/// A price was set. It holds from block `from` on.
		PriceChangeScheduled { model: ModelId, price: BalanceOf<T>, from: BlockNumberFor<T> },
		/// A model, with its deposit, has a new owner.
		ModelTransferred { model: ModelId, from: T::AccountId, to: T::AccountId },
		/// A model can't be called for now.
		ModelPaused { model: ModelId },
		/// A paused model can be called again.
		ModelResumed { model: ModelId },
		/// A model can never be paused, retired or made dearer again.
		ModelFrozen { model: ModelId },
		/// A model is retired from block `at` on.
		ModelRetired { model: ModelId, at: BlockNumberFor<T> },
		/// Chunks of a draft or retired model were removed, and their deposit released. With
		/// `remaining` 0 the model is gone.
		ModelReaped { model: ModelId, chunks: u32, remaining: u32, released: BalanceOf<T> },
		/// An engine version was set. It may be called from block `callable_from` on.
		EngineSet {
			version: EngineVersion,
			content: ModelId,
			hash: sp_core::H256,
			profile: u32,
			callable_from: BlockNumberFor<T>,
		},
		/// An engine version is switched off from block `from` on.
		EngineDisabled { version: EngineVersion, from: BlockNumberFor<T> },
		/// A model is the newest version of a name.
		NameRegistered { name: Alias, version: u32, model: ModelId, owner: T::AccountId },
		/// A name, with its deposit, has a new owner.
		NameTransferred { name: Alias, from: T::AccountId, to: T::AccountId },
		/// A version of a name was released, and its deposit. With `remaining` 0 the name is free.
		NameReleased { name: Alias, version: u32, remaining: u32, released: BalanceOf<T> },
	}
}
