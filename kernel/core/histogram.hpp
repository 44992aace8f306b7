// Counting many floats into buckets with given edges, in one pass.
#pragma once

#include <cstdint>
#include <span>

namespace glassboard {

// The upper bits of a float (sign, exponent and some of the mantissa) name a cell so narrow that at most one
// edge falls into it. A value belongs to bucket `base`, or to the next one where it is not below `split`.
template <class Float>
struct BucketCell;

template <>
struct BucketCell<float> {
  float split;
  std::int32_t base;
};

template <>
struct BucketCell<double> {
  double split;
  std::int64_t base;
};

// What one pass finds beside the counts. Extremes and sums are of the finite values; 0 where there is none.
struct FloatTally {
  double minimum = 0;
  double maximum = 0;
  double total = 0;
  double total_of_squares = 0;
  std::int64_t nan_count = 0;
  std::int64_t positive_inf_count = 0;
  std::int64_t negative_inf_count = 0;
};

// Adds to `counts`. Values that are not finite are counted apart. `cells` holds one cell for each value of
// the upper bits that `shift` leaves. Returns false, with `counts` of no use, where a cell names a bucket
// that is not there.
bool count_floats(std::span<const float> values, std::span<const BucketCell<float>> cells, unsigned shift,
                  std::span<std::int64_t> counts, FloatTally& tally);
bool count_floats(std::span<const double> values, std::span<const BucketCell<double>> cells, unsigned shift,
                  std::span<std::int64_t> counts, FloatTally& tally);

}  // namespace glassboard
