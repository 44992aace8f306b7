// The extension module: one entry that lists every bound group.
#include "groups.hpp"

NB_MODULE(_kernel, m) {
  m.doc() = "Decodes and encodes event files.";
  glassboard::bind::add_scanner(m);
  glassboard::bind::add_values(m);
  glassboard::bind::add_encoders(m);
  glassboard::bind::add_checksums(m);
}
