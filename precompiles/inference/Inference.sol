// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @dev Where the precompile is. Every network has it at the same address.
address constant INFERENCE_ADDRESS = 0x000000000000000000000000000000000a010000;

/// @dev The precompile, ready to be called.
IInference constant INFERENCE = IInference(INFERENCE_ADDRESS);

/// @title Models run by the chain itself
/// @notice Runs an ONNX model inside the transaction: every validator computes the same outputs,
/// the same fuel and the same fee, and the outputs are there when the call returns.
///
/// Inputs and outputs are positional, in the order of `signature`. `bytes inputs` is the
/// concatenation of each input's raw data, and `bytes outputs` that of each output's: row-major,
/// little-endian, no header. A `float32[1,64]` is 256 bytes. Every NaN becomes the canonical one.
///
/// Compute is paid as gas: the most that the call can cost in its block is charged first and what it
/// didn't use is given back, so a call never needs more gas than `quote`'s `maxGas` and pays what it
/// used. The model's price is paid by the caller from `msg.value`, which is the highest price that it
/// accepts: what the model doesn't cost comes back by a balance transfer to the caller, never by a
/// call. Without value the price is paid from the calling account's own credit (`Credit.sol`), if
/// that covers all of it; a value below the price is never made up from credit. Credit sets no other
/// limit to a price than itself: a contract that lets others choose the model checks `quote`, sends
/// value, or draws on an allowance that it gave itself. A run that fails pays no price, and for its
/// compute: all of the model's limit when it traps or runs out of fuel.
///
/// `inferSponsored` pays from the credit of a sponsor, within what it allows the calling account,
/// and never from the caller's own money. A free model draws from nothing.
///
/// A batch runs many rows of inputs with one load of the model: `bytes inputs` is then the
/// concatenation of the rows, and `bytes outputs` that of their outputs. Every row is a run of its own,
/// with the same outputs, fuel, price, receipt and event as a call of `infer`; `msg.value` is the
/// highest price of all rows together, and they run and are paid for all or not at all. A pipeline runs
/// models on one another's outputs in the same way.
///
/// Every function that fails has a twin that returns a code instead, `try…`.
///
/// What runs models refuses static calls, but for `inferView`; every function refuses delegate calls; and
/// `inferView`, `quote`, `signature`, `receiptRoot` and the sponsored calls refuse value. The functions revert with
/// `Error(string)` in one grammar, `Code(key=value,…): hint`; calldata that is no encoding of a call reverts with `Panic(0x41)`.
/// @custom:address 0x000000000000000000000000000000000a010000
interface IInference {
    /// An input or output of a model.
    struct TensorSpec {
        /// Name in the ONNX graph, UTF-8.
        string name;
        /// Element type: the code of ONNX `TensorProto.DataType` (1 = float32, 7 = int64, …).
        uint8 dtype;
        /// Length of each axis, outermost first; empty for a scalar.
        uint32[] shape;
    }

    /// A tensor that says what it is.
    struct Tensor {
        /// Element type: the code of ONNX `TensorProto.DataType`.
        uint8 dtype;
        /// Length of each axis, outermost first; empty for a scalar.
        uint32[] shape;
        /// Raw data: row-major, little-endian, no header.
        bytes data;
    }

    /// @notice A model has run. The outputs aren't in the event; the receipt names them by hash.
    /// @param caller Account that called this precompile.
    /// @param modelId Model that ran.
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

    /// @notice Runs a model. Reverts with `Error(string)` when it is refused or fails.
    /// @param modelId Model to run.
    /// @param inputs Raw data of all inputs.
    /// @return outputs Raw data of all outputs.
    /// @custom:selector 0x9e70eaa0
    function infer(uint32 modelId, bytes calldata inputs)
        external
        payable
        returns (bytes memory outputs);

    /// @notice Runs a model and returns a refusal or failure as a value: then nothing has changed
    /// and all of `msg.value` has come back. Only what is wrong with the call itself still reverts:
    /// a static or delegate call, calldata that is no call, or too little gas (`GasTooLow`).
    /// @param modelId Model to run.
    /// @param inputs Raw data of all inputs.
    /// @return code 0 when the model has run; below 256 a fault of the engine, from 256 a refusal
    /// by the chain. `InferenceLib` lists them.
    /// @return data With code 0 the raw data of all outputs, else `abi.encode(uint256[4])`: the
    /// numbers that go with the code, unused ones 0.
    /// @custom:selector 0x021d7ea5
    function tryInfer(uint32 modelId, bytes calldata inputs)
        external
        payable
        returns (uint32 code, bytes memory data);

