#include "tensor.hpp"

#include <bit>
#include <cmath>
#include <limits>

namespace glassboard {
namespace {

using wire::Bytes;
using wire::Reader;
using enum wire::Type;
using wire::key;

enum class Number : std::uint8_t { other, real, integer, unsigned_integer, half, bfloat16, boolean };

struct DtypeTraits {
  std::uint8_t part_bytes;  // of one number in the content; 0 where the type has no fixed size
  std::uint8_t part_count;  // numbers in an element: 2 for complex types
  std::uint8_t field;       // number of its ..._val field
  Number number;
};

DtypeTraits traits_of(std::uint32_t dtype) noexcept {
  switch (dtype) {
    case kFloatDtype: return {4, 1, 5, Number::real};
    case kDoubleDtype: return {8, 1, 6, Number::real};
    case 3: return {4, 1, 7, Number::integer};           // INT32
    case 4: return {1, 1, 7, Number::unsigned_integer};  // UINT8
    case 5: return {2, 1, 7, Number::integer};           // INT16
    case 6: return {1, 1, 7, Number::integer};           // INT8
    case 8: return {4, 2, 9, Number::other};             // COMPLEX64
    case 9: return {8, 1, 10, Number::integer};          // INT64
    case 10: return {1, 1, 11, Number::boolean};         // BOOL
    case 11:
    case 12: return {1, 1, 7, Number::other};      // QINT8, QUINT8
    case 13: return {4, 1, 7, Number::other};      // QINT32
    case 14: return {2, 1, 13, Number::bfloat16};  // BFLOAT16
    case 15:
    case 16: return {2, 1, 7, Number::other};              // QINT16, QUINT16
    case 17: return {2, 1, 7, Number::unsigned_integer};   // UINT16
    case 18: return {8, 2, 12, Number::other};             // COMPLEX128
    case 19: return {2, 1, 13, Number::half};              // HALF
    case 22: return {4, 1, 16, Number::unsigned_integer};  // UINT32
    case 23: return {8, 1, 17, Number::unsigned_integer};  // UINT64
    case 24:
    case 25:
    case 26:
    case 27:
    case 28: return {1, 1, 18, Number::other};  // FLOAT8 of all kinds
    default: return {0, 1, 0, Number::other};
  }
}

double half_to_double(std::uint64_t bits) noexcept {
  const auto exponent = static_cast<int>((bits >> 10) & 31U);
  const auto fraction = static_cast<double>(bits & 1023U);
  double magnitude =
      std::ldexp(exponent == 0 ? fraction : fraction + 1024.0, exponent == 0 ? -24 : exponent - 25);
  if (exponent == 31) {
    magnitude =
        fraction == 0.0 ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
  }
  return (bits >> 15 & 1U) != 0 ? -magnitude : magnitude;
}

// The number whose little-endian bytes are the low bytes of `bits`.
double to_double(const DtypeTraits& traits, std::uint64_t bits) noexcept {
  const unsigned unused = 64U - 8U * traits.part_bytes;
  switch (traits.number) {
    case Number::real:
      if (traits.part_bytes == 8) return std::bit_cast<double>(bits);
      return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
    case Number::integer: return static_cast<double>(static_cast<std::int64_t>(bits << unused) >> unused);
    case Number::unsigned_integer: return static_cast<double>(bits << unused >> unused);
    case Number::half: return half_to_double(bits);
    case Number::bfloat16:
      return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits << 16)));
    case Number::boolean: return bits != 0 ? 1.0 : 0.0;
    case Number::other: break;
  }
  return 0.0;
}

// Walks a TensorProto. Calls dim(size), content(bytes), element(field, bits, end), text(bytes) as the fields
// come.
template <class Visitor>
void walk(Bytes message, Reader& outer, std::uint32_t& dtype, Visitor&& visit) {
  Reader reader(message);
  while (reader.more()) {
    const std::uint32_t k = reader.key();
    const std::uint32_t field = k >> 3;
    const auto element = [&](std::uint64_t bits, const std::byte* end) { visit.element(field, bits, end); };
    switch (k) {
      case key(1, kVarint): dtype = static_cast<std::uint32_t>(reader.varint()); break;
      case key(2, kBytes): {
        Reader shape(reader.bytes());
        while (shape.more()) {
          if (shape.key() != key(2, kBytes)) {
            shape.skip();
            continue;
          }
          std::int64_t size = 0;
          Reader dim(shape.bytes());
          while (dim.more()) {
            if (dim.key() == key(1, kVarint))
              size = static_cast<std::int64_t>(dim.varint());
            else
              dim.skip();
          }
          if (!dim.sound()) shape.fail(dim.error());
          visit.dim(size);
        }
        if (!shape.sound()) reader.fail(shape.error());
        break;
      }
      case key(4, kBytes): visit.content(reader.bytes()); break;
      case key(8, kBytes): visit.text(reader.bytes()); break;
      case key(18, kBytes): visit.packed_bytes(field, reader.bytes()); break;
      case key(5, kFixed32):
      case key(5, kBytes):
      case key(9, kFixed32):
      case key(9, kBytes): wire::each<std::uint32_t>(reader, (k & 7U) == kBytes, element); break;
      case key(6, kFixed64):
      case key(6, kBytes):
      case key(12, kFixed64):
      case key(12, kBytes): wire::each<std::uint64_t>(reader, (k & 7U) == kBytes, element); break;
      case key(7, kVarint):
      case key(7, kBytes):
      case key(10, kVarint):
      case key(10, kBytes):
      case key(11, kVarint):
      case key(11, kBytes):
      case key(13, kVarint):
      case key(13, kBytes):
      case key(16, kVarint):
      case key(16, kBytes):
      case key(17, kVarint):
      case key(17, kBytes): wire::each<void>(reader, (k & 7U) == kBytes, element); break;
      default: reader.skip();
    }
  }
  if (!reader.sound()) outer.fail(reader.error());
}

