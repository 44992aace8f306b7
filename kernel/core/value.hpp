// One encoded `Summary.Value` in full, for when a sample is looked at.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "event.hpp"
#include "tensor.hpp"

namespace glassboard {

struct ImageData {
  std::int64_t height = 0, width = 0, colorspace = 0;
  std::string_view encoded;
};

struct HistogramData {
  double min = 0.0, max = 0.0, num = 0.0, sum = 0.0, sum_squares = 0.0;
  std::vector<double> limits, counts;
};

struct AudioData {
  double sample_rate = 0.0;
  std::int64_t num_channels = 0, length_frames = 0;
  std::string_view encoded, content_type;
};

// The texts are views into the message. Which of the four kinds is filled, `form` says.
struct ValueData {
  std::string_view tag;
  Form form = Form::none;
  MetadataView metadata;
  double simple_value = 0.0;
  ImageData image;
  HistogramData histogram;
  AudioData audio;
  TensorData tensor;
};

struct DecodeError {
  const char* what = nullptr;
  std::size_t at = 0;  // byte of the message
};

// Returns whether `message` is a value; otherwise `error` says why not.
bool decode_value(wire::Bytes message, ValueData& out, DecodeError& error);

}  // namespace glassboard
