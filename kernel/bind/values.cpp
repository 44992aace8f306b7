#include <nanobind/stl/string.h>

#include <optional>

#include "arguments.hpp"
#include "arrays.hpp"
#include "groups.hpp"
#include "value.hpp"

namespace glassboard::bind {
namespace {

using namespace nb::literals;

struct Image {
  std::int64_t height, width, colorspace;
  nb::bytes encoded;
};

struct Histogram {
  double min, max, num, sum, sum_squares;
  nb::object limits, counts;
};

struct Audio {
  double sample_rate;
  std::int64_t num_channels, length_frames;
  nb::bytes encoded;
  nb::str content_type;
};

struct Tensor {
  std::uint32_t dtype;
  nb::object shape;
  nb::bytes content;
  nb::object strings;
};

struct Value {
  nb::bytes tag;
  nb::str form, plugin_name;
  nb::bytes plugin_content;
  nb::str display_name, description;
  std::int32_t data_class;
  nb::object simple_value = nb::none(), image = nb::none(), histogram = nb::none(), audio = nb::none(),
             tensor = nb::none();
};

Tensor to_tensor(const TensorData& data) {
  nb::list shape;
  for (const std::int64_t size : data.shape) shape.append(size);
  nb::object strings = nb::none();
  if (data.dtype == kStringDtype) {
    nb::list list;
    for (const std::string_view text : data.strings) list.append(to_bytes(text));
    strings = std::move(list);
  }
  return {data.dtype, nb::tuple(shape), to_bytes(data.content), std::move(strings)};
}

Value decode(const Buffer& encoded) {
  ValueData data;
  DecodeError error;
  bool sound = false;
  {
    const nb::gil_scoped_release unlocked;
    sound = decode_value(encoded.bytes(), data, error);
  }
  if (!sound) {
    raise("CorruptError", std::string("summary value of ") + std::to_string(encoded.bytes().size()) +
                              " bytes cannot be decoded: " + error.what + " before byte " +
                              std::to_string(error.at));
  }
  const char* form = "none";
  Value value{to_bytes(data.tag),
              nb::str(""),
              to_str(data.metadata.plugin_name),
              to_bytes(data.metadata.plugin_content),
              to_str(data.metadata.display_name),
              to_str(data.metadata.description),
              data.metadata.data_class};
  switch (data.form) {
    case Form::scalar:
      form = "scalar";
      value.simple_value = nb::float_(data.simple_value);
      break;
    case Form::image: {
      form = "image";
      const ImageData& image = data.image;
      value.image = nb::cast(Image{image.height, image.width, image.colorspace, to_bytes(image.encoded)});
      break;
    }
    case Form::histo: {
      form = "histo";
      const HistogramData& h = data.histogram;
      value.histogram = nb::cast(
          Histogram{h.min, h.max, h.num, h.sum, h.sum_squares, to_array(h.limits), to_array(h.counts)});
      break;
    }
    case Form::audio: {
      form = "audio";
      const AudioData& a = data.audio;
      value.audio = nb::cast(
          Audio{a.sample_rate, a.num_channels, a.length_frames, to_bytes(a.encoded), to_str(a.content_type)});
      break;
    }
    case Form::tensor:
      form = "tensor";
      value.tensor = nb::cast(to_tensor(data.tensor));
      break;
    default: break;
  }
  value.form = nb::str(form);
  return value;
}

}  // namespace

void add_values(nb::module_& m) {
  nb::class_<Image>(m, "Image", nb::is_final(), "An image as its writer encoded it.")
      .def_ro("height", &Image::height)
      .def_ro("width", &Image::width)
      .def_ro("colorspace", &Image::colorspace, "Channels: 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA.")
      .def_ro("encoded", &Image::encoded);

  nb::class_<Histogram>(m, "Histogram", nb::is_final())
      .def_ro("min", &Histogram::min)
      .def_ro("max", &Histogram::max)
      .def_ro("num", &Histogram::num)
      .def_ro("sum", &Histogram::sum)
      .def_ro("sum_squares", &Histogram::sum_squares)
      .def_prop_ro(
          "limits", [](const Histogram& h) { return h.limits; }, "Right edge of each bucket.",
          nb::for_getter(nb::sig("def limits(self) -> numpy.typing.NDArray[numpy.float64]")))
      .def_prop_ro(
          "counts", [](const Histogram& h) { return h.counts; },
          nb::for_getter(nb::sig("def counts(self) -> numpy.typing.NDArray[numpy.float64]")));

  nb::class_<Audio>(m, "Audio", nb::is_final(), "Sound as its writer encoded it.")
      .def_ro("sample_rate", &Audio::sample_rate, "In hertz.")
      .def_ro("num_channels", &Audio::num_channels)
      .def_ro("length_frames", &Audio::length_frames)
      .def_ro("encoded", &Audio::encoded)
      .def_ro("content_type", &Audio::content_type);

  nb::class_<Tensor>(m, "Tensor", nb::is_final())
      .def_ro("dtype", &Tensor::dtype, "TensorFlow's number of the element type.")
      .def_prop_ro(
          "shape", [](const Tensor& t) { return t.shape; },
          nb::for_getter(nb::sig("def shape(self) -> tuple[int, ...]")))
      .def_ro("content", &Tensor::content,
              "Little-endian elements in row-major order; one element alone stands for all, none for zeros.")
      .def_prop_ro(
          "strings", [](const Tensor& t) { return t.strings; },
          "Elements of a string tensor, of which one alone stands for all; None for other types.",
          nb::for_getter(nb::sig("def strings(self) -> list[bytes] | None")));

  nb::class_<Value>(m, "Value", nb::is_final(), "The fields of one `Summary.Value`.")
      .def_ro("tag", &Value::tag)
      .def_ro("form", &Value::form,
              "`scalar` (a simple value), `image`, `histo`, `audio`, `tensor` or `none`.")
      .def_ro("plugin_name", &Value::plugin_name)
      .def_ro("plugin_content", &Value::plugin_content)
      .def_ro("display_name", &Value::display_name)
      .def_ro("description", &Value::description)
      .def_ro("data_class", &Value::data_class)
      .def_prop_ro(
          "simple_value", [](const Value& v) { return v.simple_value; },
          nb::for_getter(nb::sig("def simple_value(self) -> float | None")))
      .def_prop_ro(
          "image", [](const Value& v) { return v.image; },
          nb::for_getter(nb::sig("def image(self) -> Image | None")))
      .def_prop_ro(
          "histogram", [](const Value& v) { return v.histogram; },
          nb::for_getter(nb::sig("def histogram(self) -> Histogram | None")))
      .def_prop_ro(
          "audio", [](const Value& v) { return v.audio; },
          nb::for_getter(nb::sig("def audio(self) -> Audio | None")))
      .def_prop_ro(
          "tensor", [](const Value& v) { return v.tensor; },
          nb::for_getter(nb::sig("def tensor(self) -> Tensor | None")));

  m.def("decode_value", &decode, "data"_a,
        "Decodes one encoded `Summary.Value`. Raises `glassboard.errors.CorruptError`.");
}

}  // namespace glassboard::bind
