// Scalar points as they come, each at the end of its series, until they are handed over as columns.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "slab.hpp"

namespace glassboard {

// An array of exactly the size it needs, which can be handed on without a copy.
template <class T>
struct Column {
  std::unique_ptr<T[]> data;
  std::size_t size = 0;

  Column() = default;
  explicit Column(std::size_t count) : data(std::make_unique_for_overwrite<T[]>(count)), size(count) {}
};

// Rows starts[i] to starts[i + 1] belong to series[i]; within one series they stand in file order.
struct Groups {
  Column<std::int32_t> series;
  Column<std::int64_t> starts;
};

struct ScalarColumns {
  Groups groups;
  Slab rows;
  std::size_t size = 0;
};

class ScalarRows {
 public:
  // A series of more than `long_rows` gets columns of its own, which are handed over without a copy.
  explicit ScalarRows(std::size_t long_rows) noexcept : long_rows_(long_rows) {}

  void add(std::int32_t series, std::int64_t step, double wall_time, double value) {
    Chain& chain = chains_[static_cast<std::size_t>(series)];
    if (chain.used == chain.capacity) grow(chain);
    const std::size_t at = chain.used++;
    chain.steps[at] = step;
    chain.wall_times[at] = wall_time;
    chain.values[at] = value;
  }
  // Must be called before rows of so many series are added.
  void make_room(std::size_t series_count) {
    if (chains_.size() < series_count) chains_.resize(series_count);
  }
  // Hands over all rows: those of all short series together, then each long one.
  std::vector<ScalarColumns> take();

 private:
  // Rows of one series in pieces, of which the last has room. A long one has a single piece.
  struct Chain {
    std::int64_t* steps = nullptr;  // of the last piece, as are the next four
    double* wall_times = nullptr;
    double* values = nullptr;
    std::size_t used = 0;
    std::size_t capacity = 0;
    std::size_t rows_before = 0;  // in all other pieces
    std::vector<Slab> pieces;

    std::size_t rows() const noexcept { return rows_before + used; }
  };

  void grow(Chain& chain) const;
  static std::size_t copy_rows(const Chain& chain, const Slab& to, std::size_t at) noexcept;

  std::size_t long_rows_;
  std::vector<Chain> chains_;
};

// The groups of so many rows for each series, and in `counts` where each begins.
Groups groups_of(std::vector<std::int64_t>& counts);

// Hands memory that was freed, and that the C library keeps for later, back to the system where it can.
void return_free_memory() noexcept;

}  // namespace glassboard