constexpr std::uint64_t kImpossible = std::numeric_limits<std::uint64_t>::max();

std::uint64_t saturating_product(std::uint64_t count, std::int64_t size) noexcept {
  if (size < 0 || count == kImpossible) return kImpossible;
  const auto factor = static_cast<std::uint64_t>(size);
  return factor != 0 && count > (kImpossible - 1) / factor ? kImpossible : count * factor;
}

struct FieldVisitor {
  TensorFields& fields;
  void dim(std::int64_t size) noexcept {
    fields.element_count = saturating_product(fields.element_count, size);
  }
  void content(Bytes bytes) noexcept { fields.content = bytes; }
  void element(std::uint32_t field, std::uint64_t bits, const std::byte* end) noexcept {
    auto& elements = fields.typed[field];
    if (elements.count++ != 0) return;
    elements.first = bits;
    elements.first_end = end;
  }
  void text(Bytes) noexcept { ++fields.typed[8].count; }
  void packed_bytes(std::uint32_t field, Bytes bytes) noexcept { fields.typed[field].count = bytes.size(); }
};

struct DataVisitor {
  DtypeTraits traits;
  TensorData& out;
  bool typed;  // the elements are in the ..._val field
  void dim(std::int64_t size) { out.shape.push_back(size); }
  void content(Bytes bytes) {
    if (!typed) out.content.assign(wire::text(bytes));
  }
  void element(std::uint32_t field, std::uint64_t bits, const std::byte*) {
    if (!typed || field != traits.field) return;
    if (traits.number == Number::boolean) bits = bits != 0 ? 1 : 0;
    out.content.append(reinterpret_cast<const char*>(&bits), traits.part_bytes);
  }
  void text(Bytes bytes) {
    if (typed && out.dtype == kStringDtype) out.strings.push_back(wire::text(bytes));
  }
  void packed_bytes(std::uint32_t field, Bytes bytes) {
    if (typed && field == traits.field) out.content.assign(wire::text(bytes));
  }
};

}  // namespace

void TensorFields::reset() noexcept {
  dtype = 0;
  element_count = 1;
  content = {};
  typed.fill({0, 0, nullptr});
}

void TensorFields::merge(Bytes message, Reader& reader) noexcept {
  walk(message, reader, dtype, FieldVisitor{*this});
}

std::optional<double> TensorFields::only_element() const noexcept {
  const DtypeTraits traits = traits_of(dtype);
  if (element_count != 1 || traits.number == Number::other) return std::nullopt;
  if (!content.empty()) {
    if (content.size() != traits.part_bytes) return std::nullopt;
    std::uint64_t bits = 0;
    std::memcpy(&bits, content.data(), content.size());
    return to_double(traits, bits);
  }
  const Elements& elements = typed[traits.field];
  // No element at all is how TensorFlow shortens a tensor of zeros.
  if (elements.count > 1) return std::nullopt;
  return to_double(traits, elements.count == 1 ? elements.first : 0);
}

Bytes TensorFields::only_element_bytes() const noexcept {
  const DtypeTraits traits = traits_of(dtype);
  if (!only_element() || traits.number != Number::real) return {};
  if (!content.empty()) return content;
  const Elements& elements = typed[traits.field];
  if (elements.count == 0) return {};
  return {elements.first_end - traits.part_bytes, traits.part_bytes};
}

const char* decode_tensor(const std::vector<Bytes>& messages, TensorData& out) {
  Reader errors{Bytes{}};
  TensorFields fields;
  fields.reset();
  for (const Bytes message : messages) fields.merge(message, errors);
  if (!errors.sound()) return errors.error();
  out.dtype = fields.dtype;
  const DtypeTraits traits = traits_of(fields.dtype);
  const bool typed = fields.content.empty();
  std::uint32_t dtype = 0;
  for (const Bytes message : messages) walk(message, errors, dtype, DataVisitor{traits, out, typed});
  if (fields.element_count == kImpossible) return "its shape is negative or too large";
  // One typed element stands for all, none for zeros; that is how TensorFlow shortens constant tensors.
  const std::size_t element_bytes = std::size_t{traits.part_bytes} * traits.part_count;
  if (typed && out.strings.size() <= 1 && out.content.size() <= element_bytes) {
    const bool whole = out.content.empty() || out.content.size() == element_bytes;
    return whole ? nullptr : "it ends within an element";
  }
  return check_tensor(fields.dtype, out.shape, out.content.size(), out.strings.size());
}

const char* check_tensor(std::uint32_t dtype, std::span<const std::int64_t> shape, std::size_t content_bytes,
                         std::size_t string_count) noexcept {
  std::uint64_t count = 1;
  for (const std::int64_t size : shape) count = saturating_product(count, size);
  if (count == kImpossible) return "its shape is negative or too large";
  if (dtype == kStringDtype) {
    return string_count == count ? nullptr : "it has another number of strings than its shape";
  }
  const DtypeTraits traits = traits_of(dtype);
  const std::uint64_t element_bytes = std::uint64_t{traits.part_bytes} * traits.part_count;
  if (element_bytes == 0) return nullptr;
  const bool fits = content_bytes % element_bytes == 0 && content_bytes / element_bytes == count;
  return fits ? nullptr : "it has another number of elements than its shape";
}

}  // namespace glassboard
