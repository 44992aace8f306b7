#include <array>
#include <limits>
#include <vector>

#include "check.hpp"
#include "histogram.hpp"

namespace glassboard::tests {

// Two cells, by the sign: negative values are in bucket 0, others in bucket 1, and in 2 from 4 on.
void histogram_counts_and_sums() {
  const std::array<BucketCell<float>, 2> cells{{{4.0F, 1}, {1.0F, 0}}};
  const float inf = std::numeric_limits<float>::infinity();
  const std::vector<float> values{
      -1.0F, 0.0F, 3.5F, 4.0F, 5.0F, inf, -inf, std::numeric_limits<float>::quiet_NaN(), -0.0F};
  std::vector<std::int64_t> counts(3);
  FloatTally tally;
  CHECK(count_floats(values, cells, 31, counts, tally));
  CHECK((counts == std::vector<std::int64_t>{2, 2, 2}));
  CHECK(tally.minimum == -1.0 && tally.maximum == 5.0);
  CHECK(tally.total == 11.5 && tally.total_of_squares == 1 + 12.25 + 16 + 25);
  CHECK(tally.nan_count == 1 && tally.positive_inf_count == 1 && tally.negative_inf_count == 1);
}

void histogram_of_nothing() {
  const std::array<BucketCell<double>, 2> cells{};
  std::vector<std::int64_t> counts(2);
  FloatTally tally;
  CHECK(count_floats(std::span<const double>{}, cells, 63, counts, tally));
  CHECK(tally.minimum == 0 && tally.maximum == 0 && counts[0] == 0);
}

void histogram_refuses_cells_that_do_not_fit() {
  const std::array<BucketCell<float>, 2> cells{{{1.0F, 9}, {1.0F, -1}}};
  std::vector<std::int64_t> counts(3);
  FloatTally tally;
  const std::vector<float> up{0.5F};
  const std::vector<float> down{-0.5F};
  CHECK(!count_floats(up, cells, 31, counts, tally));
  CHECK(!count_floats(down, cells, 31, counts, tally));
  CHECK(!count_floats(up, cells, 30, counts, tally));
  CHECK(!count_floats(up, cells, 32, counts, tally));
}

}  // namespace glassboard::tests
