// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {INFERENCE} from "../../../precompiles/inference/Inference.sol";

/// @title Pays for models in every way that a contract can
/// @notice For the settlement statement of the end-to-end tests. It keeps a word for each run, so
/// that callers pay storage deposits too, and gives back all value that a model doesn't cost.
contract Payer {
    /// @notice Number of runs.
    uint256 public runs;
    /// @notice Hash of what each run gave, by its number.
    mapping(uint256 => bytes32) public outputs;

    /// @notice A call was made that may be refused.
    /// @param code What `tryInfer` returned.
    event Attempted(uint32 code);

    /// The rest of the value couldn't be given back.
    error RefundFailed();

    /// @notice Pays with the value; it is the highest price.
    function pay(uint32 model, bytes calldata inputs) external payable {
        uint256 own = address(this).balance - msg.value;
        keep(INFERENCE.infer{value: msg.value}(model, inputs));
        giveBack(own);
    }

    /// @notice Pays for a batch with the value.
    function payBatch(uint32 model, uint32 rows, bytes calldata inputs) external payable {
        uint256 own = address(this).balance - msg.value;
        keep(INFERENCE.inferBatch{value: msg.value}(model, rows, inputs));
        giveBack(own);
    }

    /// @notice Pays with the contract's credit.
    function fromCredit(uint32 model, bytes calldata inputs) external {
        keep(INFERENCE.infer(model, inputs));
    }

    /// @notice Pays with a sponsor's credit.
    function sponsored(address sponsor, uint32 model, bytes calldata inputs) external {
        keep(INFERENCE.inferSponsored(sponsor, model, inputs));
    }

    /// @notice Makes a call that may be refused, and goes on. Keeps nothing.
    function attempt(uint32 model, bytes calldata inputs) external payable {
        uint256 own = address(this).balance - msg.value;
        (uint32 code, ) = INFERENCE.tryInfer{value: msg.value}(model, inputs);
        emit Attempted(code);
        giveBack(own);
    }

    function keep(bytes memory data) private {
        outputs[runs] = keccak256(data);
        runs += 1;
    }

    function giveBack(uint256 own) private {
        uint256 rest = address(this).balance - own;
        if (rest > 0) {
            (bool sent, ) = msg.sender.call{value: rest}("");
            if (!sent) revert RefundFailed();
        }
    }
}
