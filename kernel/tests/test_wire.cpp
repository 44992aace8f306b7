#include <string>

#include "check.hpp"
#include "wire.hpp"

namespace glassboard::tests {

using namespace wire;

void wire_varints() {
  for (const std::uint64_t value : {0ULL, 1ULL, 127ULL, 128ULL, 300ULL, 1ULL << 63, ~0ULL}) {
    std::string bytes;
    put_varint(bytes, value);
    CHECK(bytes.size() == varint_size(value));
    Reader whole(bytes_of(bytes));
    CHECK(whole.varint() == value && whole.sound() && !whole.more());
    Reader cut(bytes_of(std::string_view(bytes).substr(0, bytes.size() - 1)));
    CHECK(cut.varint() == 0 && !cut.sound());
  }
  Reader endless(bytes_of(std::string_view("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")));
  endless.varint();
  CHECK(!endless.sound() && endless.error_at() == 10);
  Reader field_zero(bytes_of(std::string_view("\x02")));
  field_zero.key();
  CHECK(!field_zero.sound());
  Reader huge_length(bytes_of(std::string_view("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")));
  CHECK(huge_length.bytes().empty() && !huge_length.sound());
}

void wire_skips_groups() {
  const auto skips = [](std::string_view message) {
    Reader reader(bytes_of(message));
    while (reader.more()) {
      reader.key();
      reader.skip();
    }
    return reader.sound();
  };
  using namespace std::string_view_literals;
  CHECK(skips("\x0b\x08\x01\x13\x1a\x01x\x14\x0c\x10\x05"sv));  // 1 { 1: 1, 2 { 3: "x" } }, 2: 5
  CHECK(!skips("\x0b\x08\x01"sv));                              // group without its end
  CHECK(!skips("\x0b\x14"sv));                                  // end of another group
  CHECK(!skips("\x0c"sv));                                      // end without a start
  CHECK(!skips("\x0f"sv));                                      // wire type 7
  CHECK(!skips(std::string(100000, '\x0b')));                   // nested as deeply as it gets
}

}  // namespace glassboard::tests
