// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @dev Where the precompile is. Every network has it at the same address.
address constant MODEL_REGISTRY_ADDRESS = 0x000000000000000000000000000000000A020000;

/// @dev The precompile, ready to be called.
IModelRegistry constant MODEL_REGISTRY = IModelRegistry(MODEL_REGISTRY_ADDRESS);

/// @title The models of the chain
/// @notice What a model is and costs, what its owner may change, and names of models.
///
/// A function that changes something acts for the account that calls the precompile: a contract that
/// owns models must let its own users through. Uploading and activating a model takes an extrinsic.
///
/// Names are of `a`–`z`, `0`–`9`, `-`, `_` and `.`, 1 to 64 bytes. Who registers a name first owns it;
/// every model registered afterwards is its next version, and `resolve` gives the newest. A name's owner
/// can change what it stands for, and a name that was released can be taken by anybody: a contract that
/// must rely on what it calls keeps the model's id, whose content never changes.
///
/// Amounts are in OPG's smallest unit. Functions that change something refuse static calls, all refuse
/// delegate calls and value. They revert with `Error(string)` in one grammar, `Code(key=value,…): hint`;
/// calldata that is no encoding of a call reverts with `Panic(0x41)`. Accounts that have no Ethereum
/// address are shown as the one that pallet-revive gives them.
/// @custom:address 0x000000000000000000000000000000000a020000
interface IModelRegistry {
    /// Where a model is in its life.
    enum Status {
        /// Created; not callable.
        Draft,
        /// Callable.
        Active,
        /// Its owner lets nobody call it for now.
        Paused,
        /// Its retirement is announced.
        Retiring,
        /// Not callable any more.
        Retired,
        /// No model: the upload of an engine.
        Engine
    }

    /// A model.
    struct Model {
        /// Who owns it.
        address owner;
        /// Where it is in its life.
        Status status;
        /// Whether a call would be accepted in this block.
        bool callable;
        /// Never paused, retired or made dearer.
        bool frozen;
        /// Whether its load isn't charged in this block.
        bool warm;
        /// Engine version that it runs on.
        uint32 engineVersion;
        /// Bytes of the ONNX file.
        uint32 length;
        /// Price of one call now, without the compute.
        uint256 price;
        /// Announced price; 0 when there is none.
        uint256 pendingPrice;
        /// First block of the announced price; 0 when there is none.
        uint64 pendingFrom;
        /// Content root of the ONNX file.
        bytes32 root;
        /// keccak-256 of the engine's WebAssembly.
        bytes32 engineHash;
        /// Name that it was created with, UTF-8, not unique: `resolve` doesn't know it.
        string name;
    }

    /// What activation measured: the numbers that calls are charged by. All 0 until then.
    struct Costs {
        /// Fuel of the load, not charged while the model is warm.
        uint64 loadFuel;
        /// What fuel doesn't see (reads, hashing, copying), as fuel.
        uint64 overheadFuel;
        /// Fuel of the most expensive canary run.
        uint64 typicalFuel;
        /// Fuel that one run may use.
        uint64 runLimit;
        /// Fuel of a call, at most: load, overhead and run limit.
        uint64 maxFuel;
        /// Bytes of all inputs together.
        uint32 inputBytes;
        /// Bytes of all outputs together.
        uint32 outputBytes;
        /// Pages of 4 KiB of the prepared image.
        uint32 imagePages;
        /// Pages of 64 KiB of memory after the load.
        uint32 memoryPages;
        /// keccak-256 of the prepared image.
        bytes32 imageHash;
    }

    /// A receiver of a model's price.
    struct Beneficiary {
        /// Who is paid.
        address account;
        /// Its share of what remains after the protocol's, in parts per billion.
        uint32 parts;
    }

    /// @notice How many ids have been given: ids are 1 to this. Not all are models that still exist, and
    /// some are drafts or engines.
    /// @return count The number of ids.
    /// @custom:selector 0xc6a645fe
    function modelCount() external view returns (uint32 count);

    /// @notice A model. Reverts when there is none (any more), as all functions of a model do.
    /// @param modelId Model to ask about.
    /// @return info The model.
    /// @custom:selector 0x75044588
    function model(uint32 modelId) external view returns (Model memory info);

