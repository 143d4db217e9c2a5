// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title Raw data of tensors
/// @notice Elements from and to the little-endian bytes that `IInference` takes and gives. All functions
/// are pure: they run in the contract and cost its gas, a few hundred for an element. The per-model
/// address (`Model.sol`) converts decimal numbers natively; this library is for raw data, parts of it, and
/// packed inputs.
///
/// A decimal number is `value / 10**decimals`, with at most 38 decimals. Conversions are exact and rounded
/// once, to the nearest, ties to even, as the chain's own are.
library TensorLib {
    /// The bytes aren't whole elements of that many bytes.
    error NotWholeElements(uint256 length, uint256 elementBytes);
    /// There is no element of that number.
    error NoSuchElement(uint256 index, uint256 count);
    /// A float32 has no room for the value.
    error ValueOutOfRange(int256 value, uint8 decimals);
    /// The float32 with these bits is infinite or no number.
    error NotFinite(uint32 bits);
    /// More decimals than a conversion takes.
    error TooManyDecimals(uint8 decimals, uint8 max);

    /// Decimals that a conversion takes, at most.
    uint8 internal constant MAX_DECIMALS = 38;

    /// @notice Decimal numbers as raw data of float32.
    /// @param values The numbers, times `10**decimals`.
    /// @param decimals Their decimals.
    /// @return data Four bytes each.
    function packFloat32(int256[] memory values, uint8 decimals)
        internal
        pure
        returns (bytes memory data)
    {
        data = new bytes(values.length * 4);
        for (uint256 i = 0; i < values.length; i++) {
            _put(data, i * 4, 4, toFloat32(values[i], decimals));
        }
    }

    /// @notice Raw data of float32 as decimal numbers.
    /// @param data Four bytes each.
    /// @param decimals Decimals of the result.
    /// @return values The numbers, times `10**decimals`.
    function unpackFloat32(bytes memory data, uint8 decimals)
        internal
        pure
        returns (int256[] memory values)
    {
        values = new int256[](_count(data, 4));
        for (uint256 i = 0; i < values.length; i++) {
            values[i] = fromFloat32(uint32(_get(data, i * 4, 4)), decimals);
        }
    }

    /// @notice One float32 of raw data, as its bits.
    /// @param data Four bytes each.
    /// @param index Number of the element, from 0.
    /// @return bits IEEE 754 bits.
    function float32At(bytes memory data, uint256 index) internal pure returns (uint32 bits) {
        uint256 count = _count(data, 4);
        if (index >= count) revert NoSuchElement(index, count);
        return uint32(_get(data, index * 4, 4));
    }

    /// @notice Number of the largest float32; of several the first. NaN is below every number.
    /// @param data Four bytes each, at least one element.
    /// @return index The number, from 0.
    function argmaxFloat32(bytes memory data) internal pure returns (uint256 index) {
        uint256 count = _count(data, 4);
        if (count == 0) revert NoSuchElement(0, 0);
        uint256 largest = 0;
        for (uint256 i = 0; i < count; i++) {
            uint256 order = _order(_get(data, i * 4, 4));
            if (order > largest) {
                largest = order;
                index = i;
            }
        }
    }

    /// @notice Integers as raw data of int8.
    /// @param values The integers.
    /// @return data A byte each.
    function packInt8(int8[] memory values) internal pure returns (bytes memory data) {
        data = new bytes(values.length);
        for (uint256 i = 0; i < values.length; i++) {
            data[i] = bytes1(uint8(values[i]));
        }
    }

    /// @notice Raw data of int8 as integers.
    /// @param data A byte each.
    /// @return values The integers.
    function unpackInt8(bytes memory data) internal pure returns (int8[] memory values) {
        values = new int8[](data.length);
        for (uint256 i = 0; i < data.length; i++) {
            values[i] = int8(uint8(data[i]));
        }
    }

    /// @notice Integers as raw data of int64.
    /// @param values The integers.
    /// @return data Eight bytes each.
    function packInt64(int64[] memory values) internal pure returns (bytes memory data) {
        data = new bytes(values.length * 8);
        for (uint256 i = 0; i < values.length; i++) {
            _put(data, i * 8, 8, uint64(values[i]));
        }
    }

    /// @notice Raw data of int64 as integers.
    /// @param data Eight bytes each.
    /// @return values The integers.
    function unpackInt64(bytes memory data) internal pure returns (int64[] memory values) {
        values = new int64[](_count(data, 8));
        for (uint256 i = 0; i < values.length; i++) {
            values[i] = int64(uint64(_get(data, i * 8, 8)));
        }
    }

    /// @notice The float32 nearest to a decimal number.
    /// @param value The number, times `10**decimals`.
    /// @param decimals Its decimals.
    /// @return bits IEEE 754 bits. 0 is positive.
    function toFloat32(int256 value, uint8 decimals) internal pure returns (uint32 bits) {
        uint256 divisor = _powerOfTen(decimals);
        if (value == 0) return 0;
        unchecked {
            // The negative of the smallest int256 wraps to itself, whose bits are its magnitude.
            uint256 magnitude = value < 0 ? uint256(-value) : uint256(value);
            // The quotient gets at least 64 bits; the dividend has at most 127 + 65, or is what it was.
            uint256 wanted = _bits(divisor) + 65;
            uint256 have = _bits(magnitude);
            uint256 shift = wanted > have ? wanted - have : 0;
            uint256 dividend = magnitude << shift;
            uint256 quotient = dividend / divisor;
            bool more = dividend % divisor != 0;

            // Exponent of the leading bit; the smallest of a normal number is -126.
            int256 exponent = int256(_bits(quotient)) - 1 - int256(shift);
            if (exponent < -126) exponent = -126;
            uint256 significand =
                _dropBits(quotient, uint256(exponent - 23 + int256(shift)), more);
            // The leading bit, and a carry out of rounding, add one to the exponent's field.
            uint256 all = (uint256(exponent + 126) << 23) + significand;
            if (all >= 0x7f800000) revert ValueOutOfRange(value, decimals);
            return uint32(value < 0 ? all | 0x80000000 : all);
        }
    }

    /// @notice A float32 as the nearest decimal number.
    /// @param bits IEEE 754 bits.
    /// @param decimals Decimals of the result.
    /// @return value The number, times `10**decimals`; every finite float32 has one.
    function fromFloat32(uint32 bits, uint8 decimals) internal pure returns (int256 value) {
        uint256 scale = _powerOfTen(decimals);
        uint256 field = (bits >> 23) & 0xff;
        if (field == 0xff) revert NotFinite(bits);
        unchecked {
            uint256 significand = bits & 0x7fffff;
            if (field == 0) field = 1;
            else significand |= 0x800000;
            // At most 24 + 127 bits, and 104 more.
            uint256 product = significand * scale;
            uint256 magnitude =
                field < 150 ? _dropBits(product, 150 - field, false) : product << (field - 150);
            return bits >> 31 == 1 ? -int256(magnitude) : int256(magnitude);
        }
    }

    /// @dev `value / 2**count`, rounded to the nearest, ties to even. `more`: the value is a little
    /// greater than given, by less than one. `count` is 1 to 255.
    function _dropBits(uint256 value, uint256 count, bool more) private pure returns (uint256 kept) {
        unchecked {
            kept = value >> count;
            bool half = (value >> (count - 1)) & 1 == 1;
            bool below = value & ((1 << (count - 1)) - 1) != 0;
            if (half && (below || more || kept & 1 == 1)) kept++;
        }
    }

    /// @dev Bits of a number without leading zeros.
    function _bits(uint256 value) private pure returns (uint256 count) {
        unchecked {
            for (uint256 step = 128; step > 0; step >>= 1) {
                if (value >> step != 0) {
                    value >>= step;
                    count += step;
                }
            }
            return value == 0 ? 0 : count + 1;
        }
    }

    function _powerOfTen(uint8 decimals) private pure returns (uint256) {
        if (decimals > MAX_DECIMALS) revert TooManyDecimals(decimals, MAX_DECIMALS);
        return 10 ** uint256(decimals);
    }

    /// @dev A number that is ordered as the float32 with these bits; both zeros are one, NaN is 0.
    function _order(uint256 bits) private pure returns (uint256) {
        uint256 magnitude = bits & 0x7fffffff;
        if (magnitude > 0x7f800000) return 0;
        return bits >> 31 == 1 ? 0x80000000 - magnitude : 0x80000000 + magnitude;
    }

    function _count(bytes memory data, uint256 size) private pure returns (uint256) {
        if (data.length % size != 0) revert NotWholeElements(data.length, size);
        return data.length / size;
    }

    /// @dev The little-endian number of that many bytes at that place, which is within the data.
    function _get(bytes memory data, uint256 at, uint256 size) private pure returns (uint256 bits) {
        for (uint256 i = size; i > 0; i--) {
            bits = (bits << 8) | uint8(data[at + i - 1]);
        }
    }

    function _put(bytes memory data, uint256 at, uint256 size, uint256 bits) private pure {
        for (uint256 i = 0; i < size; i++) {
            data[at + i] = bytes1(uint8(bits >> (8 * i)));
        }
    }
}
