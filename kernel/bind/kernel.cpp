// The extension module: one entry that lists every bound group.
#include <nanobind/nanobind.h>

#include "crc32c.hpp"

namespace nb = nanobind;

NB_MODULE(_kernel, m) {
  m.doc() = "Decodes and encodes event files.";
  m.def(
      "masked_crc32c",
      [](nb::bytes data) {
        return glassboard::mask_crc(
            glassboard::crc32c({static_cast<const std::byte*>(data.data()), data.size()}));
      },
      nb::arg("data"));
}
