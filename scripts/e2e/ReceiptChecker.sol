// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {INFERENCE} from "../../precompiles/inference/Inference.sol";
import {ReceiptFields, ReceiptLib, ResultFields} from "../../precompiles/inference/Receipt.sol";

/// @title Makes the functions of ReceiptLib callable, for the end-to-end test
contract ReceiptChecker {
    function check(ReceiptFields calldata receipt, uint32 count, bytes32[] calldata proof)
        external
        view
        returns (bytes32 id)
    {
        return ReceiptLib.check(receipt, count, proof);
    }

    function verify(
        bytes32 root,
        ReceiptFields calldata receipt,
        uint32 count,
        bytes32[] calldata proof
    ) external pure returns (bool holds) {
        return ReceiptLib.verify(root, receipt, count, proof);
    }

    function resultId(ResultFields calldata result) external pure returns (bytes32 id) {
        return ReceiptLib.resultId(result);
    }

    function account(address addr) external pure returns (bytes32 id) {
        return ReceiptLib.account(addr);
    }

    function storedRoot(uint64 blockNumber) external view returns (bytes32) {
        return INFERENCE.receiptRoot(blockNumber);
    }
}
