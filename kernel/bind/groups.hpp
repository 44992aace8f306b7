// The groups of functions and classes that make up the module.
#pragma once

#include <nanobind/nanobind.h>

namespace glassboard::bind {

void add_checksums(nanobind::module_& m);
void add_curves(nanobind::module_& m);
void add_scanner(nanobind::module_& m);
void add_values(nanobind::module_& m);
void add_encoders(nanobind::module_& m);
void add_histograms(nanobind::module_& m);

}  // namespace glassboard::bind
