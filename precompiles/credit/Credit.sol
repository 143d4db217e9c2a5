// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @dev Where the precompile is. Every network has it at the same address.
address constant CREDIT_ADDRESS = 0x000000000000000000000000000000000A040000;

/// @dev The precompile, ready to be called.
ICredit constant CREDIT = ICredit(CREDIT_ADDRESS);

/// @title Prepaid OPG
/// @notice Credit that pays the prices of models, allowances on it for others, and channels that
/// are drawn by vouchers signed off chain.
///
/// An account's credit can be withdrawn at any time. Through the inference precompile it pays a
/// call that is made without value; `inferSponsored` draws from a sponsor's credit within its
/// allowance. An allowance reserves nothing: it pays as long as the sponsor's credit does.
///
/// A voucher is an EIP-712 message `Voucher(uint64 channel,uint128 cumulative,uint64
/// validUntilBlock)` in the domain `{name: "OPG Voucher", version: "1", chainId,
/// verifyingContract: CREDIT_ADDRESS}`. The channel's id stands for its payer, payee and signer.
/// `cumulative` is all that the payee is owed since the channel was opened.
///
/// Amounts are in OPG's smallest unit, expiries are block numbers. Functions that change something
/// refuse static calls, all refuse delegate calls, and all but `deposit` and `depositTo` refuse
/// value. They revert with `Error(string)` in one grammar, `Code(key=value,…): hint`; calldata that
/// is no encoding of a call reverts with `Panic(0x41)`.
/// @custom:address 0x000000000000000000000000000000000a040000
interface ICredit {
    /// What a channel's signer signs.
    struct Voucher {
        /// Channel that pays.
        uint64 channel;
        /// All that the payee is owed since the channel was opened.
        uint128 cumulative;
        /// Last block in which it can be redeemed.
        uint64 validUntilBlock;
    }

    /// Money set aside for one payee.
    struct Channel {
        /// Whose credit it came from, and gets the rest.
        address payer;
        /// Who is paid.
        address payee;
        /// Address of the key that signs vouchers.
        address signer;
        /// All that was put in.
        uint256 funds;
        /// What the payee has got of it.
        uint256 redeemed;
        /// First block in which the payer may close it without waiting.
        uint64 expires;
        /// First block in which anybody may close it; 0 while the payer hasn't asked for that.
        uint64 closing;
    }

    /// @notice Adds `msg.value` to the caller's credit, which must then be at least the existential
    /// deposit.
    /// @custom:selector 0xd0e30db0
    function deposit() external payable;

    /// @notice Adds `msg.value` to another account's credit: it is that account's then.
    /// @param account Whose credit.
    /// @custom:selector 0xb760faf9
    function depositTo(address account) external payable;

    /// @notice Moves credit of the caller to its balance, by a balance transfer, never by a call.
    /// @param amount How much.
    /// @custom:selector 0x2e1a7d4d
    function withdraw(uint256 amount) external;

    /// @notice What an account can spend or withdraw.
    /// @param account Whose credit.
    /// @return credit The credit.
    /// @custom:selector 0x75807250
    function creditOf(address account) external view returns (uint256 credit);

    /// @notice Lets an account or contract spend of the caller's credit. Replaces an allowance that is
    /// there and forgets what was spent of that. Holds a deposit of the caller's balance.
    /// @param beneficiary Who may spend.
    /// @param perCall Price of one call, at most.
    /// @param total Prices of all calls together, at most.
    /// @param models Models that may be called, at most 16; none: all.
    /// @param expires First block in which it no longer holds.
    /// @custom:selector 0x6317b85b
    function sponsor(
        address beneficiary,
        uint256 perCall,
        uint256 total,
        uint32[] calldata models,
        uint64 expires
    ) external;

    /// @notice Takes an allowance of the caller's back; the deposit comes back.
    /// @param beneficiary Who may spend no more.
    /// @custom:selector 0x74a8f103
    function revoke(address beneficiary) external;

    /// @notice What a sponsor lets a beneficiary spend; all zeros when there is nothing.
    /// @param sponsor Whose credit.
    /// @param beneficiary Who may spend.
    /// @return perCall Price of one call, at most.
    /// @return total Prices of all calls together, at most.
    /// @return spent Prices paid so far.
    /// @return models Models that may be called; none: all.
    /// @return expires First block in which it no longer holds.
    /// @custom:selector 0xdd62ed3e
    function allowance(address sponsor, address beneficiary)
        external
        view
        returns (
            uint256 perCall,
            uint256 total,
            uint256 spent,
            uint32[] memory models,
            uint64 expires
        );

    /// @notice Opens a channel with credit of the caller. Holds a deposit of the caller's balance.
    /// @param payee Who is paid.
    /// @param signer Address of the key that signs vouchers.
    /// @param amount Credit to put in.
    /// @param expires First block in which the caller may close it without notice.
    /// @return channel Its id.
    /// @custom:selector 0x30d65b02
    function openChannel(address payee, address signer, uint256 amount, uint64 expires)
        external
        returns (uint64 channel);

    /// @notice Adds credit of the caller to its channel.
    /// @param channel Which one.
    /// @param amount How much.
    /// @custom:selector 0x8ce5ae91
    function topUp(uint64 channel, uint256 amount) external;

    /// @notice Starts the period after which anybody may close the caller's channel.
    /// @param channel Which one.
    /// @custom:selector 0xbef35ccb
    function requestClose(uint64 channel) external;

    /// @notice Closes a channel: the rest becomes the payer's credit. The payee may at any time, the
    /// payer once it has expired, anybody once the period that the payer started is over.
    /// @param channel Which one.
    /// @custom:selector 0xac18dcc8
    function close(uint64 channel) external;

    /// @notice Pays the payees of vouchers what they promise and wasn't paid yet. Anybody may; one
    /// that can't be redeemed reverts all of them, and the error names its place.
    /// @param vouchers What was signed, 1 to 64.
    /// @param signatures A signature of 65 bytes for each (`r`, `s`, `v`; the lower `s`).
    /// @return paid How much was paid in all.
    /// @custom:selector 0x2bc00548
    function redeem(Voucher[] calldata vouchers, bytes[] calldata signatures)
        external
        returns (uint256 paid);

    /// @notice A channel; reverts when it is closed or was never opened.
    /// @param channel Which one.
    /// @return info The channel.
    /// @custom:selector 0x8adb0bd4
    function channelInfo(uint64 channel) external view returns (Channel memory info);

    /// @notice The hash that a voucher's signer signs on this chain.
    /// @param voucher The voucher.
    /// @return digest EIP-712's hash of it.
    /// @custom:selector 0xc8e16bc8
    function voucherDigest(Voucher calldata voucher) external view returns (bytes32 digest);
}
