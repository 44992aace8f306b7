// TensorProto: what a scan needs of it at once, and its elements as bytes when one is asked for.
// Source: tensorflow/core/framework/{tensor,types}.proto
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire.hpp"

namespace glassboard {

inline constexpr std::uint32_t kFloatDtype = 1;
inline constexpr std::uint32_t kDoubleDtype = 2;
inline constexpr std::uint32_t kStringDtype = 7;

// One TensorProto, or several that are merged as protobuf merges a repeated message.
struct TensorFields {
  static constexpr std::size_t kFieldCount = 19;
  struct Elements {
    std::uint64_t count;
    std::uint64_t first;         // bits of the first one
    const std::byte* first_end;  // where its bytes end
  };

  std::uint32_t dtype;
  std::uint64_t element_count;  // of the shape; saturates, and stays there for shapes that cannot be
  wire::Bytes content;
  std::array<Elements, kFieldCount> typed;  // by the number of the ..._val field

  void reset() noexcept;
  // Reads the fields of `message`; errors are left in the reader's hands through `reader.fail`.
  void merge(wire::Bytes message, wire::Reader& reader) noexcept;
  // The only element of a real numeric tensor, if it is one.
  std::optional<double> only_element() const noexcept;
  // Where that one lies as the bytes of a float or double; empty where it does not.
  wire::Bytes only_element_bytes() const noexcept;
};

struct TensorData {
  std::uint32_t dtype = 0;
  std::vector<std::int64_t> shape;
  std::string content;                    // all elements, or one that stands for all, or none (zeros)
  std::vector<std::string_view> strings;  // elements of a string tensor, views into the message
};

// Decodes the merged `messages`. Returns what is wrong with them, or nullptr. Makes at most eight bytes from
// one.
const char* decode_tensor(const std::vector<wire::Bytes>& messages, TensorData& out);

// What keeps `content_bytes` bytes or `string_count` strings from being the elements of such a tensor, or
// nullptr.
const char* check_tensor(std::uint32_t dtype, std::span<const std::int64_t> shape, std::size_t content_bytes,
                         std::size_t string_count) noexcept;

}  // namespace glassboard
