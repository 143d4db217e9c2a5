// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IInference, InferenceLib} from "../../Inference.sol";
import {TensorLib} from "../../Tensors.sol";

/// What the tests call the libraries through.
contract Caller {
    receive() external payable {}

    function inferTensors(uint32 modelId, IInference.Tensor[] memory inputs)
        external
        payable
        returns (IInference.Tensor[] memory)
    {
        return InferenceLib.inferTensors(modelId, inputs, msg.value);
    }

    function inferView(uint32 modelId, bytes memory inputs) external view returns (bytes memory) {
        return InferenceLib.inferView(modelId, inputs);
    }

    function pipeline(uint32[] memory modelIds, bytes memory inputs)
        external
        payable
        returns (bytes memory)
    {
        return InferenceLib.pipeline(modelIds, inputs, msg.value);
    }

    function quote(uint32 modelId) external view returns (InferenceLib.Quote memory) {
        return InferenceLib.quote(modelId);
    }

    function packFloat32(int256[] memory values, uint8 decimals)
        external
        pure
        returns (bytes memory)
    {
        return TensorLib.packFloat32(values, decimals);
    }

    function unpackFloat32(bytes memory data, uint8 decimals)
        external
        pure
        returns (int256[] memory)
    {
        return TensorLib.unpackFloat32(data, decimals);
    }

    function float32At(bytes memory data, uint256 index) external pure returns (uint32) {
        return TensorLib.float32At(data, index);
    }

    function argmaxFloat32(bytes memory data) external pure returns (uint256) {
        return TensorLib.argmaxFloat32(data);
    }

    function int8s(int8[] memory values)
        external
        pure
        returns (bytes memory data, int8[] memory back)
    {
        data = TensorLib.packInt8(values);
        back = TensorLib.unpackInt8(data);
    }

    function int64s(int64[] memory values)
        external
        pure
        returns (bytes memory data, int64[] memory back)
    {
        data = TensorLib.packInt64(values);
        back = TensorLib.unpackInt64(data);
    }

    function unpackInt64(bytes memory data) external pure returns (int64[] memory) {
        return TensorLib.unpackInt64(data);
    }
}
