// Bounds over points, taken while their columns are at hand.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>

namespace glassboard {

struct Extent {
  double first_wall_time = std::numeric_limits<double>::infinity();  // those that are not finite left out
  double last_wall_time = -std::numeric_limits<double>::infinity();
  std::int64_t last_step = std::numeric_limits<std::int64_t>::min();
  std::size_t points = 0;

  void add(std::span<const std::int64_t> steps, std::span<const double> wall_times) noexcept {
    for (const std::int64_t step : steps) last_step = std::max(last_step, step);
    for (const double wall_time : wall_times) {
      if (!std::isfinite(wall_time)) continue;
      first_wall_time = std::min(first_wall_time, wall_time);
      last_wall_time = std::max(last_wall_time, wall_time);
    }
    points += steps.size();
  }
};

}  // namespace glassboard
