#include "value.hpp"

#include <bit>

namespace glassboard {
namespace {

using wire::Bytes;
using wire::key;
using wire::Reader;
using enum wire::Type;

void merge_image(Bytes message, ImageData& out, Reader& outer) {
  Reader reader(message);
  while (reader.more()) {
    switch (reader.key()) {
      case key(1, kVarint): out.height = static_cast<std::int32_t>(reader.varint()); break;
      case key(2, kVarint): out.width = static_cast<std::int32_t>(reader.varint()); break;
      case key(3, kVarint): out.colorspace = static_cast<std::int32_t>(reader.varint()); break;
      case key(4, kBytes): out.encoded = reader.text(); break;
      default: reader.skip();
    }
  }
  if (!reader.sound()) outer.fail(reader.error());
}

void merge_histogram(Bytes message, HistogramData& out, Reader& outer) {
  const auto append_to = [](std::vector<double>& doubles) {
    return
        [&doubles](std::uint64_t bits, const std::byte*) { doubles.push_back(std::bit_cast<double>(bits)); };
  };
  Reader reader(message);
  while (reader.more()) {
    const std::uint32_t k = reader.key();
    switch (k) {
      case key(1, kFixed64): out.min = reader.fixed<double>(); break;
      case key(2, kFixed64): out.max = reader.fixed<double>(); break;
      case key(3, kFixed64): out.num = reader.fixed<double>(); break;
      case key(4, kFixed64): out.sum = reader.fixed<double>(); break;
      case key(5, kFixed64): out.sum_squares = reader.fixed<double>(); break;
      case key(6, kFixed64):
      case key(6, kBytes):
        wire::each<std::uint64_t>(reader, k == key(6, kBytes), append_to(out.limits));
        break;
      case key(7, kFixed64):
      case key(7, kBytes):
        wire::each<std::uint64_t>(reader, k == key(7, kBytes), append_to(out.counts));
        break;
      default: reader.skip();
    }
  }
  if (!reader.sound()) outer.fail(reader.error());
}

void merge_audio(Bytes message, AudioData& out, Reader& outer) {
  Reader reader(message);
  while (reader.more()) {
    switch (reader.key()) {
      case key(1, kFixed32): out.sample_rate = static_cast<double>(reader.fixed<float>()); break;
      case key(2, kVarint): out.num_channels = static_cast<std::int64_t>(reader.varint()); break;
      case key(3, kVarint): out.length_frames = static_cast<std::int64_t>(reader.varint()); break;
      case key(4, kBytes): out.encoded = reader.text(); break;
      case key(5, kBytes): out.content_type = reader.text(); break;
      default: reader.skip();
    }
  }
  if (!reader.sound()) outer.fail(reader.error());
}

}  // namespace

bool decode_value(Bytes message, ValueData& out, DecodeError& error) {
  out = ValueData{};
  std::vector<Bytes> tensors;
  // A second member of the oneof replaces the first; a second of the same message is merged with it.
  const auto set_form = [&](Form form) {
    if (form == out.form) return;
    out.form = form;
    out.image = {};
    out.histogram = {};
    out.audio = {};
    tensors.clear();
  };
  Reader reader(message);
  while (reader.more()) {
    switch (reader.key()) {
      case key(1, kBytes): out.tag = reader.text(); break;
      case key(2, kFixed32):
        set_form(Form::scalar);
        out.simple_value = static_cast<double>(reader.fixed<float>());
        break;
      case key(3, kBytes):
        set_form(Form::none);
        reader.skip();
        break;
      case key(4, kBytes):
        set_form(Form::image);
        merge_image(reader.bytes(), out.image, reader);
        break;
      case key(5, kBytes):
        set_form(Form::histo);
        merge_histogram(reader.bytes(), out.histogram, reader);
        break;
      case key(6, kBytes):
        set_form(Form::audio);
        merge_audio(reader.bytes(), out.audio, reader);
        break;
      case key(8, kBytes):
        set_form(Form::tensor);
        tensors.push_back(reader.bytes());
        break;
      case key(9, kBytes): merge_metadata(reader.bytes(), out.metadata, reader); break;
      default: reader.skip();
    }
  }
  if (reader.sound() && !tensors.empty()) {
    if (const char* what = decode_tensor(tensors, out.tensor)) reader.fail(what);
  }
  error = {reader.error(), reader.error_at()};
  return reader.sound();
}

}  // namespace glassboard
