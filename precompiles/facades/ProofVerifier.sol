// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title A verifier of inferences, as the draft ERC-8274 (version 0.2) describes one
/// @notice At 0x000000000000000000000000000000000A080000. The proof is the run itself: every validator
/// runs the model again, so `proof` is empty.
///
/// A model's price is taken from the credit (`Credit.sol`) of the immediate caller, as for any run; a
/// free model is verified in static calls too, which is what version 0.1 of the draft asks for. Reverts
/// with `Error(string)` in the grammar `Code(key=value,…): hint`.
interface IProofVerifier {
    /// @notice Whether the model turns these inputs into outputs of that hash.
    ///
    /// False when a hash is another or the run fails. Reverts when the question can't be answered: an
    /// unknown or inactive model, inputs of the wrong length, a proof that isn't empty, no credit.
    /// @param inputHash keccak-256 of the SCALE encoding of the inputs, `Vec<Tensor>`: as in a receipt.
    /// @param outputHash keccak-256 of the SCALE encoding of the outputs.
    /// @param metadata `abi.encode(uint32 modelId, bytes inputs)`, the inputs as for
    /// `IInference.infer`: raw data, one after the other.
    /// @param proof Empty.
    /// @return valid Whether it is so.
    /// @custom:selector 0xfc2b4271
    function verify(
        bytes32 inputHash,
        bytes32 outputHash,
        bytes calldata metadata,
        bytes calldata proof
    ) external returns (bool valid);

    /// @notice "reexecution/opg".
    /// @custom:selector 0x020e2489
    function proofSystem() external view returns (string memory name);

    /// @notice `keccak256(abi.encode("OPG.reexecution.1", chainId, verifier))`, with the EVM chain id as
    /// `uint256` and this address: the hash scheme and where it holds. The engine is the model's.
    /// @custom:selector 0x785378b1
    function proofProfile() external view returns (bytes32 profile);

    /// @notice ERC-165.
    /// @custom:selector 0x01ffc9a7
    function supportsInterface(bytes4 interfaceId) external view returns (bool supported);
}
