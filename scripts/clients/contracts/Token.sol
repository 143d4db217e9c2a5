// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title A token as anybody would write it
contract Token is ERC20, ERC20Permit {
    /// @param supply What the deployer gets.
    constructor(uint256 supply) ERC20("Test token", "TEST") ERC20Permit("Test token") {
        _mint(msg.sender, supply);
    }
}