    /// @notice Runs a model as `infer` does, at the cost of a sponsor.
    /// @param sponsor Whose credit pays the price, within what it allows the caller.
    /// @param modelId Model to run.
    /// @param inputs Raw data of all inputs.
    /// @return outputs Raw data of all outputs.
    /// @custom:selector 0xecdb6c0d
    function inferSponsored(address sponsor, uint32 modelId, bytes calldata inputs)
        external
        returns (bytes memory outputs);

    /// @notice Runs a model as `tryInfer` does, at the cost of a sponsor.
    /// @param sponsor Whose credit pays the price, within what it allows the caller.
    /// @param modelId Model to run.
    /// @param inputs Raw data of all inputs.
    /// @return code As of `tryInfer`.
    /// @return data As of `tryInfer`.
    /// @custom:selector 0x23564d89
    function tryInferSponsored(address sponsor, uint32 modelId, bytes calldata inputs)
        external
        returns (uint32 code, bytes memory data);

    /// @notice Runs a free model without consequences: no receipt, no event, no payment, also in a static
    /// call. For functions that are `view`. Reverts with `NotFree` when the model has a price, else as
    /// `infer`.
    /// @param modelId Model to run.
    /// @param inputs Raw data of all inputs.
    /// @return outputs Raw data of all outputs.
    /// @custom:selector 0x10fb9111
    function inferView(uint32 modelId, bytes calldata inputs)
        external
        view
        returns (bytes memory outputs);

    /// @notice Runs a free model as `inferView` does, and returns a fault as a value.
    /// @param modelId Model to run.
    /// @param inputs Raw data of all inputs.
    /// @return code As of `tryInfer`.
    /// @return data As of `tryInfer`.
    /// @custom:selector 0x34430206
    function tryInferView(uint32 modelId, bytes calldata inputs)
        external
        view
        returns (uint32 code, bytes memory data);

    /// @notice Runs a model as `infer` does, on tensors that say their types and shapes, which must be
    /// those of `signature`. Names aren't passed: the order is the signature's. Costs what `infer` costs,
    /// and the gas of the longer calldata.
    /// @param modelId Model to run.
    /// @param inputs All inputs.
    /// @return outputs All outputs.
    /// @custom:selector 0x4c00dade
    function inferTensors(uint32 modelId, Tensor[] calldata inputs)
        external
        payable
        returns (Tensor[] memory outputs);

    /// @notice Runs a model as `inferTensors` does, and returns a refusal or failure as a value.
    /// @param modelId Model to run.
    /// @param inputs All inputs.
    /// @return code As of `tryInfer`.
    /// @return data With code 0 `abi.encode(Tensor[])`, else as of `tryInfer`.
    /// @custom:selector 0xaafeb77b
    function tryInferTensors(uint32 modelId, Tensor[] calldata inputs)
        external
        payable
        returns (uint32 code, bytes memory data);

    /// @notice Runs a model on many rows of inputs, with one load. Reverts with `Error(string)` when
    /// the batch is refused or a row fails; then the first key of the text is the row's number, from 0.
    /// @param modelId Model to run.
    /// @param rows Number of rows, 1 to 64.
    /// @param inputs Raw data of all inputs of the first row, then of the second, and so on.
    /// @return outputs Raw data of all outputs of the first row, then of the second, and so on.
    /// @custom:selector 0xe663868d
    function inferBatch(uint32 modelId, uint32 rows, bytes calldata inputs)
        external
        payable
        returns (bytes memory outputs);

