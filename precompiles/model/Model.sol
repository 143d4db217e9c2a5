// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title A model as a contract of its own
/// @notice Every model has an address: its id, 4 bytes big-endian, before twelve zeros and
/// `0a030000`. Model 7 is at `0x000000070000000000000000000000000a030000`; `ModelLib.byId(7)` is it.
///
/// A call of `predict` is a call of `infer` (`Inference.sol`): the same outputs, fuel, price, receipt,
/// event and refusals, and the event `Inferred` comes from the model's address. `msg.value` is the
/// highest price that the caller accepts; what the model doesn't cost comes back by a balance transfer,
/// never by a call. Without value the caller's credit pays.
///
/// The address exists for every number: without a model every function reverts with `UnknownModel`, and
/// `tryPredict` reverts until the model has been activated.
/// `predict` and `tryPredict` refuse static calls, every function refuses delegate calls, and all but these
/// two refuse value. The functions revert with `Error(string)` in one grammar, `Code(key=value,…): hint`; calldata
/// that is no encoding of a call reverts with `Panic(0x41)`.
interface IModel {
    /// An input or output of a model, as in `IInference`.
    struct TensorSpec {
        /// Name in the ONNX graph, UTF-8.
        string name;
        /// Element type: the code of ONNX `TensorProto.DataType` (1 = float32, 7 = int64, …).
        uint8 dtype;
        /// Length of each axis, outermost first; empty for a scalar.
        uint32[] shape;
    }

    /// @notice The model has run: the event of `IInference`, from this address.
    /// @param caller Account that called this address.
    /// @param modelId This model.
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

    /// @notice Runs the model. Reverts with `Error(string)` when it is refused or fails.
    /// @param inputs Raw data of all inputs, one after the other: row-major, little-endian, no header.
    /// @return outputs Raw data of all outputs, one after the other.
    /// @custom:selector 0xa64139fa
    function predict(bytes calldata inputs) external payable returns (bytes memory outputs);

    /// @notice Runs the model on decimal numbers: `values[i] / 10**decimals` is element `i` of all
    /// inputs, one after the other in signature order, row-major; the outputs likewise.
    ///
    /// Every number is rounded once, to the nearest that its type has, ties to even; the arithmetic is
    /// exact. What has no place reverts: a number beyond its type (`ValueOutOfRange`), a fraction for
    /// an integer or boolean (`ValueNotWhole`), an output beyond `int256` (`OutputOutOfRange`), and an
    /// output that is infinite or no number (`OutputNotFinite`).
    /// @param values All elements of all inputs.
    /// @param decimals Decimals of `values` and of `outputs`, at most 38.
    /// @return outputs All elements of all outputs.
    /// @custom:selector 0x14fe8704
    function predict(int256[] calldata values, uint8 decimals)
        external
        payable
        returns (int256[] memory outputs);

    /// @notice Runs the model, and returns a refusal or failure as a value: then nothing has changed and
    /// all of `msg.value` has come back. Only what is wrong with the call itself still reverts: a static
    /// or delegate call, calldata that is no call, or too little gas (`GasTooLow`).
    /// @param inputs As of `predict`.
    /// @return code 0 when the model has run, else as `tryInfer` of `IInference` returns it.
    /// @return data With code 0 the raw data of all outputs, else `abi.encode(uint256[4])`: the numbers
    /// that go with the code, unused ones 0.
    /// @custom:selector 0x573b2f0a
    function tryPredict(bytes calldata inputs)
        external
        payable
        returns (uint32 code, bytes memory data);

    /// @notice Runs the model on decimal numbers, and returns a refusal or failure as a value. An output
    /// that has no place is one: the run is undone, no price is paid, and its compute is.
    /// @param values As of `predict`.
    /// @param decimals As of `predict`.
    /// @return code 0 when the model has run; below 512 as `tryInfer` of `IInference` returns it; 512
    /// `TooManyDecimals(decimals,max)`, 513 `WrongValueCount(expected,got)`, 514 `ValueNotWhole(index,dtype)`,
    /// 515 `ValueOutOfRange(index,dtype)`, 516 `OutputNotFinite(index)`, 517 `OutputOutOfRange(index)`.
    /// @return outputs With code 0 all elements of all outputs, else none.
    /// @return args The numbers that go with the code, unused ones 0.
    /// @custom:selector 0x9dc28ebf
    function tryPredict(int256[] calldata values, uint8 decimals)
        external
        payable
        returns (uint32 code, int256[] memory outputs, uint256[4] memory args);

    /// @notice Runs the model without consequences, if it is free: no receipt, no event, also in a static
    /// call. Reverts with `NotFree` when it has a price.
    /// @param inputs As of `predict`.
    /// @return outputs As of `predict`.
    /// @custom:selector 0x6d80b313
    function predictView(bytes calldata inputs) external view returns (bytes memory outputs);

    /// @notice Runs the model on decimal numbers without consequences, if it is free.
    /// @param values As of `predict`.
    /// @param decimals As of `predict`.
    /// @return outputs As of `predict`.
    /// @custom:selector 0x38d65b11
    function predictView(int256[] calldata values, uint8 decimals)
        external
        view
        returns (int256[] memory outputs);

    /// @notice What `predict` takes, in this order. Reverts until the model has been activated.
    /// @return specs The inputs.
    /// @custom:selector 0x8c7a91ed
    function inputs() external view returns (TensorSpec[] memory specs);

    /// @notice What `predict` returns, in this order. Reverts until the model has been activated.
    /// @return specs The outputs.
    /// @custom:selector 0xf65450ea
    function outputs() external view returns (TensorSpec[] memory specs);

    /// @notice Price of one call now, in OPG's smallest unit, without the compute.
    /// @return amount The price: the least `msg.value`, or credit.
    /// @custom:selector 0xa035b1fe
    function price() external view returns (uint256 amount);

    /// @notice The model's id.
    /// @return id The id.
    /// @custom:selector 0x43cdaad2
    function modelId() external view returns (uint32 id);
}

/// @title Models by their ids
library ModelLib {
    /// The address isn't a model's.
    error NotAModelAddress(address account);

    /// @notice A model's contract.
    /// @param modelId Id of the model.
    /// @return model Where it is, whether there is such a model or not.
    function byId(uint32 modelId) internal pure returns (IModel model) {
        return IModel(address((uint160(modelId) << 128) | uint160(0x0A030000)));
    }

    /// @notice The id that a model's address is made of.
    /// @param model Address of a model.
    /// @return modelId Its id.
    function idOf(IModel model) internal pure returns (uint32 modelId) {
        modelId = uint32(uint160(address(model)) >> 128);
        if (address(byId(modelId)) != address(model)) {
            revert NotAModelAddress(address(model));
        }
    }
}