    /// @notice Who owns a model.
    /// @param modelId Model to ask about.
    /// @return owner The owner.
    /// @custom:selector 0x23b7ec3b
    function ownerOf(uint32 modelId) external view returns (address owner);

    /// @notice Price of one call now, without the compute.
    /// @param modelId Model to ask about.
    /// @return price The price.
    /// @custom:selector 0xe0b3cc90
    function priceOf(uint32 modelId) external view returns (uint256 price);

    /// @notice Where a model is in its life.
    /// @param modelId Model to ask about.
    /// @return status The status in this block.
    /// @custom:selector 0x7b82ee2d
    function statusOf(uint32 modelId) external view returns (Status status);

    /// @notice What calls of a model are charged by.
    /// @param modelId Model to ask about.
    /// @return figures The numbers; all 0 until the model is activated.
    /// @custom:selector 0xb038a1eb
    function costs(uint32 modelId) external view returns (Costs memory figures);

    /// @notice Who is paid for a model's calls: the owner alone, unless it has named others.
    /// @param modelId Model to ask about.
    /// @return list At least one; the first takes what rounding leaves.
    /// @custom:selector 0x42ac665e
    function beneficiaries(uint32 modelId) external view returns (Beneficiary[] memory list);

    /// @notice The model of a name's newest version. It may have been retired since.
    /// @param name Registered name; reverts when there is none.
    /// @return modelId The model.
    /// @custom:selector 0x461a4478
    function resolve(string calldata name) external view returns (uint32 modelId);

    /// @notice The model of a version of a name. It may have been retired since.
    /// @param name Registered name; reverts when there is none.
    /// @param version Number of the version; reverts when it was never given or was released.
    /// @return modelId The model.
    /// @custom:selector 0x832badcf
    function resolve(string calldata name, uint32 version) external view returns (uint32 modelId);

    /// @notice A registered name; reverts when there is none.
    /// @param name The name.
    /// @return owner Who may register, release and give it away.
    /// @return versions Numbers of its versions, ascending; the last one is the newest.
    /// @return models The model of each version.
    /// @custom:selector 0x4c178824
    function nameInfo(string calldata name)
        external
        view
        returns (address owner, uint32[] memory versions, uint32[] memory models);

    /// @notice Sets the price of one call: at once for a draft, else after the chain's delay. The price
    /// of a frozen model can't rise.
    /// @param modelId Model of the caller.
    /// @param price New price.
    /// @custom:selector 0x8e1857e8
    function setPrice(uint32 modelId, uint256 price) external;

    /// @notice Lets nobody call an active model for now.
    /// @param modelId Model of the caller.
    /// @custom:selector 0x4cda9b55
    function pause(uint32 modelId) external;

    /// @notice Makes a paused model callable again.
    /// @param modelId Model of the caller.
    /// @custom:selector 0x2ec84ac2
    function resume(uint32 modelId) external;

    /// @notice Gives a model away, with its deposit, which stays held. Its beneficiaries are reset.
    /// @param modelId Model of the caller.
    /// @param to New owner; its account must exist.
    /// @custom:selector 0xfe9e68d4
    function transfer(uint32 modelId, address to) external;

    /// @notice Names who is paid for a model's calls from now on. None: the owner again.
    /// @param modelId Model of the caller.
    /// @param list Up to 8 different accounts, whose parts sum up to 1,000,000,000.
    /// @custom:selector 0xc7c5d255
    function setBeneficiaries(uint32 modelId, Beneficiary[] calldata list) external;

    /// @notice Registers a model as the next version of a name, which is the caller's from its first
    /// version on. Holds a deposit of the caller's balance.
    /// @param modelId Model of the caller.
    /// @param name The name.
    /// @return version Number of the version.
    /// @custom:selector 0x82fe9bec
    function registerName(uint32 modelId, string calldata name) external returns (uint32 version);

    /// @notice Gives a name away, with its deposit, which stays held.
    /// @param name Name of the caller.
    /// @param to New owner; its account must exist.
    /// @custom:selector 0x37194d1e
    function transferName(string calldata name, address to) external;

    /// @notice Removes a version of a name; its deposit comes back. Without versions the name is free.
    /// @param name Name of the caller.
    /// @param version Number of the version.
    /// @custom:selector 0x459f137f
    function releaseName(string calldata name, uint32 version) external;
}