    /// @notice Runs a batch and returns a refusal or failure as a value, as `tryInfer` does for a run.
    /// @param modelId Model to run.
    /// @param rows Number of rows, 1 to 64.
    /// @param inputs Raw data of all inputs of the first row, then of the second, and so on.
    /// @return code 0 when all rows have run; else as `tryInfer` returns it.
    /// @return row Number of the row that was refused or failed, from 0; `type(uint32).max` when the
    /// fault isn't a row's. 0 when all rows have run.
    /// @return data With code 0 the raw data of all rows' outputs, else `abi.encode(uint256[4])`: the
    /// numbers that go with the code, unused ones 0.
    /// @custom:selector 0x09c1560c
    function tryInferBatch(uint32 modelId, uint32 rows, bytes calldata inputs)
        external
        payable
        returns (uint32 code, uint32 row, bytes memory data);

    /// @notice Runs models one after the other, each on all outputs of the one before, without the
    /// tensors leaving the chain's runtime: between two models they may have 1 MiB. Every stage is a run
    /// of its own, with the outputs, fuel, price, receipt and event of a call of `infer`; `msg.value` is
    /// the highest price of all of them together, and they run and are paid for all or not at all.
    ///
    /// Each model's outputs must be the next one's inputs, in number, types and shapes; names don't
    /// matter. What doesn't fit is refused before anything runs, and the text names both sides:
    /// `WrongShape(stage=1,…,takes=float32[1x8],gets=float32[1x4])`. The gas is that of all models'
    /// `maxGas` together.
    /// @param modelIds Models, 1 to 8. One may come twice; its load is charged each time.
    /// @param inputs Raw data of all inputs of the first model.
    /// @return outputs Raw data of all outputs of the last model.
    /// @custom:selector 0x673019b5
    function pipeline(uint32[] calldata modelIds, bytes calldata inputs)
        external
        payable
        returns (bytes memory outputs);

    /// @notice Runs a pipeline and returns a refusal or failure as a value, as `tryInfer` does for a run.
    /// @param modelIds Models, 1 to 8.
    /// @param inputs Raw data of all inputs of the first model.
    /// @return code 0 when all stages have run; else as `tryInfer` returns it. 32, 33 and 34 at a stage
    /// after the first: it doesn't take what the one before gives.
    /// @return stage Number of the stage that was refused or failed, from 0; `type(uint32).max` when the
    /// fault isn't a stage's. 0 when all stages have run.
    /// @return data With code 0 the raw data of all outputs of the last model, else
    /// `abi.encode(uint256[4])`: the numbers that go with the code, unused ones 0.
    /// @custom:selector 0x68beb26a
    function tryPipeline(uint32[] calldata modelIds, bytes calldata inputs)
        external
        payable
        returns (uint32 code, uint32 stage, bytes memory data);

    /// @notice What a call of `infer` costs now, in OPG's smallest unit. A call costs at most
    /// `price + maxCompute` (besides the transaction's own gas). Reverts for a model that can't be
    /// called.
    /// @param modelId Model to ask about.
    /// @return price Price of the model: the least `msg.value`, or credit.
    /// @return maxCompute Compute fee at the model's largest fuel, at the current fee rate.
    /// @return expectedCompute Compute fee at the model's typical fuel, at the current fee rate.
    /// @return maxGas Gas that suffices for the call of the precompile, whether the model is warm or not.
    /// @return expectedGas Gas that remains charged at the model's typical fuel.
    /// @custom:selector 0x6f8b0eac
    function quote(uint32 modelId)
        external
        view
        returns (
            uint256 price,
            uint256 maxCompute,
            uint256 expectedCompute,
            uint256 maxGas,
            uint256 expectedGas
        );

    /// @notice Answers as `quote`, and returns a refusal as a value.
    /// @param modelId Model to ask about.
    /// @return code As of `tryInfer`.
    /// @return data With code 0 the five numbers of `quote`, encoded, else as of `tryInfer`.
    /// @custom:selector 0xf2d9632d
    function tryQuote(uint32 modelId) external view returns (uint32 code, bytes memory data);

    /// @notice Inputs and outputs of a model, in the order in which they are passed and returned.
    /// Reverts for a model that doesn't exist or has never been activated.
    /// @param modelId Model to ask about.
    /// @return inputs What `infer` takes.
    /// @return outputs What `infer` returns.
    /// @custom:selector 0xad865f3a
    function signature(uint32 modelId)
        external
        view
        returns (TensorSpec[] memory inputs, TensorSpec[] memory outputs);

