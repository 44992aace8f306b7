// CRC-32C (Castagnoli, polynomial 0x1EDC6F41, reflected) and the mask TFRecord files apply to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace glassboard {

using Bytes = std::span<const std::byte>;

// Continues `crc` over `bytes`; start with 0. Uses the processor's instruction where there is one.
std::uint32_t crc32c(Bytes bytes, std::uint32_t crc = 0) noexcept;

// How many of these pieces, from the first on, are followed by the masked checksum of their bytes.
std::size_t count_sound(std::span<const Bytes> pieces) noexcept;

// The portable path of `crc32c`; public so that a test can compare the two.
std::uint32_t crc32c_table(Bytes bytes, std::uint32_t crc = 0) noexcept;

// The checksum of bytes A B, given those of A and of B, where B is `second_bytes` long. O(log second_bytes).
// As xor is its own inverse, this also gives the checksum of B from those of A and A B.
std::uint32_t crc32c_combine(std::uint32_t first, std::uint32_t second, std::uint64_t second_bytes) noexcept;

// "sse4.2", "armv8" or "table".
const char* crc32c_implementation() noexcept;

// TFRecord stores checksums rotated and offset, so that a checksum of data that holds checksums stays sound.
constexpr std::uint32_t mask_crc(std::uint32_t crc) noexcept {
  return ((crc >> 15) | (crc << 17)) + 0xa282ead8U;
}

}  // namespace glassboard
