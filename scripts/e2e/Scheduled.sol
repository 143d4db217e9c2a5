// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {
    SCHEDULE_CALLER, IScheduleInput, IScheduleReceiver
} from "../../precompiles/schedule/Schedule.sol";

/// @title Gives the inputs of scheduled runs, and is told of them
/// @notice For the end-to-end tests: it behaves as it was made to, well or badly.
contract Scheduled is IScheduleInput, IScheduleReceiver {
    /// @notice How a call behaves.
    enum Manner {
        Proper,
        Revert,
        /// Takes all the execution time that it gets.
        Burn,
        /// Answers one byte less than it should; as a receiver, the same as `Proper`.
        Short
    }

    bytes private inputs;
    Manner private immutable giving;
    Manner private immutable receiving;
    /// @notice Runs that the contract was told of.
    uint256 public told;
    /// @notice Hash of what it was told of each run (`keccak256(schedule, model, receipt, output)`).
    mapping(uint256 => bytes32) public runs;

    /// Only schedules may call.
    error NotAllowed();
    /// It was made to revert.
    error Unwilling();

    constructor(bytes memory inputs_, Manner giving_, Manner receiving_) {
        (inputs, giving, receiving) = (inputs_, giving_, receiving_);
    }

    /// @inheritdoc IScheduleInput
    function scheduleInput(uint64) external view returns (bytes memory) {
        if (msg.sender != SCHEDULE_CALLER) revert NotAllowed();
        act(giving);
        bytes memory answer = inputs;
        if (giving == Manner.Short) {
            assembly {
                mstore(answer, sub(mload(answer), 1))
            }
        }
        return answer;
    }

    /// @inheritdoc IScheduleReceiver
    function onInference(uint64 schedule, uint32 model, bytes32 receipt, bytes calldata output) external {
        if (msg.sender != SCHEDULE_CALLER) revert NotAllowed();
        act(receiving);
        runs[told] = keccak256(abi.encode(schedule, model, receipt, output));
        told += 1;
    }

    function act(Manner manner) private pure {
        if (manner == Manner.Revert) revert Unwilling();
        // Until nothing is left.
        while (manner == Manner.Burn) {}
    }
}