    /// @notice Answers as `signature`, and returns a refusal as a value.
    /// @param modelId Model to ask about.
    /// @return code As of `tryInfer`.
    /// @return data With code 0 `abi.encode(TensorSpec[], TensorSpec[])`: inputs and outputs, else as of
    /// `tryInfer`.
    /// @custom:selector 0x6316a858
    function trySignature(uint32 modelId) external view returns (uint32 code, bytes memory data);

    /// @notice Merkle root over the receipts of a block, with which `ReceiptLib` (`Receipt.sol`)
    /// checks one. The chain keeps it as long as the receipts.
    /// @param blockNumber Number of an earlier block.
    /// @return root The root; 0 for a block without receipts, for one that isn't over, and when it
    /// isn't kept any more.
    /// @custom:selector 0x74e7e03f
    function receiptRoot(uint64 blockNumber) external view returns (bytes32 root);
}

/// @title What a contract imports to call models
/// @notice Calls `tryInfer` and turns its codes into custom errors, which wallets and tests show
/// by name. Refused or failed calls revert the whole call, so no value is lost.
library InferenceLib {
    /// The model doesn't exist (any more). Code 256.
    error UnknownModel(uint256 modelId);
    /// The model is a draft, paused or retired. Code 257.
    error ModelNotActive(uint256 modelId);
    /// The engine version of the model is switched off. Code 258.
    error EngineUnavailable(uint256 modelId);
    /// The model costs more than the value sent, in OPG's smallest unit. Code 259.
    error PriceAboveMax(uint256 price, uint256 maxPrice);
    /// The fuel limit is below what the model needs. Code 260.
    error FuelLimitTooLow(uint256 needed, uint256 given);
    /// The price can't be paid. Code 261.
    error InsufficientFunds(uint256 needed, uint256 available);
    /// The block has no room for another receipt. Code 262.
    error BlockFull(uint256 max);
    /// The currency refused the payment. Code 263.
    error PaymentFailed();
    /// The payer's credit is below the price. Code 264.
    error InsufficientCredit(uint256 needed, uint256 available);
    /// The sponsor has allowed the caller nothing. Code 265.
    error NotSponsored();
    /// The sponsor's allowance has expired. Code 266.
    error AllowanceExpired(uint256 expired);
    /// The sponsor's allowance is for other models. Code 267.
    error ModelNotSponsored(uint256 modelId);
    /// The price is above what the sponsor allows for one call. Code 268.
    error AllowancePerCall(uint256 price, uint256 max);
    /// The price is above what is left of the sponsor's allowance. Code 269.
    error AllowanceTotal(uint256 price, uint256 left);
    /// A batch has no rows, or too many. Code 270.
    error WrongRowCount(uint256 rows, uint256 max);
    /// A view was asked of a model that has a price. Code 271.
    error NotFree(uint256 price);
    /// A pipeline has no stages, or too many. Code 272.
    error WrongStageCount(uint256 stages, uint256 max);
    /// A row of a batch was refused or failed: its number, and the code with its numbers.
    error RowFailed(uint256 row, uint32 code, uint256[4] args);
    /// A stage of a pipeline was refused or failed: its number, and the code with its numbers.
    error StageFailed(uint256 stage, uint32 code, uint256[4] args);
    /// A stage of a pipeline doesn't take what the one before gives: its number, and both.
    error StagesDontFit(
        uint256 stage, IInference.TensorSpec[] outputs, IInference.TensorSpec[] inputs
    );

    /// Another number of inputs than the model has. Code 32.
    error WrongInputCount(uint256 expected, uint256 got);
    /// An input of another dtype. Code 33.
    error WrongDtype(uint256 input, uint256 expected, uint256 got);
    /// An input of another shape; for a wrong rank `axis` is 255. Code 34.
    error WrongShape(uint256 input, uint256 axis, uint256 expected, uint256 got);
    /// Inputs of another length than the model's, in bytes of all inputs together; the data end in
    /// input number `input`, or go on after the last one. Code 35.
    error WrongDataLength(uint256 input, uint256 expected, uint256 got);
    /// The model's operators failed on these inputs. Code 37.
    error RunFailed();
    /// The outputs don't fit what a call can return, in bytes. Code 38.
    error OutputTooLarge(uint256 length, uint256 max);
    /// The run used up the model's run limit. Code 48.
    error OutOfFuel(uint256 limit);
    /// The run used up the engine's memory. Code 49.
    error OutOfMemory(uint256 maxPages);
    /// Any other fault, with the numbers that go with its code.
    error EngineFault(uint32 code, uint256[4] args);

    /// @notice Runs a model, or reverts with one of the custom errors.
    /// @param modelId Model to run.
    /// @param inputs Raw data of all inputs.
    /// @param maxPrice Highest price to pay, taken from the calling contract's balance; what the
    /// model doesn't cost comes back to the contract. 0: the contract's credit pays.
    /// @return outputs Raw data of all outputs.
    function infer(uint32 modelId, bytes memory inputs, uint256 maxPrice)
        internal
        returns (bytes memory outputs)
    {
        (uint32 code, bytes memory data) = INFERENCE.tryInfer{value: maxPrice}(modelId, inputs);
        if (code != 0) {
            fail(code, data);
        }
        return data;
    }

    /// @notice Runs a model at the cost of a sponsor, or reverts with one of the custom errors.
    /// @param sponsor Whose credit pays the price, within what it allows the calling contract.
    /// @param modelId Model to run.
    /// @param inputs Raw data of all inputs.
    /// @return outputs Raw data of all outputs.
    function inferSponsored(address sponsor, uint32 modelId, bytes memory inputs)
        internal
        returns (bytes memory outputs)
    {
        (uint32 code, bytes memory data) = INFERENCE.tryInferSponsored(sponsor, modelId, inputs);
        if (code != 0) {
            fail(code, data);
        }
        return data;
    }

    /// @notice Runs a batch, or reverts with one of the custom errors: `RowFailed` when it is a row's.
    /// @param modelId Model to run.
    /// @param rows Number of rows, 1 to 64.
    /// @param inputs Raw data of all rows' inputs, one row after the other.
    /// @param maxPrice Highest price to pay for all rows together, taken from the calling contract's
    /// balance; what they don't cost comes back to the contract.
    /// @return outputs Raw data of all rows' outputs, one row after the other.
    function inferBatch(uint32 modelId, uint32 rows, bytes memory inputs, uint256 maxPrice)
        internal
        returns (bytes memory outputs)
    {
        (uint32 code, uint32 row, bytes memory data) =
            INFERENCE.tryInferBatch{value: maxPrice}(modelId, rows, inputs);
        if (code != 0) {
            if (row != type(uint32).max) {
                revert RowFailed(row, code, abi.decode(data, (uint256[4])));
            }
            fail(code, data);
        }
        return data;
    }

    /// @notice Runs a free model without consequences, or reverts with one of the custom errors.
    /// @param modelId Model to run.
    /// @param inputs Raw data of all inputs.
    /// @return outputs Raw data of all outputs.
    function inferView(uint32 modelId, bytes memory inputs)
        internal
        view
        returns (bytes memory outputs)
    {
        (uint32 code, bytes memory data) = INFERENCE.tryInferView(modelId, inputs);
        if (code != 0) {
            fail(code, data);
        }
        return data;
    }

    /// @notice Runs a model on tensors that say what they are, or reverts with one of the custom errors.
    /// @param modelId Model to run.
    /// @param inputs All inputs.
    /// @param maxPrice As of `infer`.
    /// @return outputs All outputs.
    function inferTensors(uint32 modelId, IInference.Tensor[] memory inputs, uint256 maxPrice)
        internal
        returns (IInference.Tensor[] memory outputs)
    {
        (uint32 code, bytes memory data) =
            INFERENCE.tryInferTensors{value: maxPrice}(modelId, inputs);
        if (code != 0) {
            fail(code, data);
        }
        return abi.decode(data, (IInference.Tensor[]));
    }

    /// @notice Runs a pipeline, or reverts with one of the custom errors: `StagesDontFit` and
    /// `StageFailed` when it is a stage's.
    /// @param modelIds Models, 1 to 8.
    /// @param inputs Raw data of all inputs of the first model.
    /// @param maxPrice Highest price to pay for all stages together, taken from the calling contract's
    /// balance; what they don't cost comes back to the contract. 0: the contract's credit pays.
    /// @return outputs Raw data of all outputs of the last model.
    function pipeline(uint32[] memory modelIds, bytes memory inputs, uint256 maxPrice)
        internal
        returns (bytes memory outputs)
    {
        (uint32 code, uint32 stage, bytes memory data) =
            INFERENCE.tryPipeline{value: maxPrice}(modelIds, inputs);
        if (code != 0) {
            if (stage == type(uint32).max) {
                fail(code, data);
            }
            if (stage != 0 && code >= 32 && code <= 34) {
                (, IInference.TensorSpec[] memory gives) = INFERENCE.signature(modelIds[stage - 1]);
                (IInference.TensorSpec[] memory takes,) = INFERENCE.signature(modelIds[stage]);
                revert StagesDontFit(stage, gives, takes);
            }
            revert StageFailed(stage, code, abi.decode(data, (uint256[4])));
        }
        return data;
    }

    /// What a call costs: see `IInference.quote`.
    struct Quote {
        /// Price of the model, in OPG's smallest unit.
        uint256 price;
        /// Compute fee at the model's largest fuel, in OPG's smallest unit.
        uint256 maxCompute;
        /// Compute fee at the model's typical fuel, in OPG's smallest unit.
        uint256 expectedCompute;
        /// Gas that the call of the precompile needs.
        uint256 maxGas;
        /// Gas that remains charged at the model's typical fuel.
        uint256 expectedGas;
    }

    /// @notice What a call costs now, or reverts with one of the custom errors.
    /// @param modelId Model to ask about.
    /// @return quoted The quote.
    function quote(uint32 modelId) internal view returns (Quote memory quoted) {
        (uint32 code, bytes memory data) = INFERENCE.tryQuote(modelId);
        if (code != 0) {
            fail(code, data);
        }
        return abi.decode(data, (Quote));
    }

    /// @notice Reverts with the custom error of a code that `tryInfer` returned.
    /// @param code Code, not 0.
    /// @param data What came with it.
    function fail(uint32 code, bytes memory data) internal pure {
        uint256[4] memory args = abi.decode(data, (uint256[4]));
        if (code == 256) revert UnknownModel(args[0]);
        if (code == 257) revert ModelNotActive(args[0]);
        if (code == 258) revert EngineUnavailable(args[0]);
        if (code == 259) revert PriceAboveMax(args[0], args[1]);
        if (code == 260) revert FuelLimitTooLow(args[0], args[1]);
        if (code == 261) revert InsufficientFunds(args[0], args[1]);
        if (code == 262) revert BlockFull(args[0]);
        if (code == 263) revert PaymentFailed();
        if (code == 264) revert InsufficientCredit(args[0], args[1]);
        if (code == 265) revert NotSponsored();
        if (code == 266) revert AllowanceExpired(args[0]);
        if (code == 267) revert ModelNotSponsored(args[0]);
        if (code == 268) revert AllowancePerCall(args[0], args[1]);
        if (code == 269) revert AllowanceTotal(args[0], args[1]);
        if (code == 270) revert WrongRowCount(args[0], args[1]);
        if (code == 271) revert NotFree(args[0]);
        if (code == 272) revert WrongStageCount(args[0], args[1]);
        if (code == 32) revert WrongInputCount(args[0], args[1]);
        if (code == 33) revert WrongDtype(args[0], args[1], args[2]);
        if (code == 34) revert WrongShape(args[0], args[1], args[2], args[3]);
        if (code == 35) revert WrongDataLength(args[0], args[1], args[2]);
        if (code == 37) revert RunFailed();
        if (code == 38) revert OutputTooLarge(args[0], args[1]);
        if (code == 48) revert OutOfFuel(args[0]);
        if (code == 49) revert OutOfMemory(args[0]);
        revert EngineFault(code, args);
    }

    /// @notice Reads a little-endian `int64`, as a label output has it.
    /// @param data Raw data.
    /// @param offset Index of its first byte; reverts (`Panic(0x32)`) when it doesn't fit.
    /// @return value The number.
    function int64At(bytes memory data, uint256 offset) internal pure returns (int64 value) {
        uint64 bits = 0;
        for (uint256 i = 0; i < 8; i++) {
            bits |= uint64(uint8(data[offset + i])) << uint64(8 * i);
        }
        return int64(bits);
    }
}
