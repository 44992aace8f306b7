// Values into framed events.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "event.hpp"
#include "value.hpp"

namespace glassboard {

// Where and when a value was logged, and what its tag says of itself.
struct Point {
  std::string_view tag;
  std::int64_t step = 0;
  double wall_time = 0.0;  // seconds since the epoch
  MetadataView metadata;
};

// A `SummaryMetadata`.
std::string encode_metadata(const MetadataView& metadata);

// Each appends one frame to `out`.
void append_scalar(std::string& out, const Point& point, float value);
// As a tensor of one float64 under the scalars plugin, which is set here.
void append_double(std::string& out, Point point, double value);
void append_image(std::string& out, const Point& point, const ImageData& image);
void append_histogram(std::string& out, const Point& point, const HistogramData& histogram,
                      std::span<const double> limits, std::span<const double> counts);
void append_audio(std::string& out, const Point& point, const AudioData& audio);
// `strings` are the elements of a string tensor, `content` those of any other.
void append_tensor(std::string& out, const Point& point, std::uint32_t dtype,
                   std::span<const std::int64_t> shape, std::string_view content,
                   std::span<const std::string_view> strings);
// `fields` are the other fields of the value, encoded already; none leaves a value of metadata alone.
void append_value(std::string& out, const Point& point, std::string_view fields);

void append_graph(std::string& out, std::int64_t step, double wall_time, std::string_view graph_def);
void append_run_metadata(std::string& out, const Point& point, std::string_view run_metadata);
void append_file_version(std::string& out, double wall_time);
void append_session_start(std::string& out, std::int64_t step, double wall_time);

}  // namespace glassboard
