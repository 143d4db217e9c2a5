// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {InferenceLib} from "../../../precompiles/inference/Inference.sol";

/// @title Reads handwritten digits with a model that the chain runs
/// @notice An example of a contract that calls a model: the label is computed, stored and emitted
/// in the caller's transaction. The model takes one `float32[1,64]` (8 × 8 pixels, 0 to 16) and
/// returns the label as `int64[1]` and then the probabilities of the ten digits as `float32[1,10]`.
contract DigitClassifier {
    /// @notice Model that is called.
    uint32 public immutable modelId;

    /// @notice Number of images classified.
    uint256 public count;

    /// @notice The last image's digit.
    uint8 public lastDigit;

    /// @notice Digit of each image, by its index.
    mapping(uint256 => uint8) public digits;

    /// @notice An image was classified.
    /// @param index Its index, from 0.
    /// @param digit Its digit.
    /// @param sender Who sent it.
    /// @param price What the model cost.
    event Classified(uint256 indexed index, uint8 digit, address indexed sender, uint256 price);

    /// The model returned a label that is no digit: it isn't the model this contract is made for.
    error NotADigit(int64 label);
    /// The rest of the value couldn't be given back.
    error RefundFailed();

    /// @param modelId_ Model to call.
    constructor(uint32 modelId_) {
        modelId = modelId_;
    }

    /// @notice Classifies an image. The value is the highest price to pay for the model; the rest
    /// comes back to the sender.
    /// @param image 256 bytes: 64 little-endian float32, row by row.
    /// @return digit The digit that the model sees.
    function classify(bytes calldata image) external payable returns (uint8 digit) {
        uint256 held = address(this).balance - msg.value;

        bytes memory outputs = InferenceLib.infer(modelId, image, msg.value);
        int64 label = InferenceLib.int64At(outputs, 0);
        if (label < 0 || label > 9) revert NotADigit(label);
        digit = uint8(uint64(label));

        uint256 rest = address(this).balance - held;
        uint256 index = count;
        count = index + 1;
        lastDigit = digit;
        digits[index] = digit;
        emit Classified(index, digit, msg.sender, msg.value - rest);

        if (rest > 0) {
            (bool sent, ) = msg.sender.call{value: rest}("");
            if (!sent) revert RefundFailed();
        }
    }
}
