// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {ERC721URIStorage} from "@openzeppelin/contracts/token/ERC721/extensions/ERC721URIStorage.sol";
import {ERC721Holder} from "@openzeppelin/contracts/token/ERC721/utils/ERC721Holder.sol";

/// @title Badges as anybody would write them
contract Badge is ERC721URIStorage {
    /// @notice Badges made so far.
    uint256 public made;

    constructor() ERC721("Test badge", "BADGE") {}

    /// @notice Makes a badge.
    /// @param to Who gets it.
    /// @param uri Where it is described.
    /// @return id Its number, from 1.
    function award(address to, string calldata uri) external returns (uint256 id) {
        id = ++made;
        _safeMint(to, id);
        _setTokenURI(id, uri);
    }
}

/// @title A contract that takes badges
contract Vault is ERC721Holder {}
