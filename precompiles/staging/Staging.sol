// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @dev Where the precompile is. Every network has it at the same address.
address constant STAGING_ADDRESS = 0x000000000000000000000000000000000a090000;

/// @dev The precompile, ready to be called.
IStaging constant STAGING = IStaging(STAGING_ADDRESS);

/// @title Inputs that don't fit a call
/// @notice A call carries 128 KiB; a model's inputs may have 1 MiB. They are uploaded in pieces of 64 KiB
/// to a buffer, from as many transactions as it takes, and then used by reference, as often as one likes.
///
/// A buffer is its creator's: the account that called `begin` alone writes, discards and uses it, so a
/// contract has its own buffers and its users have theirs. For all of its length a deposit is held on
/// that account's balance, not sent as value; it comes back when the buffer is removed. A buffer expires after
/// a number of blocks (a day): then it can't be used, and anybody may `reap` it, for the owner's good. An
/// account has at most 8 buffers and 4 MiB.
///
/// `infer` refuses static calls, every function refuses delegate calls, and all but `infer` and `tryInfer`
/// refuse value. The functions revert with `Error(string)` in one grammar, `Code(key=value,…): hint`;
/// calldata that is no encoding of a call reverts with `Panic(0x41)`. `StagingLib` (`StagingLib.sol`) has
/// custom errors.
/// @custom:address 0x000000000000000000000000000000000a090000
interface IStaging {
    /// A buffer without its bytes.
    struct Buffer {
        /// Who writes, discards and uses it.
        address owner;
        /// Its bytes.
        uint32 length;
        /// Which pieces were written: bit `i`, from the least significant, is piece `i`.
        uint16 written;
        /// First block in which it can't be used.
        uint64 expires;
        /// What is held for it, in OPG's smallest unit.
        uint256 deposit;
    }

    /// @notice A buffer was begun.
    /// @param owner Account that called this precompile.
    /// @param bufferId Id of the buffer.
    /// @param length Its bytes.
    /// @param expires First block in which it can't be used.
    event BufferBegun(address indexed owner, uint64 indexed bufferId, uint32 length, uint64 expires);

    /// @notice A model has run: the event of `IInference`, from this address.
    /// @param caller Account that called this address.
    /// @param modelId Model that ran.
    /// @param receipt Unique name of this run; the chain keeps what it stands for.
    /// @param fuel Fuel of the run.
    /// @param price What the model cost, in OPG's smallest unit.
    event Inferred(
        address indexed caller,
        uint32 indexed modelId,
        bytes32 indexed receipt,
        uint64 fuel,
        uint256 price
    );

    /// @notice Begins a buffer of the caller's and holds its deposit.
    /// @param length Bytes, 1 to 1,048,576.
    /// @return bufferId Id of the buffer; also in the event.
    /// @custom:selector 0xef2e1ee1
    function begin(uint32 length) external returns (uint64 bufferId);

    /// @notice Writes a piece of one of the caller's buffers, in any order, also again.
    /// @param bufferId Id of the buffer.
    /// @param index Number of the piece, from 0.
    /// @param piece Its 65,536 bytes; of the last piece, the rest of the buffer.
    /// @custom:selector 0x7f1077bb
    function write(uint64 bufferId, uint32 index, bytes calldata piece) external;

    /// @notice Removes one of the caller's buffers, expired or not; its deposit comes back.
    /// @param bufferId Id of the buffer.
    /// @custom:selector 0xc93aa3f2
    function discard(uint64 bufferId) external;

    /// @notice Removes a buffer that has expired, whoever calls; its owner has the deposit back.
    /// @param bufferId Id of the buffer.
    /// @custom:selector 0x6801e153
    function reap(uint64 bufferId) external;

    /// @notice Runs a model on the bytes of one of the caller's buffers, which is complete and not expired
    /// and stays as it is: `infer` of `IInference` with the buffer's bytes as `inputs`. Reading them is
    /// charged as gas.
    /// @param modelId Model to run.
    /// @param bufferId Buffer with the raw data of all inputs.
    /// @return outputs Raw data of all outputs.
    /// @custom:selector 0x0fb2412d
    function infer(uint32 modelId, uint64 bufferId) external payable returns (bytes memory outputs);

    /// @notice Runs a model as `infer` does, and returns a refusal or failure as a value: then nothing has
    /// changed and all of `msg.value` has come back.
    /// @param modelId Model to run.
    /// @param bufferId Buffer with the raw data of all inputs.
    /// @return code 0 when the model has run; below 512 as `tryInfer` of `IInference` returns it; from 768 a
    /// refusal of the buffer. `StagingLib` lists them.
    /// @return data With code 0 the raw data of all outputs, else `abi.encode(uint256[4])`: the numbers
    /// that go with the code, unused ones 0.
    /// @custom:selector 0x177e20e8
    function tryInfer(uint32 modelId, uint64 bufferId)
        external
        payable
        returns (uint32 code, bytes memory data);

    /// @notice A buffer. Reverts when there is none (any more).
    /// @param bufferId Id of the buffer.
    /// @return buffer The buffer without its bytes.
    /// @custom:selector 0x927b5461
    function bufferInfo(uint64 bufferId) external view returns (Buffer memory buffer);

    /// @notice What `begin` holds for a buffer, in OPG's smallest unit.
    /// @param length Bytes of the buffer.
    /// @return amount The deposit.
    /// @custom:selector 0xc91b15f4
    function depositFor(uint32 length) external view returns (uint256 amount);
}
