// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

// The types and functions that OpenGradient's contracts and its Python SDK (opengradient 1.1.4) speak,
// as this chain answers them. What differs is in docs/reference/interfaces.md.

/// A decimal number: `value / 10**decimals`, with 0 to 60 decimals.
struct OgNumber {
    int128 value;
    int128 decimals;
}

/// A tensor of numbers: an input or output of a model, by its name in the ONNX graph.
struct OgNumberTensor {
    string name;
    /// All elements, row-major.
    OgNumber[] values;
    /// Length of each axis, outermost first.
    uint32[] shape;
}

/// A tensor of strings. No model of this chain has one: refused as an input, never returned.
struct OgStringTensor {
    string name;
    string[] values;
}

/// A value in JSON. Never returned.
struct OgJsonScalar {
    string name;
    string value;
}

struct OgModelInput {
    /// Every input of the model once, in any order.
    OgNumberTensor[] numbers;
    /// Empty.
    OgStringTensor[] strings;
}

struct OgModelOutput {
    /// Every output of the model, in signature order.
    OgNumberTensor[] numbers;
    /// Empty.
    OgStringTensor[] strings;
    /// Empty.
    OgJsonScalar[] jsons;
    /// False: a result is always a run's.
    bool is_simulation_result;
}

struct OgModelInferenceRequest {
    /// 0 (VANILLA). Others are refused: every validator runs the model itself, so that there is no proof
    /// to ask for.
    uint8 mode;
    /// A registered name, `name@version` or `id:number`.
    string modelCID;
    OgModelInput input;
}

struct OgToolCall {
    string id;
    string name;
    string arguments;
}

struct OgChatMessage {
    string role;
    string content;
    string name;
    string tool_call_id;
    OgToolCall[] tool_calls;
}

struct OgToolDefinition {
    string description;
    string name;
    string parameters;
}

struct OgChatRequest {
    uint8 mode;
    string modelCID;
    OgChatMessage[] messages;
    OgToolDefinition[] tools;
    string tool_choice;
    uint32 max_tokens;
    string[] stop_sequence;
    uint32 temperature;
}

struct OgChatResponse {
    string finish_reason;
    OgChatMessage message;
}

struct OgCompletionRequest {
    uint8 mode;
    string modelCID;
    string prompt;
    uint32 max_tokens;
    string[] stop_sequence;
    uint32 temperature;
}

struct OgCompletionResponse {
    string answer;
}

/// @title OpenGradient's inference precompile, at 0x00000000000000000000000000000000000000F4
/// @notice A contract of the genesis that passes calls on, with who made them. A model's price is taken
/// from the credit (`Credit.sol`) that the caller of this address has deposited; value is refused.
/// Reverts with `Error(string)` in the grammar `Code(key=value,…): hint`.
interface IOpenGradientInference {
    /// @notice Runs a model. A free model also in a static call, then without a receipt.
    /// @custom:selector 0x7289e9c2
    function runModelInference(OgModelInferenceRequest calldata request)
        external
        returns (OgModelOutput memory output);

    /// @notice Refused with `LanguageModelRefused`.
    /// @custom:selector 0xe39aa7e7
    function runLLMChat(OgChatRequest calldata request)
        external
        returns (OgChatResponse memory response);

    /// @notice Refused with `LanguageModelRefused`.
    /// @custom:selector 0x14800c61
    function runLLMCompletion(OgCompletionRequest calldata request)
        external
        returns (OgCompletionResponse memory response);
}

/// @title OpenGradient's inference hub, at 0x8383C9bD7462F12Eb996DD02F78234C0421A6FaE
/// @notice What `Alpha.infer` of the Python SDK calls. Payment as at `IOpenGradientInference`.
interface IOpenGradientHub {
    /// @notice A model has run.
    event InferenceResult(OgModelOutput output);

    /// @notice Runs a model and emits `InferenceResult`. The output's encoding takes at most 64 KiB.
    /// @custom:selector 0xcbf09d80
    function run(string calldata modelId, uint8 inferenceMode, OgModelInput calldata modelInput)
        external
        returns (OgModelOutput memory output);
}
