#include "curve.hpp"

#include <cmath>
#include <cstddef>

namespace glassboard {

void smooth_exponentially(std::span<const double> values, double weight, std::span<double> means) {
  const double share = 1 - weight;
  double sum = 0;
  double ones = 0;
  for (std::size_t at = 0; at < values.size(); ++at) {
    sum = weight * sum + share * values[at];
    ones = weight * ones + share;
    means[at] = sum / ones;
  }
}

bool mean_between(std::span<const double> curve, std::span<const std::int64_t> shown,
                  std::span<double> means) {
  for (std::size_t at = 0; at < shown.size(); ++at) {
    const bool ascends = at == 0 ? shown[0] >= 0 : shown[at] > shown[at - 1];
    if (!ascends || static_cast<std::uint64_t>(shown[at]) >= curve.size()) return false;
    means[at] = curve[static_cast<std::size_t>(shown[at])];
  }
  double before = 0;  // the sum from the point before up to this one, which belongs to the next
  for (std::size_t at = 0; at + 1 < shown.size(); ++at) {
    double after = 0;
    for (std::int64_t row = shown[at]; row < shown[at + 1]; ++row)
      after += curve[static_cast<std::size_t>(row)];
    if (at > 0) {
      const std::int64_t count = shown[at + 1] - shown[at - 1] + 1;
      const double mean =
          (before + after + curve[static_cast<std::size_t>(shown[at + 1])]) / static_cast<double>(count);
      if (std::isfinite(mean)) means[at] = mean;  // sums of huge values overflow
    }
    before = after;
  }
  return true;
}

bool narrow(std::span<const double> numbers, std::span<float> narrowed) {
  bool is_same = true;
  for (std::size_t at = 0; at < numbers.size(); ++at) {
    narrowed[at] = static_cast<float>(numbers[at]);
    is_same &= static_cast<double>(narrowed[at]) == numbers[at];
  }
  return is_same;
}

bool narrow(std::span<const std::int64_t> numbers, std::span<std::int32_t> narrowed) {
  bool is_same = true;
  for (std::size_t at = 0; at < numbers.size(); ++at) {
    narrowed[at] = static_cast<std::int32_t>(numbers[at]);
    is_same &= narrowed[at] == numbers[at];
  }
  return is_same;
}

bool narrow(std::span<const std::int64_t> numbers, std::span<double> narrowed) {
  constexpr std::int64_t kExact = std::int64_t{1} << 53;
  bool is_same = true;
  for (std::size_t at = 0; at < numbers.size(); ++at) {
    narrowed[at] = static_cast<double>(numbers[at]);
    is_same &= -kExact <= numbers[at] && numbers[at] <= kExact;
  }
  return is_same;
}

}  // namespace glassboard
