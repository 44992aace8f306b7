#include "histogram.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <type_traits>
#include <vector>

namespace glassboard {
namespace {

// Values that follow each other often fall into one bucket; with counts of their own they do not wait for
// each other.
constexpr std::size_t kLanes = 4;

template <class Float>
bool count(std::span<const Float> values, std::span<const BucketCell<Float>> cells, unsigned shift,
           std::span<std::int64_t> counts, FloatTally& tally) {
  using Bits = std::conditional_t<sizeof(Float) == 4, std::uint32_t, std::uint64_t>;
  if (shift >= sizeof(Bits) * 8 || cells.size() != std::size_t{1} << (sizeof(Bits) * 8 - shift)) return false;
  std::vector<std::int64_t> lanes(kLanes * counts.size());
  std::array<double, kLanes> totals{};
  std::array<double, kLanes> squares{};
  Float minimum = std::numeric_limits<Float>::infinity();
  Float maximum = -minimum;
  const auto add = [&](Float value, std::size_t lane) {
    const Bits bits = std::bit_cast<Bits>(value);
    if (!std::isfinite(value)) [[unlikely]] {
      if (std::isnan(value)) {
        ++tally.nan_count;
      } else {
        ++(value > 0 ? tally.positive_inf_count : tally.negative_inf_count);
      }
      return true;
    }
    const BucketCell<Float>& cell = cells[static_cast<std::size_t>(bits >> shift)];
    const std::size_t bucket =
        static_cast<std::size_t>(cell.base) + static_cast<std::size_t>(value >= cell.split);
    if (bucket >= counts.size()) [[unlikely]]
      return false;
    ++lanes[lane * counts.size() + bucket];
    minimum = std::min(minimum, value);
    maximum = std::max(maximum, value);
    const double wide = static_cast<double>(value);
    totals[lane] += wide;
    squares[lane] += wide * wide;
    return true;
  };
  std::size_t at = 0;
  bool is_sound = true;
  for (; at + kLanes <= values.size(); at += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) is_sound &= add(values[at + lane], lane);
  }
  for (; at < values.size(); ++at) is_sound &= add(values[at], 0);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += lanes[lane * counts.size() + i];
    tally.total += totals[lane];
    tally.total_of_squares += squares[lane];
  }
  if (minimum <= maximum) {
    tally.minimum = static_cast<double>(minimum);
    tally.maximum = static_cast<double>(maximum);
  }
  return is_sound;
}

}  // namespace

bool count_floats(std::span<const float> values, std::span<const BucketCell<float>> cells, unsigned shift,
                  std::span<std::int64_t> counts, FloatTally& tally) {
  return count(values, cells, shift, counts, tally);
}

bool count_floats(std::span<const double> values, std::span<const BucketCell<double>> cells, unsigned shift,
                  std::span<std::int64_t> counts, FloatTally& tally) {
  return count(values, cells, shift, counts, tally);
}

}  // namespace glassboard
