#include <cstdint>
#include <string>

#include "arguments.hpp"
#include "arrays.hpp"
#include "curve.hpp"
#include "groups.hpp"

namespace glassboard::bind {
namespace {

using namespace nb::literals;

nb::object smooth_of(const Doubles& values, double weight) {
  if (!(weight >= 0 && weight < 1)) {
    raise("MisuseError", std::string("smoothing is ") + nb::str(nb::float_(weight)).c_str() +
                             ", want a number from 0 up to, not including, 1");
  }
  Column<double> means(values.view().size());
  {
    const nb::gil_scoped_release unlocked;
    smooth_exponentially(values.view(), weight, {means.data.get(), means.size});
  }
  return to_array(std::move(means));
}

nb::object mean_between_of(const Doubles& curve, const Integers& shown) {
  Column<double> means(shown.view().size());
  bool is_index = false;
  {
    const nb::gil_scoped_release unlocked;
    is_index = mean_between(curve.view(), shown.view(), {means.data.get(), means.size});
  }
  if (!is_index) {
    raise("MisuseError", "mean_between found an index that does not ascend within a curve of " +
                             std::to_string(curve.view().size()) + " points");
  }
  return to_array(std::move(means));
}

// None where the narrower type does not hold every number.
template <class Narrow, class Wide>
nb::object narrowed(const Wide& numbers) {
  Column<Narrow> column(numbers.view().size());
  if (!narrow(numbers.view(), std::span<Narrow>(column.data.get(), column.size))) return nb::none();
  return to_array(std::move(column));
}

}  // namespace

void add_curves(nb::module_& m) {
  m.def(
      "smooth_exponentially", &smooth_of, "values"_a, "weight"_a,
      nb::sig("def smooth_exponentially(values: numpy.typing.NDArray[numpy.float64], weight: float) -> "
              "numpy.typing.NDArray[numpy.float64]"),
      "The debiased exponential mean of finite `values` float64[n] at every point, float64[n].\n\n"
      "With m = 0 before the first point: m = weight * m + (1 - weight) * value, and the result is m / (1 - "
      "weight ** count), the mean of all values so far with weights that fall by `weight` a point. `weight` "
      "is "
      "in [0, 1); 0 changes nothing. Raises `MisuseError` for another weight. Source: bias correction as in "
      "Adam, https://arxiv.org/abs/1412.6980, section 3.");
  m.def("mean_between", &mean_between_of, "curve"_a, "shown"_a,
        nb::sig("def mean_between(curve: numpy.typing.NDArray[numpy.float64], shown: "
                "numpy.typing.NDArray[numpy.int64]) -> numpy.typing.NDArray[numpy.float64]"),
        "`curve` at the ascending rows `shown`, each the mean from the row before it to the one after; the "
        "first, the last, and those whose mean is not finite as they are.");
  m.def("as_float32", &narrowed<float, Doubles>, "numbers"_a,
        nb::sig("def as_float32(numbers: numpy.typing.NDArray[numpy.float64]) -> "
                "numpy.typing.NDArray[numpy.float32] | None"),
        "The same numbers as float32[n]; None where one of them is not the same in it.");
  m.def("as_int32", &narrowed<std::int32_t, Integers>, "numbers"_a,
        nb::sig("def as_int32(numbers: numpy.typing.NDArray[numpy.int64]) -> "
                "numpy.typing.NDArray[numpy.int32] | None"),
        "The same numbers as int32[n]; None where one of them is beyond it.");
  m.def("as_float64", &narrowed<double, Integers>, "numbers"_a,
        nb::sig("def as_float64(numbers: numpy.typing.NDArray[numpy.int64]) -> "
                "numpy.typing.NDArray[numpy.float64] | None"),
        "The same numbers as float64[n]; None where one of them has more than 53 bits.");
}

}  // namespace glassboard::bind
