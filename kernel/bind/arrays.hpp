// Columns as NumPy arrays that own their memory.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <memory>
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

inline nb::object to_array(const std::vector<double>& values) {
  Column<double> column(values.size());
  std::copy(values.begin(), values.end(), column.data.get());
  return to_array(std::move(column));
}

}  // namespace glassboard::bind
