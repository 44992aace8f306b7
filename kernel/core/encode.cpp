#include "encode.hpp"

#include "record.hpp"

namespace glassboard {
namespace {

using namespace wire;

constexpr std::uint32_t kVersionField = 3, kGraphField = 4, kSummaryField = 5, kSessionField = 7,
                        kRunMetadataField = 8, kSourceField = 10;

std::size_t text_size(std::string_view text) noexcept { return 1 + varint_size(text.size()) + text.size(); }

void put_event(std::string& out, std::int64_t step, double wall_time) {
  put_double(out, 1, wall_time);
  if (step != 0) put_int(out, 2, step);
}

// Frames an event with one value: the tag, then what `write` appends, `size` bytes, then the metadata.
template <class Write>
void append_value(std::string& out, const Point& point, std::size_t size, Write&& write) {
  const std::string metadata = encode_metadata(point.metadata);
  const std::size_t value_size = text_size(point.tag) + size + (metadata.empty() ? 0 : text_size(metadata));
  append_frame(out, [&](std::string& to) {
    put_event(to, point.step, point.wall_time);
    put_varint(to, key(kSummaryField, kBytes));
    put_varint(to, 1 + varint_size(value_size) + value_size);
    put_varint(to, key(1, kBytes));
    put_varint(to, value_size);
    put_text(to, 1, point.tag);
    write(to);
    if (!metadata.empty()) put_text(to, 9, metadata);
  });
}

// As above, with one message field of the value.
void append_message(std::string& out, const Point& point, std::uint32_t field, std::string_view message) {
  append_value(out, point, text_size(message), [&](std::string& to) { put_text(to, field, message); });
}

void append_event(std::string& out, std::int64_t step, double wall_time, std::uint32_t field,
                  std::string_view body) {
  append_frame(out, [&](std::string& to) {
    put_event(to, step, wall_time);
    put_text(to, field, body);
  });
}

std::string_view raw(std::span<const double> doubles) noexcept {
  return {reinterpret_cast<const char*>(doubles.data()), doubles.size_bytes()};
}

}  // namespace

std::string encode_metadata(const MetadataView& metadata) {
  std::string out;
  if (!metadata.plugin_name.empty() || !metadata.plugin_content.empty()) {
    std::string plugin;
    if (!metadata.plugin_name.empty()) put_text(plugin, 1, metadata.plugin_name);
    if (!metadata.plugin_content.empty()) put_text(plugin, 2, metadata.plugin_content);
    put_text(out, 1, plugin);
  }
  if (!metadata.display_name.empty()) put_text(out, 2, metadata.display_name);
  if (!metadata.description.empty()) put_text(out, 3, metadata.description);
  if (metadata.data_class != 0) put_int(out, 4, metadata.data_class);
  return out;
}

void append_scalar(std::string& out, const Point& point, float value) {
  append_value(out, point, 1 + sizeof value, [&](std::string& to) { put_float(to, 2, value); });
}

void append_double(std::string& out, Point point, double value) {
  point.metadata.plugin_name = "scalars";
  point.metadata.data_class = 1;
  append_tensor(out, point, kDoubleDtype, {}, raw({&value, 1}), {});
}

void append_image(std::string& out, const Point& point, const ImageData& image) {
  std::string message;
  put_int(message, 1, image.height);
  put_int(message, 2, image.width);
  put_int(message, 3, image.colorspace);
  put_text(message, 4, image.encoded);
  append_message(out, point, 4, message);
}

void append_histogram(std::string& out, const Point& point, const HistogramData& histogram,
                      std::span<const double> limits, std::span<const double> counts) {
  std::string message;
  put_double(message, 1, histogram.min);
  put_double(message, 2, histogram.max);
  put_double(message, 3, histogram.num);
  put_double(message, 4, histogram.sum);
  put_double(message, 5, histogram.sum_squares);
  put_text(message, 6, raw(limits));
  put_text(message, 7, raw(counts));
  append_message(out, point, 5, message);
}

void append_audio(std::string& out, const Point& point, const AudioData& audio) {
  std::string message;
  put_float(message, 1, static_cast<float>(audio.sample_rate));
  put_int(message, 2, audio.num_channels);
  put_int(message, 3, audio.length_frames);
  put_text(message, 4, audio.encoded);
  put_text(message, 5, audio.content_type);
  append_message(out, point, 6, message);
}

void append_tensor(std::string& out, const Point& point, std::uint32_t dtype,
                   std::span<const std::int64_t> shape, std::string_view content,
                   std::span<const std::string_view> strings) {
  std::string dims;
  for (const std::int64_t size : shape) {
    std::string dim;
    put_int(dim, 1, size);
    put_text(dims, 2, dim);
  }
  std::string message;
  put_int(message, 1, dtype);
  put_text(message, 2, dims);
  if (!content.empty()) put_text(message, 4, content);
  for (const std::string_view text : strings) put_text(message, 8, text);
  append_message(out, point, 8, message);
}

void append_value(std::string& out, const Point& point, std::string_view fields) {
  append_value(out, point, fields.size(), [&](std::string& to) { to.append(fields); });
}

void append_graph(std::string& out, std::int64_t step, double wall_time, std::string_view graph_def) {
  append_event(out, step, wall_time, kGraphField, graph_def);
}

void append_run_metadata(std::string& out, const Point& point, std::string_view run_metadata) {
  std::string message;
  put_text(message, 1, point.tag);
  put_text(message, 2, run_metadata);
  append_event(out, point.step, point.wall_time, kRunMetadataField, message);
}

void append_file_version(std::string& out, double wall_time) {
  std::string source;
  put_text(source, 1, "glassboard");
  append_frame(out, [&](std::string& to) {
    put_event(to, 0, wall_time);
    put_text(to, kVersionField, "brain.Event:2");
    put_text(to, kSourceField, source);
  });
}

void append_session_start(std::string& out, std::int64_t step, double wall_time) {
  std::string session;
  put_int(session, 1, 1);
  append_event(out, step, wall_time, kSessionField, session);
}

}  // namespace glassboard
