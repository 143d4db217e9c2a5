// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {INFERENCE} from "./Inference.sol";

/// @dev What names a result: anybody with the engine, the model and the input recomputes it.
struct ResultFields {
    /// keccak-256 of the engine's raw wasm.
    bytes32 engineHash;
    /// Number of the engine's numeric profile.
    uint32 profile;
    /// Content root of the model.
    bytes32 modelRoot;
    /// keccak-256 of the SCALE encoding of the inputs.
    bytes32 inputHash;
    /// keccak-256 of the SCALE encoding of the outputs.
    bytes32 outputHash;
}

/// @dev What a receipt says.
struct ReceiptFields {
    /// Hash of the chain's genesis block.
    bytes32 genesisHash;
    /// Number of the block.
    uint64 blockNumber;
    /// Position among the block's receipts, from 0.
    uint32 index;
    /// Account that made the call: an AccountId32. Of an Ethereum address `ReceiptLib.account`.
    bytes32 caller;
    /// Account that paid the price.
    bytes32 payer;
    /// Model.
    uint32 modelId;
    /// `ReceiptLib.resultId`.
    bytes32 resultId;
    /// Fuel of the run.
    uint64 fuel;
    /// Price of the model, in OPG's smallest unit.
    uint256 price;
    /// Part of the price that went to the protocol, in OPG's smallest unit.
    uint256 protocolShare;
}

/// @title Checks receipts of inferences
/// @notice A receipt's id is made of its fields, and a block's ids are the leaves of a Merkle tree
/// whose root the chain keeps for a time (`IInference.receiptRoot`) and the block's header for good.
/// So a contract that is given fields and a proof (RPC `inference_receiptProof`) knows that the run
/// took place, on this chain, in that block, with that input and output.
///
/// The tree: the hash of a leaf is the keccak-256 of the receipt's id, that of a node the keccak-256 of
/// its two children, left and right; the last node of a row with an odd number of nodes moves up as
/// it is.
library ReceiptLib {
    /// The chain keeps no root for this block: it has no receipts, isn't over, or is too old.
    error UnknownReceiptRoot(uint64 blockNumber);
    /// The proof doesn't lead from these fields to the block's root.
    error WrongReceiptProof(bytes32 receiptId, bytes32 root);

    /// @notice Id of a result.
    /// @param result What it is made of.
    /// @return id The id.
    function resultId(ResultFields memory result) internal pure returns (bytes32 id) {
        return keccak256(
            abi.encode(
                "OPG.result.1",
                result.engineHash,
                result.profile,
                result.modelRoot,
                result.inputHash,
                result.outputHash
            )
        );
    }

    /// @notice Id of a receipt.
    /// @param receipt What it says.
    /// @return id The id.
    function receiptId(ReceiptFields memory receipt) internal pure returns (bytes32 id) {
        return keccak256(
            abi.encode(
                "OPG.receipt.1",
                receipt.genesisHash,
                receipt.blockNumber,
                receipt.index,
                receipt.caller,
                receipt.payer,
                receipt.modelId,
                receipt.resultId,
                receipt.fuel,
                receipt.price,
                receipt.protocolShare
            )
        );
    }

    /// @notice The account of an Ethereum address: the address, padded with 12 bytes 0xEE.
    /// @param addr The address.
    /// @return id The account.
    function account(address addr) internal pure returns (bytes32 id) {
        return bytes32(bytes20(addr)) | bytes32(uint256(0xEEEEEEEEEEEEEEEEEEEEEEEE));
    }

    /// @notice Whether a receipt is under a root. A pure function: the root may come from anywhere that
    /// the contract trusts, such as a light client's header.
    /// @param root Root of the receipt's block.
    /// @param receipt What the receipt says. Its index is the leaf's.
    /// @param count Number of receipts of the block.
    /// @param proof The nodes beside the way from the leaf to the root, the lowest first.
    /// @return holds Whether the proof leads to the root and has no node too many.
    function verify(
        bytes32 root,
        ReceiptFields memory receipt,
        uint32 count,
        bytes32[] memory proof
    ) internal pure returns (bool holds) {
        uint256 index = receipt.index;
        uint256 width = count;
        if (index >= width) return false;
        bytes32 node = keccak256(abi.encode(receiptId(receipt)));
        uint256 used = 0;
        while (width > 1) {
            // The last node of an odd row has no sibling.
            if (index % 2 == 1 || index + 1 < width) {
                if (used == proof.length) return false;
                bytes32 sibling = proof[used];
                used++;
                node = index % 2 == 0
                    ? keccak256(abi.encode(node, sibling))
                    : keccak256(abi.encode(sibling, node));
            }
            index /= 2;
            width = (width + 1) / 2;
        }
        return used == proof.length && node == root;
    }

    /// @notice Reverts unless a receipt is under the root that this chain keeps for its block.
    /// @param receipt What the receipt says.
    /// @param count Number of receipts of the block.
    /// @param proof The nodes beside the way from the leaf to the root, the lowest first.
    /// @return id Id of the receipt.
    function check(ReceiptFields memory receipt, uint32 count, bytes32[] memory proof)
        internal
        view
        returns (bytes32 id)
    {
        bytes32 root = INFERENCE.receiptRoot(receipt.blockNumber);
        if (root == bytes32(0)) revert UnknownReceiptRoot(receipt.blockNumber);
        id = receiptId(receipt);
        if (!verify(root, receipt, count, proof)) revert WrongReceiptProof(id, root);
    }
}
