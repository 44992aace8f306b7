#include "check.hpp"

int main() {
  using namespace glassboard::tests;
  crc32c_known_values();
  crc32c_paths_agree();
  crc32c_combines();
  curve_smooths_without_bias();
  curve_means_between_points();
  curve_narrows_what_stays_the_same();
  wire_varints();
  wire_skips_groups();
  record_waits_and_resumes();
  record_resynchronises();
  record_search_is_linear();
  tensor_only_element();
  tensor_refuses_impossible_shapes();
  event_oneof_and_merging();
  series_many_tags();
  shapes_recognise_what_repeats();
  shapes_leave_the_rest_to_the_parser();
  histogram_counts_and_sums();
  histogram_of_nothing();
  histogram_refuses_cells_that_do_not_fit();
  std::printf("%d checks, %d failures\n", checks, failures);
  return failures == 0 ? 0 : 1;
}
