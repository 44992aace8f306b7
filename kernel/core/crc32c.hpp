// CRC-32C (Castagnoli, polynomial 0x1EDC6F41, reflected) and the mask TFRecord files apply to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace glassboard {

// Continues `crc` over `bytes`; start with 0.
std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t crc = 0) noexcept;

// TFRecord stores checksums rotated and offset, so that a checksum of data that holds checksums stays sound.
constexpr std::uint32_t mask_crc(std::uint32_t crc) noexcept {
  return ((crc >> 15) | (crc << 17)) + 0xa282ead8U;
}

}  // namespace glassboard
