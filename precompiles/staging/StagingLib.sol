// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {InferenceLib} from "../inference/Inference.sol";
import {STAGING} from "./Staging.sol";

/// @title What a contract imports to use staged inputs
/// @notice Calls `tryInfer` of `IStaging` and turns its codes into custom errors, and stages inputs that a
/// contract has in memory.
library StagingLib {
    /// No buffer has this id (any more). Code 768.
    error UnknownBuffer(uint256 bufferId);
    /// The buffer is another account's. Code 769.
    error NotBufferOwner(uint256 bufferId);
    /// The buffer has expired. Code 770.
    error BufferExpired(uint256 bufferId, uint256 expired);
    /// The buffer lacks a piece: the first that is missing. Code 772.
    error BufferIncomplete(uint256 bufferId, uint256 missing);

    /// Bytes of every piece but a buffer's last.
    uint256 internal constant PIECE_BYTES = 65_536;

    /// @notice Runs a model on one of the calling contract's buffers, or reverts with one of the custom
    /// errors, here or in `InferenceLib`.
    /// @param modelId Model to run.
    /// @param bufferId Buffer with the raw data of all inputs.
    /// @param maxPrice Highest price to pay, taken from the calling contract's balance; what the
    /// model doesn't cost comes back to the contract. 0: the contract's credit pays.
    /// @return outputs Raw data of all outputs.
    function infer(uint32 modelId, uint64 bufferId, uint256 maxPrice)
        internal
        returns (bytes memory outputs)
    {
        (uint32 code, bytes memory data) = STAGING.tryInfer{value: maxPrice}(modelId, bufferId);
        if (code == 0) return data;
        uint256[4] memory args = abi.decode(data, (uint256[4]));
        if (code == 768) revert UnknownBuffer(args[0]);
        if (code == 769) revert NotBufferOwner(args[0]);
        if (code == 770) revert BufferExpired(args[0], args[1]);
        if (code == 772) revert BufferIncomplete(args[0], args[1]);
        InferenceLib.fail(code, data);
    }

    /// @notice Begins a buffer of the calling contract's and writes all of it.
    /// @param inputs Raw data of all inputs, 1 to 1,048,576 bytes.
    /// @return bufferId Id of the buffer.
    function stage(bytes memory inputs) internal returns (uint64 bufferId) {
        bufferId = STAGING.begin(uint32(inputs.length));
        uint32 index = 0;
        for (uint256 from = 0; from < inputs.length; from += PIECE_BYTES) {
            uint256 rest = inputs.length - from;
            bytes memory piece = new bytes(rest < PIECE_BYTES ? rest : PIECE_BYTES);
            assembly ("memory-safe") {
                mcopy(add(piece, 32), add(add(inputs, 32), from), mload(piece))
            }
            STAGING.write(bufferId, index, piece);
            index++;
        }
    }
}
