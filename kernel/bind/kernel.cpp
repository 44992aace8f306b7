// The extension module: one entry that lists every bound group.
#include "groups.hpp"

NB_MODULE(_kernel, m) {
  // What still lives at exit is what a user's program keeps in a global; that is no leak to complain of.
  nanobind::set_leak_warnings(false);
  m.doc() = "Decodes and encodes event files, and makes their curves small.";
  glassboard::bind::add_scanner(m);
  glassboard::bind::add_values(m);
  glassboard::bind::add_encoders(m);
  glassboard::bind::add_histograms(m);
  glassboard::bind::add_checksums(m);
  glassboard::bind::add_curves(m);
}
