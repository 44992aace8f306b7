#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "check.hpp"
#include "curve.hpp"

namespace glassboard::tests {

void curve_smooths_without_bias() {
  const std::vector<double> values{4.0, 0.0, 2.0};
  std::vector<double> means(3);
  smooth_exponentially(values, 0.5, means);
  CHECK(means[0] == 4.0);
  CHECK(std::abs(means[1] - 4.0 / 3) < 1e-15);
  CHECK(std::abs(means[2] - 12.0 / 7) < 1e-15);
  smooth_exponentially(values, 0, means);
  CHECK(means == values);
}

void curve_means_between_points() {
  const std::vector<double> curve{1, 2, 3, 4, 50, 6};
  std::array<double, 3> means{};
  CHECK(mean_between(curve, std::array<std::int64_t, 3>{0, 2, 5}, means));
  CHECK(means[0] == 1 && means[1] == 66.0 / 6 && means[2] == 6);

  const double huge = std::numeric_limits<double>::max();
  CHECK(mean_between(std::vector<double>{huge, huge, huge}, std::array<std::int64_t, 3>{0, 1, 2}, means));
  CHECK(means[1] == huge);

  CHECK(mean_between(curve, {}, {}));
  for (const auto& wrong : {std::array<std::int64_t, 3>{0, 2, 6}, {-1, 2, 3}, {0, 2, 2}, {3, 2, 4}}) {
    CHECK(!mean_between(curve, wrong, means));
  }
}

void curve_narrows_what_stays_the_same() {
  std::array<float, 2> singles{};
  CHECK(narrow(std::array<double, 2>{0.5, -3.0}, singles) && singles[1] == -3.0F);
  CHECK(!narrow(std::array<double, 2>{0.5, 0.1}, singles));
  CHECK(!narrow(std::array<double, 2>{0.5, 1e300}, singles));

  using Wide = std::array<std::int64_t, 2>;
  constexpr std::int64_t kLast = std::numeric_limits<std::int32_t>::max();
  std::array<std::int32_t, 2> ints{};
  CHECK(narrow(Wide{-kLast - 1, kLast}, ints) && ints[1] == kLast);
  CHECK(!narrow(Wide{0, kLast + 1}, ints));

  constexpr std::int64_t kExact = std::int64_t{1} << 53;
  std::array<double, 2> doubles{};
  CHECK(narrow(Wide{-kExact, kExact}, doubles));
  CHECK(!narrow(Wide{0, kExact + 2}, doubles));  // which rounds to itself
  CHECK(!narrow(Wide{std::numeric_limits<std::int64_t>::min(), 0}, doubles));
}

}  // namespace glassboard::tests
