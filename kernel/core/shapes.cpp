#include "shapes.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace glassboard {
namespace {

constexpr std::size_t kMaxShapes = 4096;
constexpr std::size_t kMaxFrameBytes = 1024;
constexpr std::size_t kRunRecords = 64;  // recognised, then verified, then added
constexpr std::size_t kStepBytes = 8;    // a longer varint is not worth the trouble

template <class T>
T load(const std::byte* at) noexcept {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

// Drops the top bit of each byte and moves the rest together.
std::int64_t unpack_varint(std::uint64_t bits) noexcept {
  bits = (bits & 0x007f007f007f007fU) | (bits & 0x7f007f007f007f00U) >> 1;
  bits = (bits & 0x00003fff00003fffU) | (bits & 0x3fff00003fff0000U) >> 2;
  bits = (bits & 0x000000000fffffffU) | (bits & 0x0fffffff00000000U) >> 4;
  return static_cast<std::int64_t>(bits);
}

}  // namespace

bool Shapes::Shape::matches(const std::byte* frame) const noexcept {
  Word difference{};
  const Pattern* pattern = patterns.data();
  std::size_t at = 0;
  for (; at + sizeof(Word) <= compared_bytes; at += sizeof(Word), ++pattern) {
    difference |= (load<Word>(frame + at) ^ pattern->expected) & pattern->fixed;
  }
  if (at != compared_bytes) {
    difference |= (load<Word>(frame + compared_bytes - sizeof(Word)) ^ pattern->expected) & pattern->fixed;
  }
  return (difference[0] | difference[1]) == 0;
}

void Shapes::Shape::add_to(ScalarRows& rows, const std::byte* frame) const {
  const double value =
      is_double ? load<double>(frame + value_at) : static_cast<double>(load<float>(frame + value_at));
  rows.add(series, unpack_varint(load<std::uint64_t>(frame + step_at) & step_bits),
           load<double>(frame + wall_time_at), value);
}

std::size_t Shapes::run(Bytes bytes, ScalarRows& rows, std::uint64_t& records) {
  if (last_ == kNone) return 0;
  const std::byte* frame = bytes.data();
  const std::byte* const end = frame + bytes.size();
  std::array<Bytes, kRunRecords> data;
  std::array<const Shape*, kRunRecords> shapes;
  std::size_t sound = kRunRecords;
  while (sound == kRunRecords) {
    std::size_t found = 0;
    const std::byte* at = frame;
    for (std::int32_t next = shapes_[static_cast<std::size_t>(last_)].next;
         found < kRunRecords && next != kNone; ++found) {
      const Shape& shape = shapes_[static_cast<std::size_t>(next)];
      if (static_cast<std::size_t>(end - at) < shape.compared_bytes + sizeof(std::uint32_t)) break;
      if (!shape.matches(at)) break;
      data[found] = {at + kHeaderBytes, shape.compared_bytes - kHeaderBytes};
      shapes[found] = &shape;
      at += shape.compared_bytes + sizeof(std::uint32_t);
      next = shape.next;
    }
    sound = count_sound(std::span(data).first(found));
    for (std::size_t i = 0; i < sound; ++i) shapes[i]->add_to(rows, data[i].data() - kHeaderBytes);
    if (sound == 0) break;
    last_ = static_cast<std::int32_t>(shapes[sound - 1] - shapes_.data());
    frame = data[sound - 1].data() + data[sound - 1].size() + sizeof(std::uint32_t);
    records += sound;
  }
  return static_cast<std::size_t>(frame - bytes.data());
}

void Shapes::learn(const Record& record, const EventView& event, const ValueView& value,
                   std::int32_t series) {
  const auto index = static_cast<std::size_t>(series);
  if (of_series_.size() <= index) of_series_.resize(index + 1, kNone);
  std::int32_t& known = of_series_[index];
  if (known == kNone && shapes_.size() == kMaxShapes) return;
  const std::size_t compared = kHeaderBytes + record.data.size();
  if (known == kNone || shapes_[static_cast<std::size_t>(known)].compared_bytes != compared ||
      !shapes_[static_cast<std::size_t>(known)].matches(record.data.data() - kHeaderBytes)) {
    Shape shape{};
    if (!describe(shape, record, event, value)) return;
    shape.series = series;
    shape.next = known == kNone ? kNone : shapes_[static_cast<std::size_t>(known)].next;
    if (known == kNone) {
      known = static_cast<std::int32_t>(shapes_.size());
      shapes_.emplace_back();
    }
    shapes_[static_cast<std::size_t>(known)] = std::move(shape);
  }
  if (last_ != kNone) shapes_[static_cast<std::size_t>(last_)].next = known;
  last_ = known;
}

// False where the shape cannot be told from this record. The parser is a pure function of the bytes, and
// those that are left open flow into wall time, step and value and nothing else: the high bits of the step's
// bytes, which say where it ends, are fixed.
bool Shapes::describe(Shape& shape, const Record& record, const EventView& event, const ValueView& value) {
  const std::byte* const frame = record.data.data() - kHeaderBytes;
  const std::size_t compared = kHeaderBytes + record.data.size();
  if (event.wall_time_at == nullptr || event.step_at == nullptr || value.number_bytes.empty()) return false;
  if (event.values.size() != 1 || !event.writer.empty()) return false;
  if (compared < sizeof(Word) || compared > kMaxFrameBytes) return false;
  shape.compared_bytes = static_cast<std::uint32_t>(compared);
  shape.wall_time_at = static_cast<std::uint32_t>(event.wall_time_at - frame);
  shape.step_at = static_cast<std::uint32_t>(event.step_at - frame);
  shape.value_at = static_cast<std::uint32_t>(value.number_bytes.data() - frame);
  shape.is_double = value.number_bytes.size() == sizeof(double);
  std::size_t step_bytes = 1;
  while (std::to_integer<unsigned>(event.step_at[step_bytes - 1]) >= 0x80U) ++step_bytes;
  // Eight bytes are read there, and the data is followed by its checksum.
  if (step_bytes > kStepBytes || shape.step_at + kStepBytes > compared + sizeof(std::uint32_t)) return false;
  shape.step_bits = 0x7f7f7f7f7f7f7f7fU >> (8 * (kStepBytes - step_bytes));

  std::array<std::byte, kMaxFrameBytes> fixed;
  fixed.fill(std::byte{0xff});
  std::fill_n(fixed.begin() + shape.wall_time_at, sizeof(double), std::byte{0});
  std::fill_n(fixed.begin() + shape.step_at, step_bytes, std::byte{0x80});
  std::fill_n(fixed.begin() + shape.value_at, value.number_bytes.size(), std::byte{0});
  for (std::size_t at = 0; at < compared; at += sizeof(Word)) {
    const std::size_t from = std::min(at, compared - sizeof(Word));
    shape.patterns.push_back({load<Word>(frame + from), load<Word>(fixed.data() + from)});
  }
  return true;
}

void Shapes::clear() {
  shapes_ = {};
  of_series_ = {};
  last_ = kNone;
}

}  // namespace glassboard
