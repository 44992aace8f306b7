#include "crc32c.hpp"

#include <array>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#define GLASSBOARD_CRC_TARGET __attribute__((target("sse4.2")))
#elif defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>
#define GLASSBOARD_CRC_TARGET
#endif

static_assert(std::endian::native == std::endian::little, "event files are little-endian, and so are we");

namespace glassboard {
namespace {

constexpr std::uint32_t kPolynomial = 0x82f63b78U;

constexpr std::uint32_t times_x(std::uint32_t a) noexcept {
  return (a >> 1) ^ ((a & 1U) != 0 ? kPolynomial : 0U);
}

// Product of two polynomials modulo the CRC's; bit 31 is the coefficient of x^0.
constexpr std::uint32_t multiply(std::uint32_t a, std::uint32_t b) noexcept {
  std::uint32_t product = 0;
  for (; a != 0; a <<= 1) {
    if ((a >> 31) != 0) product ^= b;
    b = times_x(b);
  }
  return product;
}

// kSquares[k] is x^(2^k).
constexpr auto kSquares = [] {
  std::array<std::uint32_t, 67> squares{};
  squares[0] = 1U << 30;
  for (std::size_t k = 1; k < squares.size(); ++k) squares[k] = multiply(squares[k - 1], squares[k - 1]);
  return squares;
}();

// x^(8 * bytes): multiplying a checksum by it appends that many zero bytes.
constexpr std::uint32_t shift_operator(std::uint64_t bytes) noexcept {
  std::uint32_t result = 1U << 31;
  for (std::size_t k = 3; bytes != 0; ++k, bytes >>= 1) {
    if ((bytes & 1U) != 0) result = multiply(kSquares[k], result);
  }
  return result;
}

using Table = std::array<std::uint32_t, 256>;

// kTables[j][b] is the checksum register after byte b and j zero bytes.
constexpr auto kTables = [] {
  std::array<Table, 8> tables{};
  for (std::uint32_t b = 0; b < 256; ++b) {
    std::uint32_t crc = b;
    for (int bit = 0; bit < 8; ++bit) crc = times_x(crc);
    tables[0][b] = crc;
  }
  for (std::size_t j = 1; j < 8; ++j) {
    for (std::size_t b = 0; b < 256; ++b) {
      const std::uint32_t before = tables[j - 1][b];
      tables[j][b] = (before >> 8) ^ tables[0][before & 0xffU];
    }
  }
  return tables;
}();

std::uint64_t load64(const std::byte* at) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

std::uint32_t load32(const std::byte* at) noexcept {
  std::uint32_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

#if defined(GLASSBOARD_CRC_TARGET)
// The instruction takes three cycles and a new one starts every cycle, so long runs go in three lanes of
// kLane bytes.
constexpr std::size_t kLane = 512;

constexpr auto kLaneShift = [] {
  std::array<Table, 4> tables{};
  constexpr std::uint32_t kOperator = shift_operator(kLane);
  for (std::uint32_t j = 0; j < 4; ++j) {
    for (std::uint32_t b = 0; b < 256; ++b) tables[j][b] = multiply(b << (8 * j), kOperator);
  }
  return tables;
}();

std::uint32_t shift_lane(std::uint32_t crc) noexcept {
  return kLaneShift[0][crc & 0xffU] ^ kLaneShift[1][(crc >> 8) & 0xffU] ^ kLaneShift[2][(crc >> 16) & 0xffU] ^
         kLaneShift[3][crc >> 24];
}

GLASSBOARD_CRC_TARGET inline std::uint32_t step8(std::uint32_t crc, const std::byte* at) noexcept {
#if defined(__x86_64__)
  return static_cast<std::uint32_t>(_mm_crc32_u64(crc, load64(at)));
#else
  return __crc32cd(crc, load64(at));
#endif
}

GLASSBOARD_CRC_TARGET inline std::uint32_t step4(std::uint32_t crc, const std::byte* at) noexcept {
#if defined(__x86_64__)
  return _mm_crc32_u32(crc, load32(at));
#else
  return __crc32cw(crc, load32(at));
#endif
}

GLASSBOARD_CRC_TARGET inline std::uint32_t step1(std::uint32_t crc, std::byte byte) noexcept {
#if defined(__x86_64__)
  return _mm_crc32_u8(crc, static_cast<unsigned char>(byte));
#else
  return __crc32cb(crc, static_cast<std::uint8_t>(byte));
#endif
}

// Many short pieces: the processor works on several at once, as none needs the one before.
GLASSBOARD_CRC_TARGET std::size_t count_sound_hardware(std::span<const Bytes> pieces) noexcept {
  std::size_t sound = 0;
  for (const Bytes& piece : pieces) {
    const std::byte* at = piece.data();
    std::size_t left = piece.size();
    std::uint32_t crc = ~std::uint32_t{0};
    for (; left >= 8; at += 8, left -= 8) crc = step8(crc, at);
    if (left >= 4) {
      crc = step4(crc, at);
      at += 4;
      left -= 4;
    }
    for (; left > 0; ++at, --left) crc = step1(crc, *at);
    if (mask_crc(~crc) != load32(at)) break;
    ++sound;
  }
  return sound;
}

GLASSBOARD_CRC_TARGET std::uint32_t crc32c_hardware(Bytes bytes, std::uint32_t crc) noexcept {
  const std::byte* at = bytes.data();
  std::size_t left = bytes.size();
  crc = ~crc;
  for (; left >= 3 * kLane; at += 3 * kLane, left -= 3 * kLane) {
    std::uint32_t second = 0;
    std::uint32_t third = 0;
    for (std::size_t i = 0; i < kLane; i += 8) {
      crc = step8(crc, at + i);
      second = step8(second, at + kLane + i);
      third = step8(third, at + 2 * kLane + i);
    }
    crc = shift_lane(shift_lane(crc) ^ second) ^ third;
  }
  for (; left >= 8; at += 8, left -= 8) crc = step8(crc, at);
  if (left >= 4) {
    crc = step4(crc, at);
    at += 4;
    left -= 4;
  }
  for (; left > 0; ++at, --left) crc = step1(crc, *at);
  return ~crc;
}
#endif

using Implementation = std::uint32_t (*)(Bytes, std::uint32_t) noexcept;

Implementation choose() noexcept {
#if defined(__x86_64__)
  return __builtin_cpu_supports("sse4.2") != 0 ? crc32c_hardware : crc32c_table;
#elif defined(GLASSBOARD_CRC_TARGET)
  return crc32c_hardware;
#else
  return crc32c_table;
#endif
}

const Implementation kImplementation = choose();

}  // namespace

std::uint32_t crc32c(Bytes bytes, std::uint32_t crc) noexcept { return kImplementation(bytes, crc); }

std::uint32_t crc32c_table(Bytes bytes, std::uint32_t crc) noexcept {
  const std::byte* at = bytes.data();
  std::size_t left = bytes.size();
  crc = ~crc;
  for (; left >= 8; at += 8, left -= 8) {
    const std::uint64_t word = load64(at) ^ crc;
    crc = 0;
    for (unsigned j = 0; j < 8; ++j) crc ^= kTables[7 - j][(word >> (8 * j)) & 0xffU];
  }
  for (; left > 0; ++at, --left) {
    crc = kTables[0][(crc ^ static_cast<std::uint32_t>(*at)) & 0xffU] ^ (crc >> 8);
  }
  return ~crc;
}

std::size_t count_sound(std::span<const Bytes> pieces) noexcept {
#if defined(GLASSBOARD_CRC_TARGET)
  if (kImplementation == crc32c_hardware) return count_sound_hardware(pieces);
#endif
  std::size_t sound = 0;
  for (const Bytes& piece : pieces) {
    if (mask_crc(crc32c_table(piece)) != load32(piece.data() + piece.size())) break;
    ++sound;
  }
  return sound;
}

std::uint32_t crc32c_combine(std::uint32_t first, std::uint32_t second, std::uint64_t second_bytes) noexcept {
  return multiply(first, shift_operator(second_bytes)) ^ second;
}

const char* crc32c_implementation() noexcept {
  if (kImplementation == crc32c_table) return "table";
#if defined(__x86_64__)
  return "sse4.2";
#else
  return "armv8";
#endif
}

}  // namespace glassboard
