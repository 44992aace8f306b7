#include <nanobind/stl/string.h>

#include <cstdint>
#include <string>

#include "arguments.hpp"
#include "arrays.hpp"
#include "groups.hpp"
#include "histogram.hpp"

namespace glassboard::bind {
namespace {

using namespace nb::literals;

template <class T>
std::span<const T> elements(const Buffer& buffer) {
  const Bytes bytes = buffer.bytes();
  if (bytes.size() % sizeof(T) != 0 || reinterpret_cast<std::uintptr_t>(bytes.data()) % alignof(T) != 0) {
    raise("MisuseError", "count_floats found a buffer of " + std::to_string(bytes.size()) +
                             " bytes that is no array of its type");
  }
  return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
}

template <class Float>
bool count_as(const Buffer& values, const Buffer& cells, unsigned shift, std::span<std::int64_t> counts,
              FloatTally& tally) {
  const std::span<const Float> numbers = elements<Float>(values);
  const std::span<const BucketCell<Float>> table = elements<BucketCell<Float>>(cells);
  const nb::gil_scoped_release unlocked;
  return count_floats(numbers, table, shift, counts, tally);
}

nb::tuple count_floats_of(const Buffer& values, int item_bytes, const Buffer& cells, unsigned shift,
                          std::size_t bucket_count) {
  Column<std::int64_t> counts(bucket_count);
  std::fill_n(counts.data.get(), bucket_count, 0);
  const std::span<std::int64_t> view(counts.data.get(), bucket_count);
  FloatTally tally;
  if (item_bytes != 4 && item_bytes != 8) {
    raise("MisuseError",
          "count_floats found floats of " + std::to_string(item_bytes) + " bytes, wanted 4 or 8");
  }
  const bool is_sound = item_bytes == 4 ? count_as<float>(values, cells, shift, view, tally)
                                        : count_as<double>(values, cells, shift, view, tally);
  if (!is_sound) raise("MisuseError", "count_floats found cells that do not fit the shift and the buckets");
  return nb::make_tuple(to_array(std::move(counts)), tally.minimum, tally.maximum, tally.total,
                        tally.total_of_squares, tally.nan_count, tally.positive_inf_count,
                        tally.negative_inf_count);
}

}  // namespace

void add_histograms(nb::module_& m) {
  m.def("count_floats", &count_floats_of, "values"_a, "item_bytes"_a, "cells"_a, "shift"_a, "bucket_count"_a,
        nb::sig("def count_floats(values: typing_extensions.Buffer, item_bytes: int, cells: "
                "typing_extensions.Buffer, shift: int, bucket_count: int) -> "
                "tuple[numpy.typing.NDArray[numpy.int64], float, float, float, float, int, int, int]"),
        "Counts floats of 4 or 8 bytes into buckets. The upper bits of a value, shifted by `shift`, name a "
        "cell: its "
        "`split` (of the type of the values) and its `base` (an integer of the same size), the bucket of "
        "what lies "
        "below the split. Gives the counts; minimum, maximum, sum and sum of squares of the finite values; "
        "and how "
        "many are NaN, positive and negative infinity.");
}

}  // namespace glassboard::bind
