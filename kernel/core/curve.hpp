// One scalar series as a chart draws it: smoothed, thinned, and in the smallest type that holds it.
#pragma once

#include <cstdint>
#include <span>

namespace glassboard {

// The exponential mean of all values so far, free of the bias towards its start: the sum m = weight * m +
// (1 - weight) * value over the same sum of ones, which is 1 - weight ** count without cancellation. `values`
// are finite, `weight` is in [0, 1), `means` as long as `values`.
void smooth_exponentially(std::span<const double> values, double weight, std::span<double> means);

// `curve` at the points `shown`, each the mean from the one before it to the one after; both ends, and where
// that is not finite, as they are. False where `shown` does not ascend within the curve.
bool mean_between(std::span<const double> curve, std::span<const std::int64_t> shown,
                  std::span<double> means);

// Each copies, and says whether every number is what it was.
bool narrow(std::span<const double> numbers, std::span<float> narrowed);
bool narrow(std::span<const std::int64_t> numbers, std::span<std::int32_t> narrowed);
// Integers that float64 holds as they are have 53 bits: more may come back as they were by rounding twice.
bool narrow(std::span<const std::int64_t> numbers, std::span<double> narrowed);

}  // namespace glassboard
