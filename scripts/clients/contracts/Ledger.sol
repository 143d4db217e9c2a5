// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @title What the tests of Ethereum clients call besides models
/// @notice Notes under numbers: an argument of the constructor, state, events, and every way to revert.
contract Ledger {
    /// @notice Its title.
    string public title;

    /// @notice Notes that were made.
    uint256 public count;

    /// @notice The last note under each number.
    mapping(uint256 => string) public notes;

    /// @notice A note was made.
    /// @param by Who made it.
    /// @param key Its number.
    /// @param text What it says.
    event Noted(address indexed by, uint256 indexed key, string text);

    /// The number is too large.
    error KeyTooLarge(address by, uint256 key, uint256 max);

    /// @param title_ Its title.
    constructor(string memory title_) {
        title = title_;
    }

    /// @notice Makes a note.
    /// @param key Its number, at most 99.
    /// @param text What it says; not empty.
    function note(uint256 key, string calldata text) external {
        require(bytes(text).length > 0, "Ledger: empty text");
        if (key > 99) revert KeyTooLarge(msg.sender, key, 99);
        count += 1;
        notes[key] = text;
        emit Noted(msg.sender, key, text);
    }

    /// @notice Divides; reverts with a panic when the divisor is 0.
    /// @param dividend What is divided.
    /// @param divisor By what.
    /// @return quotient The whole part.
    function divide(uint256 dividend, uint256 divisor) external pure returns (uint256 quotient) {
        return dividend / divisor;
    }
}
