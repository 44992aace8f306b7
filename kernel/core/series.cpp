#include "series.hpp"

#include <cstring>
#include <random>

namespace glassboard {
namespace {

__extension__ using Wide = unsigned __int128;

std::uint64_t mix(std::uint64_t a, std::uint64_t b) noexcept {
  const Wide product = Wide{a} * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t hash_of(std::string_view text, std::uint64_t seed) noexcept {
  constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15U;
  std::uint64_t hash = seed ^ text.size();
  std::uint64_t word = 0;
  while (text.size() >= sizeof word) {
    std::memcpy(&word, text.data(), sizeof word);
    hash = mix(hash ^ word, kOdd ^ seed);
    text.remove_prefix(sizeof word);
  }
  word = 0;
  if (!text.empty()) std::memcpy(&word, text.data(), text.size());
  return mix(hash ^ word, kOdd ^ seed);
}

}  // namespace

// The seed is random so that no file can be made whose tags collide; one for the process, as drawing it takes
// longer than the rest of a small table.
SeriesTable::SeriesTable() : slots_(64, kNone) {
  static const std::uint64_t seed = [] {
    std::random_device device;
    return std::uint64_t{device()} << 32 | device();
  }();
  seed_ = seed;
}

std::uint32_t SeriesTable::tag(std::string_view name) {
  const std::uint64_t hash = hash_of(name, seed_);
  std::size_t slot = hash & (slots_.size() - 1);
  for (; slots_[slot] != kNone; slot = (slot + 1) & (slots_.size() - 1)) {
    const auto index = static_cast<std::uint32_t>(slots_[slot]);
    if (tags_[index].hash == hash && tags_[index].name == name) return index;
  }
  const auto index = static_cast<std::uint32_t>(tags_.size());
  tags_.push_back({std::string(name), hash});
  slots_[slot] = static_cast<std::int32_t>(index);
  if (tags_.size() * 2 > slots_.size()) grow();
  return index;
}

void SeriesTable::grow() {
  slots_.assign(slots_.size() * 4, kNone);
  for (std::size_t index = 0; index < tags_.size(); ++index) {
    std::size_t slot = tags_[index].hash & (slots_.size() - 1);
    while (slots_[slot] != kNone) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = static_cast<std::int32_t>(index);
  }
}

std::int32_t SeriesTable::series(std::uint32_t tag, Form form) {
  std::int32_t index = tags_[tag].first_series;
  for (; index != kNone; index = series_[static_cast<std::size_t>(index)].next) {
    if (series_[static_cast<std::size_t>(index)].form == form) return index;
  }
  index = static_cast<std::int32_t>(series_.size());
  series_.push_back({tag, tags_[tag].first_series, form});
  tags_[tag].first_series = index;
  ++revision_;
  return index;
}

void SeriesTable::keep_metadata(std::uint32_t tag, const MetadataView& metadata) {
  if (tags_[tag].metadata != kNone) return;
  tags_[tag].metadata = static_cast<std::int32_t>(metadata_.size());
  metadata_.push_back({std::string(metadata.plugin_name), std::string(metadata.plugin_content),
                       std::string(metadata.display_name), std::string(metadata.description),
                       metadata.data_class});
  ++revision_;
}

const Metadata* SeriesTable::metadata(std::uint32_t tag) const noexcept {
  const std::int32_t index = tags_[tag].metadata;
  return index == kNone ? nullptr : &metadata_[static_cast<std::size_t>(index)];
}

}  // namespace glassboard
