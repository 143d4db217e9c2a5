// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @dev Who calls the functions below: compare `msg.sender` with it. No key and no contract has this
/// address; every network has the same.
address constant SCHEDULE_CALLER = 0x000000000000000000000000000000000A050000;

/// @title Gives the inputs of scheduled runs
/// @notice Scheduled inference runs a model every so many blocks, after all transactions of a block and
/// paid from the prepaid credit of the schedule's owner. A schedule may ask a contract for the inputs
/// of each run.
///
/// The call has the execution time that the schedule says and may store nothing new (its deposit limit
/// is 0). It carries no value. When it reverts, answers something else, or the run fails, all that it
/// changed is undone; its execution time is paid. `tx.origin` is the caller. No Ethereum
/// transaction carries the call: its events are events of the block, not Ethereum logs.
interface IScheduleInput {
    /// @notice The inputs of the run that is about to begin.
    /// @param schedule Id of the schedule.
    /// @return inputs Each input's raw data in the order of the model's signature, as for `infer` of
    /// `Inference.sol`; exactly as many bytes as that says.
    /// @custom:selector 0x1cdfce53
    function scheduleInput(uint64 schedule) external returns (bytes memory inputs);
}

/// @title Is told of scheduled runs
/// @notice A schedule may tell a contract of each run that succeeded, in the block of the run.
///
/// The call has the execution time that the schedule says; what new state it writes holds of the owner's
/// credit, at most the schedule's deposit limit in each call. It carries no value. When it reverts
/// the run stays paid, and its result can be read from the chain's state.
interface IScheduleReceiver {
    /// @notice A run succeeded.
    /// @param schedule Id of the schedule.
    /// @param model Id of the model.
    /// @param receipt Id of the run's receipt.
    /// @param output Each output's raw data in the order of the model's signature; at most 4,096
    /// bytes.
    /// @custom:selector 0x569226d8
    function onInference(uint64 schedule, uint32 model, bytes32 receipt, bytes calldata output) external;
}
