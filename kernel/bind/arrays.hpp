// Columns as NumPy arrays that own their memory, and arrays of numbers that Python hands in.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "batch.hpp"

namespace glassboard::bind {

namespace nb = nanobind;

template <class T>
using Array = nb::ndarray<nb::numpy, T, nb::ndim<1>, nb::c_contig>;

template <class T>
nb::object to_array(Column<T>&& column) {
  T* data = column.data.release();
  const nb::capsule owner(data, [](void* memory) noexcept { delete[] static_cast<T*>(memory); });
  return nb::cast(Array<T>(data, {column.size}, owner));
}

// `owner` keeps the memory.
template <class T>
nb::object to_array(T* data, std::size_t size, const nb::object& owner) {
  return nb::cast(Array<T>(data, {size}, owner));
}

inline nb::object to_array(const std::vector<double>& values) {
  Column<double> column(values.size());
  std::copy(values.begin(), values.end(), column.data.get());
  return to_array(std::move(column));
}

// One-dimensional and contiguous; NumPy converts what is not.
template <class T>
struct Numbers {
  nb::ndarray<nb::numpy, const T, nb::ndim<1>, nb::c_contig, nb::device::cpu> array;

  std::span<const T> view() const { return {array.data(), array.size()}; }
};
using Doubles = Numbers<double>;
using Integers = Numbers<std::int64_t>;

}  // namespace glassboard::bind

template <class T>
struct nanobind::detail::type_caster<glassboard::bind::Numbers<T>> {
  NB_TYPE_CASTER(glassboard::bind::Numbers<T>,
                 const_name<std::is_integral_v<T>>("numpy.typing.NDArray[numpy.int64]",
                                                   "numpy.typing.NDArray[numpy.float64]"))
  bool from_python(handle src, std::uint32_t flags, cleanup_list* cleanup) noexcept {
    make_caster<decltype(value.array)> caster;
    if (!caster.from_python(src, flags, cleanup)) return false;
    value.array = std::move(caster.value);
    return true;
  }
};
