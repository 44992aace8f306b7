// Event and Summary messages, as views into their bytes.
// Source: tensorflow/core/util/event.proto, tensorflow/core/framework/summary.proto
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "tensor.hpp"
#include "wire.hpp"

namespace glassboard {

enum class Form : std::uint8_t {
  scalar,
  image,
  histo,
  audio,
  tensor,
  none,
  graph_def,
  meta_graph_def,
  run_metadata,
  video
};

// Field of a `Summary.Value` that holds a video beside its first frame, which is an image to whoever passes
// over it.
inline constexpr std::uint32_t kVideoField = 1000;

struct MetadataView {
  std::string_view plugin_name;
  std::string_view plugin_content;
  std::string_view display_name;
  std::string_view description;
  std::int32_t data_class = 0;
};

// One `Summary.Value`.
struct ValueView {
  wire::Bytes encoded;
  std::string_view tag;
  Form form = Form::none;
  bool has_metadata = false;
  bool one_number = false;   // a tensor of one real number, which is in `number`
  double number = 0.0;       // the simple value, widened
  wire::Bytes number_bytes;  // the float or double it was read from; empty where it was another type
  MetadataView metadata;
};

enum class What : std::uint8_t {
  nothing,
  file_version,
  graph_def,
  summary,
  session_log,
  run_metadata,
  meta_graph_def
};

struct EventView {
  double wall_time = 0.0;  // seconds since the epoch
  std::int64_t step = 0;
  const std::byte* wall_time_at = nullptr;  // where these two were read, if they were
  const std::byte* step_at = nullptr;
  What what = What::nothing;
  bool session_start = false;
  wire::Bytes body;         // of a version, graph or run metadata event
  std::string_view tag;     // of run metadata
  std::string_view writer;  // in the source metadata
  std::vector<ValueView> values;
};

// Reads an encoded `Event`; false when it is not one. `out` is reused, so that no event costs an allocation.
bool parse_event(wire::Bytes event, EventView& out);

// Reads the fields of a `SummaryMetadata` over those that `out` holds.
void merge_metadata(wire::Bytes message, MetadataView& out, wire::Reader& reader) noexcept;

}  // namespace glassboard
