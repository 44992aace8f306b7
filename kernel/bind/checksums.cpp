#include "arguments.hpp"
#include "crc32c.hpp"
#include "groups.hpp"

namespace glassboard::bind {

using namespace nb::literals;

void add_checksums(nb::module_& m) {
  m.def(
      "crc32c",
      [](const Buffer& data, std::uint32_t crc) {
        const nb::gil_scoped_release unlocked;
        return crc32c(data.bytes(), crc);
      },
      "data"_a, "crc"_a = 0, "CRC-32C of `data`, continued from `crc`.");
  m.def(
      "masked_crc32c",
      [](const Buffer& data) {
        const nb::gil_scoped_release unlocked;
        return mask_crc(crc32c(data.bytes()));
      },
      "data"_a, "CRC-32C of `data`, masked as TFRecord files hold it.");
  m.def("crc32c_implementation", &crc32c_implementation, "`sse4.2`, `armv8` or `table`.");
}

}  // namespace glassboard::bind
