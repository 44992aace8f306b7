#include "rows.hpp"

#include <algorithm>
#include <utility>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace glassboard {
namespace {

constexpr std::size_t kFirstRows = 20;
constexpr std::size_t kGrowth = 5;
// No power of two, so that the ends of many columns do not compete for the same lines of the processor's
// cache.
constexpr std::size_t kMostRows = 2500;

}  // namespace

void return_free_memory() noexcept {
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
}

Groups groups_of(std::vector<std::int64_t>& counts) {
  std::size_t group_count = 0;
  for (const std::int64_t count : counts) group_count += count != 0 ? 1 : 0;
  Groups groups{Column<std::int32_t>(group_count), Column<std::int64_t>(group_count + 1)};
  std::int64_t start = 0;
  std::size_t i = 0;
  for (std::size_t series = 0; series < counts.size(); ++series) {
    const std::int64_t count = std::exchange(counts[series], start);
    if (count == 0) continue;
    groups.series.data[i] = static_cast<std::int32_t>(series);
    groups.starts.data[i++] = start;
    start += count;
  }
  groups.starts.data[i] = start;
  return groups;
}

void ScalarRows::grow(Chain& chain) const {
  const std::size_t rows = chain.rows();
  if (rows < long_rows_) {
    Slab piece(chain.capacity == 0 ? kFirstRows : std::min(chain.capacity * kGrowth, kMostRows));
    chain.pieces.push_back(std::move(piece));
    chain.rows_before = rows;
    chain.used = 0;
  } else {
    Slab whole(std::max(rows, kFirstRows) * kGrowth);
    copy_rows(chain, whole, 0);
    chain.pieces.clear();
    chain.pieces.push_back(std::move(whole));
    chain.rows_before = 0;
    chain.used = rows;
  }
  const Slab& last = chain.pieces.back();
  chain.capacity = last.capacity();
  chain.steps = last.steps();
  chain.wall_times = last.wall_times();
  chain.values = last.values();
}

// Copies the rows of a chain to row `at` and on, and gives the row after them.
std::size_t ScalarRows::copy_rows(const Chain& chain, const Slab& to, std::size_t at) noexcept {
  for (const Slab& piece : chain.pieces) {
    const std::size_t count = &piece == &chain.pieces.back() ? chain.used : piece.capacity();
    std::copy_n(piece.steps(), count, to.steps() + at);
    std::copy_n(piece.wall_times(), count, to.wall_times() + at);
    std::copy_n(piece.values(), count, to.values() + at);
    at += count;
  }
  return at;
}

std::vector<ScalarColumns> ScalarRows::take() {
  std::vector<Chain> chains = std::exchange(chains_, {});
  std::vector<ScalarColumns> out(1);
  std::vector<std::int64_t> counts;
  std::size_t short_rows = 0;
  for (std::size_t series = 0; series < chains.size(); ++series) {
    Chain& chain = chains[series];
    const std::size_t rows = chain.rows();
    const bool is_long = rows > long_rows_ && chain.pieces.size() == 1;
    counts.push_back(is_long ? 0 : static_cast<std::int64_t>(rows));
    if (!is_long) {
      short_rows += rows;
      continue;
    }
    std::vector<std::int64_t> only(series + 1, 0);
    only.back() = static_cast<std::int64_t>(rows);
    out.push_back({groups_of(only), std::move(chain.pieces.front()), rows});
    out.back().rows.give_back_from(rows);
    chain = {};
  }
  out.front() = {groups_of(counts), Slab(short_rows), short_rows};
  std::size_t at = 0;
  for (Chain& chain : chains) {
    at = copy_rows(chain, out.front().rows, at);
    chain = {};
  }
  return out;
}

}  // namespace glassboard
