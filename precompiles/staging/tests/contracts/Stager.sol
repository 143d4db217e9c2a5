// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {StagingLib} from "../../StagingLib.sol";

/// What the tests call the library through.
contract Stager {
    receive() external payable {}

    function stage(uint256 length) external returns (uint64) {
        bytes memory inputs = new bytes(length);
        for (uint256 i = 0; i < length; i += 4) {
            // 1.0 as float32, little-endian.
            inputs[i + 2] = 0x80;
            inputs[i + 3] = 0x3f;
        }
        return StagingLib.stage(inputs);
    }

    function infer(uint32 modelId, uint64 bufferId) external payable returns (bytes memory) {
        return StagingLib.infer(modelId, bufferId, msg.value);
    }
}
