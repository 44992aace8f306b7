// The whole test framework: a test is a function in the table of main.cpp, and a check that fails is printed
// and counted.
#pragma once

#include <cstdio>

namespace glassboard::tests {

inline int checks = 0;
inline int failures = 0;

inline void check(bool holds, const char* what, const char* file, int line) {
  ++checks;
  if (holds) return;
  ++failures;
  std::fprintf(stderr, "%s:%d: failed: %s\n", file, line, what);
}

#define CHECK(condition) ::glassboard::tests::check((condition), #condition, __FILE__, __LINE__)

void crc32c_known_values();
void crc32c_paths_agree();
void crc32c_combines();
void curve_smooths_without_bias();
void curve_means_between_points();
void curve_narrows_what_stays_the_same();
void wire_varints();
void wire_skips_groups();
void record_waits_and_resumes();
void record_resynchronises();
void record_search_is_linear();
void tensor_only_element();
void tensor_refuses_impossible_shapes();
void event_oneof_and_merging();
void series_many_tags();
void shapes_recognise_what_repeats();
void shapes_leave_the_rest_to_the_parser();
void histogram_counts_and_sums();
void histogram_of_nothing();
void histogram_refuses_cells_that_do_not_fit();

}  // namespace glassboard::tests
