#include <random>
#include <string>
#include <vector>

#include "check.hpp"
#include "crc32c.hpp"

namespace glassboard::tests {
namespace {

Bytes bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

std::vector<std::byte> random_bytes(std::size_t count) {
  std::mt19937 random(1);
  std::vector<std::byte> bytes(count);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  return bytes;
}

}  // namespace

// The check value of the CRC catalogue, and the examples of RFC 3720, B.4.
void crc32c_known_values() {
  std::string ascending;
  for (int i = 0; i < 32; ++i) ascending.push_back(static_cast<char>(i));
  for (const auto crc : {&crc32c, &crc32c_table}) {
    CHECK(crc(bytes_of(""), 0) == 0);
    CHECK(crc(bytes_of("123456789"), 0) == 0xe3069283U);
    CHECK(crc(bytes_of(std::string(32, '\0')), 0) == 0x8a9136aaU);
    CHECK(crc(bytes_of(std::string(32, '\xff')), 0) == 0x62a8ab43U);
    CHECK(crc(bytes_of(ascending), 0) == 0x46dd794eU);
  }
}

void crc32c_paths_agree() {
  const std::vector<std::byte> bytes = random_bytes(40000);
  const Bytes all(bytes);
  for (std::size_t length = 0; length < 3200; ++length) {
    const Bytes part = all.subspan(length % 9, length);
    CHECK(crc32c(part) == crc32c_table(part));
  }
  CHECK(crc32c(all) == crc32c_table(all));
  CHECK(crc32c(all.subspan(1234), crc32c(all.first(1234))) == crc32c(all));
}

void crc32c_combines() {
  const std::vector<std::byte> bytes = random_bytes(5000);
  const Bytes all(bytes);
  for (const std::size_t cut : {0U, 1U, 7U, 4096U, 5000U}) {
    const std::uint32_t first = crc32c(all.first(cut));
    const std::uint32_t second = crc32c(all.subspan(cut));
    CHECK(crc32c_combine(first, second, all.size() - cut) == crc32c(all));
    CHECK(crc32c_combine(first, crc32c(all), all.size() - cut) == second);
  }
}

}  // namespace glassboard::tests
