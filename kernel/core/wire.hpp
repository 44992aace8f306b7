// The protocol-buffer wire format: fields out of bytes, bounds-checked, and fields into bytes.
// Source: https://protobuf.dev/programming-guides/encoding/
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace glassboard::wire {

using Bytes = std::span<const std::byte>;

enum Type : std::uint32_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kGroup = 3, kGroupEnd = 4, kFixed32 = 5 };

constexpr std::uint32_t key(std::uint32_t field, Type type) noexcept { return field << 3 | type; }

inline std::string_view text(Bytes bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline Bytes bytes_of(std::string_view text) noexcept { return std::as_bytes(std::span(text)); }

// Walks the fields of one message:
//   while (reader.more()) switch (reader.key()) { case key(1, kVarint): n = reader.varint(); break; default:
//   reader.skip(); }
// The first error ends the walk: `more` turns false, values read after it are zero, and `error` says what was
// wrong.
class Reader {
 public:
  explicit Reader(Bytes message) noexcept
      : begin_(message.data()), at_(begin_), end_(begin_ + message.size()) {}

  bool more() const noexcept { return at_ != end_; }
  const char* error() const noexcept { return error_; }
  bool sound() const noexcept { return error_ == nullptr; }
  // Where the error was met, in bytes from the start of the message.
  std::size_t error_at() const noexcept { return error_at_; }

  // The byte that is read next.
  const std::byte* at() const noexcept { return at_; }

  std::uint32_t key() noexcept {
    const std::uint64_t value = varint();
    if (value > 0xffff'ffffU || value >> 3 == 0) fail("bad field number");
    return last_key_ = static_cast<std::uint32_t>(value);
  }

  std::uint64_t varint() noexcept {
    if (at_ != end_ && std::to_integer<unsigned>(*at_) < 0x80U) return std::to_integer<std::uint64_t>(*at_++);
    return long_varint();
  }

  template <class T>
  T fixed() noexcept {
    static_assert(std::is_trivially_copyable_v<T>);
    T value{};
    if (static_cast<std::size_t>(end_ - at_) < sizeof(T)) {
      fail("message ends within a fixed field");
    } else {
      std::memcpy(&value, at_, sizeof(T));
      at_ += sizeof(T);
    }
    return value;
  }

  Bytes bytes() noexcept {
    const std::uint64_t size = varint();
    if (size > static_cast<std::size_t>(end_ - at_)) {
      fail("field longer than its message");
      return {};
    }
    const Bytes result{at_, static_cast<std::size_t>(size)};
    at_ += size;
    return result;
  }

  std::string_view text() noexcept { return wire::text(bytes()); }

  // Passes over the field whose key was read last; groups with all they hold.
  void skip() noexcept {
    constexpr std::size_t kMaxDepth = 64;  // deeper nesting is refused, as protobuf's own readers refuse it
    std::uint32_t open[kMaxDepth];
    std::size_t depth = 0;
    while (true) {
      switch (last_key_ & 7U) {
        case kVarint: varint(); break;
        case kFixed64: fixed<std::uint64_t>(); break;
        case kBytes: bytes(); break;
        case kFixed32: fixed<std::uint32_t>(); break;
        case kGroup:
          if (depth == kMaxDepth) return fail("groups nested too deeply");
          open[depth++] = last_key_ >> 3;
          break;
        case kGroupEnd:
          if (depth == 0 || open[--depth] != last_key_ >> 3) return fail("group end without its start");
          break;
        default: return fail("bad wire type");
      }
      if (depth == 0) return;
      if (!more()) return fail("message ends within a group");
      key();
    }
  }

  void fail(const char* what) noexcept {
    if (error_ == nullptr) {
      error_ = what;
      error_at_ = static_cast<std::size_t>(at_ - begin_);
    }
    at_ = end_;
  }

 private:
  std::uint64_t long_varint() noexcept {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 70 && at_ != end_; shift += 7) {
      const auto byte = std::to_integer<std::uint64_t>(*at_++);
      value |= (byte & 0x7fU) << shift;
      if (byte < 0x80U) return value;
    }
    fail(at_ == end_ ? "message ends within a varint" : "varint longer than 10 bytes");
    return 0;
  }

  const std::byte* begin_;
  const std::byte* at_;
  const std::byte* end_;
  const char* error_ = nullptr;
  std::size_t error_at_ = 0;
  std::uint32_t last_key_ = 0;
};

// Calls take(bits, end) for each element of a repeated numeric field, packed or not, with where its bytes
// end; `T` is the fixed type, or void for varints.
template <class T, class Take>
void each(Reader& reader, bool packed, Take&& take) noexcept {
  const auto read = [](Reader& from) noexcept -> std::uint64_t {
    if constexpr (std::same_as<T, void>) {
      return from.varint();
    } else {
      return from.fixed<T>();
    }
  };
  if (!packed) {
    const std::uint64_t bits = read(reader);
    if (reader.sound()) take(bits, reader.at());
    return;
  }
  Reader elements(reader.bytes());
  while (elements.more()) {
    const std::uint64_t bits = read(elements);
    if (elements.sound()) take(bits, elements.at());
  }
  if (!elements.sound()) reader.fail(elements.error());
}

constexpr std::size_t varint_size(std::uint64_t value) noexcept {
  return static_cast<std::size_t>(std::bit_width(value | 1U) + 6) / 7;
}

inline void put_varint(std::string& out, std::uint64_t value) {
  for (; value > 0x7fU; value >>= 7) out.push_back(static_cast<char>(value | 0x80U));
  out.push_back(static_cast<char>(value));
}

template <class T>
void put_raw(std::string& out, T value) {
  char raw[sizeof(T)];
  std::memcpy(raw, &value, sizeof(T));
  out.append(raw, sizeof(T));
}

inline void put_int(std::string& out, std::uint32_t field, std::int64_t value) {
  put_varint(out, key(field, kVarint));
  put_varint(out, static_cast<std::uint64_t>(value));
}

inline void put_double(std::string& out, std::uint32_t field, double value) {
  put_varint(out, key(field, kFixed64));
  put_raw(out, value);
}

inline void put_float(std::string& out, std::uint32_t field, float value) {
  put_varint(out, key(field, kFixed32));
  put_raw(out, value);
}

inline void put_text(std::string& out, std::uint32_t field, std::string_view value) {
  put_varint(out, key(field, kBytes));
  put_varint(out, value.size());
  out.append(value);
}

}  // namespace glassboard::wire
